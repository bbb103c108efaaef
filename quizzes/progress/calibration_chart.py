"""Where the marks of a calibration curve stand: observed shares over predicted ones, of a learner or a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.review.api import LEVEL
from quizzes.statistics.api import Bin, Interval, wilson
from quizzes.templatetags.api import percent


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """One bin of a calibration chart: where it stands, with the ends of its interval."""

    x: float
    y: float
    top: float
    bottom: float
    title: str


CALIBRATION = (300, 300)


@dataclass(frozen=True, slots=True)
class CalibrationCurve:
    """Observed shares over predicted ones on a square of CALIBRATION; both scales run from `first` to 1.

    `rows` pairs each bin with the interval of its observed share.
    """

    first: float
    points: Sequence[CalibrationBin]
    rows: Sequence[tuple[Bin, Interval]]


def curve(bins: Sequence[Bin], *, came: str = "recalled", level: float = LEVEL) -> CalibrationCurve:
    """Returns the curve with intervals of that level; its scales begin at a half where nothing lies below.

    `came` is the word for what came true.
    """
    intervals = [wilson(row.came_true, row.predictions, level=level) for row in bins]
    lowest = min((min(row.predicted, one.low) for row, one in zip(bins, intervals, strict=True)), default=1.0)
    first = 0.5 if lowest >= 0.5 else 0.0
    left, base, side = 40, 260, 240

    def at(share: float) -> float:
        return (share - first) / (1 - first) * side

    return CalibrationCurve(
        first,
        [
            CalibrationBin(
                x=round(left + at(row.predicted), 1),
                y=round(base - at(row.observed), 1),
                top=round(base - at(one.high), 1),
                bottom=round(base - at(one.low), 1),
                title=f"predicted {percent(row.predicted)}, {came} {percent(row.observed)} of {row.predictions}",
            )
            for row, one in zip(bins, intervals, strict=True)
        ],
        list(zip(bins, intervals, strict=True)),
    )
