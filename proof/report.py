"""`python -m proof.report`: what the built-in bank holds, and whether it stays inside its bounds.

It counts facts against `covers`, questions by topic, kind, level and skill; it looks for what gives answers away
(positions, lengths, verdicts), for stems that are nearly the same, for texts too short or too long, and for gaps.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

from proof.bank import CONTENT, Item, Json, read_bank
from quizzes.bank import asking
from quizzes.bank.params import fill
from quizzes.bank.spec import payload_of

EXPLANATION = range(40, 121)
MODEL_ANSWER = range(150, 251)
SEEDS = 40
NEAR = 0.8


@dataclass(slots=True)
class Report:
    """Figures of the bank. Shares run from 0 to 1; positions count from 1; lists hold question ids."""

    questions: int
    facts: int
    covered: int
    uncovered: list[str]
    unknown_covers: list[str]
    by_topic: dict[str, int]
    by_kind: dict[str, int]
    by_level: dict[str, int]
    by_skill: dict[str, int]
    seeded: int
    right_as_written: dict[str, float]
    right_as_shown: dict[str, float]
    longest_is_right: float
    shortest_is_right: float
    longest_by_chance: float
    verdicts: dict[str, int]
    alike: list[str]
    explanation_words: dict[str, float]
    model_answer_words: dict[str, float]
    explanations_out: list[str]
    model_answers_out: list[str]
    hints: int
    missing: dict[str, list[str]] = field(default_factory=dict)


def report(items: list[Item], facts: list[Json]) -> Report:
    """The figures of these questions against these facts (`[{"id", "topic", "claim"}]`)."""
    known = {str(fact["id"]) for fact in facts}
    covers = {cover for item in items for cover in item.spec["covers"]}
    single = [(item, one) for item in items if (one := _right_option(item)) is not None]
    fours = [(item, right) for item, (right, texts) in single if len(texts) == 4]
    lengths = [_lengths(*one) for _, one in single]
    explanations = {item.slug: _words(item.spec, "explanation") for item in items}
    answers = {item.slug: _words(item.spec, "model_answer") for item in items if _is_scenario(item)}
    return Report(
        questions=len(items),
        facts=len(known),
        covered=len(known & covers),
        uncovered=sorted(known - covers),
        unknown_covers=sorted(covers - known),
        by_topic=_counted(f"{item.topic:02}" for item in items),
        by_kind=_counted(item.spec["kind"] for item in items),
        by_level=_counted(str(item.spec["level"]) for item in items),
        by_skill=_counted(item.spec["skill"] for item in items),
        seeded=sum(bool(item.spec["params"]) for item in items),
        right_as_written=_shares(right + 1 for _, right in fours),
        right_as_shown=_shares(place + 1 for one in fours for place in _places_shown(*one)),
        longest_is_right=_mean(
            right == max([right, *wrong]) and right not in wrong for right, wrong in lengths
        ),
        shortest_is_right=_mean(
            right == min([right, *wrong]) and right not in wrong for right, wrong in lengths
        ),
        longest_by_chance=_mean(1 / (1 + len(wrong)) for _, wrong in lengths),
        verdicts=_counted(verdict for item in items if (verdict := _balanced(item))),
        alike=_alike(items),
        explanation_words=_spread(explanations.values()),
        model_answer_words=_spread(answers.values()),
        explanations_out=[f"{slug} ({n})" for slug, n in explanations.items() if n not in EXPLANATION],
        model_answers_out=[f"{slug} ({n})" for slug, n in answers.items() if n not in MODEL_ANSWER],
        hints=sum(bool(item.spec["hint"]) for item in items),
        missing=_missing(items),
    )


def out_of_bounds(figures: Report) -> list[str]:
    """What CI refuses: sentences, or nothing."""
    found = [f"facts without a question: {', '.join(figures.uncovered)}"] if figures.uncovered else []
    if figures.unknown_covers:
        found.append(f"covers that are no facts: {', '.join(figures.unknown_covers)}")
    if figures.alike:
        found.append(f"questions that are nearly the same: {', '.join(figures.alike)}")
    if figures.explanations_out:
        found.append(f"explanations outside 40 to 120 words: {', '.join(figures.explanations_out)}")
    if figures.model_answers_out:
        found.append(f"model answers outside 150 to 250 words: {', '.join(figures.model_answers_out)}")
    found += [f"missing {what}: {', '.join(slugs)}" for what, slugs in figures.missing.items() if slugs]
    for name, shares, reach in (
        ("as written", figures.right_as_written, 0.15),
        ("as shown", figures.right_as_shown, 0.05),
    ):
        found += [
            f"right options {name} stand in place {place} in {share:.0%} of cases"
            for place, share in shares.items()
            if abs(share - 0.25) > reach
        ]
    judged = sum(figures.verdicts.values())
    found += [
        f"“{verdict}” is right in {n} of {judged} claims"
        for verdict, n in figures.verdicts.items()
        if n > 0.6 * judged
    ]
    for name, share in (("longest", figures.longest_is_right), ("shortest", figures.shortest_is_right)):
        if share > figures.longest_by_chance + 0.12:
            found.append(f"the {name} option is right in {share:.0%} of cases")
    return found


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else 0.0


def _shares(places: Iterable[int]) -> dict[str, float]:
    counts = Counter(places)
    return {str(place): round(counts[place] / counts.total(), 4) for place in sorted(counts)}


def _spread(numbers: Iterable[int]) -> dict[str, float]:
    found = sorted(numbers)
    return {"least": found[0], "median": median(found), "most": found[-1]} if found else {}


def _words(spec: Json, name: str) -> int:
    """How many words a text has with example numbers filled in; formulas count by their blanks."""
    return len(fill(spec[name], asking.present(spec, seed="example")["values"]).split())


def _right_option(item: Item) -> tuple[int, Sequence[str]] | None:
    """The place of the right option and the texts of all, where one of several is chosen."""
    kind, payload = payload_of(item.spec)
    return kind.right_option(payload)


def _is_scenario(item: Item) -> bool:
    """Whether the question asks to explain, at length."""
    return item.spec["kind"] in asking.kinds_that_practise("explain")


def _places_shown(item: Item, right: int) -> list[int]:
    return [asking.present(item.spec, seed=f"{item.slug} {n}")["options"].index(right) for n in range(SEEDS)]


def _lengths(right: int, texts: Sequence[str]) -> tuple[int, list[int]]:
    """The length of the right option and those of the wrong ones."""
    sizes = [len(text.strip("`")) for text in texts]
    return sizes[right], sizes[:right] + sizes[right + 1 :]


def _balanced(item: Item) -> str:
    """The answer of a question whose kind has few, or ""."""
    kind, payload = payload_of(item.spec)
    return kind.balanced(payload)


def _alike(items: list[Item]) -> list[str]:
    """Pairs of questions whose prompt and stem share most of their words, or whose prompts are the same."""
    texts = [
        (item, set(re.findall(r"\w+", f"{item.spec['prompt']} {item.spec['stem']}".lower())))
        for item in items
    ]
    return [
        f"{one.slug} and {other.slug}"
        for (one, ours), (other, theirs) in combinations(texts, 2)
        if one.spec["prompt"].lower() == other.spec["prompt"].lower()
        or len(ours & theirs) > NEAR * len(ours | theirs)
    ]


def _missing(items: list[Item]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {
        "a sentence to say": [item.slug for item in items if not item.spec["say_it"]],
        "sources": [item.slug for item in items if not item.spec["sources"]],
        "covers": [item.slug for item in items if not item.spec["covers"]],
    }
    scenarios = [item for item in items if _is_scenario(item)]
    for what, key in (("follow-ups", "follow_ups"), ("common mistakes", "mistakes")):
        found[what] = [item.slug for item in scenarios if not item.spec[key]]
    for item in items:
        kind, payload = payload_of(item.spec)
        for what in kind.untold(payload):
            found.setdefault(what, []).append(item.slug)
    return found


def read_facts(path: Path = CONTENT / "facts.json") -> list[Json]:
    """The claims the bank teaches or corrects."""
    facts: list[Json] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def _told(figures: Report, bounds: list[str]) -> Iterable[str]:
    fresh = f"{figures.seeded} of them with fresh numbers, {figures.hints} with a hint"
    yield f"questions       {figures.questions}, {fresh}"
    yield f"facts           {figures.covered} of {figures.facts} covered"
    for name, counts in (
        ("by topic", figures.by_topic), ("by kind", figures.by_kind), ("by level", figures.by_level),
        ("by skill", figures.by_skill), ("verdicts", figures.verdicts),
    ):  # fmt: skip
        yield f"{name:<16}" + "  ".join(f"{key} {count}" for key, count in counts.items())
    for name, shares in (("as written", figures.right_as_written), ("as shown", figures.right_as_shown)):
        yield f"{name:<16}" + "  ".join(f"place {key} {share:.0%}" for key, share in shares.items())
    yield (
        f"right option    longest {figures.longest_is_right:.0%}, shortest {figures.shortest_is_right:.0%}, "
        f"by chance {figures.longest_by_chance:.0%}"
    )
    for name, words in (
        ("explanations", figures.explanation_words),
        ("model answers", figures.model_answer_words),
    ):
        yield f"{name:<16}" + ", ".join(f"{key} {number:g}" for key, number in words.items()) + " words"
    yield f"nearly the same {len(figures.alike)} pairs"
    yield "missing         " + ", ".join(f"{what} {len(slugs)}" for what, slugs in figures.missing.items())
    yield from (f"OUT OF BOUNDS   {bound}" for bound in bounds)
    if not bounds:
        yield "bounds          all kept"


def main() -> None:
    """Print the report; the exit status is 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    options = parser.parse_args()
    figures = report(read_bank(), read_facts())
    bounds = out_of_bounds(figures)
    if options.json:
        told: dict[str, Any] = {**asdict(figures), "out_of_bounds": bounds}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_told(figures, bounds)))
    sys.exit(bool(bounds))


if __name__ == "__main__":
    main()
