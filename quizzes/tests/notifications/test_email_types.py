"""Every kind of e-mail: that all there is to say about it is said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.template.loader import get_template

from accounts.models import User
from mail.composer import Cancelled
from mail.models import STORED, OutboundEmail
from quizzes.notifications.actions.composing import Notifications
from quizzes.notifications.actions.events import ENQUEUE
from quizzes.notifications.email_types import (
    BY_THE_CLOCK,
    EMAIL_TYPES,
    RECURRING,
    Evening,
    wants_any_by_the_clock,
)
from quizzes.notifications.forms import PreferencesForm
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch

DUE = datetime(2026, 3, 2, 19, tzinfo=UTC)


def an_email(kind: EmailKind) -> OutboundEmail:
    key = DUE.date().isoformat() if kind in RECURRING else "7"
    return OutboundEmail(kind=kind, key=key, due_at=DUE, not_before=DUE, expires_at=DUE)


def test_the_registry_holds_every_kind_and_mail_knows_none_of_them() -> None:
    missing = set(EmailKind) - EMAIL_TYPES.keys()
    assert not missing, "put their EmailType into EMAIL_TYPES of email_types/__init__.py"
    assert STORED not in set(EmailKind)


@pytest.mark.parametrize("kind", EmailKind)
def test_it_has_a_switch_or_a_reason_why_there_is_none(kind: EmailKind) -> None:
    found = EMAIL_TYPES[kind]
    assert (found.switch is None) == bool(found.why_no_switch)
    if found.switch:
        preferences = NotificationPreferences(user=User(email="ann@example.org"), **{found.switch: True})
        assert preferences.suppression_reason(found.switch) == ""
        preferences.turn_off(found.switch)
        assert preferences.suppression_reason(found.switch)


@pytest.mark.parametrize("switch", Switch)
def test_every_switch_is_a_column_that_the_form_explains(switch: Switch) -> None:
    columns = {column.name for column in NotificationPreferences._meta.fields}
    assert switch in columns, "give NotificationPreferences a BooleanField of the switch's name"
    assert switch in PreferencesForm.Meta.labels, "name it in `labels` of PreferencesForm"
    assert switch in PreferencesForm.Meta.help_texts, "say in `help_texts` of PreferencesForm when they come"


@pytest.mark.parametrize("switch", sorted(BY_THE_CLOCK))
def test_the_clock_looks_for_whoever_wants_one_kind_alone(switch: Switch) -> None:
    preferences = NotificationPreferences(**dict.fromkeys(BY_THE_CLOCK, False))
    assert not wants_any_by_the_clock(preferences)
    setattr(preferences, switch, True)
    assert wants_any_by_the_clock(preferences)


@pytest.mark.parametrize("kind", EmailKind)
def test_it_is_owed_on_a_date_or_follows_an_event(kind: EmailKind) -> None:
    assert (EMAIL_TYPES[kind].owed_on is not None) != (kind in ENQUEUE), (
        "give its EmailType an `owed_on`, or ENQUEUE of actions/events.py a function, not both"
    )


# A stop link says when it was signed: within one moment all are equal.
@time_machine.travel(datetime(2026, 3, 2, 19, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("kind", EmailKind)
def test_its_sample_makes_a_whole_email(kind: EmailKind) -> None:
    found = EMAIL_TYPES[kind]
    sample = found.sample()
    message = found.message(an_email(kind), sample)
    ((html, mimetype),) = message.alternatives
    assert message.to == [sample.to]
    assert message.subject
    assert mimetype == "text/html"
    for body in (str(message.body), str(html)):
        assert sample.stop in body
        assert "nnprep" in body or "http" in body
        assert "None" not in body
        assert "letter" not in body.replace("letter-spacing", "").lower()
    assert message.extra_headers["List-Unsubscribe"] == f"<{sample.stop}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("kind", EmailKind)
@pytest.mark.parametrize("ending", ["txt", "html"])
def test_it_has_templates_of_its_own(kind: EmailKind, ending: str) -> None:
    assert get_template(f"{EMAIL_TYPES[kind].template}.{ending}")


def test_the_samples_of_different_kinds_differ() -> None:
    subjects = {each.subject(each.sample()) for each in EMAIL_TYPES.values()}
    assert len(subjects) == len(EMAIL_TYPES), "two kinds have the same subject"


@pytest.mark.parametrize("kind", EmailKind)
def test_what_it_is_about_may_be_gone(kind: EmailKind, db: None) -> None:
    email = an_email(kind)
    email.user = User.objects.create_user("ann@example.org")
    if kind not in RECURRING:
        NotificationPreferences.objects.create(user=email.user)
    compose = Notifications().prepare([email], now=DUE)
    assert isinstance(compose(email, DUE), Cancelled)


@pytest.mark.parametrize("kind", EmailKind)
@pytest.mark.parametrize("state", ["sent", "failed", "expired", "cancelled"])
def test_any_end_of_it_can_be_told(kind: EmailKind, state: str, db: None) -> None:
    email = an_email(kind)
    email.user = User.objects.create_user("ann@example.org")
    NotificationPreferences.objects.create(user=email.user)
    Notifications().note_closed(email, state=OutboundEmail.State(state), reason="it may", now=DUE)
    paused = NotificationPreferences.objects.get().paused_at
    assert (paused == DUE) == (kind == EmailKind.PAUSE and state == "sent")


def test_the_pause_of_one_learner_is_nobody_elses(db: None) -> None:
    email = an_email(EmailKind.PAUSE)
    email.user = User.objects.create_user("ann@example.org")
    for user in (email.user, User.objects.create_user("bob@example.org")):
        NotificationPreferences.objects.create(user=user)
    Notifications().note_closed(email, state=OutboundEmail.State.SENT, reason="", now=DUE)
    assert NotificationPreferences.objects.get(paused_at=DUE).user == email.user


def test_the_kinds_owed_on_an_evening_follow_from_the_rows() -> None:
    everything = NotificationPreferences(user=User(email="ann@example.org"), weekly=True)
    sunday = date(2026, 3, 1)

    def owed(days: int | None) -> set[EmailKind]:
        evening = Evening(everything, sunday, days, [])
        return {each.kind for each in EMAIL_TYPES.values() if each.owed_on and each.owed_on(evening)}

    assert owed(7) == {EmailKind.COUNTDOWN, EmailKind.WEEKLY}
    assert owed(6) == owed(None) == {EmailKind.EVENING, EmailKind.WEEKLY}


def test_every_switch_stops_some_kind() -> None:
    assert {each.switch for each in EMAIL_TYPES.values() if each.switch} == set(Switch)
