"""`python -m nnprep.tests.browser.results EMAIL`: the demo class, taught by an account with that address."""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.urls import reverse  # noqa: E402 -- Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from nnprep.tests.browser.learner import PASSWORD  # noqa: E402
from quizzes.management.demo.seeding import remove, seed  # noqa: E402
from quizzes.review.models import Flag  # noqa: E402


def main() -> None:
    """Make it and print the addresses of its pages."""
    remove(tell=lambda _: None)
    teacher = User.objects.create_user(sys.argv[1], PASSWORD)
    klass = seed(now=timezone.now(), learners=8, weeks=8, tell=lambda _: None, also=teacher)
    given = klass.assignments.order_by("-due_at")[0]
    pages = {
        name: reverse(f"quizzes:{name}", args=[klass.public_id]) for name in ("ready", "items", "gradebook")
    }
    pages["ready, one assignment"] = f"{pages['ready']}?assignment={given.public_id}"
    pages["gradebook, nobody"] = f"{pages['gradebook']}?name=nobody"
    pages["flags"] = reverse("quizzes:flags")
    flags = {flag.replied_at is None: flag for flag in Flag.objects.all()}
    pages["flag"] = reverse("quizzes:flag", args=[flags[True].public_id])
    pages["flag, replied to"] = reverse("quizzes:flag", args=[flags[False].public_id])
    sys.stdout.write(json.dumps(pages))


if __name__ == "__main__":
    main()
