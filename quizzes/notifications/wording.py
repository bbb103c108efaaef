"""The e-mails, put into words: a subject, a plain text, the same as HTML, and the headers good manners ask for.

Every link starts at BASE_URL, never at the address of a request, and tells nothing about a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from mail.models import OutboundEmail

from accounts.lines import flat
from quizzes.notifications import tokens
from quizzes.notifications.models import Kind, NotificationPreferences
from quizzes.notifications.rhythm import is_weekly
from quizzes.review.standing import Standing, Week

EMAILS = "quizzes/notifications/emails"
TOPICS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What an e-mail tells: where the learner stands, the interview's date, the week (for its summary), and how many
    evening e-mails went unanswered before.
    """

    standing: Standing
    interview_on: date | None = None
    week: Week | None = None
    unanswered: int = 0


def compose(email: OutboundEmail, preferences: NotificationPreferences, told: Told) -> EmailMultiAlternatives:
    """The e-mail as it leaves. The same e-mail has the same Message-ID and date, however often it is written."""
    kind = Kind(email.kind)
    switch = Kind.EVENING if kind == Kind.PAUSE else kind
    stop = absolute(reverse("quizzes:stop", args=[tokens.write(preferences.public_id, switch)]))
    standing = told.standing
    days = (told.interview_on - email.local_date).days if told.interview_on and email.local_date else -1
    context = {
        "standing": standing,
        "questions": counted(standing.questions, "question"),
        "minutes": counted(standing.minutes, "minute"),
        "days": days,
        "days_left": counted(days, "day"),
        "topics": standing.topics[:TOPICS_NAMED],
        "more_topics": len(standing.topics[TOPICS_NAMED:]),
        "week": told.week,
        "weekly_pace": is_weekly(told.unanswered),
        "hour": f"{reminder.hour:02}:00",
        "kind": switch.label.lower(),
        "session": absolute(reverse("quizzes:review")),
        "progress": absolute(reverse("quizzes:progress")),
        "settings": absolute(reverse("quizzes:emails")),
        "stop": stop,
    }
    return put_into_words(email, to=preferences.user.email, subject=_subject(kind, context), context=context)


def put_into_words(
    email: OutboundEmail, *, to: str, subject: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    """The e-mail as it leaves, by its kind's templates; `context["stop"]` is the link that stops the kind."""
    return _email(
        to=to,
        subject=subject,
        template=f"{EMAILS}/{email.kind}",
        context=context,
        headers={
            "Date": format_datetime(email.due_at.astimezone(UTC)),
            "Message-ID": id_of(email),
            "List-Unsubscribe": f"<{context['stop']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def test_message(to: str, *, now: datetime) -> EmailMultiAlternatives:
    """An e-mail that says no more than that e-mails arrive."""
    return _email(
        to=to,
        subject="E-mails from nnprep arrive here",
        template=f"{EMAILS}/test",
        context={"site": settings.BASE_URL},
        headers={"Date": format_datetime(now), "Message-ID": message_id(f"test:{to}:{now.isoformat()}")},
    )


def id_of(email: OutboundEmail) -> str:
    """The Message-ID of an e-mail: the same however often it is written, and not to be guessed."""
    about = email.local_date or email.invitation_id or email.assignment_id or email.flag_id
    return message_id(f"{email.user_id}:{email.kind}:{about}")


def message_id(key: str) -> str:
    """A Message-ID that nobody can guess, the same for the same key."""
    return f"<{salted_hmac('quizzes.reminders.message-id', key).hexdigest()[:32]}@{_host()}>"


def absolute(path: str) -> str:
    """The address of a page, from the configured BASE_URL."""
    return f"{settings.BASE_URL}{path}"


def _email(
    *, to: str, subject: str, template: str, context: dict[str, Any], headers: dict[str, str]
) -> EmailMultiAlternatives:
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"{template}.txt", context)).strip() + "\n"
    subject = flat(subject)
    message = EmailMultiAlternatives(
        subject, text, to=[to], headers={"Auto-Submitted": "auto-generated", **headers}
    )
    message.attach_alternative(
        render_to_string(f"{template}.html", context | {"subject": subject}), "text/html"
    )
    return message


def _subject(kind: Kind, context: dict[str, Any]) -> str:
    standing: Standing = context["standing"]
    if kind == Kind.COUNTDOWN:
        return f"{context['days_left']} to your interview"
    if kind == Kind.WEEKLY:
        week: Week = context["week"]
        return f"Your week: {counted(week.answers, 'answer')} on {counted(week.days, 'day')}"
    if kind == Kind.PAUSE:
        return "We stop writing until you are back"
    return f"{counted(standing.questions, 'question')}, about {counted(standing.minutes, 'minute')}"


def counted(number: int, word: str) -> str:
    """Such as “1 question”, “12 questions”."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _host() -> str:
    """The name our Message-IDs end in: that of the sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
