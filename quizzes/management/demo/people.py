"""Simulated learners: each forgets by a memory of their own, which the site never sees and has to find out about.

Everything about one follows from a seed, so that a class can be made again as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import exp
from statistics import NormalDist

from quizzes.scheduling.memory import DEFAULT_PARAMETERS, Memory, after_review, retrievability
from quizzes.scheduling.prng import draw
from quizzes.scheduling.ratings import Rating

# How far people are apart, as standard deviations of logarithms, parameter by parameter of FSRS-6: the first
# stabilities, what success adds, what failure leaves, the decay.
_FIRST, _GROWTH, _AFTER_LAPSE, _DECAY = 0.5, 0.25, 0.3, 0.15
_NORMAL = NormalDist()


@dataclass
class Person:
    """Someone who learns. `habit` is the chance that they study on a day between `begins` and `stops` (day numbers).

    `ability` shifts the chance to know a question they never met; in logits, as a question's hardness.
    """

    seed: str
    habit: float = 0.9
    ability: float = 0.0
    begins: int = 0
    stops: int = 10_000
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS
    memories: dict[int, Memory] = field(default_factory=dict)

    def studies_on(self, number: int) -> bool:
        """Returns whether they study on the day with this number."""
        return self.begins <= number < self.stops and draw(f"{self.seed}:habit:{number}") < self.habit

    def chance(self, question: int, *, day: date, hardness: float) -> float:
        """Returns the true chance that they know the question on that day."""
        memory = self.memories.get(question)
        if memory is not None:
            return retrievability(memory, day=day, parameters=self.parameters)
        return 1 / (1 + exp(hardness - self.ability))

    def knows(self, question: int, *, day: date, hardness: float, attempt: int) -> bool:
        """Returns whether they know it when asked; on one day each `attempt` has its own chance."""
        chance = self.chance(question, day=day, hardness=hardness)
        return draw(f"{self.seed}:{question}:{day}:{attempt}") < chance

    def learns(self, question: int, rating: Rating, *, day: date) -> None:
        """What the answer leaves in their memory."""
        self.memories[question] = after_review(
            self.memories.get(question), rating, day=day, parameters=self.parameters
        )


def person(seed: str, **habits: float) -> Person:
    """Returns someone with a memory drawn for the seed; `habits` are the other fields of Person."""
    return Person(
        seed=seed,
        ability=normal(f"{seed}:ability"),
        parameters=parameters_of(seed),
        **habits,  # type: ignore[arg-type] # whole numbers where days are meant
    )


def normal(seed: str) -> float:
    """Returns a number of the standard normal distribution, always the same for the same seed."""
    return _NORMAL.inv_cdf(min(max(draw(seed), 1e-9), 1 - 1e-9))


def parameters_of(seed: str, *, apart: float = 1.0, longer: float = 1.0) -> tuple[float, ...]:
    """Returns FSRS parameters drawn for the seed, spread `apart` times as far as usual, first stabilities times
    `longer`.

    Later stabilities grow from the first ones, and are as much longer. All stay within FSRS's own bounds.
    """
    own = list(DEFAULT_PARAMETERS)
    slower = normal(f"{seed}:first")
    for place in range(4):
        own[place] = min(own[place] * longer * exp(apart * _FIRST * slower), 100.0)
    own[8] = min(own[8] * exp(apart * _GROWTH * normal(f"{seed}:growth") / own[8] * 2), 4.5)
    own[11] = min(own[11] * longer * exp(apart * _AFTER_LAPSE * normal(f"{seed}:lapse")), 5.0)
    own[20] = min(max(own[20] * exp(apart * _DECAY * normal(f"{seed}:decay")), 0.1), 0.8)
    return tuple(own)
