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
from quizzes.review.actions.flags import note_replies_written, owed_replies, put_away, reply, report
from quizzes.review.actions.sessions import open_due_sessions, open_session, study_more
from quizzes.review.actions.settings import save_settings, settings_of
from quizzes.review.actions.targets import drop_targets, set_targets
from quizzes.review.actions.undoing import undo

__all__ = [
    "Conflict",
    "Outcome",
    "Recorded",
    "Repeated",
    "Stale",
    "Unfinished",
    "drop_targets",
    "note_replies_written",
    "open_due_sessions",
    "open_session",
    "owed_replies",
    "put_away",
    "record_answer",
    "reply",
    "report",
    "save_settings",
    "set_targets",
    "settings_of",
    "study_more",
    "undo",
]
