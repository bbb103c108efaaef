"""The plan, measured on simulated learners: the share known on the day beside Anki's defaults, and what was promised.

`make bench-plan` prints one line of JSON a cell. Learners are shaped by FSRS-6 with its default parameters
(`forgetful`: stabilities 0.6 times as long, `strong`: 1.6 times), right at the first sight of a question with chance
0.5. A day holds so many answers of 25 seconds each, repeats of misses included; where `repeats` is "free", so many
questions. The day itself is too late to study; a question never asked counts as not known. `ours` and `anki` are the
mean share known on that morning in per cent, `error` is the standard error of `ours`, and `missed_back` the share of
misses that are asked on the next day. `promised` and `came` count an unseen question by the first-try chance, both;
`held` is the share of learners whose number known, drawn once each, lies in the interval of 80 % that was promised
them on the first day, in whole questions as pages tell it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quizzes.scheduling import planner, promise
from quizzes.scheduling.planner import SHARES, Memories, Shares
from quizzes.scheduling.vectors import Floats, recall

SECONDS = 25.0
FIRST_TRY = 0.5
LONGER = {"default": 1.0, "forgetful": 0.6, "strong": 1.6}


@dataclass(frozen=True)
class Cell:
    """One kind of case: so many questions, days, answers a day (questions where repeats are free), and whose memory."""

    questions: int
    days: int
    a_day: int
    repeats: str
    learner: str


CELLS = (
    Cell(500, 14, 80, "free", "default"),
    Cell(500, 14, 80, "counted", "default"),
    Cell(500, 14, 80, "counted", "forgetful"),
    Cell(500, 14, 80, "counted", "strong"),
    Cell(272, 14, 48, "counted", "default"),
    Cell(500, 30, 80, "counted", "default"),
    Cell(272, 60, 48, "counted", "default"),
    Cell(500, 7, 80, "counted", "default"),
    Cell(272, 3, 48, "counted", "default"),
)
# Who plans: from what is held, the days left and the misses of the last day, the places to ask in turn.
Policy = Callable[[Cell, Memories, int, Sequence[int]], list[int]]


def blank(cell: Cell) -> Memories:
    return Memories(
        stability=np.full(cell.questions, np.nan),
        difficulty=np.full(cell.questions, np.nan),
        elapsed=np.zeros(cell.questions),
        seconds=np.full(cell.questions, SECONDS),
        first_try=np.full(cell.questions, FIRST_TRY),
        lost=np.zeros(cell.questions, dtype=np.bool_),
    )


def as_lived(memories: Memories, learner: str) -> Memories:
    """The memories as they are in that learner's head."""
    return promise.as_lived(memories, LONGER[learner])


@dataclass(frozen=True)
class Life:
    """What a learner holds on the morning of the day, in the model's terms, and which share of misses came next day."""

    memories: Memories
    missed_back: float


def live(cell: Cell, policy: Policy, rng: np.random.Generator) -> Life:
    """Lives the days until the day by that policy."""
    memories = blank(cell)
    everything = np.arange(cell.questions)
    missed: list[int] = []
    misses = back = 0
    for day in range(cell.days):
        right = rng.random(cell.questions) < planner.chances(as_lived(memories, cell.learner), everything)
        done: list[int] = []
        spent = 0
        for place in policy(cell, memories, cell.days - day, missed):
            spent += 1 if cell.repeats == "free" or right[place] else 2
            if spent > cell.a_day:
                break
            done.append(place)
        misses, back = misses + len(missed), back + len(set(missed) & set(done))
        missed = [place for place in done if not right[place]]
        if done:
            memories = promise.answer(memories, done, right[done])
        memories = promise.a_day_later(memories)
    return Life(memories, back / max(misses, 1))


def ours(shares: Shares = SHARES) -> Policy:
    def policy(cell: Cell, memories: Memories, days: int, missed: Sequence[int]) -> list[int]:
        if cell.repeats == "free":
            # A question costs the same whatever comes of it.
            chance = planner.chances(memories, np.arange(cell.questions))
            memories = replace(memories, seconds=SECONDS / (2 - chance))
        return planner.plan(
            memories,
            new_order=np.flatnonzero(memories.unseen),
            until=np.full(cell.questions, float(days)),
            budget=cell.a_day * SECONDS,
            missed=missed,
            shares=shares,
        )

    return policy


def anki(_: Cell, memories: Memories, __: int, ___: Sequence[int]) -> list[int]:
    """Anki's defaults: 20 new a day, due at a retention of 0.90 and asked before what is new, 200 reviews at most."""
    interval = np.maximum(1, np.round(np.where(memories.unseen, 1.0, memories.stability)))
    due = np.flatnonzero(~memories.unseen & (memories.elapsed >= interval))
    in_turn = due[np.argsort(-recall(memories.elapsed[due], memories.stability[due]), kind="stable")]
    return [*in_turn[:200].tolist(), *np.flatnonzero(memories.unseen)[:20].tolist()]


def known(memories: Memories, learner: str, *, unseen: float) -> Floats:
    lived = as_lived(memories, learner)
    return promise.knowledge(lived, days=0, unseen=np.full(len(lived.elapsed), unseen))


def promised(cell: Cell, learner: int) -> tuple[promise.Outlook, float]:
    """What the learner of that number is promised on the first day, and the seconds it takes."""
    held = blank(cell)
    began = time.process_time()
    told = promise.promise(
        held,
        promise.Course(
            new_order=np.arange(cell.questions),
            until=np.full(cell.questions, float(cell.days)),
            days=cell.days,
            budget=cell.a_day * SECONDS,
        ),
        unseen=held.first_try,
        seed=learner,
    )
    return told.on_the_day, time.process_time() - began


def line(cell: Cell, *, learners: int, shares: Shares, beside: bool = True) -> dict[str, object]:
    """Lives the cell by so many learners; `beside` with Anki's defaults."""
    rng = [np.random.default_rng([cell.questions, cell.days, learner]) for learner in range(learners)]
    lives = [live(cell, ours(shares), chance) for chance in rng]
    came = np.array([known(life.memories, cell.learner, unseen=0.0).mean() for life in lives])
    others = [
        known(live(cell, anki, np.random.default_rng(seed)).memories, cell.learner, unseen=0.0).mean()
        for seed in range(learners if beside else 0)
    ]
    figures: dict[str, object] = {
        "questions": cell.questions,
        "days": cell.days,
        "budget": f"{cell.a_day} {'questions' if cell.repeats == 'free' else 'answers'}",
        "learner": cell.learner,
        "ours": round(100 * float(came.mean()), 1),
        "anki": round(100 * float(np.mean(others)), 1) if others else None,
        "error": round(100 * float(came.std() / np.sqrt(len(came))), 2),
        "missed_back": round(100 * float(np.mean([life.missed_back for life in lives]))),
    }
    if cell.repeats == "counted":
        told, seconds = zip(*(promised(cell, learner) for learner in range(learners)), strict=True)
        chances = [known(life.memories, cell.learner, unseen=FIRST_TRY) for life in lives]
        counts = [
            int((chance.random(cell.questions) < p).sum()) for chance, p in zip(rng, chances, strict=True)
        ]
        figures |= {
            "promised": round(100 * float(np.mean([one.expected for one in told])) / cell.questions, 1),
            "came": round(100 * float(np.mean([p.mean() for p in chances])), 1),
            "held": round(
                100 * float(np.mean([a.low <= n <= a.high for a, n in zip(told, counts, strict=True)])), 1
            ),
            "promise_ms": round(1000 * float(np.median(seconds))),
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=int, default=100, help="simulated learners a cell (default 100)")
    parser.add_argument("--cells", type=int, nargs="*", help="which cells, counted from 0 (default all)")
    parser.add_argument("--only-ours", action="store_true", help="leave Anki's defaults out")
    parser.add_argument(
        "--shares", type=float, nargs=3, metavar=("LEAST", "MOST", "MISSED"), help="as in planner.Shares"
    )
    options = parser.parse_args()
    least, most, missed = options.shares or (SHARES.least, SHARES.most, SHARES.missed)
    shares = Shares(least=least, most=most, missed=missed)
    for place in range(len(CELLS)) if options.cells is None else options.cells:
        figures = line(CELLS[place], learners=options.learners, shares=shares, beside=not options.only_ours)
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
