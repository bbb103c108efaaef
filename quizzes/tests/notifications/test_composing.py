"""What notifications answer to mail of a batch, and what they keep of an address that was refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mail.composer import Cancelled
from mail.models import STORED, OutboundEmail
from quizzes.notifications import queries
from quizzes.notifications.actions import enqueue_due
from quizzes.notifications.actions.composing import Notifications
from quizzes.notifications.email_types.clock import ClockFacts
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch
from quizzes.review.api import DailyDigest
from quizzes.tests.notifications.writing import DAY, EVENING, NOON, remind
from quizzes.tests.review.studying import Study


def email(user: User | None, kind: str, *, key: str = "", **fields: object) -> OutboundEmail:
    times = dict.fromkeys(("due_at", "not_before", "expires_at"), EVENING)
    return OutboundEmail.objects.create(user=user, kind=kind, key=key, **{**times, **fields})


def test_an_invitation_in_a_batch_makes_none_of_the_others_look_its_learner_up(bank: None) -> None:
    email(None, EmailKind.INVITATION, key="7", address="zoe@example.org")
    for number in range(3):
        user = User.objects.create_user(f"learner{number}@example.org")
        remind(user, hour=19)
        Study(user, now=NOON).open()
    enqueue_due(now=EVENING, limit=500)
    emails = list(OutboundEmail.objects.select_related("user").order_by("pk"))
    compose = Notifications().prepare(emails, now=EVENING)
    assert isinstance(compose(emails[0], EVENING), Cancelled)
    for one in emails[1:]:
        with CaptureQueriesContext(connection) as asked:
            assert isinstance(compose(one, EVENING), EmailMessage)
        assert len(asked) == 1


@pytest.mark.parametrize(
    ("refused", "kind", "state", "is_forgiven"),
    [
        ("ann@example.org", STORED, "sent", True),
        ("ann@example.org", STORED, "failed", False),
        ("ann@example.org", EmailKind.REPLY, "sent", False),
        ("before@example.org", STORED, "sent", False),
    ],
)
def test_an_address_is_good_again_once_an_email_that_was_asked_for_was_taken(
    ann: User, refused: str, kind: str, state: str, is_forgiven: bool
) -> None:
    bob = User.objects.create_user("bob@example.org")
    for user in (ann, bob):
        remind(user)
    NotificationPreferences.objects.update(bounced_address=refused, bounce_reason="550 no such mailbox")
    asked_for = email(ann, kind, key="7", address="ann@example.org")
    Notifications().note_closed(asked_for, state=OutboundEmail.State(state), reason="", now=EVENING)
    kept = (refused, "550 no such mailbox")
    found = NotificationPreferences.objects.order_by("user").values_list("bounced_address", "bounce_reason")
    assert list(found) == [("", "") if is_forgiven else kept, kept]


@pytest.mark.parametrize("returned", [False, True])
def test_of_why_an_address_was_refused_as_much_is_kept_as_its_column_holds(ann: User, returned: bool) -> None:
    bob = User.objects.create_user("bob@example.org")
    for user in (ann, bob):
        remind(user)
    why = "".join(chr(ord("a") + place % 26) for place in range(400))
    reply = email(ann, EmailKind.REPLY, key="7")
    if returned:
        Notifications().note_returned(reply, address="Ann@Example.org", reason=why)
    else:
        Notifications().note_refused(reply, reason=why)
    longest = NotificationPreferences._meta.get_field("bounce_reason").max_length
    found = NotificationPreferences.objects.order_by("user").values_list("bounced_address", "bounce_reason")
    assert list(found) == [("ann@example.org", why[:longest]), ("", "")]


def test_unanswered_are_the_evening_emails_that_came_since_the_last_sign_of_life(ann: User) -> None:
    bob = User.objects.create_user("bob@example.org")
    for user in (ann, bob):
        remind(user, now=NOON - 3 * DAY)
    for user, days, kind, state in [
        (ann, -80, EmailKind.EVENING, "sent"),
        (ann, -4, EmailKind.EVENING, "sent"),
        (ann, -2, EmailKind.EVENING, "sent"),
        (ann, -1, EmailKind.EVENING, "sent"),
        (ann, -3, EmailKind.WEEKLY, "sent"),
        (ann, 0, EmailKind.EVENING, "pending"),
        (bob, -1, EmailKind.EVENING, "sent"),
    ]:
        at = EVENING + days * DAY
        sent_at = at if state == "sent" else None
        email(user, kind, key=at.date().isoformat(), state=state, sent_at=sent_at)
    signs = queries.signs_of_life([ann.pk])
    assert signs == {ann.pk: NOON - 3 * DAY}
    found = queries.unanswered([ann.pk], signs, EVENING)
    assert dict(found) == {ann.pk: [(EVENING - 2 * DAY).date(), (EVENING - DAY).date()]}
    assert queries.unanswered([ann.pk], {ann.pk: EVENING - DAY}, EVENING) == {}


@pytest.mark.parametrize(("days", "said"), [(None, "0 days"), (0, "0 days"), (1, "1 day"), (12, "12 days")])
def test_what_templates_are_told_of_numbers_is_counted_in_words(days: int | None, said: str) -> None:
    today = date(2026, 3, 2)
    standing = DailyDigest(
        day=today,
        questions=1,
        minutes=9,
        topics=[(f"Topic {number}", 1) for number in range(8)],
        streak=0,
        tomorrow=0,
        this_week=0,
    )
    facts = ClockFacts(
        preferences=NotificationPreferences(user=User(email="ann@example.org"), hour=7),
        switch=Switch.EVENING,
        day=today,
        standing=standing,
        interview_on=None if days is None else today + timedelta(days=days),
    )
    told = facts.context()
    assert (told["questions"], told["minutes"], told["hour"]) == ("1 question", "9 minutes", "07:00")
    assert (told["days"], told["days_left"]) == (days, said)
    assert (len(told["topics"]), told["more_topics"]) == (5, 3)  # type: ignore[arg-type]
