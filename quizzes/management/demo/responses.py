"""What simulated learners answer: the right answer, or one of the wrong ones that tempt."""

from __future__ import annotations

from collections.abc import Sequence

from quizzes.bank import asking
from quizzes.bank.kinds.base import Form, Json
from quizzes.bank.shapes import Stored
from quizzes.scheduling.prng import draw

# Whoever is wrong answers this often, and else says that they do not know.
_TRIES = 0.8
# Of those who try, so many take the wrong answer that tempts most.
_TEMPTED = 0.6


# Any, in Json: the response is of whatever kind the question is.
def response_to(spec: Stored, presented: Stored, *, right: bool, seed: str) -> Json:
    """Returns a response as the question's form would bring it; `{}` is "I don't know"."""
    if right:
        return _passing(spec, presented, [asking.right_form(spec, presented)], passed=True) or {}
    if draw(f"{seed}:tries") >= _TRIES:
        return {}
    forms = [wrong.form for wrong in asking.wrong_forms(spec, presented)]
    return _passing(spec, presented, _tempting(forms, seed), passed=False) or {}


def can_be_answered(spec: Stored) -> bool:
    """Returns whether the right answer is found here, and is not marked by the learner: the question can stand in the
    demo.
    """
    presented = asking.present(spec, seed="demo")
    response = response_to(spec, presented, right=True, seed="demo")
    return bool(response) and not asking.mark(spec, presented, response).recall


# Any, in Json, as above.
def _passing(spec: Stored, presented: Stored, forms: Sequence[Form], *, passed: bool) -> Json | None:
    """Returns the first response to these forms that passes, or does not. Returns None when there is none."""
    for form in forms:
        response = asking.read(spec, presented, form).response
        if response is not None and asking.mark(spec, presented, response).passed == passed:
            return response
    return None


def _tempting(forms: Sequence[Form], seed: str) -> list[Form]:
    """Returns the forms, one of them moved to the front: the first of them more often than the others."""
    if draw(f"{seed}:tempted") < _TEMPTED:
        return list(forms)
    place = int(draw(f"{seed}:other") * len(forms))
    return [forms[place], *forms[:place], *forms[place + 1 :]]
