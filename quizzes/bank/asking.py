"""Asking and marking for the rooms above: one door to all kinds.

`spec` is a version's content, `presented` what one learner saw of it, `response` what they answered (`{}` means
"I don't know"): JSON, as columns hold it. Here it is read into the shapes of its kind, and what the kind says is
written again. Texts in the contexts are Markdown with their values filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from quizzes.bank.braces import blanked
from quizzes.bank.expressions import Budget, ExpressionError, Number
from quizzes.bank.kinds import KINDS
from quizzes.bank.kinds.base import AnyKind, Fields, Form, Json, Marked, Marks, Reading, Seen, Wrong
from quizzes.bank.kinds.words import DONT_KNOW
from quizzes.bank.params import DRAW_STEPS, draw, fill
from quizzes.bank.shapes import SCHEMA, SCHEMA_KEY, Shape, Stored, check_schema
from quizzes.bank.spec import Spec, content_of, payload_of
from quizzes.scheduling.api import Verdict

SKIP = "skip"
# What `describe` says of the response `{}`.
SKIPPED = DONT_KNOW
_REDRAWS = 20


# Any, in Json: of every kind something else; templates and columns take it, and no code but the kind's reads it.
def present(spec: Stored, *, seed: str) -> Json:
    """Returns what a learner will see: `{"seed", "values", **the kind's own}`; the same seed always gives the same."""
    kind, payload = payload_of(spec)
    own = kind.present(payload, seed=seed).to_json()
    return {**own, "seed": seed, "values": _values(spec, seed), SCHEMA_KEY: SCHEMA}


# Any: a template's context, of every kind something else.
def ask(spec: Stored, presented: Stored, draft: Stored | None = None) -> dict[str, Any]:
    """Returns the context of the template named `ask_template`; `draft` is what was typed or ticked before."""
    kind, payload, said = content_of(spec)
    seen = _seen(kind, presented)
    return {
        **kind.ask(payload, seen, kind.Response.from_json(draft or {})),
        "ask_template": f"quizzes/bank/kinds/{kind.name}/ask.html",
        "paper_template": kind.paper,
        **_heading(kind, said, seen),
        "hint": blanked(seen.fill(said.hint)),
    }


def read(spec: Stored, presented: Stored, fields: Fields) -> Reading:
    """Turns a form (`dict(request.POST.lists())`) into a response; the field `skip` means "I don't know"."""
    if SKIP in fields:
        return Reading(response={})
    kind, payload = payload_of(spec)
    found = kind.read(payload, _seen(kind, presented), fields)
    return Reading(
        response=None if found.response is None else found.response.to_json(),
        errors=found.errors,
        draft=None if found.draft is None else found.draft.to_json(),
        unmoved=None if found.draft is None else kind.unmoved(found.draft).to_json(),
    )


def mark(spec: Stored, presented: Stored, response: Stored) -> Marks:
    """Marks a response part by part."""
    kind, payload = payload_of(spec)
    marked = kind.mark(payload, _seen(kind, presented), kind.Response.from_json(response))
    return Marks(
        score=marked.score,
        passed=marked.passed,
        parts=[part.to_json() for part in marked.parts],
        recall=marked.recall,
        must_missed=marked.must_missed,
        repaired=marked.repaired,
        easy=marked.easy,
    )


def describe(spec: Stored, presented: Stored, response: Stored) -> str:
    """Returns the response in words, at most 200 characters."""
    kind, payload = payload_of(spec)
    return kind.describe(payload, _seen(kind, presented), kind.Response.from_json(response))


def offered(spec: Stored) -> list[tuple[str, Verdict]]:
    """Returns the options one of which is chosen, in the words of `describe`, each with the verdict on it.

    Empty for other kinds, and where the options hold numbers that are drawn anew each time.
    """
    kind, payload, said = content_of(spec)
    if said.params:
        return []
    presented = present(spec, seed="example")
    responses = [one.to_json() for one in kind.offered(payload)]
    return [(describe(spec, presented, one), mark(spec, presented, one).verdict) for one in responses]


def guess_rate(spec: Stored) -> float:
    """Returns the chance of passing by guessing blindly, 0 to 1."""
    kind, payload = payload_of(spec)
    return kind.guess_rate(payload)


# Any: a template's context, of every kind something else.
def feedback(spec: Stored, presented: Stored, response: Stored, marks: Marks) -> dict[str, Any]:
    """Returns the context of the template named `feedback_template`, and the texts that surround it."""
    kind, payload, said = content_of(spec)
    seen = _seen(kind, presented)
    marked: Marked[Any] = Marked(
        score=marks.score,
        passed=marks.passed,
        parts=[kind.Part.from_json(part) for part in marks.parts],
        must_missed=marks.must_missed,
    )
    return {
        **kind.feedback(payload, seen, kind.Response.from_json(response), marked),
        "feedback_template": f"quizzes/bank/kinds/{kind.name}/feedback.html",
        **_heading(kind, said, seen),
        "explanation": seen.fill(said.explanation),
        "model_answer": seen.fill(said.model_answer),
        "say_it": seen.fill(said.say_it),
        "follow_ups": [seen.fill(text) for text in said.follow_ups],
        "mistakes": [seen.fill(text) for text in said.mistakes],
        "sources": list(said.sources),
    }


def prompt(spec: Stored, presented: Stored | None = None) -> str:
    """Returns the prompt for lists, with the numbers it was shown with or else with example numbers, always the
    same.
    """
    values = _values(spec, "example") if presented is None else _drawn(presented)
    return blanked(fill(str(spec["prompt"]), values))


def right_form(spec: Stored, presented: Stored) -> Form:
    """Returns the form filled in rightly."""
    kind, payload = payload_of(spec)
    return kind.right(payload, _seen(kind, presented))


def wrong_forms(spec: Stored, presented: Stored) -> list[Wrong]:
    """Returns the wrong answers the question names, those that tempt first."""
    kind, payload = payload_of(spec)
    return list(kind.wrong(payload, _seen(kind, presented)))


def kinds() -> dict[str, str]:
    """Returns the kinds there are, each with what learners call it, by that."""
    return dict(sorted(((name, kind.label) for name, kind in KINDS.items()), key=itemgetter(1)))


def kinds_to_try() -> Sequence[str]:
    """Returns the kinds of the questions that visitors try, in the order in which they are asked."""
    fit = [(kind.trial, name) for name, kind in KINDS.items() if kind.trial is not None]
    return [name for _, name in sorted(fit)]


def kinds_that_practise(what: str) -> frozenset[str]:
    """Returns the kinds that train to "explain", "code" or "numbers"."""
    return frozenset(name for name, kind in KINDS.items() if kind.practises == what)


def label(kind: str) -> str:
    """Returns what learners call a kind; an unknown one is called by its own name."""
    return KINDS[kind].label if kind in KINDS else kind


# Any, in AnyKind: a registry cannot name the shapes of each of its kinds.
def _heading(kind: AnyKind, said: Spec, seen: Seen[Shape]) -> dict[str, str]:
    return {
        "kind": kind.name,
        "label": kind.label,
        "prompt": blanked(seen.fill(said.prompt)),
        "stem": blanked(seen.fill(said.stem)),
    }


# Any, in AnyKind, as above.
def _seen(kind: AnyKind, presented: Stored) -> Seen[Shape]:
    """Returns what was presented. Raises UnreadableError when it is of another shape or of a later schema."""
    check_schema(presented)
    return Seen(kind.Presented.from_json(presented), _drawn(presented))


def _drawn(presented: Stored) -> Mapping[str, Number]:
    values = presented.get("values")
    return values if isinstance(values, dict) else {}


def _values(spec: Stored, seed: str) -> dict[str, Number]:
    """Returns the numbers for a seed; where one draw has no value, the next that has. None where the steps do not
    suffice.
    """
    said = content_of(spec).spec
    if not said.params and not said.lets:
        return {}
    budget = Budget(DRAW_STEPS)
    for number in range(_REDRAWS):
        try:
            return draw(said.params, said.lets, f"{seed}:{number}" if number else seed, budget)
        except ExpressionError:
            continue
    return {}
