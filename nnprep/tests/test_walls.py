"""What rooms import of one another: the doors of each, and nothing beside them.

import-linter (in pyproject.toml) holds the direction; here stands what of a room others may know.
"""

from __future__ import annotations

from collections import defaultdict

from bench.house import DOORS as OF_EVERY_ROOM
from bench.house import into_rooms

# Beside itself, its `api` and its `models`. A kernel room is a shelf of plain functions: all of it may be taken.
SHELVES = {"quizzes.scheduling", "quizzes.statistics", "quizzes.templatetags"}
DOORS: dict[str, set[str]] = {
    "accounts": {
        "actions",
        "anonymous_session",
        "drafts",
        "email_restore",
        "forms",
        "http",
        "limits",
        "single_line",
    },
    "mail": {
        "actions",
        "composer",
        "file_backend",
        "messages",
        "queries",
    },
    "quizzes.analytics": {
        "actions",
        "class_data",
        "item_statistics",
    },
    "quizzes.bank": {
        "actions",
        "asking",
        "kinds.base",
        "kinds.gaps",
        "loading.editions",
        "loading.plan",
        "packs.build",
        "params",
        "queries",
        "search",
        "selecting",
        "sets",
        "shapes",
        "signing",
        "sources",
        "text",
        "uploads",
        "verdicts",
    },
    "quizzes.browsing": {
        "probing",
    },
    "quizzes.classroom": {
        "actions",
        "queries",
        "rights",
        "views.confirmation",
        "views.shortcuts",
        "wording",
    },
    "quizzes.markup": {
        "attributes",
        "checks",
        "diagnostics",
        "grammar",
        "markdown",
        "numbering",
        "plain",
        "reader",
        "source",
        "structure",
        "unicode",
    },
    "quizzes.progress": {
        "calibration_chart",
    },
    "quizzes.reports": {
        "actions",
    },
    "quizzes.review": {
        "actions.keys",
        "actions.sessions",
        "actions.settings",
        "actions.targets",
        "actions.visitor_answers",
        "cards",
        "decks",
        "digest",
        "first_sights",
        "habits",
        "knowledge",
        "leeches",
        "load",
        "mastery",
        "own_memory",
        "presenters",
        "queries",
        "shortfall",
        "submission",
        "summaries",
        "targets",
        "unsubmitted",
        "verdicts",
    },
}


def test_no_room_imports_another_past_its_doors() -> None:
    past = [
        f"{name} imports {room}.{inside}"
        for name, room, inside in into_rooms()
        if room not in SHELVES and inside not in OF_EVERY_ROOM | DOORS.get(room, set())
    ]
    assert past == []


def test_every_door_is_used() -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for _, room, inside in into_rooms():
        used[room].add(inside)
    assert {room: doors - used[room] for room, doors in DOORS.items() if doors - used[room]} == {}
