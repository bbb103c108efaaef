"""What one answer does to a card, and how a card is rebuilt from its answers.

The first answer of a study day is *the* review. Later ones that day are relearning: the same-day formula, Good at
best. A day raises stability by relearning at most once (fifteen repeats in an evening teach no more than one) and
lowers memory at most once (ten misses in an evening tell no more than one).

An answer is scheduled in two steps, because only the caller knows how busy other days are: `propose` says on which
days the card may come back, `settle` takes what is due on these and decides.

    proposal = propose(state, Answered(rating, day, seq), seed=…, retention=…, guess_rate=…)
    due = proposal.settle(load_on(proposal.window) if proposal.window else {})
    state = proposal.card(due)

A card is a function of its log. What the log cannot derive again, because it depended on that load, is the due day, so
each review row stores the one that was applied:

    # the review row keeps: rating, study day, due_after = due
    state == replay(Replayed(row.rating, row.day, row.due_after) for row in rows)

A refit is `replay` with other parameters: stability and difficulty change, no due day moves.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
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
class RatedAnswer:
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
    """Returns whether an answer on `day` is *the* review of that day, not a repeat (nor on a day behind the card)."""
    return state.memory is None or day > state.memory.day


def is_training_label(state: CardState, day: date) -> bool:
    """Returns whether an answer on `day` tells of forgetting: the first of its day, but not the first of all."""
    return state.memory is not None and is_first_of_day(state, day)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The memory after an answer; whether a repeat of its day has by now raised it, and a miss lowered it."""

    memory: Memory
    raised: bool
    lowered: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an answer does to a card, but for the study day to ask it again: `settle` decides that.

    `state`: the card before. `aim`: the chance of a right answer to come back at. `remembered`: the memory after the
    answer. `days`: the interval it earned, before fuzz. `previous`: the interval a growing one must not fall below.
    `seed` decides the fuzz. `is_first`: the answer is *the* review of its day.
    """

    state: CardState
    answered: RatedAnswer
    aim: float
    remembered: Remembered
    days: int
    previous: int
    seed: str
    is_first: bool

    @property
    def window(self) -> tuple[date, date] | None:
        """The first and the last study day whose load `settle` is to know.

        None where there is nothing to choose: the interval is too short for fuzz, or the answer repeats.
        """
        shortest, longest = fuzz_range(self.days)
        if not self.is_first or shortest == longest:
            return None
        return self.answered.day + timedelta(days=shortest), self.answered.day + timedelta(days=longest)

    def settle(self, load: Mapping[date, int] = _NO_LOAD) -> date:
        """Returns the study day to ask the card again; `load` counts what is due on the days of `window`.

        It lies after the study day, and a better rating never brings it nearer. When stability grows, the interval is
        not below the one before, unless a higher target or a refit shortened what the old stability is worth.
        """
        before, memory = self.state.memory, self.remembered.memory
        proposed = due_day(
            from_day=memory.day,
            days=self.days,
            previous=self.previous,
            grew=before is not None and memory.stability > before.stability,
            seed=self.seed,
            load=load,
        )
        if self.is_first or before is None or self.state.due is None:
            return proposed
        # A repeat moves the day the first answer earned only the way it moved the memory.
        if memory.stability < before.stability:
            return min(self.state.due, proposed)
        return max(self.state.due, proposed) if memory.stability > before.stability else self.state.due

    def card(self, due: date) -> CardState:
        """Returns the card after the answer, to be asked again on that day."""
        return _advance(self.state, self.answered.rating, self.remembered, day=self.answered.day, due=due)


def propose(
    state: CardState,
    answered: RatedAnswer,
    *,
    seed: str,
    retention: float,
    guess_rate: float,
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS,
) -> Proposal:
    """Returns what the answer does to the card, to be settled with the load of the days it may come back on.

    `seed` names learner and card; the two chances are those of `memory.target`. ValueError as there. The memory model
    is asked once for each rating, and once in all where the answer repeats.
    """
    aim = target(retention, guess_rate=guess_rate)
    is_first = is_first_of_day(state, answered.day)
    if is_first:
        outcomes = first_outcomes(state.memory, day=answered.day, parameters=parameters)
        remembered = _first_remembered(outcomes[answered.rating], answered.rating)
        days = stated_intervals(outcomes, aim=aim, parameters=parameters)[answered.rating]
    else:
        remembered = _remember(state, answered.rating, day=answered.day, parameters=parameters)
        days = interval(remembered.memory.stability, retention=aim, parameters=parameters)
    return Proposal(
        state=state,
        answered=answered,
        aim=aim,
        remembered=remembered,
        days=days,
        previous=_previous(state, aim=aim, parameters=parameters),
        seed=f"{seed}:{answered.seq}",
        is_first=is_first,
    )


def replay(reviews: Iterable[Replayed], *, parameters: tuple[float, ...] = DEFAULT_PARAMETERS) -> CardState:
    """Returns the card after all `reviews`, in the order they were answered; NEW after none.

    Exactly what `Proposal.card` gave step by step, when the parameters are the same.
    """
    return next(iter(deque(steps(reviews, parameters=parameters), maxlen=1)), NEW)


def steps(
    reviews: Iterable[Replayed], *, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> Iterator[CardState]:
    """Yields the card after each of the reviews of `replay`, one by one."""
    state = NEW
    for review in reviews:
        remembered = _remember(state, review.rating, day=review.day, parameters=parameters)
        state = _advance(state, review.rating, remembered, day=review.day, due=review.due)
        yield state


def first_outcomes(
    memory: Memory | None, *, day: date, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> dict[Rating, Memory]:
    """Returns the memory after the first answer on `day`, by its rating; `memory` is the one before, None when new."""
    return {rating: after_review(memory, rating, day=day, parameters=parameters) for rating in Rating}


def stated_intervals(
    outcomes: Mapping[Rating, Memory], *, aim: float, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> dict[Rating, int]:
    """Returns the days until the next review by rating: again <= hard < good < easy.

    Before fuzz; `outcomes` are those of `first_outcomes`, `aim` is the chance of a right answer to come back at. Only
    at LONGEST_INTERVAL may neighbours be equal.
    """
    plain = {
        rating: interval(memory.stability, retention=aim, parameters=parameters)
        for rating, memory in outcomes.items()
    }
    again = min(plain[Rating.AGAIN], plain[Rating.HARD])
    hard = plain[Rating.HARD]
    good = min(max(plain[Rating.GOOD], hard + 1), LONGEST_INTERVAL)
    easy = min(max(plain[Rating.EASY], good + 1), LONGEST_INTERVAL)
    return {Rating.AGAIN: again, Rating.HARD: hard, Rating.GOOD: good, Rating.EASY: easy}


def _advance(state: CardState, rating: Rating, remembered: Remembered, *, day: date, due: date) -> CardState:
    lapsed = rating is Rating.AGAIN and is_training_label(state, day)
    return CardState(
        memory=remembered.memory,
        due=due,
        reps=state.reps + 1,
        lapses=state.lapses + lapsed,
        interval=(due - remembered.memory.day).days,
        raised=remembered.raised,
        lowered=remembered.lowered,
    )


def _first_remembered(memory: Memory, rating: Rating) -> Remembered:
    return Remembered(memory, raised=False, lowered=rating is Rating.AGAIN)


def _remember(state: CardState, rating: Rating, *, day: date, parameters: tuple[float, ...]) -> Remembered:
    before = state.memory
    if before is None or is_first_of_day(state, day):
        return _first_remembered(after_review(before, rating, day=day, parameters=parameters), rating)
    if rating is Rating.AGAIN and state.lowered:
        return Remembered(before, state.raised, lowered=True)
    memory = after_review(before, min(rating, Rating.GOOD), day=day, parameters=parameters)
    raised = memory.stability > before.stability
    if raised and state.raised:
        memory = Memory(before.stability, memory.difficulty, memory.day)
    return Remembered(memory, state.raised or raised, state.lowered or rating is Rating.AGAIN)


def _previous(state: CardState, *, aim: float, parameters: tuple[float, ...]) -> int:
    """Returns the interval a growing one must not fall below: the one applied, if it would still be applied today.

    Without that limit, a learner who raises the target, or whom a refit found forgetful, would be held to the
    long intervals of before.
    """
    if state.memory is None:
        return 0
    today = interval(state.memory.stability, retention=aim, parameters=parameters) + _ORDERING_SLACK
    return min(state.interval, fuzz_range(today)[1])
