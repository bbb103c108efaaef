"""The letters of classes, put into words: an invitation, an assignment, the reply to a report.

Each links to the one page it is about, and can be stopped from the letter: the kind for good, or the invitation.
"""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from quizzes.bank import asking
from quizzes.classroom.models import Assignee, Invitation
from quizzes.reminders import tokens
from quizzes.reminders.mail import absolute, put_into_words
from quizzes.reminders.models import Kind, Letter, Reminder
from quizzes.review.models import Flag


def invitation(letter: Letter, invited: Invitation) -> EmailMultiAlternatives:
    """Who invites to what, the way in, and how to say no."""
    title = invited.klass.title
    context = {
        "invitation": invited,
        "klass": invited.klass,
        "join": absolute(reverse("quizzes:join_by", args=[invited.token])),
        "stop": _stop(invited, Kind.INVITATION),
    }
    return put_into_words(letter, to=invited.email, subject=f"An invitation to “{title}”", context=context)


def assignment(
    letter: Letter, reminder: Reminder, assignee: Assignee, questions: int
) -> EmailMultiAlternatives:
    """What a class asks of a learner, how many `questions` that is, and by when."""
    given = assignee.assignment
    context = {
        "assignment": given,
        "klass": given.klass,
        "due_at": assignee.due_at,
        "zone": reminder.user.time_zone,
        "questions": questions,
        "goal": " ".join(render_to_string("quizzes/classroom/goal.html", {"assignment": given}).split()),
        "work": absolute(reverse("quizzes:assignment", args=[given.public_id])),
        **_ways_out(reminder, Kind.ASSIGNMENT),
    }
    subject = f"{given.klass.title}: {given.title}"
    return put_into_words(letter, to=reminder.user.email, subject=subject, context=context)


def reply(letter: Letter, reminder: Reminder, flag: Flag) -> EmailMultiAlternatives:
    """What became of a report about a question."""
    context = {
        "flag": flag,
        "prompt": asking.prompt(flag.review.version.spec),
        "feedback": absolute(reverse("quizzes:feedback", args=[flag.review.public_id])),
        **_ways_out(reminder, Kind.REPLY),
    }
    return put_into_words(
        letter, to=reminder.user.email, subject="A reply to your report about a question", context=context
    )


def _ways_out(reminder: Reminder, kind: Kind) -> dict[str, str]:
    return {
        "kind": kind.label.lower(),
        "stop": _stop(reminder, kind),
        "settings": absolute(reverse("quizzes:letters")),
    }


def _stop(of: Reminder | Invitation, kind: Kind) -> str:
    return absolute(reverse("quizzes:stop", args=[tokens.write(of.public_id, kind)]))
