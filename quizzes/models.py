"""Table of contents: the rooms' tables, for Django to find. No room imports this module."""

from mail.models import Outage

from quizzes.bank.models import (
    Edition,
    Pack,
    Question,
    QuestionSet,
    Searchable,
    SetItem,
    SetRule,
    Topic,
    Upload,
    Version,
)
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.classroom.models import (
    Assignee,
    Assignment,
    AssignmentItem,
    AssignmentTarget,
    AuditRow,
    Classroom,
    Extension,
    Group,
    GroupMember,
    Invitation,
    JoinLink,
    Membership,
)
from quizzes.insights.models import Forecast, Reckoning
from quizzes.jobs.models import JobRun, Mark
from quizzes.review.models import Card, Flag, Item, Review, Session, StudySettings, Target, TopicChoice

__all__ = [
    "Assignee",
    "Assignment",
    "AssignmentItem",
    "AssignmentTarget",
    "Attempt",
    "AuditRow",
    "Card",
    "Classroom",
    "Edition",
    "Email",
    "Exercise",
    "Extension",
    "Flag",
    "Forecast",
    "Group",
    "GroupMember",
    "Invitation",
    "Item",
    "JobRun",
    "JoinLink",
    "Mark",
    "Membership",
    "Note",
    "Outage",
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
    "Target",
    "Topic",
    "TopicChoice",
    "Upload",
    "Version",
]
