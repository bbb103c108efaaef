"""The e-mails of classes, put into words: an invitation, an assignment, the reply to a report.

Each links to the one page it is about, and can be stopped from the e-mail: the kind for good, or the invitation.
"""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from mail.models import OutboundEmail

from accounts.lines import flat, holds_address
from quizzes.bank import asking
from quizzes.classroom.models import Assignee, Invitation
from quizzes.notifications import tokens
from quizzes.notifications.models import Kind, NotificationPreferences
from quizzes.notifications.wording import absolute, counted, put_into_words
from quizzes.review.models import Flag
from quizzes.scheduling.days import wall_time


def invitation(email: OutboundEmail, invited: Invitation) -> EmailMultiAlternatives:
    """Who invites to what, the way in, how to say no, and how never to be written to again."""
    context = {
        "invitation": invited,
        "classroom": invited.classroom,
        "title": _quoted(invited.classroom.title),
        "join": absolute(reverse("quizzes:join_by", args=[invited.token])),
        "decline": _stop(invited, Kind.INVITATION),
        "stop": absolute(reverse("quizzes:never", args=[tokens.write_never(invited.public_id)])),
    }
    return put_into_words(
        email, to=invited.email, subject="An invitation to a class at nnprep", context=context
    )


def assignment(
    email: OutboundEmail, preferences: NotificationPreferences, assignee: Assignee, questions: int
) -> EmailMultiAlternatives:
    """What a class asks of a learner, how many `questions` that is, and by when."""
    given = assignee.assignment
    context = {
        "title": _quoted(given.title),
        "classroom": given.classroom,
        "class_title": _quoted(given.classroom.title),
        "due_at": assignee.due_at,
        "zone": preferences.user.time_zone,
        "questions": questions,
        "goal": " ".join(render_to_string("quizzes/classroom/goal.html", {"assignment": given}).split()),
        "work": absolute(reverse("quizzes:assignment", args=[given.public_id])),
        **_ways_out(preferences, Kind.ASSIGNMENT),
    }
    day = wall_time(assignee.due_at, zone=preferences.user.time_zone)
    subject = f"{counted(questions, 'question')} to learn by {day:%A} {day.day} {day:%B}"
    return put_into_words(email, to=preferences.user.email, subject=subject, context=context)


def reply(email: OutboundEmail, preferences: NotificationPreferences, flag: Flag) -> EmailMultiAlternatives:
    """What became of a report about a question."""
    context = {
        "flag": flag,
        "prompt": asking.prompt(flag.review.version.spec),
        "feedback": absolute(reverse("quizzes:feedback", args=[flag.review.public_id])),
        **_ways_out(preferences, Kind.REPLY),
    }
    return put_into_words(
        email, to=preferences.user.email, subject="A reply to your report about a question", context=context
    )


def _quoted(title: str) -> str:
    """A title as an e-mail may quote it: one line, and nothing where a mail program would make a link of a part."""
    return "" if holds_address(title) else flat(title)


def _ways_out(preferences: NotificationPreferences, kind: Kind) -> dict[str, str]:
    return {
        "kind": kind.label.lower(),
        "stop": _stop(preferences, kind),
        "settings": absolute(reverse("quizzes:emails")),
    }


def _stop(of: NotificationPreferences | Invitation, kind: Kind) -> str:
    return absolute(reverse("quizzes:stop", args=[tokens.write(of.public_id, kind)]))
