"""Table of contents: the rooms' tables, for Django to find. No room imports this module."""

from quizzes.bank.models import Pack, Question, QuestionSet, SetItem, SetRule, Topic, Version
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
from quizzes.review.models import Card, Flag, Item, Review, Session, StudySettings, Target

__all__ = [
    "Assignee",
    "Assignment",
    "AssignmentItem",
    "AssignmentTarget",
    "AuditRow",
    "Card",
    "Class",
    "Flag",
    "Forecast",
    "Group",
    "GroupMember",
    "Invitation",
    "Item",
    "JoinLink",
    "Membership",
    "Override",
    "Pack",
    "Question",
    "QuestionSet",
    "Reckoning",
    "Review",
    "Session",
    "SetItem",
    "SetRule",
    "StudySettings",
    "Target",
    "Topic",
    "Version",
]
