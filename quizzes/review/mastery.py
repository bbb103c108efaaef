"""What a learner knows of each topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from accounts.models import User
from quizzes.bank.models import Topic
from quizzes.review.queries import local_day, questions_of
from quizzes.review.verdicts import known_at_last
from quizzes.scheduling.memory import Memory, retrievability


@dataclass(slots=True)
class Mastery:
    """What a learner knows of one topic today.

    `known` is the expected number of its questions they would recall now: the sum of the cards' retrievability. A
    question counts as not known when it was never seen, or its last answer was not right or a guess: directly after
    any answer, the model's retrievability is 1. `due` counts cards due today or before that are not suspended.
    """

    topic: str
    slug: str
    summary: str
    questions: int
    seen: int = 0
    known: float = 0.0
    due: int = 0

    @property
    def share(self) -> float:
        """The share of the topic's questions expected to be recalled now, 0 to 1."""
        return self.known / self.questions if self.questions else 0.0

    @property
    def percent(self) -> float:
        """The share in percent, to one decimal, as a picture needs it."""
        return round(self.share * 100, 1)


def mastery(user: User, now: datetime, *, topic: str = "") -> list[Mastery]:
    """What the learner knows of each topic today, in the bank's order; of one alone when its slug is given.

    Counted are the questions they may be asked, private ones included.

    Three queries: the topics, the numbers of their questions, the learner's own cards and no others.
    """
    today, questions = local_day(user, now), questions_of(user, now)
    if topic:
        questions = questions.filter(topic__slug=topic)
    counted = dict(questions.order_by().values_list("topic").annotate(many=Count("pk")))
    topics = {
        found.pk: Mastery(found.title, found.slug, found.summary, counted[found.pk])
        for found in Topic.objects.filter(pk__in=counted)
    }
    seen: Iterable[tuple[Any, ...]] = (
        questions.filter(cards__user=user, cards__stability__isnull=False)
        .order_by()
        .values_list(
            "topic",
            "cards__stability",
            "cards__difficulty",
            "cards__last_day",
            "cards__due",
            "cards__suspended_at",
            known_at_last("cards"),
        )
    )
    for key, stability, difficulty, last_day, due, suspended_at, last_known in seen:
        known = topics[key]
        known.seen += 1
        if last_known:
            known.known += retrievability(Memory(stability, difficulty, last_day), day=max(today, last_day))
        known.due += due <= today and suspended_at is None
    return list(topics.values())
