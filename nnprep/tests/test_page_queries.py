"""How many queries every page takes, whatever the rows: the test walks the URLconf, so that no page is forgotten."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.email_restore import token_for
from nnprep.tests.addresses import FORMER, named_patterns
from nnprep.tests.test_access import OWNED, SHARED
from nnprep.tests.test_rights import CASES, in_class
from nnprep.tests.worlds import ANONYMOUS, STAFF
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question
from quizzes.bank.queries import questions_for
from quizzes.bank.selecting import Filters
from quizzes.bank.sets import add_questions, add_rule, create_set
from quizzes.browsing import actions as browsing
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignment, Membership
from quizzes.classroom.policy import Terms
from quizzes.classroom.roster import read_roster
from quizzes.notifications import tokens
from quizzes.notifications.models import Switch
from quizzes.reports.actions import report_question
from quizzes.reports.models import QuestionReport
from quizzes.review.models import Review
from quizzes.tests.analytics.crowds import crowd
from quizzes.tests.browsing.practising import attempt_of
from quizzes.tests.privacy.lives import lived
from quizzes.tests.review.packs import choices
from quizzes.tests.review.studying import MONDAY, Study

# Addresses that no page of this world answers with 200, with the reason.
NOT_COUNTED = {
    "account_confirm_email": "addresses are proved by a code; the address leads to the form for it",
    "account_email_verification_sent": "leads on where addresses are not verified",
    "account_confirm_login_code": "is there while a code is under way",
    "account_change_password": "leads on for accounts without a password, as those of this world are",
    "account_reauthenticate": "is there when a page asks for the password again",
    "account_reset_password_from_key": "leads on to the form that holds the key in the session",
    "quizzes:trial": "leads on where the bank has not the six questions of the trial",
    "quizzes:trial_feedback": "an answer of the trial stands in the visitor's session",
    "quizzes:trial_summary": "an answer of the trial stands in the visitor's session",
    "quizzes:stop_before": "leads on to `stop`",
    "quizzes:never_before": "leads on to `never`",
    "mail:outbox": "reads files, no rows",
    "mail:outbox-email": "reads files, no rows",
    "mail:outbox-html": "reads files, no rows",
}
# Pages that take some queries for each of a few things, with what bounds them.
BOUNDED = {
    "quizzes:print_set": "one for each rule of the set, of which it has MOST_RULES at most",
    "quizzes:report": "three for each of the reader's classes that were asked it, of which MOST_CLASSES are looked at",
}
# What a page has to be asked to be one.
ASKED = {"quizzes:note": "?next=/today/"}
VALUES = re.compile(r"'[^']*'|\d+|\([^()]*\?[^()]*\)")
WHO = ("member", "owner", STAFF, ANONYMOUS)


class Life:
    """A world that grows by a day at a time; `study` is its learner's."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.world, self.learner, self.owner = lived()
        self.study = Study(self.learner, now=timezone.now())
        self.study.answered = list(Review.objects.filter(user=self.learner).order_by("answered_at"))
        self.restore = token_for(self.learner, f"former-{self.learner.email}", timezone.now())
        self.grown = 0

    def grow(self, many: int) -> None:
        """More of everything that pages list: `many` times one of each."""
        for _ in range(many):
            self.grown += 1
            self.clock.shift(timedelta(hours=20))
            self.study.now = timezone.now()
            self.more_to_learn(f"more-{self.grown}", timezone.now())
        crowd(
            self.world.classroom,
            list(Assignment.objects.filter(classroom=self.world.classroom)),
            list(
                Question.objects.select_related("current").filter(assignment_items__isnull=False).distinct()
            ),
            many=3 * many,
            now=timezone.now(),
        )
        for place in Membership.objects.filter(classroom=self.world.classroom, extensions=None)[:many]:
            self.extend(place)

        # The page of a class tells of its standing once that was worked out.
        assert (
            opened(self.world.client("owner"), reverse("quizzes:ready", kwargs=in_class(self.world))) == 200
        )

    def more_to_learn(self, name: str, now: datetime) -> None:
        """A topic, a pack, a set, a class, an assignment, people invited, a report, a practice and a note more."""
        number = 10 + 2 * self.grown
        load_pack(text=choices(topic=name, number=number, many=3), path=Path(f"{name}.md"), now=now)
        own = choices(topic=f"own-{name}", number=number + 1, many=2)
        load_pack(text=own, path=Path(f"own-{name}.md"), now=now, owner=self.owner)
        made = create_set(owner=self.owner, title=name, about="", visibility="public", now=now)
        ids = list(questions_for(self.owner).values_list("public_id", flat=True))
        add_questions(question_set=made, public_ids=ids, now=now)
        add_questions(question_set=self.world.question_set, public_ids=ids, now=now)
        for question_set in (made, self.world.question_set):
            add_rule(question_set=question_set, filters=Filters(unassigned=True), pick=1, now=now)
        terms = Terms(now, now + timedelta(days=5), None)
        classroom = classes.create_class(owner=self.owner, title=name, time_zone="UTC", now=now)
        link = classes.open_link(classroom=classroom, author=self.owner, days=7, max_uses=50, now=now)
        classes.join_by_link(link=link, user=self.learner, now=now)
        for room in (classroom, self.world.classroom):
            classes.assign(
                classroom=room, question_set=made, title=name, terms=terms, author=self.owner, now=now
            )
            roster = read_roster(f"{name},{name}@example.org,Group {name}")
            classes.invite(classroom=room, rows=roster, author=self.owner, now=now)
        question = Question.objects.order_by("-pk")[0]
        browsing.write_note(user=self.learner, question=question, text=name, now=now)
        for _ in range(3):
            review = self.study.answer(right=False)
            report_question(review=review, kind=QuestionReport.Kind.TYPO, text=name, now=now)
        attempt_of(self.study)

    def extend(self, place: Membership) -> None:
        """Other dates for one learner more."""
        now = timezone.now()
        classes.extend(
            assignment=self.world.assignment,
            members=[place],
            opens_at=None,
            due_at=now + timedelta(days=9),
            closes_at=None,
            reason="ill",
            author=self.owner,
            now=now,
        )


def addresses(life: Life) -> Iterator[tuple[str, str]]:
    """Every address by name: with an object where it names one."""
    named = {f"quizzes:{case.name}": case.objects for case in CASES}
    preferences = life.learner.notification_preferences.public_id
    given: dict[str, dict[str, object]] = {
        "quizzes:stop": {"token": tokens.write(preferences, Switch.EVENING)},
        "quizzes:never": {"token": tokens.write_never(life.world.invitation.public_id)},
        "account_restore_email": {"token": life.restore},
    }
    for name, _, pattern in named_patterns():
        if name in NOT_COUNTED or FORMER in name:
            continue
        if name in OWNED:
            given[name] = OWNED[name](life.study)
        elif name in SHARED:
            given[name] = SHARED[name]()
        elif name in named:
            given[name] = named[name](life.world)
        assert name in given or not pattern.pattern.converters, (
            f"{name}: say in test_access.py or test_rights.py what it names"
        )
        yield name, reverse(name, kwargs=given.get(name)) + ASKED.get(name, "")


def queries(life: Life, *, each: bool) -> dict[tuple[str, str], Counter[str]]:
    """The queries of each page, opened again, values left out: for `each` who may open it, or for the first."""
    found = {}
    for name, address in addresses(life):
        for who in WHO:
            client = life.world.client(who)
            if opened(client, address) == 200:
                with CaptureQueriesContext(connection) as captured:
                    assert opened(client, address) == 200
                found[name, who] = Counter(VALUES.sub("?", query["sql"]) for query in captured)
                if not each:
                    break
    return found


def opened(client: Client, address: str) -> int:
    """The status of the page, when nothing of it is kept and nobody has opened one lately."""
    cache.clear()
    answer = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("each", "more_days"),
    [
        pytest.param(False, 3, id="for the first who may open it"),
        pytest.param(True, 5, id="for all who may open it", marks=pytest.mark.thorough),
    ],
)
def test_no_page_takes_more_queries_for_more_rows(each: bool, more_days: int) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        life = Life(clock)
        life.grow(2)
        before = queries(life, each=each)
        life.grow(more_days)
        after = queries(life, each=each)
        more = {
            page: sorted((after[page] - before[page]).elements())
            for page in before
            if before[page].total() != after[page].total() and page[0] not in BOUNDED
        }
        assert more == {}, "these queries come again for each row more: read the rows together"
        pages = {name for name, _ in before}
        silent = {name for name, path in addresses(life) if name not in pages and answers_to_get(life, path)}
        assert silent == set(), (
            "no one here may open these: say so in NOT_COUNTED, or let the world have them"
        )


def answers_to_get(life: Life, address: str) -> bool:
    """Whether it is a page: what only takes forms says so before it looks anything up."""
    return opened(life.world.client(STAFF), address) != 405
