"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.statistics import rasch
from quizzes.statistics.calibration import BINS, Bin, calibration_error, equal_groups, reliability
from quizzes.statistics.counts import Mixture, count_of, distribution, needed
from quizzes.statistics.intervals import Interval, wilson, wilson_of_groups
from quizzes.statistics.items import answers, correlation, facility, kr20, residual, rest_scores
from quizzes.statistics.rasch import ANYONE, NODES, LogOdds, Rasch, chance

__all__ = [
    "ANYONE",
    "BINS",
    "NODES",
    "Bin",
    "Interval",
    "LogOdds",
    "Mixture",
    "Rasch",
    "answers",
    "calibration_error",
    "chance",
    "correlation",
    "count_of",
    "distribution",
    "equal_groups",
    "facility",
    "kr20",
    "needed",
    "rasch",
    "reliability",
    "residual",
    "rest_scores",
    "wilson",
    "wilson_of_groups",
]
