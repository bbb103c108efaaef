"""The plan through the product's own actions: sessions opened and answered day by day, on a fresh SQLite file.

The convention is that of `bench/plan.py`, with questions whose author allows ten seconds: with the reading of the
feedback an answer takes 25. One line of JSON a cell: `lived` is the mean share known on the morning of the day in per
cent, `error` its standard error, and `kernel` the share of such learners planned by the kernel alone; `promised` is
what Today said on the first morning and `came` what was known, an unseen question counted by the first-try chance,
both; `over` counts days whose plan was longer than the minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

FOLDER = tempfile.mkdtemp(prefix="nnprep-plan-")
os.environ.update(DATA_DIR=FOLDER, DJANGO_SETTINGS_MODULE="nnprep.settings", LOG_LEVEL="ERROR")
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402 -- the settings read the folder

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.plan import FIRST_TRY, SECONDS, Cell, as_lived, live, ours  # noqa: E402
from quizzes.bank import asking  # noqa: E402
from quizzes.bank.actions import load_pack  # noqa: E402
from quizzes.bank.models import Version  # noqa: E402
from quizzes.review import plan_promise, planning, presenters, queries  # noqa: E402
from quizzes.review.actions.answers import Recorded, record_answer  # noqa: E402
from quizzes.review.actions.sessions import open_session  # noqa: E402
from quizzes.review.actions.settings import settings_of  # noqa: E402
from quizzes.review.habits import READING  # noqa: E402
from quizzes.review.models import Card  # noqa: E402
from quizzes.scheduling import planner, promise  # noqa: E402
from quizzes.scheduling.vectors import recall  # noqa: E402

# The bank only grows from one to the next.
CELLS = (
    Cell(272, 14, 48, "counted", "default"),
    Cell(272, 14, 48, "counted", "forgetful"),
    Cell(500, 14, 80, "counted", "default"),
    Cell(500, 14, 80, "counted", "forgetful"),
)
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEARNERS = 6


def pack(questions: int) -> str:
    """A pack of choice questions whose right option is called "Right"."""
    lines = ["---", "pack: bench", "title: Bench", "number: 1", "summary: Questions.", "---"]
    for place in range(questions):
        lines += [
            "",
            f"## Question {place}? {{#b-{place} level=1 seconds={round(SECONDS - READING)} covers=c.{place}}}",
            "",
            "- [x] Right",
            "- [ ] Wrong",
            "  > It is not.",
            "",
            "### Explanation",
            "",
            "So it is.",
        ]
    return "\n".join(lines) + "\n"


class Lived:
    """One simulated learner and what is in their head; questions are numbered as they were loaded."""

    def __init__(self, cell: Cell, number: int, places: dict[int, int]) -> None:
        self.cell = cell
        self.user = User.objects.create_user(f"{cell.learner}{cell.questions}-{number}@example.org", None)
        study = settings_of(user=self.user, now=BEGIN)
        study.interview_on = (BEGIN + timedelta(days=cell.days)).date()
        study.minutes_a_day = round(cell.a_day * SECONDS / 60)
        study.save()
        self.study = study
        self.places = places
        self.rng = np.random.default_rng([cell.questions, cell.days, number])
        self.over = 0

    def day(self, now: datetime) -> None:
        """Opens the day and answers what is planned, while there is time."""
        open_session(user=self.user, now=now)
        session = queries.latest_session(self.user)
        assert session is not None
        self.over += planning.seconds_left({self.user: session})[self.user.pk] > 60 * self.study.minutes_a_day
        held = as_lived(self.memories(session.study_day), self.cell.learner)
        right = self.rng.random(self.cell.questions) < planner.chances(held, np.arange(self.cell.questions))
        for _ in range(self.cell.a_day):
            item = queries.next_item(self.user, now)
            if item is None and (rested := queries.resting_until(self.user, now)):
                now = rested[0]
                item = queries.next_item(self.user, now)
            if item is None:
                return
            _, shown = presenters.first_showing(item, now=now)
            now += timedelta(seconds=SECONDS)
            passed = bool(item.misses) or bool(right[self.places[item.card.question_id]])
            self.answer(shown.token, item.card.question_id, shown.seed, now, passed=passed)

    def answer(self, token: str, question: int, seed: str, now: datetime, *, passed: bool) -> None:
        """Sends an answer without a word about confidence."""

        version = Version.objects.get(question=question)
        presented = asking.present(version.spec, seed=seed)
        options = version.spec["payload"]["options"]
        wanted = next(n for n, at in enumerate(presented["options"]) if options[at]["right"] == passed)
        outcome = record_answer(user=self.user, token=token, fields={"choice": [str(wanted)]}, now=now)
        assert isinstance(outcome, Recorded), outcome

    def memories(self, day: object) -> planner.Memories:
        """What the product holds on the learner, in the order the questions were loaded."""
        blank = np.full(self.cell.questions, np.nan)
        stability, difficulty, elapsed = blank.copy(), blank.copy(), np.zeros(self.cell.questions)
        for card in Card.objects.filter(user=self.user, stability__isnull=False):
            place = self.places[card.question_id]
            stability[place], difficulty[place] = card.stability, card.difficulty
            elapsed[place] = (day - card.last_day).days  # type: ignore[operator]
        return planner.Memories(
            stability=stability,
            difficulty=difficulty,
            elapsed=elapsed,
            seconds=np.full(self.cell.questions, SECONDS),
            first_try=np.full(self.cell.questions, FIRST_TRY),
            lost=np.zeros(self.cell.questions, dtype=np.bool_),
        )


def line(cell: Cell, learners: int, places: dict[int, int]) -> dict[str, object]:
    """Lives the cell by so many learners."""
    shares, came, promised, over = [], [], [], 0
    for number in range(learners):
        learner = Lived(cell, number, places)
        for day in range(cell.days):
            now = BEGIN + timedelta(days=day)
            if day == 0:
                session = open_session(user=learner.user, now=now)
                told = plan_promise.told_today(learner.user, session, learner.study, now)
                assert told is not None
                promised.append(told.known.expected / cell.questions)
            learner.day(now)
        end = (BEGIN + timedelta(days=cell.days)).date()
        held = as_lived(learner.memories(end), cell.learner)
        known = recall(held.elapsed, np.where(held.unseen, 1.0, held.stability))
        shares.append(float(np.where(held.unseen, 0.0, known).mean()))
        came.append(float(np.where(held.unseen, FIRST_TRY, known).mean()))
        over += learner.over
    kernel = [
        promise.knowledge(
            as_lived(live(cell, ours(), np.random.default_rng([1, seed])).memories, cell.learner),
            days=0,
            unseen=np.zeros(cell.questions),
        ).mean()
        for seed in range(5 * learners)
    ]
    return {
        "questions": cell.questions,
        "days": cell.days,
        "budget": f"{cell.a_day} answers",
        "learner": cell.learner,
        "lived": round(100 * float(np.mean(shares)), 1),
        "error": round(100 * float(np.std(shares) / np.sqrt(learners)), 2),
        "kernel": round(100 * float(np.mean(kernel)), 1),
        "promised": round(100 * float(np.mean(promised)), 1),
        "came": round(100 * float(np.mean(came)), 1),
        "over": over,
    }


def main() -> None:
    """Prints a line a cell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=LEARNERS, help="simulated learners a cell")
    parser.add_argument("--cells", type=int, nargs="*", help="which cells, counted from 0 (default all)")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    for cell in CELLS if options.cells is None else [CELLS[place] for place in sorted(options.cells)]:
        loaded = load_pack(text=pack(cell.questions), path=Path("bench.md"), now=BEGIN)
        assert not loaded.failed, loaded.diagnostics
        questions = Version.objects.order_by("question__position").values_list("question_id", flat=True)
        places = {question: place for place, question in enumerate(questions)}
        print(json.dumps(line(cell, options.learners, places)), flush=True)


if __name__ == "__main__":
    main()
