"""Where the marks of pictures of a class stand: shares of learners by topics, and expected shares with their bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.analytics.readiness_model import ExpectedShare
from quizzes.templatetags.api import percent


@dataclass(frozen=True, slots=True)
class Meter:
    """An expected share with its bounds, on a line 100 wide."""

    share: ExpectedShare

    @property
    def x(self) -> float:
        """Where the interval begins."""
        return round(100 * self.share.low, 1)

    @property
    def width(self) -> float:
        """How wide the interval is, at least 1."""
        return round(100 * max(self.share.high - self.share.low, 0.01), 1)

    @property
    def dot(self) -> float:
        """Where the mark of the mean begins."""
        return round(100 * self.share.mean - 0.75, 1)


@dataclass(frozen=True, slots=True)
class ShareCell:
    """One cell of a grid: a share with its level from 0 to 4, or nothing."""

    x: int
    y: int
    share: float | None
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """One named row of a grid."""

    y: int
    name: str
    cells: Sequence[ShareCell]


@dataclass(frozen=True, slots=True)
class Grid:
    """Shares of named rows under named columns; `columns` are (x, short, long)."""

    width: int
    height: int
    columns: Sequence[tuple[int, str, str]]
    rows: Sequence[GridRow]


_GRID_LEFT, _GRID_TOP, _GRID_WIDE, _GRID_HIGH = 150, 20, 26, 18
_LONGEST_NAME = 22


def grid(*, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[str, Sequence[float | None]]]) -> Grid:
    """Returns a grid of shares from 0 to 1; columns are (short, long), rows (name, a share or None for each column)."""
    placed = [(_GRID_LEFT + at * _GRID_WIDE, short, long) for at, (short, long) in enumerate(columns)]
    made = []
    for number, (name, shares) in enumerate(rows):
        y = _GRID_TOP + number * _GRID_HIGH
        cells = [
            ShareCell(
                x,
                y,
                share,
                0 if share is None else share_level(share),
                f"{name}, {long}: " + ("not shown" if share is None else percent(share)),
            )
            for (x, _, long), share in zip(placed, shares, strict=True)
        ]
        clipped = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        made.append(GridRow(y, clipped, cells))
    return Grid(_GRID_LEFT + len(columns) * _GRID_WIDE, _GRID_TOP + len(rows) * _GRID_HIGH, placed, made)


_SHARE_BOUNDS = (0.5, 0.7, 0.85)
# What the levels 1 to 4 say.
SHARE_STEPS = ("below 50 %", "50 % to below 70 %", "70 % to below 85 %", "85 % and above")


def share_level(share: float) -> int:
    """Returns 1 to 4 by absolute bounds, as SHARE_STEPS names them."""
    return 1 + sum(share >= bound for bound in _SHARE_BOUNDS)
