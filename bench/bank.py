"""A bank of as many questions as the first argument says, made from the built-in ones, and learners who know a part.

Prints the learners' session keys and words to search for, as JSON.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import timedelta
from itertools import cycle, islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 -- Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.learners import learner, session_key  # noqa: E402
from quizzes.bank import search  # noqa: E402
from quizzes.bank.kinds.base import Json  # noqa: E402
from quizzes.bank.models import Pack, Question, Topic, Version  # noqa: E402
from quizzes.browsing.models import Note  # noqa: E402
from quizzes.markup.checks import SKILLS  # noqa: E402
from quizzes.reports.models import QuestionReport  # noqa: E402
from quizzes.review.models import Card, Review  # noqa: E402
from quizzes.review.queries import latest_session  # noqa: E402

# One learner may search six times a second.
LEARNERS = 10
CARDS = 3_000
SEARCHES = 200
BATCH = 2_000


def fill(many: int) -> list[str]:
    """Questions that differ in prompt, level, skill and tag; returns the words of their prompts, common ones often."""
    rng = random.Random(1)
    models = list(Question.objects.select_related("topic", "current"))
    words = [word for q in models if q.current for word in search.searched(q.current.spec["prompt"])]
    now = timezone.now()
    packs = {
        topic.pk: Pack.objects.create(
            slug=f"generated-{topic.slug}", title=topic.title, topic=topic, digest="", loaded_at=now
        )
        for topic in Topic.objects.all()
    }
    made: list[Question] = []
    specs: list[Json] = []
    for number, model in enumerate(islice(cycle(models), many - len(models))):
        if model.current is None:
            continue
        spec = {
            **model.current.spec,
            "prompt": " ".join([*rng.sample(words, 4), model.current.spec["prompt"]]),
            "level": rng.choice((1, 2, 3)),
            "skill": rng.choice(SKILLS),
            "tags": [f"variant{number}"],
        }
        specs.append(spec)
        made.append(
            Question(
                pack=packs[model.topic_id],
                topic=model.topic,
                slug=f"g-{number}",
                kind=model.kind,
                level=spec["level"],
                skill=spec["skill"],
                position=number,
            )
        )
    with transaction.atomic():
        Question.objects.bulk_create(made, batch_size=BATCH)
        Version.objects.bulk_create(
            [
                Version(
                    question=question, number=1, spec=spec, spec_hash=str(question.pk),
                    change=Version.Change.FIRST, source_line=1, created_at=now,
                )
                for question, spec in zip(made, specs, strict=True)
            ],
            batch_size=BATCH,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE quizzes_question SET current_id = (SELECT id FROM quizzes_version WHERE "
                "question_id = quizzes_question.id) WHERE current_id IS NULL"
            )
    for topic in Topic.objects.all():
        search.write(Question.objects.filter(topic=topic))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    return words


def study(user: User) -> None:
    """Three thousand cards spread over the bank: a tenth due, some missed lately, suspended, noted, reported."""
    now, today = timezone.now(), timezone.now().date()
    session = latest_session(user)
    step = Question.objects.count() // CARDS
    ids = list(Question.objects.order_by("pk").values_list("pk", "current_id")[::step])
    cards = Card.objects.bulk_create(
        [
            Card(
                user=user, question_id=question, seq=1, reps=1, stability=30.0, difficulty=5.0, interval=30,
                last_day=today - timedelta(days=n % 30), due=today + timedelta(days=n % 30 - 3),
                suspended_at=now if n % 60 == 1 else None,
            )
            for n, (question, _) in enumerate(ids)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    cards = list(Card.objects.filter(user=user, reps=1).order_by("pk"))
    versions = dict(ids)
    Review.objects.bulk_create(
        [
            Review(
                user=user, card=card, seq=0, session=session, version_id=versions[card.question_id], presented={},
                response={}, summary="", parts=[], score=0.0, passed=n % 6 > 0, rating=3, study_day=today,
                answered_at=now, first_of_day=True, retention_target=0.9, due_after=today, stability_after=1.0,
                difficulty_after=5.0,
            )
            for n, card in enumerate(cards)
        ]
    )  # fmt: skip
    Note.objects.bulk_create(
        [
            Note(user=user, question_id=card.question_id, text="A note.", changed_at=now)
            for card in cards[::15]
        ]
    )
    reviews = Review.objects.filter(user=user).order_by("pk")[::15]
    QuestionReport.objects.bulk_create(
        [
            QuestionReport(user=user, review=review, kind=QuestionReport.Kind.UNCLEAR, created_at=now)
            for review in reviews
        ]
    )


def main() -> None:
    """Fill the bank and let the learners study."""
    words = fill(int(sys.argv[1]))
    users = [learner(number) for number in range(LEARNERS)]
    for user in users:
        study(user)
    rng = random.Random(2)
    searches = [" ".join(rng.sample(words, rng.choice((1, 1, 2)))) for _ in range(SEARCHES)]
    print(json.dumps({"sessions": [session_key(user) for user in users], "searches": searches}))


if __name__ == "__main__":
    main()
