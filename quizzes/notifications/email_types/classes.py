"""E-mails that follow an event in a class: an invitation, an assignment, the reply to a report.

Each links to the one page it is about, and can be stopped from the e-mail: the kind for good, or the invitation. Their
`key` is the primary key of what they are about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.api import flat, holds_address
from accounts.models import User
from mail.api import Cancelled, absolute
from mail.models import OutboundEmail
from quizzes.bank.api import asking
from quizzes.classroom.api import actions as classes
from quizzes.classroom.models import AssignmentItem
from quizzes.notifications import tokens
from quizzes.notifications.email_types.base import (
    NO_LONGER_WANTED,
    Batch,
    EmailType,
    counted,
    stop_address,
)
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch
from quizzes.notifications.queries import UNWANTED, preferences_in
from quizzes.reports.models import QuestionReport
from quizzes.scheduling.api import wall_time


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """Who invites to what, and until when; `title` is empty where it may not be quoted."""

    email: str
    public_id: UUID
    token: str
    title: str
    inviter: str
    expires_at: datetime
    zone: str

    @property
    def to(self) -> str:
        """The invited address."""
        return self.email

    @property
    def stop(self) -> str:
        """The address that keeps the receiver from ever being written to again."""
        return absolute(reverse("quizzes:never", args=[tokens.write_never(self.public_id)]))

    def context(self) -> dict[str, object]:
        """Returns the values the templates show: the way in, how to say no."""
        return {
            "title": self.title,
            "inviter": self.inviter,
            "expires_at": self.expires_at,
            "zone": self.zone,
            "join": absolute(reverse("quizzes:join_by", args=[self.token])),
            "decline": absolute(reverse("quizzes:stop", args=[tokens.write_decline(self.public_id)])),
        }


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """What a class asks of a learner, how many questions that is, and by when."""

    preferences: NotificationPreferences
    public_id: UUID
    title: str
    class_title: str
    class_zone: str
    due_at: datetime
    questions: int
    goal: str

    @property
    def to(self) -> str:
        """The learner's address."""
        return self.preferences.user.email

    @property
    def stop(self) -> str:
        """The address that switches these e-mails off."""
        return stop_address(self.preferences, Switch.ASSIGNMENT)

    def context(self) -> dict[str, object]:
        """Returns the values the templates show."""
        return {
            "title": self.title,
            "class_title": self.class_title,
            "class_zone": self.class_zone,
            "due_at": self.due_at,
            "zone": self.preferences.user.time_zone,
            "questions": self.questions,
            "goal": self.goal,
            "work": absolute(reverse("quizzes:assignment", args=[self.public_id])),
        }


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """What became of a report about a question; `is_read` where its reporter has seen the reply on the page."""

    preferences: NotificationPreferences
    review_id: UUID
    prompt: str
    reply: str
    is_read: bool = False

    @property
    def to(self) -> str:
        """The reporter's address."""
        return self.preferences.user.email

    @property
    def stop(self) -> str:
        """The address that switches these e-mails off."""
        return stop_address(self.preferences, Switch.REPLY)

    def context(self) -> dict[str, object]:
        """Returns the values the templates show."""
        return {
            "reply": self.reply,
            "prompt": self.prompt,
            "feedback": absolute(reverse("quizzes:feedback", args=[self.review_id])),
        }


def _invitation(email: OutboundEmail, _: Batch, now: datetime) -> InvitationFacts | Cancelled:
    invited = classes.open_invitations(now=now).filter(pk=int(email.key)).first()
    if invited is None:
        return Cancelled("the invitation has ended")
    if classes.is_unwanted(invited.email):
        return Cancelled(UNWANTED)
    return InvitationFacts(
        email=invited.email,
        public_id=invited.public_id,
        token=invited.token,
        title=_quoted(invited.classroom.title),
        inviter=invited.author.email if invited.author else "",
        expires_at=invited.expires_at,
        zone=invited.classroom.time_zone,
    )


def _assignment(email: OutboundEmail, _: Batch, now: datetime) -> AssignmentFacts | Cancelled:
    assignee = (
        classes.open_assignees(now=now)
        .filter(assignment=int(email.key), membership__user=email.user_id)
        .first()
    )
    preferences = preferences_in(email.user) if email.user else None
    if assignee is None:
        return Cancelled("the assignment is over or was withdrawn")
    if preferences is None:
        return Cancelled(NO_LONGER_WANTED)
    given = assignee.assignment
    items = AssignmentItem.objects.filter(assignment=given, question__retired_at=None)
    return AssignmentFacts(
        preferences=preferences,
        public_id=given.public_id,
        title=_quoted(given.title),
        class_title=_quoted(given.classroom.title),
        class_zone=given.classroom.time_zone,
        due_at=assignee.due_at,
        questions=items.count(),
        goal=" ".join(render_to_string("quizzes/classroom/goal.html", {"assignment": given}).split()),
    )


def _reply(email: OutboundEmail, _: Batch, __: datetime) -> ReplyFacts | Cancelled:
    report = QuestionReport.objects.select_related("review__version").filter(pk=int(email.key)).first()
    preferences = preferences_in(email.user) if email.user else None
    if report is None:
        return Cancelled("the report is gone")
    if preferences is None:
        return Cancelled(NO_LONGER_WANTED)
    return ReplyFacts(
        preferences=preferences,
        review_id=report.review.public_id,
        prompt=asking.prompt(report.review.version.spec),
        reply=report.reply,
        is_read=report.read_at is not None,
    )


def _assignment_subject(told: AssignmentFacts) -> str:
    day = wall_time(told.due_at, zone=told.preferences.user.time_zone)
    return f"{counted(told.questions, 'question')} to learn by {day:%A} {day.day} {day:%B}"


def _quoted(title: str) -> str:
    """Returns a title as an e-mail may quote it: one line, and "" where a mail program would make a link of a part."""
    return "" if holds_address(title) else flat(title)


def _someone() -> NotificationPreferences:
    return NotificationPreferences(user=User(email="learner@example.org"), public_id=UUID(int=1))


INVITATION = EmailType(
    kind=EmailKind.INVITATION,
    switch=None,
    why_no_switch="whoever is invited may have no account; the e-mail holds links that decline it and all others",
    subject=lambda _: "An invitation to a class at nnprep",
    owed_on=None,
    find=_invitation,
    no_longer_needed=lambda _: "",
    sample=lambda: InvitationFacts(
        email="learner@example.org",
        public_id=UUID(int=1),
        token=UUID(int=1).hex,
        title="Neural networks, spring",
        inviter="teacher@example.org",
        expires_at=datetime(2026, 3, 30, 12, tzinfo=UTC),
        zone="Europe/Berlin",
    ),
)
ASSIGNMENT = EmailType(
    kind=EmailKind.ASSIGNMENT,
    switch=Switch.ASSIGNMENT,
    why_no_switch="",
    subject=_assignment_subject,
    owed_on=None,
    find=_assignment,
    no_longer_needed=lambda _: "",
    sample=lambda: AssignmentFacts(
        preferences=_someone(),
        public_id=UUID(int=1),
        title="Week 3",
        class_title="Neural networks, spring",
        class_zone="Europe/Berlin",
        due_at=datetime(2026, 3, 9, 17, tzinfo=UTC),
        questions=20,
        goal="each question right once",
    ),
)
REPLY = EmailType(
    kind=EmailKind.REPLY,
    switch=Switch.REPLY,
    why_no_switch="",
    subject=lambda _: "A reply to your report about a question",
    owed_on=None,
    find=_reply,
    no_longer_needed=lambda told: "it was read before" if told.is_read else "",
    sample=lambda: ReplyFacts(
        preferences=_someone(),
        review_id=UUID(int=1),
        prompt="What does dropout do at test time?",
        reply="You are right, the key was wrong. It is fixed.",
    ),
)
