"""What belongs to a learner: their account, what they chose, studied, practised and reported, their e-mails."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast

from accounts.models import FormerAddress, User
from mail.models import OutboundEmail
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.classroom.models import Assignment
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch
from quizzes.privacy.personal_tables import PersonalTable, question_columns, same
from quizzes.reports.models import QuestionReport
from quizzes.review.api import WORD
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target, TopicChoice


# Any: one column of any table.
def _named(kind: EmailKind, rows: QuerySet[Any, Any]) -> Case:
    """Returns the one value of the row that an e-mail of this kind names by its key; null for other kinds."""
    return Case(
        When(kind=kind, then=Subquery(rows.filter(pk=Cast(OuterRef("key"), BigIntegerField()))[:1])),
        default=None,
    )


_ANSWER = same(
    *("presented", "response", "summary", "parts", "flags", "score", "passed", "confidence", "hinted"),
    *("study_day", "answered_at", "verdict"),
)

TABLES = (
    PersonalTable(
        "account",
        User,
        ("pk",),
        same(
            *("email", "time_zone", "rollover_hour", "theme", "joined_at", "welcomed_at", "last_login"),
            *("is_staff", "is_superuser", "is_active", "is_demo"),
        ),
    ),
    PersonalTable("addresses", EmailAddress, ("user",), same("email", "verified", "primary")),
    PersonalTable("former_addresses", FormerAddress, ("user",), same("email", "replaced_at")),
    PersonalTable(
        "study_settings",
        StudySettings,
        ("user",),
        same(
            *("minutes_a_day", "new_per_day", "desired_retention", "interview_on", "practise", "next_day_at"),
        ),
    ),
    PersonalTable("topic_choices", TopicChoice, ("user",), {"topic": "topic__slug"} | same("choice")),
    PersonalTable(
        "email_settings",
        NotificationPreferences,
        ("user",),
        same(
            *("hour", *Switch.values),
            *("chosen_at", "next_due_at", "paused_at", "bounced_address", "bounce_reason"),
        ),
    ),
    PersonalTable(
        "cards",
        Card,
        ("user",),
        question_columns()
        | same(
            *("seq", "stability", "difficulty", "last_day", "due", "interval", "reps", "lapses", "raised"),
            *("lowered", "suspended_at", "key_seen_at"),
        ),
    ),
    PersonalTable(
        "sessions",
        Session,
        ("user",),
        same("study_day", "opened_at", "aimed_at", "outdated", "promise", "fit"),
        order=("study_day",),
    ),
    PersonalTable(
        "items",
        Item,
        ("session__user",),
        {"study_day": "session__study_day"}
        | question_columns("card__question")
        | same("position", "is_new", "is_placing", "misses", "turn", "done_at"),
    ),
    PersonalTable(
        "reviews",
        Review,
        ("user",),
        {
            "id": "public_id",
            "session": "session__study_day",
            "version": "version__number",
            "prompt": "version__spec__prompt",
        }
        | question_columns("card__question")
        | _ANSWER
        | same(
            *("seq", "milliseconds", "rating", "first_of_day", "predicted", "retention_target"),
            *("due_after", "stability_after", "difficulty_after", "memory_model"),
            *("time_zone", "rollover_hour", "undone_at"),
        ),
        worked_out={"verdict": WORD},
        order=("answered_at", "pk"),
    ),
    PersonalTable("notes", Note, ("user",), question_columns() | same("text", "changed_at")),
    PersonalTable(
        "practices",
        Practice,
        ("user",),
        {"id": "public_id"} | same("title", "came_from", "opened_at", "drawn_from"),
    ),
    PersonalTable(
        "exercises",
        Exercise,
        ("practice__user",),
        {"id": "public_id", "practice": "practice__public_id"}
        | question_columns()
        | same("position", "done_at", "expected"),
    ),
    PersonalTable(
        "attempts",
        Attempt,
        ("user",),
        {
            "id": "public_id",
            "exercise": "exercise__public_id",
            "version": "version__number",
            "prompt": "version__spec__prompt",
        }
        | question_columns("exercise__question")
        | _ANSWER,
        worked_out={"verdict": WORD},
        order=("answered_at", "pk"),
    ),
    PersonalTable(
        "targets",
        Target,
        ("user",),
        {"from": "label", "source": "source"}
        | question_columns()
        | same("opens_at", "due_at", "closes_at", "changed_at"),
    ),
    PersonalTable(
        "reports",
        QuestionReport,
        ("user",),
        {"id": "public_id", "review": "review__public_id", "email": "email_state"}
        | same("kind", "text", "created_at", "reply", "replied_at", "read_at"),
        order=("created_at", "pk"),
    ),
    PersonalTable(
        "replies",
        QuestionReport,
        ("replied_by",),
        {"report": "public_id"} | question_columns("review__card__question") | same("reply", "replied_at"),
        stays="the reply belongs to whoever reported the question; its author's name is taken off it",
    ),
    PersonalTable(
        "emails",
        OutboundEmail,
        ("user",),
        {"about": "key"}
        | same(
            *("assignment", "report"),
            *("kind", "address", "due_at", "not_before", "expires_at", "state", "stage"),
            *("attempts", "crashes", "possibly_delivered", "error", "sent_at"),
        ),
        worked_out={
            "assignment": _named(EmailKind.ASSIGNMENT, Assignment.objects.values("title")),
            "report": _named(EmailKind.REPLY, QuestionReport.objects.values("public_id")),
        },
        order=("due_at", "pk"),
    ),
)
