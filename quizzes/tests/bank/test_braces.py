"""Gaps that are not closed, and braces that would be read with the answer inside."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank import asking, search
from quizzes.bank.actions import load_pack
from quizzes.bank.braces import blanked, find_braces
from quizzes.bank.models import Searchable, Version
from quizzes.bank.packs.build import lint
from quizzes.review.models import Review
from quizzes.review.presenters import prompt as review_prompt
from quizzes.tests.bank.kinds.packs import spec_of
from quizzes.tests.bank.pack_examples import FRONT

CONTENT = Path(__file__).parents[3] / "content"
TAIL = "\n\n### Explanation\n\nSo.\n"
CHOICE = "- [x] Yes\n- [ ] No\n  > Why.\n"


def diagnostics(question: str) -> list[tuple[str, int, int]]:
    """Code, line (the heading is line 1) and column."""
    _, report = lint(FRONT + question + TAIL)
    before = FRONT.count("\n")
    return [(found.code, found.line - before, found.column) for found in report.in_order]


@pytest.mark.parametrize(
    ("question", "line", "column"),
    [
        ("## Fill. {#q}\n\nA kind of {{ridge|lasso}. And {{so}}.", 3, 11),
        ("## Fill. {#q}\n\nSo {{so}}.\n\nA kind of {{ridge|lasso", 5, 11),
        ("## Fill. {#q}\n\nIt is {{half}} of it}}.", 3, 21),
        ("## Fill. {#q}\n\nIt is {half} of {{it}}.", 3, 7),
        ("## Fill. {#q}\n\n{{it}} is\nhalf {of this}.", 4, 6),
        ("## Fill. {#q}\n\n| a | b |\n|---|---|\n| {{x} | {{y}} |", 5, 3),
        ("## Fill. {#q}\n\n- {{x}}\n- {{y", 4, 3),
        ("## Fill. {#q}\n\nThe {{a {{b}} c}}.", 3, 5),
        ("## Fill. {#q}\n\nSee $x = {{two}}$ and {{it}}.", 3, 5),
        ("## Fill. {#q}\n\n```python cloze\nx = {{a} + {{b}}\n```", 4, 5),
        ("## Is it {{this}}? {#q}\n\n" + CHOICE, 1, 10),
        ("## Is it? {#q}\n\nPerhaps {{this}}.\n\n" + CHOICE, 3, 9),
        ("## Is it? {#q}\n\n- [x] {{this}}\n- [ ] No\n  > Why.", 3, 7),
        ("## Is it? {#q}\n\n- [x] Yes\n- [ ] No\n  > Why {{not}.", 5, 9),
        ("## Is it? {#q}\n\n" + CHOICE + "\n### Hint\n\nIt is {{this}.", 9, 7),
        ("## Is it? {#q}\n\nIt is {{this\n\nAnswer: this", 3, 7),
        ("## A kind of {{ridge} {#q}\n\n" + CHOICE, 1, 14),
    ],
)
def test_braces_that_a_learner_would_read_are_an_error_at_their_place(
    question: str, line: int, column: int
) -> None:
    assert ("NN067", line, column) in diagnostics(question)


@pytest.mark.parametrize(
    "question",
    [
        '## Fill. {#q}\n\nThe set {0, 1}, {a} and {a, b} of `{{this}}` and `f"{name}"`: {{it}}.',
        "## Fill. {#q}\n\n$\\frac{half}{b}$, $$\\text{so on}$$ and {{it}}.",
        "## Fill. {#q}\n\nCosts $5 and {{gap}} for $6.",
        "## Fill. {#q}\n\nWrite \\{\\{ or \\{half} before {{it}}.",
        "## Fill. {#q}\n\nParams: a = 1..2\n\nIt is {{#{{=a}} ± 0.1}} of {{=a}}.",
        "## Fill. {#q}\n\n```python cloze\nx = {'a': {1}}\nf\"{name}\" + {{b}}\n```",
        '## Is it? {#q}\n\n$x^{{2}}$ and `{{ jinja }}`\n\n```python\nf"{{x}}"\n```\n\n' + CHOICE,
        "## Is it? {#q}\n\n" + CHOICE + "\n### Hint\n\nNot {half}.",
    ],
)
def test_mathematics_sets_and_code_are_no_gaps(question: str) -> None:
    assert diagnostics(question) == []


def test_double_braces_in_code_beside_gaps_are_remarked_on() -> None:
    question = "## Fill. {#q}\n\n{{it}}\n\n```python\nx = {{answer}}\n```"
    assert diagnostics(question) == [("NN068", 6, 5)]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.md")), ids=lambda path: path.stem)
def test_the_bank_has_no_such_braces(path: Path) -> None:
    _, report = lint(path.read_text(encoding="utf-8"))
    assert report.diagnostics == []


def shown(spec: dict[str, Any]) -> str:
    """Everything the page shows before the answer, as one text."""
    presented = asking.present(spec, seed="s")
    return repr(asking.ask(spec, presented)) + asking.prompt(spec)


@pytest.mark.parametrize(
    "leak",
    [
        "{{SECRET}",
        "{{SECRET",
        "{{SECRET|SECRET two}",
        "{{SECRET}}",
        "a {{SECRET} b {{c}} d",
        "{{`SECRET` $SECRET$",
    ],
)
def test_a_stored_version_with_an_unclosed_gap_keeps_its_answer(leak: str) -> None:
    draft, _ = lint(FRONT + "## Fill. {#q}\n\nFirst.\n\nIt is {{it}}.\n\n### Hint\n\nLook.\n" + TAIL)
    assert draft is not None
    cloze = draft.questions[0].spec
    cloze["payload"]["pieces"] = ["A kind of ", 0, f" and {leak}."]
    for name in ("prompt", "stem", "hint"):
        cloze[name] = f"See `{{{{code}}}}`, then {leak}."
    page = shown(cloze)
    assert "SECRET" not in page
    assert "____" in page.replace("\\", "")
    assert "`{{code}}`" in page


def test_stored_code_with_an_unclosed_gap_keeps_its_answer() -> None:
    draft, _ = lint(FRONT + "## Fill. {#q}\n\n```python cloze\nx = {{it}}\n```" + TAIL)
    assert draft is not None
    spec = draft.questions[0].spec
    spec["payload"]["pieces"] = ["x = ", 0, "\ny = {{SECRET}\n"]
    assert "SECRET" not in shown(spec)
    assert "y = ____" in shown(spec)


@given(st.text(alphabet="{}=ab `$\\\n", max_size=80))
def test_every_brace_is_told_once_and_in_order(text: str) -> None:
    found = list(find_braces(text))
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= braces.start < braces.end <= len(text) for braces in found)
    last = next((braces for braces in find_braces(text + "{{SECRET") if braces.start == len(text)), None)
    if last is not None and last.role == "open":
        assert "SECRET" not in blanked(text + "{{SECRET")


@pytest.mark.parametrize("word", ["{{dropout}} rate", "{{dropout", "{{drop|out}} {{=a}}"])
def test_no_list_of_answered_questions_shows_what_a_gap_holds(word: str) -> None:
    spec = spec_of(f"## The rate. {{#q}}\n\n{CHOICE}") | {"prompt": f"The {word}"}
    version = Version(spec=spec)
    shown = (
        asking.prompt(spec),
        asking.prompt(spec, {"values": {"a": 3}}),
        review_prompt(Review(version=version, presented={"values": {"a": 3}})),
    )
    for prompt in shown:
        assert "drop" not in prompt
        assert "{{d" not in prompt
    assert asking.prompt(spec | {"prompt": "Add {{=a}}."}, {"values": {"a": 3}}) == "Add 3."


@pytest.mark.django_db
def test_what_a_gap_holds_is_not_found() -> None:
    loaded = load_pack(
        text=FRONT + "## What? {#q}\n\n" + CHOICE + TAIL, path=Path("own.md"), now=datetime.now(tz=UTC)
    ).loaded
    assert loaded is not None
    version = loaded.questions.get().current
    assert version is not None
    version.spec |= {"prompt": "Which {{quokka}} is it?", "stem": "It is {{wombat."}
    version.save()
    search.write(loaded.questions.all())
    words = Searchable.objects.get(question__pack=loaded)
    assert "which" in words.prompt
    assert "quokka" not in words.prompt
    assert "wombat" not in words.about
