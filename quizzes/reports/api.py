"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.reports import actions

__all__ = ["actions"]
