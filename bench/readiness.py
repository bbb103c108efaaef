"""Forecasts against a simulated truth: learners with memories of their own, examined on every question.

`python -m bench.readiness [LEARNERS QUESTIONS DAYS [KIND …]]` (200, 300, 60, all of them) prints, for each kind of
population (bench/populations.py) and each horizon, the calibration error of the predicted chances and how often the
80 % interval of the count held it: if they stop today, and if they follow the plan. The exam asks the very people who
were taught, about everything: what they never met they know, or not, as they did when they met the rest. `held_out` is
false where the forecast's constants were chosen by looking at that kind. “told the learner” is what the learner's own
pages tell if they stop today, by their own answers alone (quizzes/review/knowledge.py).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp
from typing import Any

import numpy as np

from bench.populations import KINDS, PopulationKind
from quizzes.management.demo.people import Person, normal
from quizzes.scheduling import promise
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.forecast import (
    REMAINDER,
    REMAINDER_OF_PLANS,
    Strength,
    expected,
    if_begun,
    if_followed,
    known,
    recall_after,
    strength_of,
    together,
    with_strength,
)
from quizzes.scheduling.prng import draw
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import NEW, CardState, RatedAnswer, is_first_of_day, propose
from quizzes.statistics import rasch
from quizzes.statistics.calibration import calibration_error, reliability
from quizzes.statistics.rasch import LogOdds, Rasch

FIRST_DAY = date(2026, 1, 5)
LEVEL = 0.8
HORIZONS = (1, 14, 30)


@dataclass
class History:
    """A learner's cards as the site has them, and the answers its forecast learns from."""

    kind: PopulationKind
    person: Person
    cards: dict[int, CardState] = field(default_factory=dict)
    answers: Counter[tuple[float, bool]] = field(default_factory=Counter)
    firsts: dict[int, bool] = field(default_factory=dict)

    @property
    def strength(self) -> Strength:
        """What the site knows about this learner's memory from their own answers."""
        return strength_of(
            (recall, many, many if right else 0) for (recall, right), many in self.answers.items()
        )

    def ask(self, question: int, day: date) -> None:
        """Ask until it is right, at most four times, each answer scheduled as on the site."""
        for attempt in range(4):
            card = self.cards.get(question, NEW)
            known = (
                self.person.knows(question, day=day, hardness=hardness(self.kind, question), attempt=attempt)
                or attempt == 3
            )
            right = known or draw(f"{self.person.seed}:{question}:{day}:{attempt}:luck") < self.kind.lucky
            if card.memory is None:
                self.firsts[question] = right
            elif is_first_of_day(card, day):
                recall = recall_after(card.memory.stability, (day - card.memory.day).days)
                self.answers[round(recall, 3), right] += 1
            rating = self._rated(right, question, first=card.memory is None)
            proposal = propose(
                card,
                RatedAnswer(rating, day, seq=card.reps),
                seed=f"{self.person.seed}:{question}",
                retention=0.9,
                guess_rate=0.0,
            )
            self.cards[question] = proposal.card(proposal.settle())
            # Luck teaches nothing, but the feedback does, as after a miss.
            self.person.learns(question, rating if known else Rating.AGAIN, day=day)
            if right:
                return

    def _rated(self, right: bool, question: int, *, first: bool) -> Rating:  # noqa: FBT001
        """As the site rates it: who is right and sure at first sight knew it before."""
        if not right:
            return Rating.AGAIN
        sure = draw(f"{self.person.seed}:{question}:sure") < self.kind.sure
        return Rating.EASY if first and sure else Rating.GOOD

    def study(self, day: date, questions: int, *, new: int) -> None:
        """One day: all that is due, then so many new ones."""
        for question, card in list(self.cards.items()):
            if card.due is not None and card.due <= day:
                self.ask(question, day)
        for question in range(len(self.cards), min(len(self.cards) + new, questions)):
            self.ask(question, day)


def history(kind: PopulationKind, number: int, *, questions: int, days: int) -> History:
    """A learner with a habit, a pace and a beginning of their own, after so many days."""
    who = kind.learner(number, days=days)
    made = History(kind, who)
    pace = 4 + int(draw(f"{who.seed}:pace") * 14)
    for day in range(days):
        if kind.studies_on(who, day):
            made.study(FIRST_DAY + timedelta(days=day), questions, new=pace)
    return made


def hardness(kind: PopulationKind, question: int) -> float:
    """How hard a question is for those of that kind who never met it, in logits."""
    return normal(f"{kind.name}:hardness:{question}")


def examined(learner: History, question: int, day: date) -> bool:
    """Whether they answer right in an exam on that day, what they never met included."""
    knows = learner.person.chance(question, day=day, hardness=hardness(learner.kind, question))
    chance = knows + (1 - knows) * learner.kind.lucky
    return draw(f"{learner.person.seed}:{question}:exam:{day}") < chance


def told_learner(learner: History, questions: int, day: date) -> Score:
    """The learner's exam on the day, held against what their own pages tell of it."""
    seen, unseen = stop_today(learner, questions, day)
    strength = learner.strength
    tries = FirstTries({0: (sum(learner.firsts.values()), len(learner.firsts))})
    each = {question: with_strength(recall, exp(strength.mean)) for question, recall in seen.items()}
    each |= dict.fromkeys(unseen, tries.overall)
    told = promise.outlook(
        np.array([list(each.values())]),
        np.array([[question not in seen for question in each]]),
        promise.Doubt(strength.by_chance, tries.by_chance),
    )
    right = {question: examined(learner, question, day) for question in each}
    came = sum(right.values())
    return Score(
        [(chance, 1, int(right[question])) for question, chance in each.items()],
        told.low <= came <= told.high,
        (came - told.expected) / len(each),
    )


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the model says of a day: chances of recall by question, and the questions it takes for new on that day."""

    seen: dict[int, float]
    unseen: list[int]
    strength: Strength
    ability: LogOdds
    sight: Rasch
    remainder: float

    def score(self, learner: History, day: date) -> Score:
        """The learner's exam on the day, held against this."""
        difficulties = {question: self.sight.difficulty(question) for question in self.unseen}
        each = {
            question: expected(recall, self.strength, remainder=self.remainder)
            for question, recall in self.seen.items()
        } | {question: rasch.expected(self.ability, one) for question, one in difficulties.items()}
        right = {question: examined(learner, question, day) for question in each}
        count = known(
            list(self.seen.values()),
            list(difficulties.values()),
            self.strength,
            ability=self.ability,
            remainder=self.remainder,
        )
        interval, came = count.interval(LEVEL), sum(right.values())
        return Score(
            [(chance, 1, int(right[question])) for question, chance in each.items()],
            interval.low <= came <= interval.high,
            (came - count.mean) / len(each),
        )


def stop_today(learner: History, questions: int, day: date) -> tuple[dict[int, float], list[int]]:
    """The model's chances on `day` of what was seen; and what was not."""
    seen = {
        question: recall_after(card.memory.stability, (day - card.memory.day).days)
        for question, card in learner.cards.items()
        if card.memory
    }
    return seen, [question for question in range(questions) if question not in seen]


def follow(
    learner: History, questions: int, today: date, day: date, at_sight: Callable[[int], float]
) -> tuple[dict[int, float], list[int]]:
    """The same if they answer what is due each day and meet the rest evenly until then."""
    seen = {
        question: if_followed(card.memory, due=card.due, today=today, day=day)
        for question, card in learner.cards.items()
        if card.memory and card.due
    }
    left = (day - today).days
    unseen = [question for question in range(questions) if question not in seen]
    begun = {
        question: if_begun(days_left=left - place * left // len(unseen), right_first=at_sight(question))
        for place, question in enumerate(unseen)
    }
    return seen | begun, []


def go_on(learner: History, questions: int, today: date, day: date) -> None:
    """Follow the plan until the day."""
    left = (day - today).days
    unseen = questions - len(learner.cards)
    for number in range(left):
        new = sum(place * left // unseen == number for place in range(unseen)) if unseen else 0
        learner.study(today + timedelta(days=number), questions, new=new)


def measure(kind: PopulationKind, learners: int, questions: int, days: int) -> list[dict[str, Any]]:
    """One row of figures for each horizon and way of going on."""
    today = FIRST_DAY + timedelta(days=days)
    histories = [history(kind, number, questions=questions, days=days) for number in range(learners)]
    strengths = together([one.strength for one in histories])
    sight = rasch.fit(
        (number, question, right)
        for number, one in enumerate(histories)
        for question, right in one.firsts.items()
    )

    def predicted(
        number: int, chances: tuple[dict[int, float], list[int]], remainder: float = REMAINDER
    ) -> Predicted:
        return Predicted(*chances, strengths[number], sight.ability(number), sight, remainder)

    def at_sight(number: int) -> Callable[[int], float]:
        return lambda question: rasch.expected(sight.ability(number), sight.difficulty(question))

    rows: list[dict[str, Any]] = []
    for horizon in HORIZONS:
        day = today + timedelta(days=horizon)
        scores = [
            predicted(number, stop_today(one, questions, day)).score(one, day)
            for number, one in enumerate(histories)
        ]
        rows.append(_row(kind, "stop today", horizon, scores))
        told = [told_learner(one, questions, day) for one in histories]
        rows.append(_row(kind, "told the learner", horizon, told))
    day = today + timedelta(days=HORIZONS[1])
    plans = [
        predicted(number, follow(one, questions, today, day, at_sight(number)), REMAINDER_OF_PLANS)
        for number, one in enumerate(histories)
    ]
    for one in histories:
        go_on(one, questions, today, day)
    followed = [plan.score(one, day) for plan, one in zip(plans, histories, strict=True)]
    rows.append(_row(kind, "follow the plan", HORIZONS[1], followed))
    return rows


@dataclass(frozen=True, slots=True)
class Score:
    """One learner's exam: (chance, 1, right or not) of each question; whether the interval held the count."""

    answers: list[tuple[float, int, int]]
    held: bool
    off: float


def _row(kind: PopulationKind, what: str, horizon: int, scores: list[Score]) -> dict[str, Any]:
    bins = reliability(answer for score in scores for answer in score.answers)
    return {
        "bench": "readiness",
        "kind": kind.name,
        "held_out": kind.held_out,
        "what": what,
        "days_ahead": horizon,
        "calibration_error": round(calibration_error(bins) or 0.0, 4),
        "coverage_80": round(sum(score.held for score in scores) / len(scores), 3),
        "bias": round(sum(score.off for score in scores) / len(scores), 4),
        "bins": [[round(b.predicted, 3), round(b.observed, 3), b.predictions] for b in bins],
    }


def main() -> None:
    """Print one line of JSON per row."""
    learners, questions, days = (int(word) for word in sys.argv[1:4] or ("200", "300", "60"))
    kinds = [kind for kind in KINDS if not sys.argv[4:] or kind.name in sys.argv[4:]]
    many = len(kinds)
    with ProcessPoolExecutor() as workers:
        for rows in workers.map(measure, kinds, [learners] * many, [questions] * many, [days] * many):
            for row in rows:
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
