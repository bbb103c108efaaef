"""The rules of the room: opening days, answering, undoing, settings. Every action takes `now`."""

from quizzes.review.actions.answers import (
    Conflict,
    Outcome,
    Recorded,
    Repeated,
    Stale,
    Unfinished,
    record_answer,
)
from quizzes.review.actions.carrying import Tried, carry_over
from quizzes.review.actions.easing import call_easy, can_be_easier
from quizzes.review.actions.keys import note_keys_shown
from quizzes.review.actions.sessions import (
    open_due_sessions,
    open_session,
    place,
    skip_placement,
    study_more,
)
from quizzes.review.actions.settings import settings_of
from quizzes.review.actions.targets import drop_targets, set_targets
from quizzes.review.actions.undoing import undo
from quizzes.review.actions.wishes import change_settings, take_plan

__all__ = [
    "Conflict",
    "Outcome",
    "Recorded",
    "Repeated",
    "Stale",
    "Tried",
    "Unfinished",
    "call_easy",
    "can_be_easier",
    "carry_over",
    "change_settings",
    "drop_targets",
    "note_keys_shown",
    "open_due_sessions",
    "open_session",
    "place",
    "record_answer",
    "set_targets",
    "settings_of",
    "skip_placement",
    "study_more",
    "take_plan",
    "undo",
]
