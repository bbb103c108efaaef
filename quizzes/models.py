"""Table of contents: the rooms' tables, for Django to find. No room imports this module."""

from quizzes.bank.models import Pack, Question, Searchable, Topic, Version
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.reminders.models import Letter, Reminder, Sweep
from quizzes.review.models import Card, Item, Review, Session, StudySettings

__all__ = [
    "Attempt",
    "Card",
    "Exercise",
    "Item",
    "Letter",
    "Note",
    "Pack",
    "Practice",
    "Question",
    "Reminder",
    "Review",
    "Searchable",
    "Session",
    "StudySettings",
    "Sweep",
    "Topic",
    "Version",
]
