"""Table of contents: the rooms' tables, for Django to find. No room imports this module."""

from quizzes.analytics.models import Forecast, Snapshot
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
    UnwantedAddress,
)
from quizzes.jobs.models import JobRun, Mark
from quizzes.notifications.models import NotificationPreferences
from quizzes.reports.models import QuestionReport
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target, TopicChoice

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
    "Exercise",
    "Extension",
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
    "NotificationPreferences",
    "Pack",
    "Practice",
    "Question",
    "QuestionReport",
    "QuestionSet",
    "Review",
    "Searchable",
    "Session",
    "SetItem",
    "SetRule",
    "Snapshot",
    "StudySettings",
    "Target",
    "Topic",
    "TopicChoice",
    "UnwantedAddress",
    "Upload",
    "Version",
]
