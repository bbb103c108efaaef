"""What one answer does to a card, and how a card is rebuilt from its answers.

The first answer of a study day is *the* review. Later ones that day are relearning: the same-day formula,
Good at best, and at most one of them may raise stability (fifteen repeats in an evening teach no more than
one).

A card is a function of its log. What the log cannot derive again, because it depended on how busy other days
were, is the due day, so each review row stores the one that was applied:

    state = apply(state, Answered(rating, day, seq), seed=…, retention=…, guess_rate=…, load=…)
    # the review row keeps: rating, study day, seq, due_after = state.due, retention_target = target(…)
    state == replay(Replayed(row.rating, row.day, row.due_after) for row in rows)

A refit is `replay` with other parameters: stability and difficulty change, no due day moves. A regrade is
`replay` with the new rating and no due day in the rows it changes: those are decided afresh.
"""

from collections.abc import Iterable, Mapping
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
_NO_EASY_WEEKDAYS: Mapping[int, float] = MappingProxyType({})
# Putting the four intervals in order lengthens the one for Easy by at most two days.
_ORDERING_SLACK = 2


@dataclass(frozen=True, slots=True)
class CardState:
    """One learner's state on one question. All of it has to be stored to go on from it.

    `due`: the study day to ask again (None for a new card). `reps`: answers so far, repeats included.
    `lapses`: misses of something once answered, one a day at most. `interval`: days from the last answer's
    day to `due`, 0 when new. `raised`: a repeat on the last answer's day has already raised stability.
    """

    memory: Memory | None
    due: date | None
    reps: int
    lapses: int
    interval: int
    raised: bool = False


NEW = CardState(memory=None, due=None, reps=0, lapses=0, interval=0)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to schedule. `seq`, the review's number on its card, makes each answer's fuzz its own."""

    rating: Rating
    day: date
    seq: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """One answer from the log. `due`: the day applied then; None has it decided again by `seq` and `target`.

    `target` is the chance of a right answer aimed at (`memory.target`), as stored on the row.
    """

    rating: Rating
    day: date
    due: date | None
    seq: int = 0
    target: float = 0.90


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
    easy_weekdays: Mapping[int, float] = _NO_EASY_WEEKDAYS,
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
        easy_weekdays=easy_weekdays,
    )
    return _advance(state, answered.rating, day=answered.day, due=due, parameters=parameters)


def replay(
    reviews: Iterable[Replayed], *, seed: str = "", parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> CardState:
    """The card after all `reviews`, in the order they were answered; NEW after none.

    Exactly what `apply` gave step by step, when the rows carry their due days and the parameters are the
    same. `seed` matters only for rows without a due day.
    """
    state = NEW
    for review in reviews:
        due = review.due or _decide_due(
            state,
            Answered(review.rating, review.day, review.seq),
            seed=seed,
            aim=review.target,
            parameters=parameters,
            load=_NO_LOAD,
            easy_weekdays=_NO_EASY_WEEKDAYS,
        )
        state = _advance(state, review.rating, day=review.day, due=due, parameters=parameters)
    return state


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
    memory, raised = _remember(state, rating, day=day, parameters=parameters)
    lapsed = rating is Rating.AGAIN and is_training_label(state, day)
    return CardState(
        memory=memory,
        due=due,
        reps=state.reps + 1,
        lapses=state.lapses + lapsed,
        interval=(due - memory.day).days,
        raised=raised,
    )


def _remember(
    state: CardState, rating: Rating, *, day: date, parameters: tuple[float, ...]
) -> tuple[Memory, bool]:
    """The memory after the answer, and whether a repeat of its day has by now raised stability."""
    before = state.memory
    if before is None or is_first_of_day(state, day):
        return after_review(before, rating, day=day, parameters=parameters), False
    memory = after_review(before, min(rating, Rating.GOOD), day=day, parameters=parameters)
    if memory.stability <= before.stability:
        return memory, state.raised
    if state.raised:
        return Memory(before.stability, memory.difficulty, memory.day), True
    return memory, True


def _decide_due(
    state: CardState,
    answered: Answered,
    *,
    seed: str,
    aim: float,
    parameters: tuple[float, ...],
    load: Mapping[date, int],
    easy_weekdays: Mapping[int, float],
) -> date:
    before = state.memory
    memory, _ = _remember(state, answered.rating, day=answered.day, parameters=parameters)
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
        easy_weekdays=easy_weekdays,
    )
    if first or before is None or state.due is None:
        return proposed
    # A repeat moves the day the first answer earned only the way it moved the memory.
    if answered.rating is Rating.AGAIN:
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
