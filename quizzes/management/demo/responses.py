"""What simulated learners answer: the right answer, or one of the wrong ones that tempt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from quizzes.bank import asking
from quizzes.bank.kinds.base import Json
from quizzes.scheduling.prng import draw

Form = dict[str, list[str]]

# Whoever is wrong answers this often, and else says that they do not know.
_TRIES = 0.8
# Of those who try, so many take the wrong option that stands first.
_TEMPTED = 0.6


def response_to(spec: Json, presented: Json, *, right: bool, seed: str) -> Json:
    """A response as the question's form would bring it; `{}` is "I don't know"."""
    if not right and draw(f"{seed}:tries") >= _TRIES:
        return {}
    fields = _WAYS[spec["kind"]](spec["payload"], presented, right, seed)
    response = asking.read(spec, presented, fields).response
    return response if response is not None and asking.mark(spec, presented, response).passed == right else {}


def can_be_answered(spec: Json) -> bool:
    """Whether the right answer is found here: the question can stand in the demo."""
    if spec["kind"] not in _WAYS:
        return False
    presented = asking.present(spec, seed="demo")
    return bool(response_to(spec, presented, right=True, seed="demo"))


def _one(payload: Json, presented: Json, right: bool, seed: str) -> Form:  # noqa: FBT001 -- one signature for all
    places = [place for place, option in enumerate(payload["options"]) if option["right"] == right]
    return {"choice": [str(presented["options"].index(_pick(places, seed)))]}


def _several(payload: Json, presented: Json, right: bool, seed: str) -> Form:  # noqa: FBT001
    wanted = [place for place, option in enumerate(payload["options"]) if option["right"]]
    if not right:
        wanted.remove(_pick(wanted, seed))
        wanted = wanted or [next(at for at, option in enumerate(payload["options"]) if not option["right"])]
    return {"option": [str(presented["options"].index(place)) for place in wanted]}


def _verdict(payload: Json, presented: Json, right: bool, seed: str) -> Form:  # noqa: FBT001
    verdicts = [n for n, option in enumerate(payload["verdicts"]) if option["right"] == right]
    reasons = [n for n, option in enumerate(payload["reasons"]) if option["right"] == right]
    form = {"verdict": [str(_pick(verdicts, seed))]}
    if reasons:
        form["reason"] = [str(presented["reasons"].index(_pick(reasons, seed)))]
    return form


def _pairs(payload: Json, presented: Json, right: bool, seed: str) -> Form:  # noqa: FBT001
    rights = presented["rights"]
    form = {}
    for number, left in enumerate(presented["lefts"]):
        slip = 0 if right or draw(f"{seed}:{number}") < 0.5 else 1
        form[f"pair-{number}"] = [str((rights.index(payload["answer"][left]) + slip) % len(rights))]
    return form


def _places(_payload: Json, presented: Json, right: bool, _seed: str) -> Form:  # noqa: FBT001
    steps = presented["steps"]
    last = len(steps)
    # Two neighbours taken for one another.
    swapped = {1: 2, 2: 1} if not right and last > 1 else {}
    return {f"place-{n}": [str(swapped.get(step + 1, step + 1))] for n, step in enumerate(steps)}


def _gaps(payload: Json, _presented: Json, right: bool, _seed: str) -> Form:  # noqa: FBT001
    return {
        f"gap-{number}": [(gap["aliases"] or ["?"])[0] if right else "no idea"]
        for number, gap in enumerate(payload["gaps"])
    }


def _word(payload: Json, _presented: Json, right: bool, _seed: str) -> Form:  # noqa: FBT001
    return {"answer": [(payload["slot"]["aliases"] or ["?"])[0] if right else "no idea"]}


def _output(payload: Json, presented: Json, right: bool, seed: str) -> Form:  # noqa: FBT001
    if payload["options"]:
        return _one(payload, presented, right, seed)
    return {"answer": [payload["output"] if right else "None"]}


def _pick(places: Sequence[int], seed: str) -> int:
    """One of the places, the first of them more often than the others."""
    if draw(f"{seed}:tempted") < _TEMPTED:
        return places[0]
    return places[int(draw(f"{seed}:other") * len(places))]


_WAYS: dict[str, Callable[[Any, Any, bool, str], Form]] = {
    "choice": _one,
    "bug": _one,
    "multi": _several,
    "truefalse": _verdict,
    "match": _pairs,
    "order": _places,
    "cloze": _gaps,
    "code": _gaps,
    "short": _word,
    "output": _output,
}
