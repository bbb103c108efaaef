"""`manage.py send_test_letter ADDRESS`: the former name of `send_test_email`, for scripts that say it."""

from __future__ import annotations

from quizzes.management.commands import send_test_email


class Command(send_test_email.Command):
    """Does what `send_test_email` does."""
