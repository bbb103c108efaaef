"""Forecasts against a simulated truth: learners with memories of their own, examined on every question.

`python -m bench.readiness [LEARNERS QUESTIONS DAYS [KIND …]]` (200, 300, 60, all of them) prints, for each kind of
population (bench/populations.py) and each horizon, the calibration error of the predicted chances and how often the
80 % interval of the count held it: if they stop today, and if they follow the plan. `held_out` is false where the
forecast's constants were chosen by looking at that kind.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bench.populations import KINDS, Kind
from quizzes.management.demo.people import Person, normal
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
)
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import NEW, Answered, CardState, apply, is_first_of_day
from quizzes.scheduling.seeds import draw
from quizzes.statistics.calibration import calibration_error, reliability

FIRST_DAY = date(2026, 1, 5)
GUESS = 0.25
LEVEL = 0.8
HORIZONS = (1, 14, 30)


@dataclass
class History:
    """A learner's cards as the site has them, and the answers its forecast learns from."""

    kind: Kind
    person: Person
    cards: dict[int, CardState] = field(default_factory=dict)
    answers: Counter[tuple[float, bool]] = field(default_factory=Counter)
    firsts: list[bool] = field(default_factory=list)

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
                self.person.knows(question, day=day, hardness=normal(f"hardness:{question}"), attempt=attempt)
                or attempt == 3
            )
            right = known or draw(f"{self.person.seed}:{question}:{day}:{attempt}:luck") < self.kind.lucky
            rating = Rating.GOOD if right else Rating.AGAIN
            if card.memory is None:
                self.firsts.append(right)
            elif is_first_of_day(card, day):
                recall = recall_after(card.memory.stability, (day - card.memory.day).days)
                self.answers[round(recall, 3), right] += 1
            self.cards[question] = apply(
                card,
                Answered(rating, day, seq=card.reps),
                seed=f"{self.person.seed}:{question}",
                retention=0.9,
                guess_rate=0.0,
            )
            # Luck teaches nothing, but the feedback does, as after a miss.
            self.person.learns(question, Rating.GOOD if known else Rating.AGAIN, day=day)
            if right:
                return

    def study(self, day: date, questions: int, *, new: int) -> None:
        """One day: all that is due, then so many new ones."""
        for question, card in list(self.cards.items()):
            if card.due is not None and card.due <= day:
                self.ask(question, day)
        for question in range(len(self.cards), min(len(self.cards) + new, questions)):
            self.ask(question, day)


def history(kind: Kind, number: int, *, questions: int, days: int) -> History:
    """A learner with a habit, a pace and a beginning of their own, after so many days."""
    who = kind.learner(number, days=days)
    made = History(kind, who)
    pace = 4 + int(draw(f"{who.seed}:pace") * 14)
    for day in range(days):
        if kind.studies_on(who, day):
            made.study(FIRST_DAY + timedelta(days=day), questions, new=pace)
    return made


def examined(learner: History, question: int, day: date) -> bool:
    """Whether they answer right in an exam on that day; what they never met they guess."""
    chance = GUESS
    if question in learner.cards:
        recall = learner.person.chance(question, day=day, hardness=0.0)
        chance = recall + (1 - recall) * learner.kind.lucky
    return draw(f"{learner.person.seed}:{question}:exam:{day}") < chance


def stop_today(learner: History, questions: int, day: date) -> tuple[list[float], list[float]]:
    """The model's chances on `day`: those of what was seen, and of what was not."""
    seen = [
        recall_after(card.memory.stability, (day - card.memory.day).days)
        for card in learner.cards.values()
        if card.memory
    ]
    return seen, [GUESS] * (questions - len(seen))


def follow(learner: History, questions: int, today: date, day: date) -> tuple[list[float], list[float]]:
    """The same if they answer what is due each day and meet the rest evenly until then."""
    seen = [
        if_followed(card.memory, due=card.due, today=today, day=day)
        for card in learner.cards.values()
        if card.memory and card.due
    ]
    left = (day - today).days
    unseen = questions - len(seen)
    right_first = (sum(learner.firsts) + 1) / (len(learner.firsts) + 2)
    seen += [
        if_begun(days_left=left - place * left // unseen, right_first=right_first) for place in range(unseen)
    ]
    return seen, []


def go_on(learner: History, questions: int, today: date, day: date) -> None:
    """Follow the plan until the day."""
    left = (day - today).days
    unseen = questions - len(learner.cards)
    for number in range(left):
        new = sum(place * left // unseen == number for place in range(unseen)) if unseen else 0
        learner.study(today + timedelta(days=number), questions, new=new)


def measure(kind: Kind, learners: int, questions: int, days: int) -> list[dict[str, Any]]:
    """One row of figures for each horizon and way of going on."""
    today = FIRST_DAY + timedelta(days=days)
    histories = [history(kind, number, questions=questions, days=days) for number in range(learners)]
    strengths = together([one.strength for one in histories])
    rows: list[dict[str, Any]] = []
    for horizon in HORIZONS:
        day = today + timedelta(days=horizon)
        scores = [
            _score(one, questions, day, strength) for one, strength in zip(histories, strengths, strict=True)
        ]
        rows.append(_row(kind, "stop today", horizon, scores))
    day = today + timedelta(days=HORIZONS[1])
    foretold = [
        (one, follow(one, questions, today, day), strength)
        for one, strength in zip(histories, strengths, strict=True)
    ]
    for one in histories:
        go_on(one, questions, today, day)
    followed = [
        _against(one, chances, questions=questions, day=day, strength=strength, remainder=REMAINDER_OF_PLANS)
        for one, chances, strength in foretold
    ]
    rows.append(_row(kind, "follow the plan", HORIZONS[1], followed))
    return rows


@dataclass(frozen=True, slots=True)
class Score:
    """One learner's exam: (chance, 1, right or not) of each question; whether the interval held the count."""

    answers: list[tuple[float, int, int]]
    held: bool
    off: float


def _score(one: History, questions: int, day: date, strength: Strength) -> Score:
    return _against(
        one,
        stop_today(one, questions, day),
        questions=questions,
        day=day,
        strength=strength,
        remainder=REMAINDER,
    )


def _against(
    one: History,
    chances: tuple[list[float], list[float]],
    *,
    questions: int,
    day: date,
    strength: Strength,
    remainder: float,
) -> Score:
    seen, unseen = chances
    each = [expected(recall, strength, remainder=remainder) for recall in seen] + unseen
    right = [examined(one, question, day) for question in range(questions)]
    count = known(seen, unseen, strength, remainder=remainder)
    interval = count.interval(LEVEL)
    return Score(
        [(each[question], 1, int(right[question])) for question in range(questions)],
        interval.low <= sum(right) <= interval.high,
        (sum(right) - count.mean) / questions,
    )


def _row(kind: Kind, what: str, horizon: int, scores: list[Score]) -> dict[str, Any]:
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
