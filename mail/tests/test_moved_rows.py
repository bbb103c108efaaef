"""The migration that moved the outbox here: every row comes along, and says what it said."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps as current
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from mail import messages
from mail.models import Outage, OutboundEmail
from quizzes.classroom.models import Invitation
from quizzes.jobs.models import JobRun
from quizzes.notifications.models import NotificationPreferences

BEFORE = ("quizzes", "0027_snapshots")
NOW = datetime(2026, 3, 2, 19, tzinfo=UTC)


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The models of before the move, in a database that is as it was."""
    executor = MigrationExecutor(connection)
    executor.migrate([("mail", None), BEFORE])
    try:
        yield executor.loader.project_state(BEFORE).apps
    finally:
        migrate()


def migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_every_row_comes_along(before: Any) -> None:
    user = before.get_model("accounts", "User").objects.create(email="ann@example.org")
    Letter = before.get_model("quizzes", "Letter")
    classroom = before.get_model("quizzes", "Classroom").objects.create(title="A class", created_at=NOW)
    invitations = [
        before.get_model("quizzes", "Invitation").objects.create(
            classroom=classroom, email=f"zoe{state}@example.org", token=state, letter=state, letter_error="why",
            created_at=NOW, expires_at=NOW + timedelta(days=30), write_at=NOW,
        )
        for state in ("owed", "written", "sent", "dropped", "held")
    ]  # fmt: skip
    moments: dict[str, Any] = {"due_at": NOW, "not_before": NOW, "expires_at": NOW + timedelta(hours=2)}
    evening = {"user": user, "kind": "evening", **moments}
    holder = uuid.uuid4()
    rows = [
        Letter.objects.create(**evening, local_date=date(2026, 3, 2), state="owed"),
        Letter.objects.create(
            **evening, local_date=date(2026, 3, 1), state="sent", sent_at=NOW, doubtful=True
        ),
        Letter.objects.create(
            **evening,
            local_date=date(2026, 2, 28),
            state="claimed",
            holder=holder,
            lease_until=NOW,
            attempts=2,
        ),
        Letter.objects.create(
            **evening, local_date=date(2026, 2, 27), state="dropped", error="the clock came too late"
        ),
        Letter.objects.create(
            **evening, local_date=date(2026, 2, 26), state="dropped", error="it is no longer wanted"
        ),
        Letter.objects.create(**evening, local_date=None, state="dropped", error="a clock that was ahead"),
        Letter.objects.create(
            kind="account", address="bob@example.org", source="Subject: A code", state="failed", **moments
        ),
        Letter.objects.create(
            kind="invitation", invitation=invitations[1], address=invitations[1].email, **moments
        ),
    ]
    before.get_model("quizzes", "Reminder").objects.create(
        user=user, hour=7, refused_address="ann@example.org", refused_because="550"
    )
    before.get_model("quizzes", "Sweep").objects.create(
        name="send letters", last_run_at=NOW, milliseconds=5, done=3
    )
    before.get_model("quizzes", "Outage").objects.create(name="mail server", since=NOW, letters=4)
    migrate()

    found = list(OutboundEmail.objects.order_by("pk"))
    assert [email.pk for email in found] == [row.pk for row in rows]
    assert [(email.state, email.key) for email in found] == [
        ("pending", "2026-03-02"),
        ("sent", "2026-03-01"),
        ("leased", "2026-02-28"),
        ("expired", "2026-02-27"),
        ("cancelled", "2026-02-26"),
        ("cancelled", ""),
        ("failed", ""),
        ("pending", str(invitations[1].pk)),
    ]
    assert {email.due_at for email in found} == {NOW}
    assert [email.possibly_delivered for email in found] == [False, True] + 6 * [False]
    assert (found[2].holder, found[2].lease_until, found[2].attempts) == (holder, NOW, 2)
    assert (found[6].address, found[6].source) == ("bob@example.org", "Subject: A code")
    # What readers and bounces know them by is what it was.
    assert messages.id_of(found[0]) == messages.message_id(f"{user.pk}:evening:2026-03-02")
    assert messages.id_of(found[7]) == messages.message_id(f"None:invitation:{invitations[1].pk}")

    assert list(Invitation.objects.order_by("pk").values_list("email_state", "email_error")) == [
        (state, "why") for state in ("pending", "enqueued", "sent", "cancelled", "held")
    ]
    preferences = NotificationPreferences.objects.get()
    assert (preferences.user_id, preferences.hour) == (user.pk, 7)
    assert (preferences.bounced_address, preferences.bounce_reason) == ("ann@example.org", "550")
    assert list(JobRun.objects.values_list("name", "done")) == [("send e-mails", 3)]
    assert list(Outage.objects.values_list("name", "emails")) == [("mail server", 4)]


def test_the_moved_table_is_the_one_the_models_describe(before: Any) -> None:
    migrate()
    with connection.cursor() as cursor:
        for model in (OutboundEmail, Outage, NotificationPreferences, JobRun):
            columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
            assert {column.name for column in columns} == {field.column for field in model._meta.local_fields}
        found = connection.introspection.get_constraints(cursor, OutboundEmail._meta.db_table)
    named = {index.name for index in OutboundEmail._meta.indexes}
    named |= {constraint.name for constraint in OutboundEmail._meta.constraints}
    assert named <= found.keys()
    assert not [name for name in current.get_app_config("quizzes").models if "letter" in name]


def test_a_second_email_about_the_same_cannot_be_stored(db: None) -> None:
    moments: dict[str, Any] = {"due_at": NOW, "not_before": NOW, "expires_at": NOW}
    for _ in range(2):
        OutboundEmail.objects.bulk_create(
            [OutboundEmail(kind="invitation", key="7", **moments)], ignore_conflicts=True
        )
        OutboundEmail.objects.create(kind="account", **moments)
    assert OutboundEmail.objects.filter(kind="invitation").count() == 1
    assert OutboundEmail.objects.filter(kind="account").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundEmail.objects.create(kind="invitation", key="7", **moments)
