"""Where the marks of a picture stand. Templates draw them as inline SVG, with a table of the same numbers behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizzes.browsing.api import Probe
from quizzes.review.api import Knowledge

CELL = 13
GAP = 3
LEFT = 30
TOP = 18
# As wide as a letter of a heat map's label may be, in the units of its view box, and one of a chart's, whose words are
# set larger on a phone.
LETTER, CHART_LETTER = 7, 11


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of its picture's view box; `label` stands under it where there is room for one."""

    x: float
    y: float
    width: float
    height: float
    value: float
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Upright bars over a base line; `ticks` are (y, value) of the grid."""

    width: int
    height: int
    base: float
    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, int]]


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a heat map; `level` runs from 0 (nothing) to 4 (as busy as the busiest quarter)."""

    x: int
    y: int
    day: date
    answers: int
    level: int
    is_today: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Weeks from left to right, Monday on top; `weeks` holds the same days row by row for the table."""

    width: int
    height: int
    cells: Sequence[DayCell]
    months: Sequence[tuple[int, str]]
    weekdays: Sequence[tuple[int, str]]
    weeks: Sequence[tuple[date, Sequence[DayCell | None]]]


def bar_chart(values: Sequence[tuple[str, str, int]], *, width: int = 480, height: int = 180) -> BarChart:
    """Returns bars for (label, title, value); the scale ends at a round number not below the highest value."""
    left, bottom, top = 34, 24, 10
    step = round_step(max((value for _, _, value in values), default=0))
    highest = step * 4
    base = height - bottom
    scale = (base - top) / highest
    pitch = (width - left) / max(len(values), 1)
    bars = [
        Bar(
            x=round(left + index * pitch + pitch * 0.15, 1),
            y=round(base - value * scale, 1),
            width=round(pitch * 0.7, 1),
            height=round(value * scale, 1),
            value=value,
            label=label if left + (index + 0.15) * pitch + len(label) * CHART_LETTER <= width else "",
            title=title,
        )
        for index, (label, title, value) in enumerate(values)
    ]
    ticks = [(round(base - tick * step * scale, 1), tick * step) for tick in range(1, 5)]
    return BarChart(width, height, base, bars, ticks)


def round_step(highest: int) -> int:
    """Returns a quarter of the scale for values up to `highest`: 1, 2 or 5 times a power of ten, at least 1."""
    step = 1
    while step * 4 < highest:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step


def heat_map(answers: Mapping[date, int], *, today: date, weeks: int) -> HeatMap:
    """Returns the `weeks` up to the one of `today`."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    busiest = max(answers.values(), default=0)
    cells, rows, months = [], [], []
    for column in range(weeks):
        start = first + timedelta(weeks=column)
        x = LEFT + column * (CELL + GAP)
        if column == 0 or start.month != (start - timedelta(weeks=1)).month:
            months.append((x, start.strftime("%b")))
        row: list[DayCell | None] = []
        for weekday in range(7):
            day = start + timedelta(days=weekday)
            if day > today:
                row.append(None)
                continue
            count = answers.get(day, 0)
            cell = DayCell(
                x, TOP + weekday * (CELL + GAP), day, count, level_of(count, busiest), day == today
            )
            row.append(cell)
            cells.append(cell)
        rows.append((start, row))
    width = LEFT + weeks * (CELL + GAP)
    # Two labels closer than their width would print over each other, one that reaches over the edge is cut off.
    months = [
        (x, name)
        for (x, name), (after, _) in zip(months, [*months[1:], (width, "")], strict=True)
        if x + len(name) * LETTER <= after
    ]
    weekdays = [
        (TOP + at * (CELL + GAP) + CELL - 3, name) for at, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))
    ]
    return HeatMap(width, TOP + 7 * (CELL + GAP), cells, months, weekdays, rows[::-1])


def level_of(count: int, busiest: int) -> int:
    """Returns 0 for nothing, else 1 to 4 by quarters of the busiest day."""
    return 0 if not count else min(4, 1 + (count * 4 - 1) // max(busiest, 1))


# What the levels 1 to 4 say.
DAY_STEPS = ("up to a quarter of your busiest day", "up to half", "up to three quarters", "more than that")

# As long as the bar of the whole bank is, in the units of its view box.
BANK = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """What is known of the bank on a morning, on a bar from 0 to BANK.

    `held` is the length for what was asked before; behind it stands `luck` for what was never asked. The number known
    lies between `low` and `high`.
    """

    known: Knowledge
    held: float
    luck: float
    low: float
    high: float


def span(known: Knowledge) -> Span:
    """Returns the bar of what is known of the whole bank; all of it is empty where the bank is."""
    scale = BANK / max(known.questions, 1)
    held, luck, low, high = (
        round(number * scale, 1)
        for number in (known.held, known.luck, known.interval.low, known.interval.high)
    )
    return Span(known, held, luck, low, high)


@dataclass(frozen=True, slots=True)
class ProbeMark:
    """One probe of a chart: the share known as a dot at (x, y) with its interval, that predicted as a flat line."""

    x: float
    y: float
    top: float
    bottom: float
    predicted: float
    left: float
    right: float
    title: str


PROBES = (480, 180)


def probe_marks(probes: Sequence[Probe]) -> list[ProbeMark]:
    """Returns the marks of the probes, the first one on the left, on a chart of PROBES."""
    left, base, height = 50, 160, 150
    pitch = (PROBES[0] - left) / max(len(probes), 8)
    return [
        ProbeMark(
            x=round(left + (place + 0.5) * pitch, 1),
            y=round(base - probe.known / probe.questions * height, 1),
            top=round(base - probe.interval.high * height, 1),
            bottom=round(base - probe.interval.low * height, 1),
            left=round(left + (place + 0.5) * pitch - 6, 1),
            right=round(left + (place + 0.5) * pitch + 6, 1),
            predicted=round(base - probe.expected_share * height, 1),
            title=f"knew {probe.known} of {probe.questions}, predicted {probe.expected:.1f}",
        )
        for place, probe in enumerate(reversed(probes))
    ]
