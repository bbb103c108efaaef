"""What an author wrote: their sets and their private packs."""

from __future__ import annotations

from quizzes.bank.models import Edition, Pack, Question, QuestionSet, SetItem, SetRule, Upload, Version
from quizzes.privacy.personal_tables import PersonalTable, question_columns, same

TABLES = (
    PersonalTable(
        "sets",
        QuestionSet,
        ("owner",),
        {"id": "public_id"}
        | same("title", "about", "visibility", "public_since", "created_at", "changed_at"),
        stays="a public set goes on for those who joined it, without its owner's name",
    ),
    PersonalTable(
        "set_items",
        SetItem,
        ("question_set__owner",),
        {"set": "question_set__public_id"} | question_columns() | same("position"),
        stays="those of a public set stay with it",
    ),
    PersonalTable(
        "set_rules",
        SetRule,
        ("question_set__owner",),
        {"id": "public_id", "set": "question_set__public_id"} | same("filters", "pick"),
        stays="those of a public set stay with it",
    ),
    PersonalTable(
        "packs",
        Pack,
        ("owner",),
        {"id": "public_id", "topic": "topic__title"}
        | same("slug", "title", "release", "private", "loaded_at", "revision"),
        stays="learners' answers point at its questions; the author's name is taken off it",
    ),
    PersonalTable(
        "questions",
        Question,
        ("pack__owner",),
        {"id": "public_id", "pack": "pack__slug", "topic": "topic__title", "version": "current__number"}
        | same("slug", "named", "kind", "level", "skill", "position", "retired_at"),
        stays="learners' answers point at it",
    ),
    PersonalTable(
        "editions",
        Edition,
        ("owner",),
        {"pack": "pack__public_id"} | same("did", "text", "before", "revision", "made_at"),
    ),
    PersonalTable(
        "uploads",
        Upload,
        ("owner",),
        {"id": "public_id", "pack": "pack__public_id"} | same("name", "text", "created_at", "loaded_at"),
    ),
    PersonalTable(
        "versions",
        Version,
        ("question__pack__owner",),
        {"pack": "question__pack__slug", "question": "question__slug"}
        | same("number", "spec", "change", "source_line", "created_at"),
        stays="learners' answers point at it",
    ),
)
