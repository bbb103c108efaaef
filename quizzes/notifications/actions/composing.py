"""What notifications answer to mail: what an e-mail says when it is sent, and what follows from its outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import assert_never

from django.core.mail import EmailMessage
from django.db.models import prefetch_related_objects

from accounts.models import User
from mail.api import Cancelled, Compose, Composer
from mail.models import STORED, OutboundEmail
from quizzes.classroom.api import note_cancelled, note_outcome
from quizzes.classroom.models import EmailState, Invitation
from quizzes.notifications import queries
from quizzes.notifications.email_types import EMAIL_TYPES, RECURRING, Batch
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.review.api import current_days, daily_digests, open_session

State = OutboundEmail.State


class Notifications(Composer):
    """The composer that the setting EMAIL_COMPOSER names."""

    recurring = frozenset(map(str, RECURRING))
    # Those who teach are shown what became of an invitation.
    followed = frozenset({str(EmailKind.INVITATION)})

    def prepare(self, emails: Sequence[OutboundEmail], *, now: datetime) -> Compose:
        """Returns what composes these e-mails; opens the day of learners for whom nobody has."""
        composed = [(email.kind, email.user) for email in emails if email.user and email.kind != STORED]
        prefetch_related_objects([user for _, user in composed], "notification_preferences", "study")
        batch = _read({user.pk: user for kind, user in composed if kind in RECURRING}, now)

        def compose(email: OutboundEmail, moment: datetime) -> EmailMessage | Cancelled:
            return EMAIL_TYPES[EmailKind(email.kind)].compose(email, batch, now=moment)

        return compose

    def note_closed(
        self, email: OutboundEmail, *, state: OutboundEmail.State, reason: str, now: datetime
    ) -> None:
        """Tells those who teach what became of an invitation; notes where an e-mail is needed after all or no more."""
        if email.kind == STORED:
            if state == State.SENT:
                _forgive(email)
            return
        kind = EmailKind(email.kind)
        match kind:
            case EmailKind.INVITATION:
                _note_invitation(int(email.key), state, reason)
            case EmailKind.ASSIGNMENT:
                if state == State.CANCELLED and email.user_id:
                    note_cancelled(assignment=int(email.key), user=email.user_id)
            case EmailKind.PAUSE:
                if state == State.SENT:
                    NotificationPreferences.objects.filter(user=email.user_id).update(paused_at=now)
            case EmailKind.EVENING | EmailKind.COUNTDOWN | EmailKind.WEEKLY | EmailKind.REPLY:
                pass
            case _:
                assert_never(kind)

    def note_refused(self, email: OutboundEmail, *, reason: str) -> None:
        """Sends nothing optional to the address any more while it is its learner's."""
        address = email.address or (email.user.email if email.user else "")
        NotificationPreferences.objects.filter(user=email.user_id).update(
            bounced_address=address, bounce_reason=reason[:300]
        )

    def note_returned(self, email: OutboundEmail, *, address: str, reason: str) -> None:
        """Sends nothing optional to the address any more, and says so where it was invited."""
        if email.kind == EmailKind.INVITATION:
            note_outcome(invitation=int(email.key), outcome=EmailState.FAILED, error=reason)
        NotificationPreferences.objects.filter(user__email__iexact=address).update(
            bounced_address=address.lower(), bounce_reason=reason[:300]
        )

    def keys_sent_to(self, address: str) -> Mapping[str, Collection[str]]:
        """Returns the keys of e-mails to an invited address, which need not be anyone's who has an account."""
        invited = Invitation.objects.filter(email__iexact=address).values_list("pk", flat=True)
        return {EmailKind.INVITATION: [str(pk) for pk in invited]}


def _read(users: Mapping[int, User], now: datetime) -> Batch:
    """Reads what the e-mails of the clock tell, the day opened for learners for whom nobody has."""
    if not users:
        return Batch()
    days = current_days(users.values(), now)
    found = daily_digests(users.values(), days, now)
    if missing := [pk for pk in users if pk not in found and queries.preferences_in(users[pk])]:
        for user in User.objects.filter(pk__in=missing):
            open_session(user=user, now=now)
        found |= daily_digests([users[pk] for pk in missing], days, now)
    return Batch(days, found, queries.unanswered(users, queries.signs_of_life(users), now))


def _note_invitation(invitation: int, state: OutboundEmail.State, reason: str) -> None:
    match state:
        case State.SENT:
            note_outcome(invitation=invitation, outcome=EmailState.SENT)
        case State.FAILED:
            note_outcome(invitation=invitation, outcome=EmailState.FAILED, error=reason)
        case State.EXPIRED:
            note_outcome(invitation=invitation, outcome=EmailState.FAILED, error="it was not sent in time")
        case State.CANCELLED:
            note_cancelled(invitation=invitation)
        case State.PENDING | State.LEASED:
            raise ValueError(f"an e-mail that is {state} is not closed")
        case _:
            assert_never(state)


def _forgive(email: OutboundEmail) -> None:
    """Takes an address for good again: somebody asked for an e-mail to it, and it was taken."""
    NotificationPreferences.objects.filter(user=email.user_id, bounced_address=email.address).update(
        bounced_address="", bounce_reason=""
    )
