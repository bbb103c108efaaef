"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.jobs.actions import record_start
from quizzes.jobs.health import health, in_a_line

__all__ = ["health", "in_a_line", "record_start"]
