"""Which questions a day could ask: those met before, and new ones in the order to introduce them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf

from accounts.models import User
from quizzes.review import queries, targets
from quizzes.review.verdicts import known_at_last
from quizzes.scheduling.api import (
    Memory,
    Waiting,
    introduction,
    retrievability,
    study_days_until,
    zone_or_utc,
)


@dataclass(frozen=True, slots=True)
class MetBefore:
    """A question met before with its memory. `is_due`: by the schedule; `is_known`: its last answer counts as known."""

    candidate: queries.PlanCandidate
    stability: float
    difficulty: float
    last_day: date
    is_due: bool
    is_known: bool


def met_before(user: User, day: date) -> list[MetBefore]:
    """Returns the questions the learner met before that day's session could ask; one query."""
    rows: Iterable[
        tuple[int, int, int, list[str] | None, int | None, date, float, float, date, str, bool | None]
    ] = (
        queries.due_cards(user)
        .order_by("pk")
        .values_list(
            "question_id",
            "question__topic_id",
            "question__level",
            "question__current__spec__covers",
            "question__current__spec__seconds",
            "due",
            "stability",
            "difficulty",
            "last_day",
            "question__kind",
            known_at_last("pk"),
        )
    )
    return [
        MetBefore(
            queries.PlanCandidate(
                Waiting(
                    key=question,
                    topic=topic,
                    concepts=frozenset(covers or ()),
                    recall=retrievability(Memory(stability, difficulty, last_day), day=day),
                    overdue_days=(day - due).days,
                    new=False,
                    level=level,
                ),
                seconds,
                kind,
            ),
            stability,
            difficulty,
            last_day,
            due <= day,
            bool(is_known),
        )
        for question, topic, level, covers, seconds, due, stability, difficulty, last_day, kind, is_known in rows
    ]


def deadlines_of(user: User, day: date, now: datetime, *, met: Collection[int]) -> dict[int, int]:
    """Returns the study days left, today included, for each question wanted by a day; the earlier day counts.

    What is late is wanted until it was met, and then by no day any more.
    """
    zone, _ = zone_or_utc(user.time_zone)
    rows = (
        targets.open_targets(now)
        .filter(user=user, due_at__isnull=False)
        .order_by("-due_at")
        .values_list("question_id", "due_at")
    )
    days: dict[datetime, int] = {}
    found: dict[int, int] = {}
    for question, due in rows:
        if due is None or (due <= now and question in met):
            continue
        if due not in days:
            days[due] = study_days_until(due, today=day, zone=zone, rollover_hour=user.rollover_hour)
        found[question] = days[due]
    return found


def new_in_order(
    user: User,
    now: datetime,
    deadlines: Mapping[int, int],
    *,
    left_out: Collection[int],
    known: Collection[int],
    first: Collection[str],
    topics_at_once: int | None,
) -> list[queries.PlanCandidate]:
    """Returns the questions never met, in the order to introduce them: assigned ones before all others.

    Other questions of the topics `left_out` are none of them; those of topics `known` wait behind all others. In each
    topic the kinds `first` come first. `topics_at_once`, None without a limit, bounds how many topics are begun.
    """
    asked, others = queries.new_candidates(user, None, now)
    others = [candidate for candidate in others if candidate.waiting.topic not in left_out]
    asked, others = _of_many_kinds(asked), _of_many_kinds(others)
    for group in (asked, others):
        group.sort(key=lambda candidate: candidate.kind not in first)
    groups = (
        asked,
        [candidate for candidate in others if candidate.waiting.topic not in known],
        [candidate for candidate in others if candidate.waiting.topic in known],
    )
    return [candidate for group in groups for candidate in _in_turn(group, deadlines, topics_at_once)]


def _of_many_kinds(candidates: Sequence[queries.PlanCandidate]) -> list[queries.PlanCandidate]:
    """Returns the candidates with the questions of a topic's level in an order that takes its kinds in turn.

    One topic begins with this kind, another one with that: a day that begins something of each asks many kinds.
    """
    topics = {topic: place for place, topic in enumerate(dict.fromkeys(c.waiting.topic for c in candidates))}
    kinds = {kind: place for place, kind in enumerate(sorted({c.kind for c in candidates}))}
    before: Counter[tuple[int, int, str]] = Counter()
    keys = []
    for place, candidate in enumerate(candidates):
        topic, level = candidate.waiting.topic, candidate.waiting.level
        turn = (kinds[candidate.kind] + topics[topic]) % len(kinds)
        keys.append((topics[topic], level, before[topic, level, candidate.kind], turn, place))
        before[topic, level, candidate.kind] += 1
    return [candidates[place] for *_, place in sorted(keys)]


def _in_turn(
    candidates: Sequence[queries.PlanCandidate], deadlines: Mapping[int, int], topics_at_once: int | None
) -> list[queries.PlanCandidate]:
    """Returns the candidates in the order to introduce them: the earliest wanted first, then from the topics in
    turn.
    """
    by_key = {c.waiting.key: c for c in candidates}
    days = sorted({deadlines.get(key, inf) for key in by_key})
    ordered: list[queries.PlanCandidate] = []
    for day in days:
        group = [c.waiting for c in candidates if deadlines.get(c.waiting.key, inf) == day]
        ordered += [by_key[w.key] for w in introduction(group, topics_at_once=topics_at_once)]
    return ordered
