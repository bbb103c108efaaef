"""The placement round: a question of each topic first, so that the plan begins where the learner is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accounts.models import User
from quizzes.bank.api import topics_of_the_bank
from quizzes.review.decks import Deck
from quizzes.review.habits import first_tries_of
from quizzes.review.models import TopicChoice
from quizzes.scheduling.api import Waiting, planner

MIDDLE_LEVEL, HIGHEST_LEVEL = 2, 3
# The round is no longer offered to those who have answered so many questions.
LONGEST_ROUND = 40


def seconds_wanted_today(deck: Deck) -> float:
    """Returns what the new questions take that others want begun by today: no placement round takes their minutes."""
    wanted = [
        place
        for place in deck.new_order.tolist()
        if place in deck.wanted and deck.until[place] <= 1 and place not in deck.planned
    ]
    return float(planner.seconds_expected(deck.memories, np.array(wanted, dtype=np.intp)).sum())


def placement_of(deck: Deck, *, seconds: float) -> list[Waiting]:
    """Returns a step of the placement round: a question of each topic it is to ask, as far as the seconds go.

    A topic that was never tried is asked at the middle level; one whose only answer was right, at the highest. Where
    an answer was not right, and after two, the topic's place is known. Questions to explain take too long for it.
    """
    wanted: dict[int, int] = {}
    for topic in dict.fromkeys(deck.waiting[place].topic for place in deck.new_order):
        right, tried = deck.first_tries.by_topic.get(topic, (0, 0))
        if tried == 0:
            wanted[topic] = MIDDLE_LEVEL
        elif right == tried == 1:
            wanted[topic] = HIGHEST_LEVEL
    left = [
        int(place) for place in deck.new_order if place not in deck.planned and place not in deck.explained
    ]
    taken = {concept for place in deck.planned for concept in deck.waiting[place].concepts}
    chosen: list[Waiting] = []
    for topic, level in wanted.items():
        own = [p for p in left if deck.waiting[p].topic == topic and not deck.waiting[p].concepts & taken]
        if own:
            place = min(own, key=lambda p: abs(deck.waiting[p].level - level))
            seconds -= float(planner.seconds_expected(deck.memories, np.array([place], dtype=np.intp))[0])
            if seconds < 0:
                seconds += float(planner.seconds_expected(deck.memories, np.array([place], dtype=np.intp))[0])
                continue
            taken |= deck.waiting[place].concepts
            chosen.append(deck.waiting[place])
    return chosen


@dataclass(frozen=True, slots=True)
class PlacementProgress:
    """How far the placement round has come, in topics: `tried`, not yet tried, and to be asked something `harder`."""

    tried: int
    untried: int
    harder: int


def placement_progress(user: User) -> PlacementProgress | None:
    """Returns how far the placement round has come. Returns None when it is over, or more has been answered than it
    asks.

    Two queries.
    """
    by_topic = first_tries_of([user])[user.pk].by_topic
    left_out = TopicChoice.objects.filter(user=user, choice=TopicChoice.Choice.LEFT_OUT)
    wanted = topics_of_the_bank().exclude(pk__in=left_out.values("topic")).values_list("pk", flat=True)
    tries = [by_topic.get(topic) for topic in wanted]
    untried, harder = tries.count(None), tries.count((1, 1))
    over = sum(tried for _, tried in by_topic.values()) > LONGEST_ROUND or not (untried or harder)
    return None if over else PlacementProgress(len(by_topic), untried, harder)
