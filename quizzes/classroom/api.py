"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.classroom import actions, rights
from quizzes.classroom.actions import (
    archive,
    archive_unled,
    decline,
    never_write_to,
    note_cancelled,
    note_outcome,
    write_to_again,
)
from quizzes.classroom.queries import (
    assigned_questions,
    classes_led_by,
    colleagues_of,
    groups_of,
    led_alone_by,
    people_besides,
    places_for,
    sets_for,
    sizes_of,
    withdrawn_in,
)
from quizzes.classroom.rights import Action, Role
from quizzes.classroom.views.confirmation import ConfirmationPage, ask_to_confirm
from quizzes.classroom.views.shortcuts import place_or_404
from quizzes.classroom.wording import counted

__all__ = [
    "Action",
    "ConfirmationPage",
    "Role",
    "actions",
    "archive",
    "archive_unled",
    "ask_to_confirm",
    "assigned_questions",
    "classes_led_by",
    "colleagues_of",
    "counted",
    "decline",
    "groups_of",
    "led_alone_by",
    "never_write_to",
    "note_cancelled",
    "note_outcome",
    "people_besides",
    "place_or_404",
    "places_for",
    "rights",
    "sets_for",
    "sizes_of",
    "withdrawn_in",
    "write_to_again",
]
