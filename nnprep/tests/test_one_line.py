"""Text of one line: every field of every form of ours, and the other ways in, keep out what would break it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError

import accounts
import quizzes
from accounts.single_line import fault_of_line, flat
from quizzes.bank.packs.build import lint
from quizzes.classroom.models import Classroom, Group
from quizzes.classroom.roster import Fate, read_roster
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.packs import choices, load_choices
from quizzes.tests.review.pages import html

CONTROLS = ["\r\n", "\n", "\t", "\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"]
REFUSED = [*CONTROLS, "\u202a", "\u202e", "\u2066", "\u2069"]


def our_forms() -> Iterator[type[forms.BaseForm]]:
    for package in (accounts, quizzes):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".tests" not in module.name and ".migrations" not in module.name:
                importlib.import_module(module.name)
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith(("accounts.", "quizzes.")) and ".tests." not in form.__module__:
            yield form


def one_line_fields() -> list[tuple[str, forms.CharField]]:
    """Every field for one line of text; passwords are taken as they are typed, and are only compared."""
    return sorted(
        (
            (f"{form.__module__}.{form.__name__}.{name}", field)
            for form in our_forms()
            for name, field in getattr(form, "base_fields", {}).items()
            # allauth takes it away when it makes the form: nobody has a user name here.
            if name != "username"
            and isinstance(field, forms.CharField)
            and not isinstance(field.widget, forms.Textarea | forms.PasswordInput)
        ),
        key=lambda pair: pair[0],
    )


def test_the_walk_finds_the_fields_there_are() -> None:
    names = {".".join(name.split(".")[-2:]) for name, _ in one_line_fields()}
    assert {
        "ClassForm.title",
        "ClassForm.about",
        "SetForm.title",
        "TermsForm.title",
        "BankSearchForm.q",
    } <= names
    assert {"ExtensionForm.reason", "CodeForm.code", "RuleForm.tag", "AssignForm.title"} <= names


@pytest.mark.parametrize("sign", REFUSED, ids=lambda sign: "-".join(f"{ord(one):04X}" for one in sign))
def test_no_field_of_one_line_lets_a_sign_through_that_breaks_it(sign: str) -> None:
    for name, field in one_line_fields():
        try:
            taken = field.clean(f"A{sign}B")
        except ValidationError:
            continue
        assert not fault_of_line(str(taken)), name


@pytest.mark.parametrize(
    "text", ["Ann-Marie O’Neil", "日本語の組", "שלום", "مرحبا", "a\u200db", "Ω → ∞ (2026)"]
)
def test_what_people_write_in_any_script_is_one_line(text: str) -> None:
    assert fault_of_line(text) == ""
    assert flat(text) == text


def test_the_error_says_what_where_and_how_to_mend_it() -> None:
    assert fault_of_line("A\r\nB") == "Write it in one line: it holds a line break after 1 characters."
    assert "U+202E after 2 characters" in fault_of_line("ab\u202ec")


def test_flat_text_can_be_a_header() -> None:
    for sign in REFUSED:
        assert flat(f" A{sign}B ") == "A B"


@pytest.fixture
def teaching(db: None) -> Teaching:
    load_choices(topics=3, each=4)
    return Teaching.begin()


def test_a_class_title_of_two_lines_is_refused_and_kept_in_the_form(teaching: Teaching) -> None:
    desk = browser(teaching.owner)
    answer = desk.post(at("new_class"), {"title": "A\r\nB", "time_zone": "UTC"})
    assert answer.status_code == 422
    assert "Write it in one line: it holds a line break after 1 characters." in html(answer)
    assert Classroom.objects.count() == 1


def test_a_group_name_with_a_hidden_sign_is_refused(teaching: Teaching) -> None:
    place = teaching.take_in(account("ann"))
    form = {"do": "group", "group": "Red\u202e", "member": str(place.public_id)}
    page = html(browser(teaching.owner).post(at("members", teaching.classroom.public_id), form, follow=True))
    assert "The group’s name: Take out the invisible sign U+202E" in page
    assert not Group.objects.exists()


def test_a_roster_row_with_a_hidden_sign_is_told_and_the_others_go_in() -> None:
    rows = read_roster("Ann\u202e,ann@example.org\nBob,bob@example.org,R\x07ed\nCy,cy@example.org")
    assert [row.fate for row in rows] == [Fate.BAD, Fate.BAD, Fate.NEW]
    assert [row.field for row in rows[:2]] == ["name", "group"]
    assert "take out the invisible sign U+202E" in rows[0].mend


@pytest.mark.parametrize("title", ['"A\\u202eB"', '"A\\nB"', '"A\\x07B"', '"A\\u2028B"'])
def test_a_packs_title_is_one_line(title: str) -> None:
    text = choices(topic="own", number=9, many=2)
    text = "\n".join(f"title: {title}" if line.startswith("title:") else line for line in text.splitlines())
    _, report = lint(text)
    assert [fault.code for fault in report.errors] == ["NN014"]
