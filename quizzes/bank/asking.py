"""Asking and marking for the rooms above: one door to all kinds.

`spec` is a version's content, `presented` what one learner saw of it, `response` what they answered (`{}` means
"I don't know"). All three are JSON. Texts in the contexts are Markdown with their values filled in.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from quizzes.bank.braces import blanked
from quizzes.bank.expressions import Budget, ExpressionError, Number
from quizzes.bank.kinds import KINDS
from quizzes.bank.kinds.base import Fields, Json, Kind, Marks, Reading
from quizzes.bank.kinds.words import DONT_KNOW
from quizzes.bank.params import DRAW_STEPS, draw, fill
from quizzes.scheduling.ratings import Verdict

SKIP = "skip"
# What `describe` says of the response `{}`.
SKIPPED = DONT_KNOW
_REDRAWS = 20
_ONE_OF_SEVERAL = ("choice", "bug")


def present(spec: Json, *, seed: str) -> Json:
    """What a learner will see: `{"seed", "values", **the kind's own}`; the same seed always gives the same."""
    values = _values(spec, seed)
    return {**_kind(spec).present(spec["payload"], values=values, seed=seed), "seed": seed, "values": values}


def ask(spec: Json, presented: Json, draft: Json | None = None) -> dict[str, Any]:
    """Context of the template named `ask_template`; `draft` is what was typed or ticked before."""
    kind, values = _kind(spec), presented["values"]
    return {
        **kind.ask(spec["payload"], presented, draft),
        "ask_template": f"quizzes/bank/kinds/{kind.NAME}/ask.html",
        "kind": kind.NAME,
        "label": kind.LABEL,
        "prompt": blanked(fill(spec["prompt"], values)),
        "stem": blanked(fill(spec["stem"], values)),
        "hint": blanked(fill(spec["hint"], values)),
    }


def read(spec: Json, presented: Json, fields: Fields) -> Reading:
    """Turn a form (`dict(request.POST.lists())`) into a response; the field `skip` means "I don't know"."""
    if SKIP in fields:
        return Reading(response={})
    return _kind(spec).read(spec["payload"], presented, fields)


def mark(spec: Json, presented: Json, response: Json) -> Marks:
    """Mark a response part by part."""
    return _kind(spec).mark(spec["payload"], presented, response)


def describe(spec: Json, presented: Json, response: Json) -> str:
    """The response in words, at most 200 characters."""
    return _kind(spec).describe(spec["payload"], presented, response)


def offered(spec: Json) -> list[tuple[str, Verdict]]:
    """The options one of which is chosen, in the words of `describe`, each with the verdict on it.

    Empty for other kinds, and where the options hold numbers that are drawn anew each time.
    """
    if spec["kind"] not in _ONE_OF_SEVERAL or spec["params"]:
        return []
    presented = present(spec, seed="example")
    responses = [{"option": place} for place in range(len(spec["payload"]["options"]))]
    return [(describe(spec, presented, one), mark(spec, presented, one).verdict) for one in responses]


def guess_rate(spec: Json) -> float:
    """The chance of passing by guessing blindly, 0 to 1."""
    return _kind(spec).guess_rate(spec["payload"])


def feedback(spec: Json, presented: Json, response: Json, marks: Marks) -> dict[str, Any]:
    """Context of the template named `feedback_template`, and the texts that surround it."""
    kind, values = _kind(spec), presented["values"]
    return {
        **kind.feedback(spec["payload"], presented, response, marks),
        "feedback_template": f"quizzes/bank/kinds/{kind.NAME}/feedback.html",
        "kind": kind.NAME,
        "label": kind.LABEL,
        "prompt": blanked(fill(spec["prompt"], values)),
        "stem": blanked(fill(spec["stem"], values)),
        "explanation": fill(spec["explanation"], values),
        "model_answer": fill(spec["model_answer"], values),
        "say_it": fill(spec["say_it"], values),
        "follow_ups": [fill(text, values) for text in spec["follow_ups"]],
        "mistakes": [fill(text, values) for text in spec["mistakes"]],
        "sources": spec["sources"],
    }


def prompt(spec: Json, presented: Json | None = None) -> str:
    """The prompt for lists, with the numbers it was shown with or else with example numbers, always the same."""
    values = _values(spec, "example") if presented is None else presented.get("values", {})
    return blanked(fill(spec["prompt"], values))


def kinds() -> dict[str, str]:
    """The kinds there are, each with what learners call it, by that."""
    return dict(sorted(((name, kind.LABEL) for name, kind in KINDS.items()), key=itemgetter(1)))


def label(kind: str) -> str:
    """What learners call a kind; an unknown one is called by its own name."""
    return KINDS[kind].LABEL if kind in KINDS else kind


def _kind(spec: Json) -> Kind:
    return KINDS[spec["kind"]]


def _values(spec: Json, seed: str) -> dict[str, Number]:
    """The numbers for a seed; where one draw has no value, the next that has. None where the steps do not suffice."""
    budget = Budget(DRAW_STEPS)
    for number in range(_REDRAWS):
        try:
            return draw(spec, f"{seed}:{number}" if number else seed, budget)
        except ExpressionError:
            continue
    return {}
