"""Choosing one of several options: what choice, bug and output share.

Response: `{"option": place in the payload}`. Presented: `{"options": [place, …]}` in the order on the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from quizzes.bank.kinds.base import Fields, Json, Marks, Reading
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.options import control_rows, judged_list, right_places
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.params import fill

FIELD = "choice"


def ask_one(options: Sequence[Json], presented: Json, draft: Json | None) -> Json:
    """Context of the controls: one radio button per option."""
    ticked = [(draft or {}).get("option")]
    return {"rows": control_rows(options, presented["options"], presented["values"], ticked)}


def read_one(presented: Json, fields: Fields, *, name: str = FIELD) -> Reading:
    """The option whose place on the page the field names."""
    order = presented["options"]
    typed = one(fields, name)
    if not typed:
        return Reading(errors={name: "Choose one, or say that you don’t know."})
    chosen = position(typed, len(order))
    if chosen is None:
        return Reading(errors={name: "That option is not on this page: choose one of those shown."})
    return Reading(response={"option": order[chosen]})


def mark_one(options: Sequence[Json], response: Json) -> Marks:
    """Right or wrong."""
    given = response.get("option")
    right = given in right_places(options)
    return Marks(float(right), right, [{"key": FIELD, "score": float(right), "given": given}])


def describe_one(options: Sequence[Json], presented: Json, response: Json) -> str:
    """The chosen option's text."""
    given = response.get("option")
    if given is None:
        return DONT_KNOW
    return clip(unmarked(fill(options[given]["text"] or options[given]["rest"], presented["values"])))


def feedback_one(options: Sequence[Json], presented: Json, response: Json) -> Json:
    """Context of the judged options."""
    given = response.get("option")
    chosen = [] if given is None else [given]
    return {
        "skipped": not response,
        "options": judged_list(options, presented["options"], presented["values"], chosen),
    }
