"""Table of contents: the rooms' tables, for Django to find. No room imports this module."""

from quizzes.bank.models import Pack, Question, QuestionSet, Searchable, SetItem, SetRule, Topic, Version
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.classroom.models import (
    Assignee,
    Assignment,
    AssignmentItem,
    AssignmentTarget,
    AuditRow,
    Class,
    Group,
    GroupMember,
    Invitation,
    JoinLink,
    Membership,
    Override,
)
from quizzes.insights.models import Forecast, Reckoning
from quizzes.reminders.models import Letter, Mark, Outage, Reminder, Sweep
from quizzes.review.models import Card, Flag, Item, Review, Session, StudySettings, Target

__all__ = [
    "Assignee",
    "Assignment",
    "AssignmentItem",
    "AssignmentTarget",
    "Attempt",
    "AuditRow",
    "Card",
    "Class",
    "Exercise",
    "Flag",
    "Forecast",
    "Group",
    "GroupMember",
    "Invitation",
    "Item",
    "JoinLink",
    "Letter",
    "Mark",
    "Membership",
    "Note",
    "Outage",
    "Override",
    "Pack",
    "Practice",
    "Question",
    "QuestionSet",
    "Reckoning",
    "Reminder",
    "Review",
    "Searchable",
    "Session",
    "SetItem",
    "SetRule",
    "StudySettings",
    "Sweep",
    "Target",
    "Topic",
    "Version",
]
