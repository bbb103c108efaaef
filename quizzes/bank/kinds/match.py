"""A table of two columns: find the right cell for every left one, or sort into groups.

Payload: `{"headers": [left, right], "lefts": [text], "rights": [text], "answer": [right per left]}`; a right that no
left wants is a distractor. Presented: `{"lefts": [place], "rights": [place]}`. Response: `{"pairs": [right per left]}`,
in the payload's order.
"""

from __future__ import annotations

import math

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.bodies import answered_elsewhere, of_type, stem_without
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.gaps import holds_gap
from quizzes.bank.kinds.options import LETTERS
from quizzes.bank.kinds.spelling import plain
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.packs.diagnostics import Report
from quizzes.bank.packs.source import Block, Cell, QuestionSource
from quizzes.bank.params import fill
from quizzes.bank.shuffling import shuffled

NAME = "match"
LABEL = "Match"
PARTS: Parts | None = Parts("pairs")
MAX_PAIRS = 12
MANY_PAIRS = 7
"""From so many pairs on, unless they are sorted into two groups, four in five pass: one slip in a long table does not
show that the rest is not known. Such an answer is partly right."""


def claims(source: QuestionSource) -> bool:
    """A table of two columns, where nothing else in the body says what is asked for."""
    if answered_elsewhere(source) or any(
        holds_gap(block.text) for block in source.body if block.type != "fence"
    ):
        return False
    return any(len(block.header) == 2 for block in of_type(source, "table"))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    tables = of_type(source, "table")
    pairs = [block for block in tables if len(block.header) == 2]
    if not pairs:
        cause = "the table must have two columns" if tables else "there is no table"
        line = tables[0].line if tables else source.line
        report.error(
            "K151" if tables else "K150", cause, mend="write “| left | right |”, one pair a row", line=line
        )
        return None
    for extra in pairs[1:]:
        cause = f"there is a second table of two columns (the first is on line {pairs[0].line})"
        report.error(
            "K156", cause, mend="join the tables, or give the one in the stem a third column", line=extra.line
        )
    payload = _pairs(pairs[0], report)
    return payload if len(pairs) == 1 else None


def _pairs(table: Block, report: Report) -> Json | None:
    faults = len(report.errors)
    lefts: dict[str, Cell] = {}
    rights: list[str] = []
    answer: list[int] = []
    distractors: list[Cell] = []
    for row in table.rows:
        left, right = row[0], row[1]
        if not right.text.strip():
            mend = "write what belongs to the left one; only a left cell may be empty"
            report.error("K152", "the right cell is empty", mend=mend, line=right.line, column=right.column)
        elif not left.text.strip():
            distractors.append(right)
        elif plain(left.text) in lefts:
            cause = f"“{left.text.strip()}” stands on the left twice (first on line {lefts[plain(left.text)].line})"
            mend = "join the two right cells, or word one left cell otherwise"
            report.error("K153", cause, mend=mend, line=left.line, column=left.column)
        else:
            lefts[plain(left.text)] = left
            answer.append(_place(rights, right.text.strip()))
    for cell in distractors:
        if cell.text.strip() in rights:
            cause = f"the distractor “{cell.text.strip()}” is a right cell too"
            report.error("K155", cause, mend="change one of them", line=cell.line, column=cell.column)
        _place(rights, cell.text.strip())
    if not 2 <= len(lefts) <= MAX_PAIRS:
        cause = f"there are {len(lefts)} pairs"
        report.error("K154", cause, mend=f"give 2 to {MAX_PAIRS} rows with a left cell", line=table.line)
    elif len(rights) < 2:
        cause = "every row has the same right cell"
        report.error("K157", cause, mend="give at least two groups", line=table.line)
    if len(report.errors) > faults:
        return None
    return {
        "headers": [cell.text.strip() for cell in table.header],
        "lefts": [cell.text.strip() for cell in lefts.values()],
        "rights": rights,
        "answer": answer,
    }


def _place(texts: list[str], text: str) -> int:
    if text not in texts:
        texts.append(text)
    return texts.index(text)


def stem(source: QuestionSource) -> str:
    """The body without the table of pairs."""
    return stem_without(source, [block for block in of_type(source, "table") if len(block.header) == 2])


def is_sort(payload: Json) -> bool:
    """Whether several lefts share a right, so that the rights are groups."""
    return len(set(payload["answer"])) < len(payload["answer"])


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The order of both columns."""
    return {
        "lefts": shuffled(range(len(payload["lefts"])), seed=f"{seed}:lefts"),
        "rights": shuffled(range(len(payload["rights"])), seed=f"{seed}:rights"),
    }


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `headers`, `sort`, `pairs` (one select each) with `choices`, and the `rights`."""
    values = presented["values"]
    kept = (draft or {}).get("pairs") or [None] * len(payload["lefts"])
    choices = [
        {"value": number, "text": unmarked(fill(payload["rights"][place], values)), "place": place}
        for number, place in enumerate(presented["rights"])
    ]
    return {
        "headers": payload["headers"],
        "sort": is_sort(payload),
        "rights": [
            {
                "value": number,
                "letter": LETTERS[number : number + 1],
                "text": fill(payload["rights"][place], values),
            }
            for number, place in enumerate(presented["rights"])
        ],
        "pairs": [
            {
                "name": f"pair-{number}",
                "text": fill(payload["lefts"][place], values),
                "choices": [
                    {
                        "value": choice["value"],
                        "text": choice["text"],
                        "selected": choice["place"] == kept[place],
                    }
                    for choice in choices
                ],
            }
            for number, place in enumerate(presented["lefts"])
        ],
    }


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """One choice for every left cell."""
    rights = presented["rights"]
    pairs: list[int | None] = [None] * len(payload["lefts"])
    errors: dict[str, str] = {}
    for number, place in enumerate(presented["lefts"]):
        typed = one(fields, f"pair-{number}")
        chosen = position(typed, len(rights))
        if chosen is not None:
            pairs[place] = rights[chosen]
        elif typed:
            errors[f"pair-{number}"] = "That choice is not on this page: choose one of those shown."
        else:
            errors[f"pair-{number}"] = "Choose one for this row too."
    if errors:
        return Reading(errors=errors, draft={"pairs": pairs})
    return Reading(response={"pairs": pairs})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """The share of right pairs; passed when as many are right as `_needed` says."""
    given = response.get("pairs") or [None] * len(payload["lefts"])
    parts = [
        {"key": f"pair-{place}", "score": float(chosen == wanted), "given": chosen}
        for place, (chosen, wanted) in enumerate(zip(given, payload["answer"], strict=True))
    ]
    right = sum(chosen == wanted for chosen, wanted in zip(given, payload["answer"], strict=True))
    return Marks(right / len(parts), right >= _needed(payload), parts)


def _needed(payload: Json) -> int:
    """How many pairs must be right to pass: all, or four in five of MANY_PAIRS and more.

    Of two groups all must be right, however many the pairs: half of them are right by tossing a coin.
    """
    count = len(payload["lefts"])
    two_groups = len(set(payload["answer"])) <= 2
    return count if count < MANY_PAIRS or two_groups else -(-4 * count // 5)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The pairs, left → right."""
    if "pairs" not in response:
        return DONT_KNOW
    pairs = zip(payload["lefts"], response["pairs"], strict=True)
    told = [f"{left} → {payload['rights'][chosen]}" for left, chosen in pairs]
    return clip(unmarked(fill("; ".join(told), presented["values"])))


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `pairs` with what was given and expected, unused `distractors`, `skipped`."""
    values = presented["values"]
    given = response.get("pairs")
    rights = [fill(text, values) for text in payload["rights"]]
    return {
        "skipped": not response,
        "headers": payload["headers"],
        "pairs": [
            {
                "text": fill(payload["lefts"][place], values),
                "given": rights[given[place]] if given else "",
                "expected": rights[payload["answer"][place]],
                "state": "missed" if not given else "right" if marks.parts[place]["score"] == 1 else "wrong",
            }
            for place in presented["lefts"]
        ],
        "distractors": [text for place, text in enumerate(rights) if place not in payload["answer"]],
    }


def guess_rate(payload: Json) -> float:
    """The chance that enough pairs are right by chance: in a sort each drawn alone, in a match each right used once."""
    count, choices = len(payload["lefts"]), len(payload["rights"])
    enough = range(_needed(payload), count + 1)
    if not is_sort(payload):
        ways = sum(math.comb(count, right) * _all_wrong(count - right, choices - right) for right in enough)
        return ways / math.perm(choices, count)
    chance = 1 / choices
    return sum(math.comb(count, right) * chance**right * (1 - chance) ** (count - right) for right in enough)


def _all_wrong(count: int, choices: int) -> int:
    """The ways to give each of `count` lefts another one of `choices` rights, none of them its own.

    By inclusion and exclusion: R. P. Stanley, Enumerative Combinatorics 1 (2012), section 2.2.
    """
    return sum(
        (-1) ** own * math.comb(count, own) * math.perm(choices - own, count - own)
        for own in range(count + 1)
    )


def key(payload: Json) -> Json:
    """The pairs, in whatever order they are listed."""
    pairs = zip(payload["lefts"], payload["answer"], strict=True)
    return {"pairs": sorted([left, payload["rights"][place]] for left, place in pairs)}
