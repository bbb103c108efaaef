"""What this room offers the others: they import nothing else of it."""

from quizzes.templatetags.numbers import percent

__all__ = ["percent"]
