"""A teacher with a class of today, who writes questions."""

from quizzes.tests.classroom.conftest import ann, bob, desk, now_teaching, teaching

__all__ = ["ann", "bob", "desk", "now_teaching", "teaching"]
