"""What a learner is asked by others to have seen by a day: the targets that count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from quizzes.review.models import Card, Target, TopicChoice
from quizzes.scheduling.api import wall_time, zone_or_utc

# The longest day a learner can choose, in minutes.
LONGEST_DAY = 240


def open_targets(now: datetime) -> QuerySet[Target]:
    """Returns targets that count at `now`."""
    return Target.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now), opens_at__lte=now)


def news(now: datetime) -> Q:
    """Of a session: whether a target appeared, changed, opened, closed or was dropped since the session last looked."""
    looked = Coalesce(OuterRef("aimed_at"), OuterRef("opened_at"))
    since = Q(changed_at__gt=looked) | Q(opens_at__gt=looked)
    came = open_targets(now).filter(since, user=OuterRef("user"))
    closed = Target.objects.filter(user=OuterRef("user"), closes_at__gt=looked, closes_at__lte=now)
    return Q(outdated=True) | Q(Exists(came)) | Q(Exists(closed))


def by_schedule(cards: QuerySet[Card], now: datetime) -> QuerySet[Card]:
    """Returns those of the cards that are not assigned for a day to come: such ones the plan chooses, no schedule."""
    assigned = open_targets(now).filter(user=OuterRef("user"), question=OuterRef("question"), due_at__gt=now)
    return cards.filter(~Exists(assigned))


def assigned_due(card: str, now: datetime) -> Subquery:
    """Returns when the card under the prefix `card` is due as it was assigned; NULL where that is not to come."""
    assigned = open_targets(now).filter(
        user=OuterRef(f"{card}user"), question=OuterRef(f"{card}question"), due_at__gt=now
    )
    return Subquery(assigned.order_by("due_at").values("due_at")[:1])


def is_left_out(card: str) -> Exists:
    """Returns whether the learner leaves out the topic of the card under the prefix `card`."""
    left_out = TopicChoice.objects.filter(choice=TopicChoice.Choice.LEFT_OUT)
    return Exists(left_out.filter(user=OuterRef(f"{card}user"), topic=OuterRef(f"{card}question__topic")))


def aim_of(card: Card, *, interview: date | None, now: datetime) -> date | None:
    """Returns the day for whose sake the plan chooses a question met before; None where the schedule holds.

    The day is that of the `interview` ahead, where the topic is not left out, or that on which an assignment is due, by
    the learner's zone, if it is earlier. One query, none where the card is `aimed`.
    """
    if card.aimed is None:
        rows = Card.objects.annotate(assigned=assigned_due("", now), left_out=is_left_out(""))
        card.aimed = rows.values_list("assigned", "left_out").get(pk=card.pk)
    return _aim(card.user, card.aimed, interview)


def aims_by_question(
    user: User, questions: Collection[int], *, interview: date | None, now: datetime
) -> dict[int, date | None]:
    """Returns the same for the learner's cards of the questions, by question; one query."""
    cards = Card.objects.annotate(assigned=assigned_due("", now), left_out=is_left_out(""))
    rows = cards.filter(user=user, question__in=questions).values_list("question_id", "assigned", "left_out")
    return {question: _aim(user, (due, left_out), interview) for question, due, left_out in rows}


def aim_at(
    user: User, targets: Iterable[datetime | None], *, interview: date | None, left_out: bool, now: datetime
) -> date | None:
    """Returns the same for any question, met or not: `targets` are the moments by which its open targets want it.

    `left_out`: the learner leaves its topic out.
    """
    ahead = (due_at for due_at in targets if due_at is not None and due_at > now)
    return _aim(user, (min(ahead, default=None), left_out), interview)


def _aim(user: User, aimed: tuple[datetime | None, bool], interview: date | None) -> date | None:
    due_at, left_out = aimed
    zone, _ = zone_or_utc(user.time_zone)
    days = [wall_time(due_at, zone=zone).date()] if due_at is not None else []
    if interview is not None and not left_out:
        days.append(interview)
    return min(days, default=None)
