"""What a plan and a promise cost the server: milliseconds of CPU for one learner with 500 questions, a third begun.

`python -m bench.plan_cost` prints one line of JSON for each number of days to the interview, each figure the median of
some repeats on a fresh SQLite file: `deck_ms` reads the learner's rows, `plan_ms` chooses the day from them,
`promise_ms` tells all that Today and Plan say of the interview, its own reading included.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.core.management import call_command

from bench.plan import Cell
from bench.plan_lived import BEGIN, Lived, pack
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Version
from quizzes.review import decks, plan_promise, planning
from quizzes.review.actions.sessions import open_session

QUESTIONS, LIVED = 500, 3
AHEAD = (7, 14, 21, 30, 60, 90, 180)
REPEATS = 9


def cost(act: Callable[[], object]) -> float:
    """Returns the median CPU time in milliseconds."""
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        act()
        spent.append(1000 * (time.process_time() - began))
    return round(median(spent), 1)


def main() -> None:
    call_command("migrate", verbosity=0)
    load_pack(text=pack(QUESTIONS), path=Path("bench.md"), now=BEGIN)
    questions = Version.objects.order_by("question__position").values_list("question_id", flat=True)
    learner = Lived(
        Cell(QUESTIONS, 14, 80, "counted", "default"), 0, {key: place for place, key in enumerate(questions)}
    )
    for day in range(LIVED):
        learner.day(BEGIN + timedelta(days=day))
    now = BEGIN + timedelta(days=LIVED)
    session = open_session(user=learner.user, now=now)
    for days in AHEAD:
        on = session.study_day + timedelta(days=days)
        preferences = replace(decks.preferences_of(learner.user, learner.study), interview_on=on)
        deck = decks.deck_of(learner.user, session, preferences, now)
        empty = replace(deck, planned=frozenset())
        figures = {
            "deck_ms": cost(
                lambda preferences=preferences: decks.deck_of(learner.user, session, preferences, now)  # type: ignore[misc]
            ),
            "plan_ms": cost(
                lambda deck=empty: planning.plan_of(deck, seconds=60.0 * learner.study.minutes_a_day)  # type: ignore[misc]
            ),
            "promise_ms": cost(
                lambda preferences=preferences: plan_promise.told_for(learner.user, session, preferences, now)  # type: ignore[misc]
            ),
        }
        print(json.dumps({"bench": "plan_cost", "questions": QUESTIONS, "days": days, **figures}), flush=True)


if __name__ == "__main__":
    main()
