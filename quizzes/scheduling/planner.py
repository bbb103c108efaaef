"""What to ask today so that most is known on a day to come.

A question is worth what asking it adds to the chance of knowing it on the day, by the seconds it is expected to take.
New questions come first while the budget lasts (an unseen question has most to gain); questions met before follow by
priority. Nothing is due or overdue: every day everything is ranked afresh. All of it is a function of numbers: no
clock, no database.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from quizzes.scheduling.vectors import Floats, recall, stability_after_again, stability_after_good

Places: TypeAlias = NDArray[np.intp]
Claims: TypeAlias = Sequence[frozenset[str]]

# What asking adds less than this to the chance of knowing it on the day can be left alone for that day.
LEAST_GAIN = 1e-4
# Asking later may add more: so many later days, evenly spaced, are compared with today.
LATER_DAYS = 6
# So long before its day a question may ask the claim of another one of the same day.
NO_SIBLINGS_HELD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The parts of a day's time, 0 to 1, that questions met before have ahead of new ones.

    They have what new questions can spare and still all be begun by their days, but at least `least` and at most
    `most`. Of the day, `missed` goes first to what was missed on the last day. bench/plan.py shows what other values
    leave known.
    """

    least: float = 0.2
    most: float = 0.4
    missed: float = 0.15


SHARES = Shares()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memories:
    """A learner's questions, one place each in every array.

    `stability` (days) and `difficulty` are NaN where the question was never answered; `elapsed` counts study days since
    its last answer. `seconds` is what asking it once takes, the feedback read. `first_try` is the chance that a first
    answer is right. `lost` is where the last answer was a miss or a guess: such a question counts as not known until it
    is asked again, whatever the curve says.
    """

    stability: Floats
    difficulty: Floats
    elapsed: Floats
    seconds: Floats
    first_try: Floats
    lost: NDArray[np.bool_]

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Where the question was never answered."""
        return np.isnan(self.stability)


def chances(memories: Memories, places: Places) -> Floats:
    """Returns the chance that each question, asked now, is answered right."""
    stability = memories.stability[places]
    fresh = np.isnan(stability)
    known = recall(memories.elapsed[places], np.where(fresh, 1.0, stability))
    return np.where(fresh, memories.first_try[places], known)


def seconds_expected(memories: Memories, places: Places) -> Floats:
    """Returns what asking each question is expected to take."""
    return seconds_for(chances(memories, places), memories.seconds[places])


def seconds_for(chance: Floats, seconds: Floats) -> Floats:
    """Returns what asking takes where the answer is right with that chance: a miss is asked once more."""
    return (2 - chance) * seconds


def plan(
    memories: Memories,
    *,
    new_order: Places,
    until: Floats,
    budget: float,
    due: Places | None = None,
    missed: Collection[int] = (),
    claims: Claims | None = None,
    taken: Collection[str] = (),
    without: Collection[int] = (),
    most_new: int | None = None,
    wanted: Collection[int] = (),
    shares: Shares = SHARES,
) -> list[int]:
    """Returns the places to ask today, so that most is known on the morning of each one's day.

    `until` counts the study days to that morning, at least 1, infinite where a question is wanted for no day: such ones
    are asked when they are `due` by the schedule, those most likely to be still known first; of two on one claim the
    first one in `due`. `new_order` holds the places of unseen questions in the order to introduce them, which comes
    before all else but the questions met before that have their part of `shares`; of these, the ones in `missed` come
    first while their own part lasts, and at least one of them, where the budget holds it. So does one that is `wanted`
    and too large to fit beside the others.
    With `claims` of each question, two on one claim, or on one `taken` today, meet on one day only where a day is near
    or minutes would be left over for a day to come. No place in `without` is taken, and of the new ones that are not
    `wanted` at most `most_new`. The expected seconds never exceed `budget`.
    """
    dated = np.isfinite(until)
    near = dated & (until <= NO_SIBLINGS_HELD)
    every = np.arange(len(until))
    open_ = ~_among(every, without, len(until))
    new_order = new_order[open_[new_order]]
    chance = chances(memories, every)
    cost = seconds_for(chance, memories.seconds)
    fresh, later = new_order[dated[new_order]], new_order[~dated[new_order]]
    taken = set(taken)
    seen, priority = _priorities(memories, until)
    ranked = seen[np.argsort(-priority, kind="stable")]
    ranked = _missed_first(ranked[open_[ranked]], cost, missed, budget * shares.missed)
    ranked = _spread(ranked, claims, set(taken), near=near, keep_rest=True)
    scheduled = np.empty(0, dtype=np.intp) if due is None else due[~dated[due] & open_[due]]
    scheduled = _spread(scheduled, claims, set(taken), near=near, keep_rest=False)
    again = np.concatenate([ranked, scheduled[np.argsort(-chance[scheduled], kind="stable")]])
    spared = 1 - _needed(until[fresh], cost[fresh], budget)
    share = min(max(spared, shares.least), shares.most)
    # Wanted, and too large to fit beside the share that is kept: it has the day to itself.
    large = [p for p in fresh.tolist() if p in wanted and budget * (1 - share) < cost[p] <= budget][:1]
    fresh = fresh[~_among(fresh, large, len(until))]
    budget -= float(cost[large].sum())
    for_again = _fill_share(again, cost, missed, budget, share)
    kept = float(cost[for_again].sum())
    fresh = _spread(fresh, claims, _claimed([*large, *for_again], claims, taken), near=near, keep_rest=True)
    fresh = _at_most(fresh, most_new, wanted)
    new, left = _fill(fresh, cost, budget - kept)
    new = [*large, *new]
    old, left = _fill(again, cost, left + kept)
    later = _spread(later, claims, _claimed([*new, *old], claims, taken), near=near, keep_rest=False)
    room = None if most_new is None else max(0, most_new - len(set(new) - set(wanted)))
    more, _ = _fill(_at_most(later, room, wanted), cost, left)
    return [*new, *old, *more]


def _fill_share(
    again: Places, cost: Floats, missed: Collection[int], budget: float, share: float
) -> list[int]:
    """Returns those of the questions met before that fit into their share of the budget.

    The first of what was missed comes even where it alone is larger than the share.
    """
    if again.size and int(again[0]) in missed and budget * share < cost[again[0]] <= budget:
        return [int(again[0])]
    return _fill(again, cost, budget * share)[0]


def _among(places: Places, chosen: Collection[int], size: int) -> NDArray[np.bool_]:
    """Returns where the places, each below `size`, are in `chosen`."""
    marked = np.zeros(size, dtype=bool)
    marked[list(chosen)] = True
    return marked[places]


def _missed_first(ranked: Places, cost: Floats, missed: Collection[int], seconds: float) -> Places:
    """Returns the places with those in `missed` moved to the front, in their order, while these take less than
    `seconds`.
    """
    late = _among(ranked, missed, len(cost))
    costs = np.where(late, cost[ranked], 0.0)
    return ranked[np.argsort(~(late & (np.cumsum(costs) - costs < seconds)), kind="stable")]


def _needed(until: Floats, costs: Floats, budget: float) -> float:
    """Returns the part of each day, at most 1, that begins all new questions by their days: max over d of C(d)/(d
    budget).

    C(d) is the cost of those wanted within d days.
    """
    order = np.argsort(until, kind="stable")
    a_day = float((np.cumsum(costs[order]) / until[order]).max(initial=0.0))
    return a_day / budget if a_day < budget else float(a_day > 0)


def _at_most(places: Places, most: int | None, wanted: Collection[int]) -> Places:
    """Returns the places, of those not `wanted` only the first `most`."""
    if most is None:
        return places
    others = ~np.isin(places, list(wanted))
    return places[~others | (np.cumsum(others) <= most)]


def _claimed(places: Sequence[int], claims: Claims | None, taken: set[str]) -> set[str]:
    """Returns what the questions claim, and what is taken."""
    return taken.union(*(claims[place] for place in places)) if claims is not None else set()


def _spread(
    places: Places,
    claims: Claims | None,
    used: set[str],
    *,
    near: NDArray[np.bool_],
    keep_rest: bool,
) -> Places:
    """Returns the places in their order, without those that share a claim with one before them; these last with
    `keep_rest`.

    `used` grows by the claims of those that stay in front.
    """
    if claims is None:
        return places
    front: list[int] = []
    rest: list[int] = []
    for place in places.tolist():
        if near[place] or not claims[place] & used:
            front.append(place)
            used |= claims[place]
        else:
            rest.append(place)
    return np.array([*front, *rest] if keep_rest else front, dtype=np.intp)


def _fill(places: Places, cost: Floats, budget: float) -> tuple[list[int], float]:
    """Takes places in their order while they fit; what does not fit is passed over for smaller ones behind it."""
    costs = cost[places]
    within = int(np.searchsorted(np.cumsum(costs), budget, side="right"))
    chosen: list[int] = places[:within].tolist()
    budget -= float(costs[:within].sum())
    small = within + np.flatnonzero(costs[within:] <= budget)
    for place, seconds in zip(places[small].tolist(), costs[small].tolist(), strict=True):
        if seconds <= budget:
            chosen.append(place)
            budget -= seconds
    return chosen, budget


def _priorities(memories: Memories, until: Floats) -> tuple[Places, Floats]:
    """Returns the places of what was met before and is worth asking, each with its priority.

    The gain of asking it s days from today is what that adds to the chance of knowing it on the day, its worth the gain
    by the second it is expected to take. The priority is worth(0)^2 / max worth(s): a question that will be worth more
    later can wait for that day.
    """
    seen = np.flatnonzero(~memories.unseen & (memories.elapsed > 0) & np.isfinite(until))
    stability, difficulty = memories.stability[seen], memories.difficulty[seen]
    elapsed, seconds, days = memories.elapsed[seen], memories.seconds[seen], until[seen]
    later = np.round(np.arange(LATER_DAYS + 1)[:, None] * (days - 1) / LATER_DAYS)
    chance = recall(elapsed + later, stability)
    right = recall(days - later, stability_after_good(stability, difficulty, chance))
    wrong = recall(days - later, stability_after_again(stability, difficulty, chance))
    gain = chance * right + (1 - chance) * wrong - recall(elapsed + days, stability)
    worth = gain / seconds_for(chance, seconds)
    asked = gain[0] > LEAST_GAIN
    return seen[asked], worth[0, asked] ** 2 / worth[:, asked].max(axis=0)
