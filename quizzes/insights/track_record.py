"""How true earlier forecasts were: of single answers, and of what was foretold for whole learners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Sum
from django.db.models.functions import Floor

from quizzes.classroom.models import Class
from quizzes.insights.class_facts import later_answers, reviews_in
from quizzes.insights.items import FEWEST_IN_A_GROUP
from quizzes.insights.models import About, Forecast, Scope
from quizzes.review.verdicts import KNOWN
from quizzes.statistics.calibration import BINS, Bin, reliability

# The page tells of the last so many forecasts that a day has come for.
TOLD_OF = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """What was foretold on one day for a group of learners, and what came: means of shares, 0 to 1.

    `within`: how many came out not below the 80 % interval for stopping that day; whoever studies on comes out higher.
    """

    scope: Scope
    made_on: date
    for_day: date
    learners: int
    stop: float
    plan: float
    outcome: float
    within: int


def reckon_answers(klass: Class) -> list[dict[str, Any]]:
    """Recall foretold after one answer against the next answer, a day or more later, by tenths; one query."""
    rows = (
        later_answers(reviews_in(klass))
        .order_by()
        .values(bin=Floor(F("predicted") * BINS))
        .annotate(many=Count("pk"), recalled=Count("pk", filter=KNOWN), total=Sum("predicted"))
        .values_list("total", "many", "recalled")
    )
    return [{"foretold": total / many, "n": many, "known": recalled} for total, many, recalled in rows]


def bins_of(rows: Sequence[Mapping[str, Any]]) -> list[Bin]:
    """The kept rows of `reckon_answers` as bins."""
    return reliability((row["foretold"], row["n"], row["known"]) for row in rows)


def learners_foretold(klass: Class, scope: Scope | None) -> list[Kept]:
    """Forecasts for days that have come, in one scope or (None) in all of the class; the latest first. One query.

    Groups of fewer than FEWEST_IN_A_GROUP learners are left out.
    """
    found = Forecast.objects.filter(klass=klass, outcome__isnull=False, membership__left_at=None)
    if scope is not None:
        found = found.filter(**scope.row)
    groups: dict[tuple[date, date, str, UUID], list[Sequence[float]]] = defaultdict(list)
    rows = found.values_list("about", "scope", "made_on", "for_day", "stop", "low", "plan", "outcome")
    for about, public_id, made_on, for_day, *shares in rows:
        groups[for_day, made_on, about, public_id].append([float(share or 0.0) for share in shares])
    kept = []
    for (for_day, made_on, about, public_id), shares_of in sorted(groups.items(), reverse=True):
        if len(shares_of) < FEWEST_IN_A_GROUP:
            continue
        stops, lows, plans, outcomes = zip(*shares_of, strict=True)
        within = sum(low <= outcome for low, outcome in zip(lows, outcomes, strict=True))
        kept.append(
            Kept(
                Scope(About(about), public_id),
                made_on,
                for_day,
                len(shares_of),
                fmean(stops),
                fmean(plans),
                fmean(outcomes),
                within,
            )
        )
    return kept[:TOLD_OF]
