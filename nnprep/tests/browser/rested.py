"""`python -m nnprep.tests.browser.rested EMAIL`: ten minutes pass for the account's missed questions."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.db.models import F  # noqa: E402 -- Django must be set up before its models are imported

from quizzes.review.models import Review  # noqa: E402
from quizzes.scheduling.queue import REST  # noqa: E402


def main() -> None:
    """Move all that was answered back by the time a question rests."""
    Review.objects.filter(user__email=sys.argv[1]).update(answered_at=F("answered_at") - REST)


if __name__ == "__main__":
    main()
