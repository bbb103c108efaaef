"""Small packs for the tests of the kinds, and how to read and answer them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.loader import render_to_string

from quizzes.bank import asking
from quizzes.bank.kinds.base import Marks
from quizzes.bank.packs.build import lint

HEAD = "---\npack: sample\ntitle: Sample\n---\n\n"
TAIL = "\n\n### Explanation\n\nBecause it is so.\n"

Json = dict[str, Any]
Form = dict[str, list[str]]


@dataclass(frozen=True)
class Asked:
    """A question as one learner sees it."""

    spec: Json
    presented: Json

    @property
    def payload(self) -> Json:
        payload: Json = self.spec["payload"]
        return payload

    def page(self, draft: Json | None = None, errors: Mapping[str, str] | None = None) -> str:
        context = asking.ask(self.spec, self.presented, draft)
        return render_to_string(context["ask_template"], {**context, "ask": context, "errors": errors or {}})

    def response(self, form: Form) -> Json:
        reading = asking.read(self.spec, self.presented, form)
        assert reading.response is not None, reading.errors
        return reading.response

    def errors(self, form: Form) -> Mapping[str, str]:
        return asking.read(self.spec, self.presented, form).errors

    def marks(self, form: Form) -> Marks:
        return asking.mark(self.spec, self.presented, self.response(form))

    def feedback(self, form: Form) -> str:
        response = self.response(form)
        marks = asking.mark(self.spec, self.presented, response)
        context = asking.feedback(self.spec, self.presented, response, marks)
        return render_to_string(context["feedback_template"], {**context, "said": context})

    def described(self, form: Form) -> str:
        return asking.describe(self.spec, self.presented, self.response(form))


@cache
def spec_of(text: str) -> Json:
    """The spec of the one question in a text that begins with `## `; the explanation is added."""
    draft, report = lint(HEAD + text.strip() + TAIL)
    assert draft is not None, [fault.at("sample.md") for fault in report.errors]
    return draft.questions[0].spec


def asked(text: str, seed: str = "one") -> Asked:
    spec = spec_of(text)
    return Asked(spec, asking.present(spec, seed=seed))


def faults(text: str) -> list[tuple[str, int, str]]:
    """`(code, line in the text from 1, severity)` of all that the linter says about a question."""
    _, report = lint(HEAD + text.strip() + TAIL)
    above = HEAD.count("\n")
    return [(fault.code, fault.line - above, fault.severity) for fault in sorted(report.diagnostics)]


def codes(text: str) -> set[str]:
    return {code for code, _, _ in faults(text)}


def right_form(one: Asked) -> Form:
    """The form filled in rightly."""
    return asking.right_form(one.spec, one.presented)


def seeds(count: int) -> list[str]:
    """Seeds that are always the same."""
    rng = random.Random(7)
    return [f"{rng.randrange(10**6)}" for _ in range(count)]
