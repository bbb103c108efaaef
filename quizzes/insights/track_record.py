"""How true earlier forecasts were: of single answers, and of what was foretold for whole learners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Floor

from quizzes.classroom.models import Class
from quizzes.insights.class_facts import later_answers, reviews_in
from quizzes.insights.items import FEWEST_IN_A_GROUP
from quizzes.insights.models import Forecast
from quizzes.statistics.calibration import BINS, Bin, reliability

# The page tells of the last so many forecasts that a day has come for.
TOLD_OF = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """What was foretold on one day for a group of learners, and what came: means of shares, 0 to 1.

    `within`: how many came out not below the 80 % interval for stopping that day; whoever studies on comes out higher.
    """

    made_on: date
    for_day: date
    learners: int
    stop: float
    plan: float
    outcome: float
    within: int

    @property
    def weeks(self) -> int:
        """How many weeks ahead it was foretold."""
        return round((self.for_day - self.made_on).days / 7)


def answers_foretold(klass: Class) -> list[Bin]:
    """Recall foretold after one answer against the next answer, a day or more later; one query, in bins of a tenth."""
    rows = (
        later_answers(reviews_in(klass))
        .order_by()
        .values(bin=Floor(F("predicted") * BINS))
        .annotate(many=Count("pk"), recalled=Count("pk", filter=Q(passed=True)), total=Sum("predicted"))
        .values_list("total", "many", "recalled")
    )
    return reliability((total / many, many, recalled) for total, many, recalled in rows)


def learners_foretold(klass: Class, scope: UUID) -> list[Kept]:
    """Forecasts for days that have come, the latest first; groups under FEWEST_IN_A_GROUP are left out. One query."""
    found = Forecast.objects.filter(
        klass=klass, scope=scope, outcome__isnull=False, membership__left_at=None
    ).values_list("made_on", "for_day", "stop", "low", "high", "plan", "outcome")
    groups: dict[tuple[date, date], list[Sequence[float]]] = defaultdict(list)
    for made_on, for_day, *shares in found:
        groups[for_day, made_on].append([float(share or 0.0) for share in shares])
    kept = []
    for (for_day, made_on), rows in sorted(groups.items(), reverse=True):
        if len(rows) < FEWEST_IN_A_GROUP:
            continue
        stops, lows, _, plans, outcomes = zip(*rows, strict=True)
        within = sum(low <= outcome for low, outcome in zip(lows, outcomes, strict=True))
        kept.append(Kept(made_on, for_day, len(rows), fmean(stops), fmean(plans), fmean(outcomes), within))
    return kept[:TOLD_OF]
