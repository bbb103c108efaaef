"""What of classes belongs to a person: where they learn or teach, what is assigned, and what is expected of them."""

from __future__ import annotations

from django.db.models import Q

from quizzes.analytics.models import Forecast
from quizzes.classroom.api import Role
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
from quizzes.privacy.personal_tables import PersonalTable, question_columns, same

_TAUGHT = Q(
    classroom__memberships__role__in=[Role.OWNER, Role.INSTRUCTOR], classroom__memberships__left_at=None
)
_CLASS_KEEPS = "it is part of a class, whose members go on; the account's name is taken off it"

TABLES = (
    PersonalTable(
        "memberships",
        Membership,
        ("user",),
        {"id": "public_id", "class": "classroom__title"} | same("role", "name", "joined_at", "left_at"),
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
        | same("opens_at", "due_at", "closes_at"),
    ),
    PersonalTable(
        "extensions",
        Extension,
        ("membership__user", "author"),
        {"id": "public_id", "assignment": "assignment__title", "for": "membership__public_id"}
        | same("opens_at", "due_at", "closes_at", "reason", "created_at", "active"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "forecasts",
        Forecast,
        ("membership__user",),
        {"class": "classroom__title"}
        | same(
            *("about", "scope", "made_on", "for_day", "questions", "stop", "low", "high", "plan"),
            *("answered", "known"),
        ),
    ),
    PersonalTable(
        "invitations",
        Invitation,
        ("membership__user", "author"),
        {"id": "public_id", "class": "classroom__title", "group": "group__title"}
        | same(
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
        {"class": "classroom__title", "assignment": "assignment__title"} | same("at", "action", "detail"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "classes",
        Classroom,
        ("memberships__user",),
        {"id": "public_id"} | same("title", "about", "time_zone", "exam_on", "created_at", "archived_at"),
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
        | same("expires_at", "max_uses", "uses", "created_at", "closed_at"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "assignments",
        Assignment,
        ("author", "withdrawn_by"),
        {"id": "public_id", "class": "classroom__title", "set": "question_set__title"}
        | same(
            *("title", "opens_at", "due_at", "closes_at", "goal", "goal_value", "late", "for_everyone"),
            *("created_at", "withdrawn_at", "former_id"),
        ),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "assignment_items",
        AssignmentItem,
        ("assignment__author",),
        {"assignment": "assignment__public_id"} | question_columns() | same("position"),
        stays=_CLASS_KEEPS,
    ),
    PersonalTable(
        "assignment_targets",
        AssignmentTarget,
        ("membership__user", "assignment__author"),
        {"assignment": "assignment__public_id", "group": "group__title", "member": "membership__public_id"},
        stays=_CLASS_KEEPS,
    ),
)
