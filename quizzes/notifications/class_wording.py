"""The letters of classes, put into words: an invitation, an assignment, the reply to a report.

Each links to the one page it is about, and can be stopped from the letter: the kind for good, or the invitation.
"""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.lines import flat, holds_address
from quizzes.bank import asking
from quizzes.classroom.models import Assignee, Invitation
from quizzes.reminders import tokens
from quizzes.reminders.mail import absolute, counted, put_into_words
from quizzes.reminders.models import Kind, Letter, Reminder
from quizzes.review.models import Flag
from quizzes.scheduling.days import wall_time


def invitation(letter: Letter, invited: Invitation) -> EmailMultiAlternatives:
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
        letter, to=invited.email, subject="An invitation to a class at nnprep", context=context
    )


def assignment(
    letter: Letter, reminder: Reminder, assignee: Assignee, questions: int
) -> EmailMultiAlternatives:
    """What a class asks of a learner, how many `questions` that is, and by when."""
    given = assignee.assignment
    context = {
        "title": _quoted(given.title),
        "classroom": given.classroom,
        "class_title": _quoted(given.classroom.title),
        "due_at": assignee.due_at,
        "zone": reminder.user.time_zone,
        "questions": questions,
        "goal": " ".join(render_to_string("quizzes/classroom/goal.html", {"assignment": given}).split()),
        "work": absolute(reverse("quizzes:assignment", args=[given.public_id])),
        **_ways_out(reminder, Kind.ASSIGNMENT),
    }
    day = wall_time(assignee.due_at, zone=reminder.user.time_zone)
    subject = f"{counted(questions, 'question')} to learn by {day:%A} {day.day} {day:%B}"
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


def _quoted(title: str) -> str:
    """A title as a letter may quote it: one line, and nothing where a mail program would make a link of a part."""
    return "" if holds_address(title) else flat(title)


def _ways_out(reminder: Reminder, kind: Kind) -> dict[str, str]:
    return {
        "kind": kind.label.lower(),
        "stop": _stop(reminder, kind),
        "settings": absolute(reverse("quizzes:letters")),
    }


def _stop(of: Reminder | Invitation, kind: Kind) -> str:
    return absolute(reverse("quizzes:stop", args=[tokens.write(of.public_id, kind)]))
