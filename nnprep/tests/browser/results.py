"""`python -m nnprep.tests.browser.results EMAIL`: the demo class, taught by an account with that address.

One of its learners, whose report was replied to, gets the password of all test accounts.
"""

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
from quizzes.reports.models import QuestionReport  # noqa: E402
from quizzes.review.models import Review  # noqa: E402


def main() -> None:
    """Make it; print the addresses of the accounts that look at it, each with those of their pages."""
    remove(tell=lambda _: None)
    teacher = User.objects.create_user(sys.argv[1], PASSWORD)
    classroom = seed(now=timezone.now(), learners=8, weeks=8, tell=lambda _: None, also=teacher)
    given = classroom.assignments.order_by("-due_at")[0]
    pages = {
        name: reverse(f"quizzes:{name}", args=[classroom.public_id])
        for name in ("ready", "items", "gradebook")
    }
    pages["ready, one assignment"] = f"{pages['ready']}?assignment={given.public_id}"
    pages["gradebook, nobody"] = f"{pages['gradebook']}?name=nobody"
    pages["class"] = reverse("quizzes:class", args=[classroom.public_id])
    pages["reports"] = reverse("quizzes:reports")
    reports = {report.replied_at is None: report for report in QuestionReport.objects.all()}
    pages["report"] = reverse("quizzes:report", args=[reports[True].public_id])
    pages["report, replied to"] = reverse("quizzes:report", args=[reports[False].public_id])
    learner = reports[False].user
    learner.set_password(PASSWORD)
    learner.save(update_fields=["password"])
    answer = (
        Review.objects.filter(user=learner)
        .exclude(response={})
        .exclude(report=reports[False])
        .latest("answered_at")
    )
    own = {
        "today, with a reply": reverse("quizzes:today"),
        "one's own class": pages["class"],
        "one's own assignment": reverse("quizzes:assignment", args=[given.public_id]),
        "report a question": reverse("quizzes:report_question", args=[answer.public_id]),
        "report a question, replied to": reverse(
            "quizzes:report_question", args=[reports[False].review.public_id]
        ),
    }
    sys.stdout.write(json.dumps({sys.argv[1]: pages, learner.email: own}))


if __name__ == "__main__":
    main()
