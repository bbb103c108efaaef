"""What pages of other rooms say about letters."""

from __future__ import annotations

from django import template
from django.conf import settings

from accounts.models import User
from quizzes.reminders.models import Reminder
from quizzes.reminders.queries import refusal_of

register = template.Library()


@register.simple_tag
def refused_letters(user: User) -> Reminder | None:
    """The learner's reminder when the mail server turned their address away, else None."""
    return refusal_of(user)


@register.simple_tag
def letters_stay_here() -> bool:
    """Whether letters are kept on this machine, to be read at /outbox/."""
    return settings.LETTER_FOLDER is not None
