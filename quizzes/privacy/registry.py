"""The register of personal data: which tables and columns belong to a person, and why the others do not.

Every model and every column stands here once, in TABLES or in WITHHELD; a test walks Django's registry and fails for
whatever stands in neither, so that nothing new is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import BigIntegerField, Case, Model, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast

from accounts.models import FormerAddress, User
from mail.models import OutboundEmail
from quizzes.analytics.models import Forecast
from quizzes.bank.models import Edition, Pack, Question, QuestionSet, SetItem, SetRule, Upload, Version
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.classroom.models import (
    Assignee,
    Assignment,
    AssignmentItem,
    AssignmentTarget,
    AuditRow,
    Classroom,
    Extension,
    Group,
    GroupMember,
    Invitation,
    JoinLink,
    Membership,
)
from quizzes.classroom.rights import Role
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.reports.models import QuestionReport
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target, TopicChoice
from quizzes.review.verdicts import WORD

# Each name in the file, and the path from the row to its value.
Columns = dict[str, str]


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """Rows of one model that belong to a person, and what the file of their data says of each.

    `whose` holds the paths from a row to an account: the row is the person's when one of them leads to theirs, and
    `where` holds too. `by_address` is a column whose e-mail address makes it theirs as well. `worked_out` holds columns
    that no row stores, each with its expression. `stays` gives the reason for which rows outlive the account, "" where
    none does.
    """

    name: str
    model: type[Model]
    whose: tuple[str, ...]
    columns: Columns
    where: Q = field(default_factory=Q)
    by_address: str = ""
    stays: str = ""
    worked_out: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)

    def rows(self, user: User) -> QuerySet[Any]:
        """Returns the person's rows, each once, in a fixed order."""
        mine = Q(*((path, user.pk) for path in self.whose), _connector=Q.OR)
        if self.by_address:
            mine |= Q((self.by_address, user.email))
        rows: QuerySet[Any] = QuerySet(self.model).filter(mine & self.where).order_by(*self.order)
        worked_out: QuerySet[Any] = rows.annotate(**self.worked_out)
        return worked_out


def _same(*names: str) -> Columns:
    return {name: name for name in names}


def _question(path: str = "question") -> Columns:
    return {"pack": f"{path}__pack__slug", "question": f"{path}__slug"}


def _named(kind: EmailKind, rows: QuerySet[Any, Any]) -> Case:
    """Returns the one value of the row that an e-mail of this kind names by its key; null for other kinds."""
    return Case(
        When(kind=kind, then=Subquery(rows.filter(pk=Cast(OuterRef("key"), BigIntegerField()))[:1])),
        default=None,
    )


_ANSWER = _same(
    *("presented", "response", "summary", "parts", "flags", "score", "passed", "confidence", "hinted"),
    *("study_day", "answered_at", "verdict"),
)
_TAUGHT = Q(
    classroom__memberships__role__in=[Role.OWNER, Role.INSTRUCTOR], classroom__memberships__left_at=None
)
_CLASS_KEEPS = "it is part of a class, whose members go on; the account's name is taken off it"

TABLES = (
    PersonalTable(
        "account",
        User,
        ("pk",),
        _same(
            *("email", "time_zone", "rollover_hour", "theme", "joined_at", "welcomed_at", "last_login"),
            *("is_staff", "is_superuser", "is_active", "is_demo"),
        ),
    ),
    PersonalTable("addresses", EmailAddress, ("user",), _same("email", "verified", "primary")),
    PersonalTable("former_addresses", FormerAddress, ("user",), _same("email", "replaced_at")),
    PersonalTable(
        "study_settings",
        StudySettings,
        ("user",),
        _same(
            *("minutes_a_day", "new_per_day", "desired_retention", "interview_on", "practise", "next_day_at"),
        ),
    ),
    PersonalTable("topic_choices", TopicChoice, ("user",), {"topic": "topic__slug"} | _same("choice")),
    PersonalTable(
        "email_settings",
        NotificationPreferences,
        ("user",),
        _same(
            *("hour", "evening", "countdown", "weekly", "assignment", "reply"),
            *("chosen_at", "next_due_at", "paused_at", "bounced_address", "bounce_reason"),
        ),
    ),
    PersonalTable(
        "cards",
        Card,
        ("user",),
        _question()
        | _same(
            *("seq", "stability", "difficulty", "last_day", "due", "interval", "reps", "lapses", "raised"),
            *("lowered", "suspended_at", "key_seen_at"),
        ),
    ),
    PersonalTable(
        "sessions",
        Session,
        ("user",),
        _same("study_day", "opened_at", "aimed_at", "outdated", "promise", "fit"),
        order=("study_day",),
    ),
    PersonalTable(
        "items",
        Item,
        ("session__user",),
        {"study_day": "session__study_day"}
        | _question("card__question")
        | _same("position", "is_new", "is_placing", "misses", "turn", "done_at"),
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
        | _question("card__question")
        | _ANSWER
        | _same(
            *("seq", "milliseconds", "rating", "first_of_day", "predicted", "retention_target"),
            *("due_after", "stability_after", "difficulty_after", "memory_model"),
            *("time_zone", "rollover_hour", "undone_at"),
        ),
        worked_out={"verdict": WORD},
        order=("answered_at", "pk"),
    ),
    PersonalTable("notes", Note, ("user",), _question() | _same("text", "changed_at")),
    PersonalTable(
        "practices",
        Practice,
        ("user",),
        {"id": "public_id"} | _same("title", "came_from", "opened_at", "drawn_from"),
    ),
    PersonalTable(
        "exercises",
        Exercise,
        ("practice__user",),
        {"id": "public_id", "practice": "practice__public_id"}
        | _question()
        | _same("position", "done_at", "expected"),
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
        | _question("exercise__question")
        | _ANSWER,
        worked_out={"verdict": WORD},
        order=("answered_at", "pk"),
    ),
    PersonalTable(
        "targets",
        Target,
        ("user",),
        {"from": "label", "source": "source"}
        | _question()
        | _same("opens_at", "due_at", "closes_at", "changed_at"),
    ),
    PersonalTable(
        "reports",
        QuestionReport,
        ("user",),
        {"id": "public_id", "review": "review__public_id", "email": "email_state"}
        | _same("kind", "text", "created_at", "reply", "replied_at", "read_at"),
        order=("created_at", "pk"),
    ),
    PersonalTable(
        "replies",
        QuestionReport,
        ("replied_by",),
        {"report": "public_id"} | _question("review__card__question") | _same("reply", "replied_at"),
        stays="the reply belongs to whoever reported the question; its author's name is taken off it",
    ),
    PersonalTable(
        "emails",
        OutboundEmail,
        ("user",),
        {"about": "key"}
        | _same(
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
    PersonalTable(
        "memberships",
        Membership,
        ("user",),
        {"id": "public_id", "class": "classroom__title"} | _same("role", "name", "joined_at", "left_at"),
    ),
    PersonalTable(
        "group_members",
        GroupMember,
        ("membership__user",),
        {"group": "group__title", "class": "membership__classroom__title"},
    ),
    PersonalTable(
        "assigned",
        Assignee,
        ("membership__user",),
        {"assignment": "assignment__title", "class": "membership__classroom__title", "email": "email_state"}
        | _same("opens_at", "due_at", "closes_at"),
    ),
    PersonalTable(
        "extensions",
        Extension,
        ("membership__user", "author"),
        {"id": "public_id", "assignment": "assignment__title", "for": "membership__public_id"}
        | _same("opens_at", "due_at", "closes_at", "reason", "created_at", "active"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "forecasts",
        Forecast,
        ("membership__user",),
        {"class": "classroom__title"}
        | _same(
            *("about", "scope", "made_on", "for_day", "questions", "stop", "low", "high", "plan"),
            *("answered", "known"),
        ),
    ),
    PersonalTable(
        "invitations",
        Invitation,
        ("membership__user", "author"),
        {"id": "public_id", "class": "classroom__title", "group": "group__title"}
        | _same(
            *("email", "name", "created_at", "expires_at", "withdrawn_at", "declined_at"),
            *("email_state", "email_error", "write_at"),
        ),
        by_address="email",
        stays="an address on a class's list is the entry of its teacher, and ends on its date",
    ),
    PersonalTable(
        "audit",
        AuditRow,
        ("actor", "membership__user"),
        {"class": "classroom__title", "assignment": "assignment__title"} | _same("at", "action", "detail"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "classes",
        Classroom,
        ("memberships__user",),
        {"id": "public_id"} | _same("title", "about", "time_zone", "exam_on", "created_at", "archived_at"),
        where=Q(memberships__role__in=[Role.OWNER, Role.INSTRUCTOR], memberships__left_at=None),
        stays="its learners and their other teachers go on in it",
    ),
    PersonalTable(
        "groups",
        Group,
        ("classroom__memberships__user",),
        {"id": "public_id", "class": "classroom__title", "title": "title"},
        where=_TAUGHT,
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "join_links",
        JoinLink,
        ("author",),
        {"id": "public_id", "class": "classroom__title"}
        | _same("expires_at", "max_uses", "uses", "created_at", "closed_at"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "assignments",
        Assignment,
        ("author", "withdrawn_by"),
        {"id": "public_id", "class": "classroom__title", "set": "question_set__title"}
        | _same(
            *("title", "opens_at", "due_at", "closes_at", "goal", "goal_value", "late", "for_everyone"),
            *("created_at", "withdrawn_at", "former_id"),
        ),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "assignment_items",
        AssignmentItem,
        ("assignment__author",),
        {"assignment": "assignment__public_id"} | _question() | _same("position"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "assignment_targets",
        AssignmentTarget,
        ("membership__user", "assignment__author"),
        {"assignment": "assignment__public_id", "group": "group__title", "member": "membership__public_id"},
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "sets",
        QuestionSet,
        ("owner",),
        {"id": "public_id"}
        | _same("title", "about", "visibility", "public_since", "created_at", "changed_at"),
        stays="a public set goes on for those who joined it, without its owner's name",
    ),
    PersonalTable(
        "set_items",
        SetItem,
        ("question_set__owner",),
        {"set": "question_set__public_id"} | _question() | _same("position"),
        stays="those of a public set stay with it",
    ),
    PersonalTable(
        "set_rules",
        SetRule,
        ("question_set__owner",),
        {"id": "public_id", "set": "question_set__public_id"} | _same("filters", "pick"),
        stays="those of a public set stay with it",
    ),
    PersonalTable(
        "packs",
        Pack,
        ("owner",),
        {"id": "public_id", "topic": "topic__title"}
        | _same("slug", "title", "release", "private", "loaded_at", "revision"),
        stays="learners' answers point at its questions; the author's name is taken off it",
    ),
    PersonalTable(
        "questions",
        Question,
        ("pack__owner",),
        {"id": "public_id", "pack": "pack__slug", "topic": "topic__title", "version": "current__number"}
        | _same("slug", "named", "kind", "level", "skill", "position", "retired_at"),
        stays="learners' answers point at it",
    ),
    PersonalTable(
        "editions",
        Edition,
        ("owner",),
        {"pack": "pack__public_id"} | _same("did", "text", "before", "revision", "made_at"),
    ),
    PersonalTable(
        "uploads",
        Upload,
        ("owner",),
        {"id": "public_id", "pack": "pack__public_id"} | _same("name", "text", "created_at", "loaded_at"),
    ),
    PersonalTable(
        "versions",
        Version,
        ("question__pack__owner",),
        {"pack": "question__pack__slug", "question": "question__slug"}
        | _same("number", "spec", "change", "source_line", "created_at"),
        stays="learners' answers point at it",
    ),
)

# A model ("app.Model") or a column ("app.Model.column") that no file holds, with the reason.
WITHHELD: Mapping[str, str] = {
    "accounts.User.password": "a secret",
    "accounts.User.session_generation": "a part of what sign-ins are checked against",
    "accounts.User_groups": "Django's own groups; no account is in one",
    "accounts.User_user_permissions": "Django's own permissions; no account has one of its own",
    "account.EmailConfirmation": "a proof of an address under way, gone when it is used or late",
    "auth.Group": "Django's own groups; none is made",
    "auth.Group_permissions": "Django's own permissions of groups; none is made",
    "auth.Permission": "Django's list of permissions; about nobody",
    "contenttypes.ContentType": "Django's list of models; about nobody",
    "sessions.Session": (
        "holds a browser's sign-in, which is a secret, and for a day a form that could not be sent; ends with it"
    ),
    "quizzes.Topic": "a subject of the bank; a pack's own is told by its title",
    "quizzes.Searchable": "the words of a version once more, for the search",
    "quizzes.Snapshot": "numbers of a whole class, worked out from rows that stand here",
    "quizzes.UnwantedAddress": "a keyed hash of an address that is not to be written to; it cannot be read back",
    "mail.Outage": "since when the mail server takes nothing; about nobody",
    "quizzes.Mark": "moments of the site's own clock; about nobody",
    "quizzes.JobRun": "when the clock's jobs ran; about nobody",
    "quizzes.Pack.digest": "a checksum of the text it was loaded from",
    "quizzes.Question.prompt_digest": "a checksum of its prompt",
    "quizzes.Version.spec_hash": "a checksum of `spec`",
    "quizzes.NotificationPreferences.public_id": "opens the links that stop e-mails",
    "quizzes.Invitation.mailbox": "the address once more, as it is compared",
    "quizzes.Invitation.token": "opens the class to whoever holds it",
    "quizzes.JoinLink.token": "opens the class to whoever holds it",
    "quizzes.JoinLink.code": "opens the class to whoever holds it",
    "mail.OutboundEmail.source": "the text of an e-mail about the account until it has left; may hold a code",
    "mail.OutboundEmail.holder": "which process has it in hand",
    "mail.OutboundEmail.lease_until": "until when a process has it in hand",
}
