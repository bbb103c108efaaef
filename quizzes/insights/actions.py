"""Reckoning up a class, and keeping what was foretold. Pages reckon for themselves where nothing holds that is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quizzes.classroom.models import Assignee, Assignment, Classroom
from quizzes.insights.class_facts import basis_of, has_news, learners_with_memories, tasks_in
from quizzes.insights.items import reckon_items
from quizzes.insights.models import About, Forecast, Reckoning, Scope
from quizzes.insights.standings import reckon
from quizzes.insights.track_record import OVER, answers_near, reckon_answers
from quizzes.review.models import Review
from quizzes.scheduling.recurrence import SKEW

Subject = Reckoning.Subject

# So long a page shows what was reckoned although learners have answered since; then it reckons again.
FRESH = timedelta(minutes=15)
# Standings change with the day even when nobody answers.
A_DAY = timedelta(hours=12)
# A day so far ahead is still to come wherever the learners are.
SOON = timedelta(days=2)
# Of so many days at most a call of `foretell` counts what came.
LOOKED_BACK_AT = 20


def standings(*, classroom: Classroom, scope: Scope, now: datetime, again: bool = False) -> Reckoning:
    """Where the learners stand in the scope, as kept while that holds, else reckoned now for the whole class."""
    return _kept_or(classroom, Subject.STANDINGS, scope, now, again=again)


@dataclass(frozen=True, slots=True)
class AllStandings:
    """The standings in several scopes of a class, and when they were reckoned."""

    rows: Mapping[Scope, list[dict[str, Any]]]
    reckoned_at: datetime


def all_standings(*, classroom: Classroom, scopes: Collection[Scope], now: datetime) -> AllStandings:
    """Where the learners stand in each of the scopes, as kept while that holds, else reckoned now."""
    subject, whole = Subject.STANDINGS, Scope.of(classroom)
    kept = Reckoning.objects.filter(classroom=classroom, subject=subject, **whole.row).defer("rows").first()
    if kept is None or not _holds(kept, classroom, basis_of(classroom), now):
        kept = standings(classroom=classroom, scope=whole, now=now, again=True)
    found = Reckoning.objects.filter(
        classroom=classroom, subject=subject, scope__in=[scope.public_id for scope in scopes]
    )
    rows = {
        Scope(About(about), public_id): rows
        for about, public_id, rows in found.values_list("about", "scope", "rows")
    }
    return AllStandings({scope: rows[scope] for scope in scopes if scope in rows}, kept.reckoned_at)


def standings_of_withdrawn(*, given: Assignment, now: datetime) -> AllStandings:
    """Where the learners stand in an assignment that was withdrawn; reckoned each time, nothing is kept."""
    scope = Scope.of(given)
    tasks = tasks_in(given.classroom, now, only=given).get(scope, {})
    learners = learners_with_memories(given.classroom, now, only=given)
    rows = [reckon(one, tasks[one.membership]) for one in learners if one.membership in tasks]
    return AllStandings({scope: rows}, now)


def item_analysis(*, classroom: Classroom, now: datetime, again: bool = False) -> Reckoning:
    """The analysis of the class's questions, as kept while that holds, else reckoned now."""
    return _kept_or(classroom, Subject.ITEMS, Scope.of(classroom), now, again=again)


def answers_foretold(*, classroom: Classroom, now: datetime) -> Reckoning:
    """How true forecasts of single answers were (`track_record`), as kept while that holds, else reckoned now."""
    return _kept_or(classroom, Subject.ANSWERS, Scope.of(classroom), now)


def refresh(*, classroom: Classroom, now: datetime) -> None:
    """Reckon up all that the pages about a class show."""
    basis, whole = basis_of(classroom), Scope.of(classroom)
    _keep(classroom, Subject.STANDINGS, basis, _standings(classroom, now), now)
    _keep(classroom, Subject.ANSWERS, basis, {whole: reckon_answers(classroom)}, now)
    _keep(classroom, Subject.ITEMS, basis, {whole: reckon_items(classroom)}, now)


def refresh_due(*, now: datetime, limit: int) -> int:
    """Refresh up to `limit` running classes in which somebody answered since, or a day passed; how many.

    Those that waited longest come first, so that all have their turn.
    """
    kept = Reckoning.objects.filter(about=About.CLASS, scope=OuterRef("public_id"), subject=Subject.STANDINGS)
    answered = Review.objects.filter(
        user__memberships__classroom=OuterRef("pk"),
        user__memberships__left_at=None,
        answered_at__gt=OuterRef("since"),
    )
    waiting = (
        Classroom.objects.filter(archived_at=None)
        .filter(Exists(Assignee.objects.filter(assignment__classroom=OuterRef("pk"))))
        .annotate(since=kept.values("reckoned_at")[:1])
        .filter(Q(since=None) | Q(since__lt=now - A_DAY) | Q(since__gt=now + SKEW) | Exists(answered))
        .order_by(F("since").asc(nulls_first=True), "pk")[:limit]
    )
    refreshed = 0
    for classroom in waiting:
        refresh(classroom=classroom, now=now)
        refreshed += 1
    return refreshed


def foretell(*, classroom: Classroom, now: datetime) -> int:
    """Write down today's forecasts for days to come, and what came of those whose day is over; how many were made.

    Once a day and learner; the first of a day stands. Everything is read as it was at `now`.
    """
    made = 0
    learners = {
        learner.membership: learner for learner in learners_with_memories(classroom, now, from_log=True)
    }
    for scope, tasks in tasks_in(classroom, now).items():
        rows = [reckon(learners[member], task) for member, task in tasks.items() if member in learners]
        made += _write_forecasts(classroom, scope, rows, now)
    _look_back(classroom, now)
    return made


def _look_back(classroom: Classroom, now: datetime) -> None:
    """Count the answers near the days that were foretold, the oldest first; drop what nothing can come of."""
    open_ones = _to_look_back_at(now).filter(classroom=classroom)
    open_ones.filter(membership__left_at__isnull=False).delete()
    given = {Scope.of(one): one for one in Assignment.objects.filter(classroom=classroom, withdrawn_at=None)}
    days = open_ones.order_by("for_day").values_list("about", "scope", "for_day").distinct()[:LOOKED_BACK_AT]
    for about, public_id, day in list(days):
        scope = Scope(About(about), public_id)
        about_it = open_ones.filter(**scope.row, for_day=day)
        if scope != Scope.of(classroom) and scope not in given:
            about_it.delete()
            continue
        came = answers_near(classroom, day, now, only=given.get(scope))
        rows = list(about_it.select_related("membership"))
        for row in rows:
            row.answered, row.known = came.get(row.membership.user_id, (0, 0))
        Forecast.objects.bulk_update(rows, ["answered", "known"], batch_size=500)


def _to_look_back_at(now: datetime) -> QuerySet[Forecast]:
    return Forecast.objects.filter(answered=None, for_day__lte=now.date() - OVER)


def foretell_due(*, now: datetime, limit: int) -> int:
    """`foretell` for up to `limit` running classes not foretold today, or with forecasts to look back at; how many."""
    of_class = Forecast.objects.filter(classroom=OuterRef("pk"))
    # A day that has come wherever the learners are, and one that is still to come there.
    later = Assignee.objects.filter(assignment__classroom=OuterRef("pk"), due_at__gt=now + SOON)
    waiting = Classroom.objects.filter(
        Q(~Exists(of_class.filter(made_on=now.date())), Exists(later) | Q(exam_on__gt=now.date() + SOON))
        | Q(Exists(_to_look_back_at(now).filter(classroom=OuterRef("pk")))),
        archived_at=None,
    ).order_by("pk")[:limit]
    for classroom in waiting:
        foretell(classroom=classroom, now=now)
    return len(waiting)


def _kept_or(
    classroom: Classroom, subject: Subject, scope: Scope, now: datetime, *, again: bool = False
) -> Reckoning:
    basis = basis_of(classroom)
    kept = Reckoning.objects.filter(classroom=classroom, subject=subject, **scope.row).first()
    if kept is not None and not again and _holds(kept, classroom, basis, now):
        return kept
    if subject == Subject.STANDINGS:
        rows = _standings(classroom, now)
    else:
        reckon_subject = reckon_items if subject == Subject.ITEMS else reckon_answers
        rows = {scope: reckon_subject(classroom)}
    _keep(classroom, subject, basis, rows, now)
    return Reckoning(
        classroom=classroom,
        subject=subject,
        **scope.row,
        basis=basis,
        rows=rows.get(scope, []),
        reckoned_at=now,
    )


def _holds(kept: Reckoning, classroom: Classroom, basis: str, now: datetime) -> bool:
    age = now - kept.reckoned_at
    if age < -SKEW:  # reckoned while the clock was ahead: what happened since is older
        return False
    return kept.basis == basis and (
        age < FRESH or (age < A_DAY and not has_news(classroom, kept.reckoned_at))
    )


def _standings(classroom: Classroom, now: datetime) -> dict[Scope, list[dict[str, Any]]]:
    learners = learners_with_memories(classroom, now)
    return {
        scope: [
            reckon(learner, tasks[learner.membership]) for learner in learners if learner.membership in tasks
        ]
        for scope, tasks in tasks_in(classroom, now).items()
    }


def _keep(
    classroom: Classroom,
    subject: Subject,
    basis: str,
    scopes: Mapping[Scope, list[dict[str, Any]]],
    now: datetime,
) -> None:
    Reckoning.objects.bulk_create(
        [
            Reckoning(
                classroom=classroom, subject=subject, **scope.row, basis=basis, rows=rows, reckoned_at=now
            )
            for scope, rows in scopes.items()
        ],
        update_conflicts=True,
        unique_fields=["subject", "about", "scope"],
        update_fields=["basis", "rows", "reckoned_at"],
    )
    kept = Reckoning.objects.filter(classroom=classroom, subject=subject).values_list("pk", "about", "scope")
    gone = [pk for pk, about, public_id in kept if Scope(About(about), public_id) not in scopes]
    Reckoning.objects.filter(pk__in=gone).delete()


def _write_forecasts(
    classroom: Classroom, scope: Scope, rows: Sequence[Mapping[str, Any]], now: datetime
) -> int:
    made = [
        Forecast(
            classroom=classroom,
            membership_id=row["m"],
            **scope.row,
            made_on=now.date(),
            for_day=row["day"],
            questions=row["n"],
            stop=row["stop"][0],
            low=row["stop"][1],
            high=row["stop"][2],
            plan=row["plan"][0],
        )
        for row in rows
        if row["left"] > 0
    ]
    Forecast.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return len(made)
