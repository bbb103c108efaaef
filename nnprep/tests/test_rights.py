"""Who may do what: every address of classes, sets and packs, by GET and POST, for everyone there is."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from nnprep.tests.worlds import ANONYMOUS, EVERYONE, MEMBERS, World, make_world
from quizzes.classroom.models import Classroom, Membership
from quizzes.classroom.rights import IN_AN_ARCHIVE, WHO_MAY, Action, Role
from quizzes.reports.actions import report_question
from quizzes.reports.models import QuestionReport
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

SIGNED_IN = frozenset(EVERYONE) - {ANONYMOUS}
NOBODY: frozenset[str] = frozenset()
Named = Callable[[World], dict[str, object]]


def members_who_may(action: Action) -> frozenset[str]:
    return frozenset(who for who, role in MEMBERS.items() if role in WHO_MAY[action])


def in_class(world: World) -> dict[str, object]:
    return {"public_id": world.classroom.public_id}


def in_assignment(world: World) -> dict[str, object]:
    return {"public_id": world.assignment.public_id}


def in_pack(world: World) -> dict[str, object]:
    return {"public_id": world.pack.public_id}


def in_set(world: World) -> dict[str, object]:
    return {"public_id": world.question_set.public_id}


@dataclass(frozen=True)
class Case:
    """What can be asked of an address, and who gets an answer to it; everyone else gets 404."""

    name: str
    objects: Named
    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    data: Callable[[World], dict[str, Any]] = field(default=lambda _: {})
    says: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.says}".strip()


def member_of(world: World) -> dict[str, Any]:
    return {"member": str(world.place("member").public_id)}


def reported(world: World) -> dict[str, object]:
    """A report of the member's about the assigned question, made anew where the last one was rolled back."""
    report = QuestionReport.objects.first()
    if report is None:
        study = Study(world.users["member"], now=timezone.now())
        while (review := study.answer()).version.question_id != world.question.pk:
            pass
        report = report_question(review=review, kind=QuestionReport.Kind.TYPO, text="A slip.", now=study.now)
    return {"public_id": report.public_id}


def may(action: Action) -> frozenset[str]:
    return members_who_may(action)


OWNER = frozenset({"owner"})
CASES = [
    Case("class", in_class, get=may(Action.SEE_CLASS)),
    Case("class_settings", in_class, get=may(Action.EDIT), post=may(Action.EDIT)),
    Case("members", in_class, get=may(Action.SEE_MEMBERS)),
    *(
        Case(
            "members",
            in_class,
            post=may(action),
            data=lambda world, do=do: {**member_of(world), "do": do, "group": "Red", "role": "assistant"},  # type: ignore[misc]
            says=do,
        )
        for do, action in (
            ("remove", Action.REMOVE_LEARNERS),
            ("group", Action.GROUP),
            ("ungroup", Action.GROUP),
            ("delete-group", Action.GROUP),
            ("role", Action.APPOINT),
            ("withdraw", Action.ADMIT),
        )
    ),
    Case("members", in_class, post=NOBODY, data=lambda _: {"do": "anything"}, says="unknown"),
    Case("roster", in_class, get=may(Action.ADMIT), post=may(Action.ADMIT)),
    Case("join_link", in_class, post=may(Action.ADMIT), data=lambda _: {"days": "7", "max_uses": "10"}),
    Case("assign", in_class, get=may(Action.ASSIGN), post=may(Action.ASSIGN)),
    Case("archive_class", in_class, get=may(Action.ARCHIVE), post=may(Action.ARCHIVE)),
    Case("leave_class", in_class, get=may(Action.LEAVE), post=may(Action.LEAVE)),
    Case("take_over", in_class, post=may(Action.TAKE_OVER)),
    Case("ready", in_class, get=may(Action.SEE_RESULTS), post=may(Action.SEE_RESULTS)),
    Case("items", in_class, get=may(Action.SEE_RESULTS), post=may(Action.SEE_RESULTS)),
    Case("gradebook", in_class, get=may(Action.SEE_RESULTS)),
    Case("gradebook_csv", in_class, get=may(Action.SEE_RESULTS)),
    Case(
        "report",
        reported,
        get=may(Action.REPLY_TO_REPORTS),
        post=may(Action.REPLY_TO_REPORTS),
        data=lambda _: {"reply": "Thank you."},
    ),
    Case("assignment", in_assignment, get=may(Action.SEE_RESULTS) | {"member"}),
    Case("assignment_terms", in_assignment, get=may(Action.ASSIGN), post=may(Action.ASSIGN)),
    Case("withdraw_assignment", in_assignment, get=may(Action.ASSIGN), post=may(Action.ASSIGN)),
    Case(
        "withdraw_assignment",
        in_assignment,
        post=may(Action.ASSIGN),
        data=lambda _: {"do": "give-back"},
        says="give back",
    ),
    Case("extensions", in_assignment, post=may(Action.EXTEND), data=member_of),
    Case(
        "end_extension",
        lambda world: {**in_assignment(world), "extension_id": world.extension.public_id},
        post=may(Action.EXTEND),
    ),
    Case("join_by", lambda world: {"token": world.link.token}, get=SIGNED_IN, post=SIGNED_IN, says="by link"),
    Case(
        "join_by",
        lambda world: {"token": world.invitation.token},
        get=SIGNED_IN,
        post=SIGNED_IN,
        says="by invitation",
    ),
    Case("decline", lambda world: {"token": world.invitation.token}, post=SIGNED_IN),
    Case("set", in_set, get=OWNER),
    Case(
        "change_set",
        in_set,
        post=OWNER,
        data=lambda world: {"do": "up", "question": str(world.question.public_id)},
    ),
    Case("add_rule", in_set, post=OWNER, data=lambda _: {"pick": "3"}),
    Case("set_settings", in_set, post=OWNER, data=lambda _: {"title": "T", "visibility": "public"}),
    Case("duplicate_set", in_set, post=OWNER),
    Case("delete_set", in_set, get=OWNER, post=OWNER),
    Case("print_set", in_set, get=OWNER),
    Case("join_set", in_set, post=OWNER),
    Case("preview", lambda world: {**in_set(world), "question_id": world.question.public_id}, get=OWNER),
    Case("pack_to_set", in_pack, post=OWNER),
    Case("pack_text", in_pack, get=OWNER),
    Case("retire_pack", in_pack, get=OWNER, post=OWNER),
    Case("take_back", in_pack, post=OWNER, data=lambda world: {"revision": str(world.pack.revision)}),
    Case(
        "upload",
        lambda world: {"public_id": world.upload.public_id},
        get=OWNER,
        post=OWNER,
        data=lambda _: {"as": "new"},
    ),
]
ADDRESSES = frozenset(f"quizzes:{case.name}" for case in CASES)


@pytest.fixture(scope="module")
def world_of_all(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> World:
    with django_db_blocker.unblock():
        return make_world()


@pytest.fixture
def world(world_of_all: World, db: None) -> World:
    """The world as it was made, whatever other tests did to its objects."""
    return deepcopy(world_of_all)


def nothing_like(named: dict[str, object]) -> dict[str, object]:
    """Names of the same form that belong to nothing."""
    return {
        key: uuid.uuid4() if isinstance(value, uuid.UUID) else f"{value}"[::-1]
        for key, value in named.items()
    }


def ask(world: World, who: str, method: str, case: Case, named: dict[str, object]) -> HttpResponse:
    client = world.client(who)
    address = reverse(f"quizzes:{case.name}", kwargs=named)
    data = case.data(world) if method == "post" else {}
    answer: HttpResponse
    with transaction.atomic():
        answer = getattr(client, method)(address, data)
        transaction.set_rollback(True)
    return answer


def goes_to_login(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def without_token(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", page)


ASKED = [
    pytest.param(case, method, allowed, id=f"{method} {case}")
    for case in CASES
    for method, allowed in (("get", case.get), ("post", case.post))
    if allowed is not None
]


@pytest.mark.parametrize(("case", "method", "allowed"), ASKED)
def test_those_who_may_get_an_answer_and_all_others_cannot_tell_it_from_nothing(
    world: World, case: Case, method: str, allowed: frozenset[str]
) -> None:
    named = case.objects(world)
    for who in EVERYONE:
        answer = ask(world, who, method, case, named)
        if who == ANONYMOUS:
            assert goes_to_login(answer), who
        elif who in allowed:
            assert answer.status_code in {200, 303, 422}, (who, answer.status_code)
            assert not goes_to_login(answer)
        else:
            nothing = ask(world, who, method, case, nothing_like(named))
            assert answer.status_code == nothing.status_code == 404, (who, answer.status_code)
            assert without_token(answer.content) == without_token(nothing.content), who


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_method_nobody_wrote_is_refused(world: World, case: Case) -> None:
    others = [other for other in CASES if other.name == case.name]
    for method in ("get", "post"):
        if all(getattr(other, method) is None for other in others):
            assert ask(world, "owner", method, case, case.objects(world)).status_code == 405


@pytest.mark.parametrize("case", CASES, ids=str)
def test_who_was_removed_sees_what_a_stranger_sees(world: World, case: Case) -> None:
    Membership.objects.filter(classroom=world.classroom).exclude(role=Role.OWNER).update(
        left_at=world.classroom.created_at
    )
    for who in ("member", "assistant", "co-instructor"):
        for method, allowed in (("get", case.get), ("post", case.post)):
            if allowed is not None and allowed != SIGNED_IN:
                assert ask(world, who, method, case, case.objects(world)).status_code == 404, (who, method)


@pytest.mark.parametrize("who", MEMBERS)
def test_an_archive_can_be_looked_at_and_restored_but_not_changed(world: World, who: str) -> None:
    Classroom.objects.filter(pk=world.classroom.pk).update(archived_at=world.classroom.created_at)
    for name, method, action in (
        ("class", "get", Action.SEE_CLASS),
        ("members", "get", Action.SEE_MEMBERS),
        ("ready", "get", Action.SEE_RESULTS),
        ("items", "post", Action.SEE_RESULTS),
        ("gradebook_csv", "get", Action.SEE_RESULTS),
        ("class_settings", "get", Action.EDIT),
        ("roster", "get", Action.ADMIT),
        ("assign", "get", Action.ASSIGN),
        ("archive_class", "post", Action.ARCHIVE),
        ("join_link", "post", Action.ADMIT),
    ):
        case = next(case for case in CASES if case.name == name)
        answer = ask(world, who, method, case, case.objects(world))
        expected = action in IN_AN_ARCHIVE and MEMBERS[who] in WHO_MAY[action]
        assert (answer.status_code != 404) is expected, (name, answer.status_code)


def test_the_documented_table_is_the_one_in_the_code() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "rights.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert table[2 : 2 + len(Action)] == [row(action) for action in Action]


def row(action: Action) -> str:
    """The table's row for an action, as the docs hold it."""
    cells = [tick(who in members_who_may(action)) for who in EVERYONE]
    return f"| {action.value} | " + " | ".join(cells) + f" | {tick(action in IN_AN_ARCHIVE)} |"


def tick(is_so: bool) -> str:
    return "yes" if is_so else "–"
