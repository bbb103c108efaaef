"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.analytics.actions import item_analysis
from quizzes.analytics.class_data import first_attempts
from quizzes.analytics.item_statistics import FEW_ATTEMPTS, FEWEST_IN_A_GROUP, VersionStatistics

__all__ = ["FEWEST_IN_A_GROUP", "FEW_ATTEMPTS", "VersionStatistics", "first_attempts", "item_analysis"]
