"""`python -m nnprep.tests.browser.history EMAIL`: an account with six weeks of history on the site's database."""

from __future__ import annotations

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.utils import timezone  # noqa: E402 -- Django must be set up before its models are imported

from accounts.models import User  # noqa: E402
from nnprep.tests.browser.learner import PASSWORD  # noqa: E402
from quizzes.tests.review.studying import Study  # noqa: E402

DAYS = 42


def main() -> None:
    """Study every day but some, mostly rightly, up to yesterday."""
    user = User.objects.create_user(sys.argv[1], PASSWORD)
    study = Study(user, now=timezone.now() - timedelta(days=DAYS))
    for day in range(DAYS):
        if day % 5 != 3:
            while study.next() is not None:
                study.answer(right=len(study.answered) % 6 != 5)
        study.later(days=1)


if __name__ == "__main__":
    main()
