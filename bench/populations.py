"""Kinds of learners that forecasts are held against: the one their constants were chosen on, and others.

What a kind varies is what nobody knows about a real class beforehand: how far people's memories are apart, whether
FSRS's published parameters suit them, how regularly they study, who falls silent, and who is right by luck.

`python -m bench.populations` prints a line of JSON on how learners differ at the first sight of questions: the mean of
their rates, its standard deviation, and how many tries the belief in the mean is worth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import exp
from statistics import NormalDist, fmean, pstdev

from quizzes.management.demo.people import Person, normal, parameters_of
from quizzes.scheduling.prng import draw


@dataclass(frozen=True, slots=True)
class PopulationKind:
    """One kind of population.

    `held_out`: no constant was chosen by looking at it. `apart` multiplies how far the parameters of memories are from
    one another, `longer` every learner's stabilities. `habit`: the least and the highest chance to study on a day;
    `weekdays`: the days of the week on which they study at all, None for any. `silent` is the share who stop somewhere
    in the first two thirds. `lucky` is the chance to be right without knowing, in study as in the exam. `knowing` is
    how much more they know beforehand, in log odds; `sure` the share of right first answers they call sure.
    """

    name: str
    held_out: bool = True
    apart: float = 1.0
    longer: float = 1.0
    habit: tuple[float, float] = (0.4, 1.0)
    weekdays: frozenset[int] | None = None
    silent: float = 0.0
    lucky: float = 0.0
    knowing: float = 0.0
    sure: float = 0.7

    def learner(self, number: int, *, days: int) -> Person:
        """The learner of that number, with a habit, a beginning and perhaps an end of their own."""
        seed = f"learner {number}" if not self.held_out else f"{self.name} {number}"
        low, high = self.habit
        begins = int(draw(f"{seed}:begins") ** 3 * days * 0.8)
        last = days * 2 // 3
        falls_silent = draw(f"{seed}:silent") < self.silent and begins < last
        return Person(
            seed=seed,
            habit=low + (high - low) * draw(f"{seed}:diligence"),
            ability=self.knowing + normal(f"{seed}:ability"),
            begins=begins,
            stops=begins + 1 + int(draw(f"{seed}:stops") * (last - begins)) if falls_silent else 10_000,
            parameters=parameters_of(seed, apart=self.apart, longer=self.longer),
        )

    def studies_on(self, person: Person, number: int) -> bool:
        """Whether the learner studies on the day of that number."""
        return person.studies_on(number) and (self.weekdays is None or number % 7 in self.weekdays)


TUNED = PopulationKind("those the constants were chosen on", held_out=False)
KINDS = (
    TUNED,
    PopulationKind("other people"),
    PopulationKind("as the model", apart=0.0),
    PopulationKind("memories alike", apart=0.5),
    PopulationKind("memories far apart", apart=1.5),
    PopulationKind("forgetful", longer=0.6),
    PopulationKind("retentive", longer=1.6),
    PopulationKind("daily", habit=(0.9, 1.0)),
    PopulationKind("rarely", habit=(0.15, 0.45)),
    PopulationKind("two days a week", habit=(0.8, 1.0), weekdays=frozenset({2, 5})),
    PopulationKind("many silent", silent=0.4),
    PopulationKind("lucky guesses", lucky=0.25),
    PopulationKind("some of all", apart=1.25, longer=0.85, habit=(0.2, 1.0), silent=0.2, lucky=0.1),
    # Made when the forecast had its form, by which the kinds above had been looked at.
    PopulationKind(
        "an evening class", apart=0.8, longer=0.8, habit=(0.5, 1.0), weekdays=frozenset({1, 3}), silent=0.2
    ),
    PopulationKind("a keen cohort", apart=1.2, longer=1.3, habit=(0.8, 1.0), lucky=0.1),
    # The mean guess rate of the built-in questions.
    PopulationKind("guesses of the bank", lucky=0.059),
    PopulationKind("novices", knowing=-1.5),
    PopulationKind("old hands", knowing=1.5, sure=1.0),
    PopulationKind("nobody sure", sure=0.0),
)

LEARNERS = 200
# Questions are as hard as a standard normal distribution has it, in logits; its quantiles stand for it.
_HARDNESS = [NormalDist().inv_cdf((place + 0.5) / 100) for place in range(100)]


def first_try_rate(kind: PopulationKind, person: Person) -> float:
    """The share of questions that person is right on at first sight."""
    knows = fmean(1 / (1 + exp(hardness - person.ability)) for hardness in _HARDNESS)
    return knows + (1 - knows) * kind.lucky


def main() -> None:
    """Print the line."""
    rates = [first_try_rate(kind, kind.learner(n, days=60)) for kind in KINDS for n in range(LEARNERS)]
    mean, deviation = fmean(rates), pstdev(rates)
    figures = {"bench": "first tries", "mean": round(mean, 3), "deviation": round(deviation, 3)}
    print(json.dumps(figures | {"worth": round(mean * (1 - mean) / deviation**2 - 1, 1)}))


if __name__ == "__main__":
    main()
