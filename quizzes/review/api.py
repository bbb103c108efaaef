"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.review import decks, leeches, own_memory, presenters, submission, unsubmitted
from quizzes.review.actions.keys import note_keys_shown
from quizzes.review.actions.sessions import open_session
from quizzes.review.actions.settings import settings_of
from quizzes.review.actions.targets import drop_targets, set_targets
from quizzes.review.actions.visitor_answers import VisitorAnswer, import_visitor_answers
from quizzes.review.cards import state_of
from quizzes.review.decks import interview_ahead
from quizzes.review.digest import DailyDigest, WeeklyDigest, current_days, daily_digests, weekly_digest
from quizzes.review.first_sights import at_first_sight
from quizzes.review.habits import first_tries_of
from quizzes.review.knowledge import LEVEL, Knowledge, day_of, knowledge
from quizzes.review.load import DayAhead, load_of
from quizzes.review.mastery import Mastery, mastery
from quizzes.review.own_memory import recall_on, recall_tomorrow, strength_by_answers
from quizzes.review.presenters import Context, day_in_words
from quizzes.review.queries import (
    due_by_schedule,
    due_cards,
    local_day,
    planned_items,
    questions_of,
    review_of,
    settled_cards,
    study_day_now,
    suspended_cards,
)
from quizzes.review.shortfall import Deadline, fit_of, short_of
from quizzes.review.submission import Filled
from quizzes.review.summaries import MOST_PRACTISED
from quizzes.review.targets import aim_at, open_targets
from quizzes.review.verdicts import KNOWN, PARTLY, RIGHT, WORD, known_at_last, verdict

__all__ = [
    "KNOWN",
    "LEVEL",
    "MOST_PRACTISED",
    "PARTLY",
    "RIGHT",
    "WORD",
    "Context",
    "DailyDigest",
    "DayAhead",
    "Deadline",
    "Filled",
    "Knowledge",
    "Mastery",
    "VisitorAnswer",
    "WeeklyDigest",
    "aim_at",
    "at_first_sight",
    "current_days",
    "daily_digests",
    "day_in_words",
    "day_of",
    "decks",
    "drop_targets",
    "due_by_schedule",
    "due_cards",
    "first_tries_of",
    "fit_of",
    "import_visitor_answers",
    "interview_ahead",
    "knowledge",
    "known_at_last",
    "leeches",
    "load_of",
    "local_day",
    "mastery",
    "note_keys_shown",
    "open_session",
    "open_targets",
    "own_memory",
    "planned_items",
    "presenters",
    "questions_of",
    "recall_on",
    "recall_tomorrow",
    "review_of",
    "set_targets",
    "settings_of",
    "settled_cards",
    "short_of",
    "state_of",
    "strength_by_answers",
    "study_day_now",
    "submission",
    "suspended_cards",
    "unsubmitted",
    "verdict",
    "weekly_digest",
]
