"""Takes snapshots of a class's numbers, and records forecasts. A page whose snapshot does not hold computes its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quizzes.analytics import snapshots
from quizzes.analytics.backtest import OVER, CalibrationRow, answers_near, calibration_of
from quizzes.analytics.class_data import basis_of, learners_with_memories, tasks_in
from quizzes.analytics.item_statistics import ItemAnalysis
from quizzes.analytics.items import analyse_items
from quizzes.analytics.models import About, Forecast, Scope, Snapshot
from quizzes.analytics.readiness_model import LearnerReadiness, estimate
from quizzes.analytics.snapshots import A_DAY, ANSWERS, ITEMS, READINESS, Taken
from quizzes.classroom.models import Assignee, Assignment, Classroom
from quizzes.review.models import Review
from quizzes.scheduling.api import SKEW

# A day so far ahead is still to come wherever the learners are.
SOON = timedelta(days=2)
# One call of `record_forecasts` counts the outcomes of so many days at most.
OUTCOMES_AT_ONCE = 20


def readiness(
    *, classroom: Classroom, scope: Scope, now: datetime, again: bool = False
) -> Taken[list[LearnerReadiness]]:
    """Returns the readiness of each learner for the scope, as kept while that holds, else computed for the class."""
    basis = basis_of(classroom)
    if not again and (kept := snapshots.current(READINESS, classroom, scope, basis=basis, now=now)):
        return kept
    taken = _readiness(classroom, now)
    snapshots.store(READINESS, classroom, taken, basis=basis, now=now)
    return Taken(taken.get(scope, []), now)


@dataclass(frozen=True, slots=True)
class ReadinessByScope:
    """The readiness of learners in several scopes of a class, and when it was computed."""

    rows: Mapping[Scope, list[LearnerReadiness]]
    taken_at: datetime


def readiness_by_scope(*, classroom: Classroom, scopes: Collection[Scope], now: datetime) -> ReadinessByScope:
    """Returns the readiness of each learner for each of the scopes, as kept while that holds, else computed now."""
    taken_at = snapshots.current_since(READINESS, classroom, now=now)
    if taken_at is None:
        whole = Scope.of(classroom)
        taken_at = readiness(classroom=classroom, scope=whole, now=now, again=True).taken_at
    return ReadinessByScope(snapshots.contents(READINESS, classroom, scopes), taken_at)


def readiness_of_withdrawn(*, given: Assignment, now: datetime) -> ReadinessByScope:
    """Returns the readiness of each learner for a withdrawn assignment; computed each time, nothing is kept."""
    scope = Scope.of(given)
    tasks = tasks_in(given.classroom, now, only=given).get(scope, {})
    learners = learners_with_memories(given.classroom, now, only=given)
    rows = [estimate(one, tasks[one.membership]) for one in learners if one.membership in tasks]
    return ReadinessByScope({scope: rows}, now)


def item_analysis(*, classroom: Classroom, now: datetime, again: bool = False) -> Taken[ItemAnalysis]:
    """Returns the analysis of the class's questions, as kept while that holds, else computed now."""
    basis, whole = basis_of(classroom), Scope.of(classroom)
    if not again and (kept := snapshots.current(ITEMS, classroom, whole, basis=basis, now=now)):
        return kept
    analysis = analyse_items(classroom)
    snapshots.store(ITEMS, classroom, {whole: analysis}, basis=basis, now=now)
    return Taken(analysis, now)


def answer_calibration(*, classroom: Classroom, now: datetime) -> Taken[list[CalibrationRow]]:
    """Returns how true forecasts of single answers were, as kept while that holds, else computed now."""
    basis, whole = basis_of(classroom), Scope.of(classroom)
    if kept := snapshots.current(ANSWERS, classroom, whole, basis=basis, now=now):
        return kept
    rows = calibration_of(classroom)
    snapshots.store(ANSWERS, classroom, {whole: rows}, basis=basis, now=now)
    return Taken(rows, now)


def refresh_snapshots(*, classroom: Classroom, now: datetime) -> None:
    """Takes a snapshot of all that the pages about a class show."""
    basis, whole = basis_of(classroom), Scope.of(classroom)
    snapshots.store(READINESS, classroom, _readiness(classroom, now), basis=basis, now=now)
    snapshots.store(ANSWERS, classroom, {whole: calibration_of(classroom)}, basis=basis, now=now)
    snapshots.store(ITEMS, classroom, {whole: analyse_items(classroom)}, basis=basis, now=now)


def refresh_due_snapshots(*, now: datetime, limit: int) -> int:
    """Takes snapshots of up to `limit` running classes in which somebody answered since, or a day passed.

    Those that waited longest come first, so that all have their turn. Returns the number of classes.
    """
    kept = Snapshot.objects.filter(
        about=About.CLASS, scope=OuterRef("public_id"), subject=READINESS.subject, schema=READINESS.schema
    )
    answered = Review.objects.filter(
        user__memberships__classroom=OuterRef("pk"),
        user__memberships__left_at=None,
        answered_at__gt=OuterRef("since"),
    )
    waiting = (
        Classroom.objects.filter(archived_at=None)
        .filter(Exists(Assignee.objects.filter(assignment__classroom=OuterRef("pk"))))
        .annotate(since=kept.values("taken_at")[:1])
        .filter(Q(since=None) | Q(since__lt=now - A_DAY) | Q(since__gt=now + SKEW) | Exists(answered))
        .order_by(F("since").asc(nulls_first=True), "pk")[:limit]
    )
    refreshed = 0
    for classroom in waiting:
        refresh_snapshots(classroom=classroom, now=now)
        refreshed += 1
    return refreshed


def record_forecasts(*, classroom: Classroom, now: datetime) -> int:
    """Records today's forecasts for days to come, and the outcomes of those whose day is over.

    Once a day and learner; the first of a day stands. Everything is read as it was at `now`. Returns the number of
    forecasts made.
    """
    made = 0
    learners = {
        learner.membership: learner for learner in learners_with_memories(classroom, now, from_log=True)
    }
    for scope, tasks in tasks_in(classroom, now).items():
        rows = [estimate(learners[member], task) for member, task in tasks.items() if member in learners]
        made += _record(classroom, scope, rows, now)
    _record_outcomes(classroom, now)
    return made


def record_due_forecasts(*, now: datetime, limit: int) -> int:
    """Records forecasts of up to `limit` running classes without any today, or with outcomes to be counted.

    Returns the number of classes.
    """
    of_class = Forecast.objects.filter(classroom=OuterRef("pk"))
    # A day that has come wherever the learners are, and one that is still to come there.
    later = Assignee.objects.filter(assignment__classroom=OuterRef("pk"), due_at__gt=now + SOON)
    waiting = Classroom.objects.filter(
        Q(~Exists(of_class.filter(made_on=now.date())), Exists(later) | Q(exam_on__gt=now.date() + SOON))
        | Q(Exists(_without_outcome(now).filter(classroom=OuterRef("pk")))),
        archived_at=None,
    ).order_by("pk")[:limit]
    for classroom in waiting:
        record_forecasts(classroom=classroom, now=now)
    return len(waiting)


def _readiness(classroom: Classroom, now: datetime) -> dict[Scope, list[LearnerReadiness]]:
    learners = learners_with_memories(classroom, now)
    return {
        scope: [
            estimate(learner, tasks[learner.membership])
            for learner in learners
            if learner.membership in tasks
        ]
        for scope, tasks in tasks_in(classroom, now).items()
    }


def _record(classroom: Classroom, scope: Scope, rows: Sequence[LearnerReadiness], now: datetime) -> int:
    made = [
        Forecast(
            classroom=classroom,
            membership_id=row.membership,
            **scope.columns,
            made_on=now.date(),
            for_day=row.day,
            questions=row.questions,
            stop=row.stop.mean,
            low=row.stop.low,
            high=row.stop.high,
            plan=row.plan.mean,
        )
        for row in rows
        if row.days_left > 0
    ]
    Forecast.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)


def _record_outcomes(classroom: Classroom, now: datetime) -> None:
    """Counts the answers near the days of forecasts, the oldest first; drops forecasts that can have no outcome."""
    open_ones = _without_outcome(now).filter(classroom=classroom)
    open_ones.filter(membership__left_at__isnull=False).delete()
    given = {Scope.of(one): one for one in Assignment.objects.filter(classroom=classroom, withdrawn_at=None)}
    days = open_ones.order_by("for_day").values_list("about", "scope", "for_day").distinct()
    for about, public_id, day in list(days[:OUTCOMES_AT_ONCE]):
        scope = Scope(About(about), public_id)
        about_it = open_ones.filter(**scope.columns, for_day=day)
        if scope != Scope.of(classroom) and scope not in given:
            about_it.delete()
            continue
        outcomes = answers_near(classroom, day, now, only=given.get(scope))
        rows = list(about_it.select_related("membership"))
        for row in rows:
            outcome = outcomes.get(row.membership.user_id)
            row.answered, row.known = (outcome.answers, outcome.known) if outcome else (0, 0)
        Forecast.objects.bulk_update(rows, ["answered", "known"], batch_size=500)


def _without_outcome(now: datetime) -> QuerySet[Forecast]:
    return Forecast.objects.filter(answered=None, for_day__lte=now.date() - OVER)
