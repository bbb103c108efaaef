"""What one answer does to a card, and how a card is rebuilt from its answers.

The first answer of a study day is *the* review. Later ones that day are relearning: the same-day formula, Good at
best. A day raises stability by relearning at most once (fifteen repeats in an evening teach no more than one) and
lowers memory at most once (ten misses in an evening tell no more than one).

A card is a function of its log. What the log cannot derive again, because it depended on how busy other days
were, is the due day, so each review row stores the one that was applied:

    state = apply(state, Answered(rating, day, seq), seed=…, retention=…, guess_rate=…, load=…)
    # the review row keeps: rating, study day, due_after = state.due
    state == replay(Replayed(row.rating, row.day, row.due_after) for row in rows)

A refit is `replay` with other parameters: stability and difficulty change, no due day moves.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from quizzes.scheduling.fuzz import due_day, fuzz_range
from quizzes.scheduling.memory import (
    DEFAULT_PARAMETERS,
    LONGEST_INTERVAL,
    Memory,
    after_review,
    interval,
    target,
)
from quizzes.scheduling.ratings import Rating

_NO_LOAD: Mapping[date, int] = MappingProxyType({})
# Putting the four intervals in order lengthens the one for Easy by at most two days.
_ORDERING_SLACK = 2


@dataclass(frozen=True, slots=True)
class CardState:
    """One learner's state on one question. All of it has to be stored to go on from it.

    `due`: the study day to ask again (None for a new card). `reps`: answers so far, repeats included.
    `lapses`: misses of something once answered, one a day at most. `interval`: days from the last answer's
    day to `due`, 0 when new. `raised`: a repeat on the last answer's day has already raised stability.
    `lowered`: a miss on that day has already lowered memory.
    """

    memory: Memory | None
    due: date | None
    reps: int
    lapses: int
    interval: int
    raised: bool = False
    lowered: bool = False


NEW = CardState(memory=None, due=None, reps=0, lapses=0, interval=0)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to schedule. `seq`, the review's number on its card, makes each answer's fuzz its own."""

    rating: Rating
    day: date
    seq: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """One answer from the log, with the due day that was applied."""

    rating: Rating
    day: date
    due: date


def is_first_of_day(state: CardState, day: date) -> bool:
    """Whether an answer on `day` is *the* review of that day, not a repeat (nor on a day behind the card)."""
    return state.memory is None or day > state.memory.day


def is_training_label(state: CardState, day: date) -> bool:
    """Whether an answer on `day` tells of forgetting: the first of its day, but not the first of all."""
    return state.memory is not None and is_first_of_day(state, day)


def apply(
    state: CardState,
    answered: Answered,
    *,
    seed: str,
    retention: float,
    guess_rate: float,
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS,
    load: Mapping[date, int] = _NO_LOAD,
) -> CardState:
    """The card after an answer. `seed` names learner and card; the two chances are those of `memory.target`.

    The due day lies after the study day, and a better rating never brings it nearer. When stability grows,
    the interval is not below the one before, unless a higher target or a refit shortened what the old
    stability is worth. ValueError as in `memory.target`.
    """
    due = _decide_due(
        state,
        answered,
        seed=seed,
        aim=target(retention, guess_rate=guess_rate),
        parameters=parameters,
        load=load,
    )
    return _advance(state, answered.rating, day=answered.day, due=due, parameters=parameters)


def replay(reviews: Iterable[Replayed], *, parameters: tuple[float, ...] = DEFAULT_PARAMETERS) -> CardState:
    """The card after all `reviews`, in the order they were answered; NEW after none.

    Exactly what `apply` gave step by step, when the parameters are the same.
    """
    return next(iter(deque(steps(reviews, parameters=parameters), maxlen=1)), NEW)


def steps(
    reviews: Iterable[Replayed], *, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> Iterator[CardState]:
    """The card after each of the reviews of `replay`, one by one."""
    state = NEW
    for review in reviews:
        state = _advance(state, review.rating, day=review.day, due=review.due, parameters=parameters)
        yield state


def stated_intervals(
    memory: Memory | None, *, day: date, aim: float, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> dict[Rating, int]:
    """Days until the next review by rating of the first answer on `day`: again <= hard < good < easy.

    Before fuzz; `aim` is the chance of a right answer to come back at. Only at LONGEST_INTERVAL may
    neighbours be equal.
    """
    plain = {
        rating: interval(
            after_review(memory, rating, day=day, parameters=parameters).stability,
            retention=aim,
            parameters=parameters,
        )
        for rating in Rating
    }
    again = min(plain[Rating.AGAIN], plain[Rating.HARD])
    hard = plain[Rating.HARD]
    good = min(max(plain[Rating.GOOD], hard + 1), LONGEST_INTERVAL)
    easy = min(max(plain[Rating.EASY], good + 1), LONGEST_INTERVAL)
    return {Rating.AGAIN: again, Rating.HARD: hard, Rating.GOOD: good, Rating.EASY: easy}


def _advance(
    state: CardState, rating: Rating, *, day: date, due: date, parameters: tuple[float, ...]
) -> CardState:
    after = _remember(state, rating, day=day, parameters=parameters)
    lapsed = rating is Rating.AGAIN and is_training_label(state, day)
    return CardState(
        memory=after.memory,
        due=due,
        reps=state.reps + 1,
        lapses=state.lapses + lapsed,
        interval=(due - after.memory.day).days,
        raised=after.raised,
        lowered=after.lowered,
    )


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The memory after an answer; whether a repeat of its day has by now raised it, and a miss lowered it."""

    memory: Memory
    raised: bool
    lowered: bool


def _remember(state: CardState, rating: Rating, *, day: date, parameters: tuple[float, ...]) -> _Remembered:
    before = state.memory
    if before is None or is_first_of_day(state, day):
        memory = after_review(before, rating, day=day, parameters=parameters)
        return _Remembered(memory, raised=False, lowered=rating is Rating.AGAIN)
    if rating is Rating.AGAIN and state.lowered:
        return _Remembered(before, state.raised, lowered=True)
    memory = after_review(before, min(rating, Rating.GOOD), day=day, parameters=parameters)
    raised = memory.stability > before.stability
    if raised and state.raised:
        memory = Memory(before.stability, memory.difficulty, memory.day)
    return _Remembered(memory, state.raised or raised, state.lowered or rating is Rating.AGAIN)


def _decide_due(
    state: CardState,
    answered: Answered,
    *,
    seed: str,
    aim: float,
    parameters: tuple[float, ...],
    load: Mapping[date, int],
) -> date:
    before = state.memory
    memory = _remember(state, answered.rating, day=answered.day, parameters=parameters).memory
    first = is_first_of_day(state, answered.day)
    if first:
        days = stated_intervals(before, day=answered.day, aim=aim, parameters=parameters)[answered.rating]
    else:
        days = interval(memory.stability, retention=aim, parameters=parameters)
    proposed = due_day(
        from_day=memory.day,
        days=days,
        previous=_previous(state, aim=aim, parameters=parameters),
        grew=before is not None and memory.stability > before.stability,
        seed=f"{seed}:{answered.seq}",
        load=load,
    )
    if first or before is None or state.due is None:
        return proposed
    # A repeat moves the day the first answer earned only the way it moved the memory.
    if memory.stability < before.stability:
        return min(state.due, proposed)
    return max(state.due, proposed) if memory.stability > before.stability else state.due


def _previous(state: CardState, *, aim: float, parameters: tuple[float, ...]) -> int:
    """The interval a growing one must not fall below: the one applied, if it would still be applied today.

    Without that limit, a learner who raises the target, or whom a refit found forgetful, would be held to the
    long intervals of before.
    """
    if state.memory is None:
        return 0
    today = interval(state.memory.stability, retention=aim, parameters=parameters) + _ORDERING_SLACK
    return min(state.interval, fuzz_range(today)[1])
