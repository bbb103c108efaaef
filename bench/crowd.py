"""A class of many learners for bench.classroom; prints its teacher’s session, its pages and what a snapshot takes."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.db import connection  # noqa: E402 -- Django must be set up before its models are imported
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.learners import session_key  # noqa: E402
from quizzes.analytics import actions  # noqa: E402
from quizzes.bank.actions import load_pack  # noqa: E402
from quizzes.bank.models import Question, QuestionSet  # noqa: E402
from quizzes.bank.sets import add_questions, create_set  # noqa: E402
from quizzes.classroom import actions as classes  # noqa: E402
from quizzes.classroom.policy import Terms  # noqa: E402
from quizzes.review.models import Review  # noqa: E402
from quizzes.tests.analytics.crowds import crowd  # noqa: E402
from quizzes.tests.review.packs import choices  # noqa: E402

DAYS = 60


def main() -> None:
    """Make the class the arguments ask for: how many learners and questions."""
    learners, many = (int(word) for word in sys.argv[1:3])
    now = timezone.now()
    topics = 15
    for topic in range(topics):
        text = choices(topic=f"bench-{topic}", number=100 + topic, many=-(-many // topics))
        load_pack(text=text, path=Path(f"bench-{topic}.md"), now=now)
    begins = now - timedelta(days=DAYS)
    owner = User.objects.create_user("crowd-teacher@example.org", joined_at=begins)
    classroom = classes.create_class(
        owner=owner,
        title="Bench",
        time_zone="UTC",
        exam_on=(now + timedelta(days=14)).date(),
        now=begins,
    )
    asked = list(
        Question.objects.filter(topic__slug__startswith="bench-")
        .select_related("current")
        .order_by("pk")[:many]
    )
    given = []
    for part in range(3):
        made = create_set(
            owner=owner, title=f"Part {part}", about="", visibility=QuestionSet.Visibility.PRIVATE, now=begins
        )
        chosen = asked[part * many // 3 : (part + 1) * many // 3]
        add_questions(question_set=made, public_ids=[one.public_id for one in chosen], now=begins)
        terms = Terms(begins, now + timedelta(days=7 * (part - 1)), None, goal="recall", goal_value=0.8)
        given.append(
            classes.assign(
                classroom=classroom,
                question_set=made,
                title=f"Part {part}",
                terms=terms,
                author=owner,
                now=begins,
            )
        )
    crowd(classroom, given, asked, many=learners, now=now, days=DAYS, reviews_each=4)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    seconds = {
        "refresh_seconds": took(lambda: actions.refresh_snapshots(classroom=classroom, now=now)),
        "forecast_seconds": took(lambda: actions.record_forecasts(classroom=classroom, now=now)),
    }
    pages = {
        name: reverse(f"quizzes:{name}", args=[classroom.public_id])
        for name in ("class", "ready", "items", "gradebook")
    }
    for name, one in (("assignment_over", given[0]), ("assignment", given[-1])):
        pages[name] = reverse("quizzes:assignment", args=[one.public_id])
    print(
        json.dumps(
            {
                "session": session_key(owner),
                "pages": pages,
                "reviews": Review.objects.count(),
                "seconds": seconds,
            }
        )
    )


def took(work: Callable[[], object]) -> float:
    """Seconds of doing it once."""
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


if __name__ == "__main__":
    main()
