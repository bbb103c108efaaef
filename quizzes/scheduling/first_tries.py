"""How often a learner is right at the first sight of a question, by the few first answers there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

# Half of the questions are right at the first try before anything is known.
USUAL_FIRST_TRY = 0.5
# As many tries as that belief is worth: m (1 - m)/v - 1, where learners' own rates have the mean m and the variance v
# that `python -m bench.populations` finds.
_FIRST_TRIES_BELIEVED = 6
# Nobody is believed to be sure of what is new before this many right first answers.
_EASY_BELIEVED = 2
# A topic is believed to go as all the others until so many of its questions were tried.
_TRIES_OF_A_TOPIC_BELIEVED = 4


def first_try(right: int, tries: int) -> float:
    """Returns the chance to be right at the first sight of a question: (right + 3)/(tries + 6), a beta prior's mean."""
    return (right + USUAL_FIRST_TRY * _FIRST_TRIES_BELIEVED) / (tries + _FIRST_TRIES_BELIEVED)


@dataclass(frozen=True, slots=True)
class FirstTries:
    """How a learner's first answers to questions went, in all and by topic: (right, tries).

    `easy` of them were right, whole and sure.
    """

    by_topic: Mapping[int, tuple[int, int]]
    easy: int = 0

    @property
    def right(self) -> int:
        """The right ones, of all topics."""
        return sum(right for right, _ in self.by_topic.values())

    @property
    def tries(self) -> int:
        """All of them."""
        return sum(tries for _, tries in self.by_topic.values())

    @property
    def easy_share(self) -> float:
        """The share of right first answers that are rated Easy; none before there are any."""
        return self.easy / (self.right + _EASY_BELIEVED)

    @property
    def overall(self) -> float:
        """The chance to be right at the first sight of a question, as `first_try` tells it."""
        return first_try(self.right, self.tries)

    @property
    def by_chance(self) -> float:
        """The standard deviation that chance in the answers gives to `overall`; 0 before there are any."""
        return sqrt(self.tries * self.overall * (1 - self.overall)) / (self.tries + _FIRST_TRIES_BELIEVED)

    def of_topic(self, topic: int) -> float:
        """Returns the same in one topic, drawn towards the overall chance.

        Only answers tell: what a learner says they know is asked last, and counts as all that was never tried.
        """
        right, tries = self.by_topic.get(topic, (0, 0))
        return (right + self.overall * _TRIES_OF_A_TOPIC_BELIEVED) / (tries + _TRIES_OF_A_TOPIC_BELIEVED)
