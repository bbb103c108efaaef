"""Table of contents: the rooms' tables, for Django to find. No room imports this module."""

from quizzes.bank.models import Pack, Question, Topic, Version
from quizzes.reminders.models import Letter, Reminder, Sweep
from quizzes.review.models import Card, Item, Review, Session, StudySettings

__all__ = [
    "Card",
    "Item",
    "Letter",
    "Pack",
    "Question",
    "Reminder",
    "Review",
    "Session",
    "StudySettings",
    "Sweep",
    "Topic",
    "Version",
]
