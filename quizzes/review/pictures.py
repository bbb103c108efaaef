"""Where the marks of the pictures of a plan stand. Templates draw them as SVG, with the same numbers as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizzes.review.load import DayAhead
from quizzes.review.plan_promise import WEEK, InTopic, KnownRange, Told
from quizzes.review.planning import MORE_MINUTES

LEFT, RIGHT, TOP, BOTTOM = 46, 12, 30, 26
# A date under the picture, and a number or a line of words beside it, take so much room.
DATE_WIDTH, TICK_HEIGHT, WORDS_HEIGHT = 110, 28, 20
# Words above a line leave so much between.
WORDS_GAP = 8
# The scale begins at the highest round number that leaves the lowest mark this share of the picture above it.
LEAST_ABOVE = 0.1


@dataclass(frozen=True, slots=True)
class Curve:
    """Marks in the units of the view box: `band` is a polygon, `planned` and `stopped` are lines.

    `ticks` are (y, questions) of the grid, `dates` (x, day, anchor); `end` is the point of the day itself, `stop` the
    same without the plan. `above` and `below` are where the words of the two lines stand. `rows` holds the same
    numbers for a table: day, low, expected, high, and expected if nothing more is asked.
    """

    width: int
    height: int
    left: int
    top: int
    band: str
    planned: str
    stopped: str
    ticks: Sequence[tuple[float, int]]
    dates: Sequence[tuple[float, date, str]]
    end: tuple[float, float]
    stop: tuple[float, float]
    above: float
    below: float
    rows: Sequence[tuple[date, int, int, int, int]]


def curve_of(told: Told, today: date, *, width: int = 400, height: int = 240) -> Curve:
    """Returns the picture of what was told on the day `today`.

    Its scale ends at all questions and begins at a round number below everything drawn: what a plan adds would be flat
    on a scale from 0.
    """
    base, days = height - BOTTOM, told.days
    lowest = min(known.low for known in [*told.mornings, *told.stopped])
    first, ticks = _scale(lowest, told.questions, most=(base - TOP) // TICK_HEIGHT)

    def x(day: int) -> float:
        return round(LEFT + (width - LEFT - RIGHT) * day / days, 1)

    def y(questions: float) -> float:
        return round(base - (base - TOP) * (questions - first) / max(told.questions - first, 1), 1)

    half = -max(1, days // 2)
    highest = min(y(known.high) for known in told.mornings[half:])
    falling = [y(known.expected) for known in told.stopped[half:]]
    below = max(*falling, *(y(known.low) for known in told.mornings[half:])) + WORDS_HEIGHT
    upper = [f"{x(day)},{y(known.high)}" for day, known in enumerate(told.mornings)]
    lower = [f"{x(day)},{y(known.low)}" for day, known in enumerate(told.mornings)]
    parts = min(days, max(1, (width - LEFT - RIGHT) // DATE_WIDTH))
    shown = sorted({round(days * part / parts) for part in range(parts + 1)})
    return Curve(
        width=width,
        height=height,
        left=LEFT,
        top=TOP,
        band=" ".join([*upper, *reversed(lower)]),
        planned=" ".join(f"{x(day)},{y(known.expected)}" for day, known in enumerate(told.mornings)),
        stopped=" ".join(f"{x(day)},{y(known.expected)}" for day, known in enumerate(told.stopped)),
        ticks=[(y(questions), questions) for questions in ticks],
        dates=[
            (x(day), today + timedelta(days=day), "start" if day == 0 else "end" if day == days else "middle")
            for day in shown
        ],
        end=(x(days), y(told.known.expected)),
        stop=(x(days), y(told.if_stopped.expected)),
        above=round(highest - WORDS_GAP, 1),
        below=round(below if below < base else min(falling) - WORDS_GAP, 1),
        rows=[
            (
                today + timedelta(days=day),
                known.low,
                round(known.expected),
                known.high,
                round(stopped.expected),
            )
            for day, (known, stopped) in enumerate(zip(told.mornings, told.stopped, strict=True))
        ],
    )


def _scale(lowest: int, questions: int, *, most: int) -> tuple[int, list[int]]:
    """Returns where the scale begins and the numbers on it: its beginning, round ones, and all questions."""
    step = 1
    while True:
        first = max(0, int((lowest - LEAST_ABOVE * questions) // step) * step)
        if (questions - first) / step <= most:
            break
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    between = [tick for tick in range(first, questions, step) if questions - tick > step * 0.8]
    return first, [*between, questions]


# As long as a bar of all questions is, in the units of its view box.
ALL = 1000


@dataclass(frozen=True, slots=True)
class KnownBar:
    """What is known of `questions`, on a bar from 0 to ALL: filled to the `expected` number, from `low` to `high`."""

    known: KnownRange
    questions: int
    expected: float
    low: float
    high: float


def range_of(known: KnownRange, questions: int) -> KnownBar:
    """Returns the bar of a number known with its range."""
    scale = ALL / max(questions, 1)
    return KnownBar(
        known,
        questions,
        expected=round(known.expected * scale, 1),
        low=round(known.low * scale, 1),
        high=round(known.high * scale, 1),
    )


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day to come as an upright bar: so many questions as a whole number, written above it; the weekday below."""

    x: float
    y: float
    width: float
    height: float
    value: int
    label: str

    @property
    def middle(self) -> float:
        """Where the bar's words are centred."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Week:
    """The bars of the days to come over a line at `base`, in the units of the view box."""

    width: int
    height: int
    base: int
    bars: Sequence[DayBar]


def week_of(load: Sequence[DayAhead], *, width: int = 400, height: int = 190) -> Week | None:
    """Returns the picture of what comes back on the days of `load`; None where nothing does."""
    numbers = [int(day.questions + 0.5) for day in load]
    highest = max(numbers, default=0)
    if not highest:
        return None
    base, top = height - BOTTOM, TOP + WORDS_HEIGHT
    pitch = width / len(numbers)
    return Week(
        width,
        height,
        base,
        [
            DayBar(
                x=round((place + 0.15) * pitch, 1),
                y=round(base - (base - top) * number / highest, 1),
                width=round(pitch * 0.7, 1),
                height=round((base - top) * number / highest, 1),
                value=number,
                label=f"{day.day:%a}",
            )
            for place, (day, number) in enumerate(zip(load, numbers, strict=True))
        ],
    )


@dataclass(frozen=True, slots=True)
class PlanAlternative:
    """Another plan with the range it promises: so many minutes a day, for an interview on a day.

    `minutes` is None where nothing more is asked. The first choice of a page is the plan that holds.
    """

    minutes: int | None
    on: date
    range: KnownBar


def choices_of(told: Told, *, minutes: int) -> list[PlanAlternative]:
    """Returns the plan of so many minutes a day with those it was compared with, as far as there are such."""
    others = [
        (minutes, told.on, told.known),
        (minutes + MORE_MINUTES, told.on, told.more),
        (minutes, told.on - timedelta(days=WEEK), told.earlier),
        (None, told.on, told.if_stopped),
    ]
    return [
        PlanAlternative(given, on, range_of(known, told.questions)) for given, on, known in others if known
    ]


@dataclass(frozen=True, slots=True)
class TopicBar:
    """One topic on a bar from 0 to 100: `stopped` known on the day with nothing more asked, `planned` with the plan."""

    title: str
    questions: int
    planned: int
    stopped: int
    kept: float
    gained: float


def topic_bar(topic: InTopic, title: str) -> TopicBar:
    """Returns the bar of a topic: `kept` long with nothing more, and `gained` by the plan behind it."""
    scale = 100 / max(topic.questions, 1)
    kept = min(topic.stopped, topic.planned) * scale
    return TopicBar(
        title,
        topic.questions,
        planned=round(topic.planned),
        stopped=round(topic.stopped),
        kept=round(kept, 1),
        gained=round(topic.planned * scale - kept, 1),
    )
