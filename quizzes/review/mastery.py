"""What a learner knows of each topic."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.review.own_memory import recall_tomorrow
from quizzes.review.queries import (
    due_by_schedule,
    planned_items,
    questions_of,
    study_day_now,
    suspended_cards,
)
from quizzes.review.verdicts import known_at_last
from quizzes.scheduling.api import FirstTries, Memory, Strength


@dataclass(slots=True)
class Mastery:
    """What a learner knows of one topic; what they suspended counts in `suspended` and in no other number.

    Of its `questions`, `seen` were answered before. `known_of_seen` is the expected number of these that they would
    recall tomorrow morning if they answered nothing more today: the sum of the chances of recall of those whose last
    answer counts as known. A question whose last answer was not right or a guess adds nothing. A question that was
    never asked counts at `first_try`, the learner's own chance to be right at first sight in the topic. `key` is the
    topic's primary key; `planned` counts what is still to be answered in today's session, `due` what is due today or
    before where the schedule decides when it comes.
    """

    key: int
    topic: str
    slug: str
    summary: str
    questions: int
    suspended: int
    first_try: float
    seen: int = 0
    known_of_seen: float = 0.0
    planned: int = 0
    due: int = 0

    @property
    def unseen(self) -> int:
        """Questions that were never asked."""
        return self.questions - self.seen

    @property
    def known_of_unseen(self) -> float:
        """The expected number known among the questions never asked."""
        return self.unseen * self.first_try

    @property
    def share(self) -> float:
        """The share of the topic's questions expected to be known tomorrow morning, 0 to 1; 0 where there are none."""
        return (self.known_of_seen + self.known_of_unseen) / self.questions if self.questions else 0.0

    @property
    def percent_of_seen(self) -> float:
        """What `known_of_seen` is of all questions, in percent, to one decimal, as a picture needs it."""
        return round(100 * self.known_of_seen / max(self.questions, 1), 1)

    @property
    def percent_of_unseen(self) -> float:
        """The same of `known_of_unseen`."""
        return round(100 * self.known_of_unseen / max(self.questions, 1), 1)


def mastery(
    user: User,
    now: datetime,
    *,
    strength: Strength,
    first_tries: FirstTries,
    topic: str = "",
    left_out: Collection[int] = (),
    but: Collection[int] = (),
) -> list[Mastery]:
    """Returns what the learner knows of each topic, in the bank's order; of one alone when its slug is given.

    `strength` (`own_memory.strength_by_answers`) and `first_tries` (`habits.first_tries_of`) are theirs. Counted are
    the questions they may be asked, private ones included; of the topics `left_out` only the questions `but`.

    Six queries: the study day, which private questions those are, the numbers of questions, the topics, the learner's
    own cards, what is planned.
    """
    today, questions = study_day_now(user, now), questions_of(user, now)
    if topic:
        questions = questions.filter(topic__slug=topic)
    if left_out:
        questions = questions.exclude(~Q(pk__in=but), topic__in=left_out)
    topics = _counted(user, questions, first_tries)
    seen: Iterable[tuple[int, float, float, date, bool, bool | None]] = (
        questions.filter(cards__user=user, cards__stability__isnull=False, cards__suspended_at=None)
        .order_by()
        .values_list(
            "topic",
            "cards__stability",
            "cards__difficulty",
            "cards__last_day",
            Exists(due_by_schedule(user, today, now).filter(pk=OuterRef("cards"))),
            known_at_last("cards"),
        )
    )
    for key, stability, difficulty, last_day, is_due, last_known in seen:
        known = topics[key]
        known.seen += 1
        if last_known:
            memory = Memory(stability, difficulty, last_day)
            known.known_of_seen += recall_tomorrow(memory, today, strength)
        known.due += is_due
    planned = planned_items(user, today).filter(card__question__in=questions.order_by().values("pk"))
    for key, many in planned.values_list("card__question__topic").annotate(Count("pk")).order_by():
        topics[key].planned = many
    return list(topics.values())


def _counted(user: User, questions: QuerySet[Question], first_tries: FirstTries) -> dict[int, Mastery]:
    """Returns the topics of these questions by key, with the numbers of questions and nothing known; two queries."""
    suspended = Exists(suspended_cards(user).filter(question=OuterRef("pk")))
    counted = {
        key: (left, apart)
        for key, left, apart in questions.order_by()
        .annotate(is_suspended=suspended)
        .values_list("topic")
        .annotate(
            left=Count("pk", filter=Q(is_suspended=False)), apart=Count("pk", filter=Q(is_suspended=True))
        )
    }
    return {
        found.pk: Mastery(
            found.pk,
            found.title,
            found.slug,
            found.summary,
            *counted[found.pk],
            first_tries.of_topic(found.pk),
        )
        for found in Topic.objects.filter(pk__in=counted)
    }
