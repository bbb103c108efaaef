"""`python -m nnprep.tests.browser.used EMAIL`: each answer of the account has taken an hour."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from quizzes.review.models import Review  # noqa: E402 -- Django must be set up before its models are imported


def main() -> None:
    """Let every answer of the account have taken an hour."""
    Review.objects.filter(user__email=sys.argv[1]).update(milliseconds=3_600_000)


if __name__ == "__main__":
    main()
