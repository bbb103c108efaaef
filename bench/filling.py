"""Filling in the product's forms as a learner would: rightly, wrongly, or not at all. Wants Django set up."""

from __future__ import annotations

import random
from functools import cache
from uuid import UUID

from bench.load import Fields, Form
from quizzes.bank.api import Json, asking
from quizzes.bank.models import Version
from quizzes.review import tokens

RIGHT = 0.75
# Of the wrong answers, so many say that the learner does not know.
DONT_KNOW = 0.2
SURE = ("sure", "sure", "unsure", "guess")
SKIP: Fields = [("skip", "1")]


@cache
def specs() -> dict[tuple[UUID, int], Json]:
    """Returns the content of every version, by its question's public id and its number; one query for all learners."""
    versions = Version.objects.values_list("question__public_id", "number", "spec")
    return {(question, number): spec for question, number, spec in versions}


class Filling:
    """What one learner fills in, whose database id is `user`; `right` is the share of right answers."""

    def __init__(self, user: int, *, right: float = RIGHT) -> None:
        self.user, self.right = user, right
        self.rng = random.Random(user)

    def __call__(self, form: Form) -> Fields:
        """Returns the fields of an answer to the question as the form presents it."""
        shown = tokens.read(form.hidden["token"], user=self.user)
        if shown is None:
            raise RuntimeError("the page's own token cannot be read")
        spec = specs()[shown.question, shown.version]
        presented = asking.present(spec, seed=shown.seed)
        filled = self._answer(spec, presented)
        fields = [(name, value) for name, values in filled.items() for value in values]
        if fields and 'name="confidence"' in form.html:
            fields.append(("confidence", self.rng.choice(SURE)))
        return fields or SKIP

    def _answer(self, spec: Json, presented: Json) -> dict[str, list[str]]:
        """Returns a form that is complete; without a field where the learner does not know."""
        if self.rng.random() < self.right:
            forms = [asking.right_form(spec, presented)]
        elif self.rng.random() < DONT_KNOW:
            return {}
        else:
            forms = [wrong.form for wrong in asking.wrong_forms(spec, presented)]
            self.rng.shuffle(forms)
        complete = (form for form in forms if asking.read(spec, presented, form).response is not None)
        return next(complete, {})
