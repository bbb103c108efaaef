"""All that the numbers of a class are computed from, read in a constant number of queries.

Nothing but the questions the class assigned is looked at, and nobody but those who are its learners now: see
`rights.WHAT_INSTRUCTORS_SEE`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Floor

from quizzes.analytics.models import Scope
from quizzes.analytics.readiness_model import READY, CardMemory, FirstAttempt, Learner, Task
from quizzes.bank.models import Question
from quizzes.classroom.api import Role
from quizzes.classroom.models import Assignee, Assignment, AssignmentItem, AuditRow, Classroom, Membership
from quizzes.review.api import KNOWN, at_first_sight, current_days, known_at_last
from quizzes.review.models import Card, Review, StudySettings
from quizzes.scheduling.api import (
    Memory,
    Strength,
    Verdict,
    counts_as_known,
    judge,
    strength_of,
    study_day,
    together,
    zone_or_utc,
)
from quizzes.statistics.api import rasch

# Predictions are gathered in fiftieths before strength is learnt from them.
_BINS = 50
_SURE = Value(True, output_field=BooleanField())  # noqa: FBT003 -- a value of the database


def learners_in(classroom: Classroom) -> QuerySet[Membership]:
    """Returns the places of those who learn in the class now."""
    return classroom.memberships.filter(left_at=None, role=Role.LEARNER)


def assigned(classroom: Classroom, *, only: Assignment | None = None) -> QuerySet[AssignmentItem]:
    """Returns the questions of the class's assignments, or of one, `only`; those withdrawn or retired are left out.

    The questions of `only` count also where it is withdrawn itself.
    """
    items = AssignmentItem.objects.filter(question__retired_at=None)
    if only is not None:
        return items.filter(assignment=only)
    return items.filter(assignment__classroom=classroom, assignment__withdrawn_at=None)


def reviews_in(classroom: Classroom, *, only: Assignment | None = None) -> QuerySet[Review]:
    """Returns the learners' answers to questions the class (or `only`) assigned to them, those undone left out.

    What was assigned to others alone is nobody's business, even where the bank asked a learner for it.
    """
    for_all = assigned(classroom, only=only).filter(assignment__for_everyone=True)
    for_some = assigned(classroom, only=only).filter(
        assignment__for_everyone=False,
        question=OuterRef("card__question"),
        assignment__assignees__membership__user=OuterRef("user"),
    )
    return Review.objects.filter(
        Q(card__question__in=for_all.values("question")) | Exists(for_some),
        user__in=learners_in(classroom).values("user"),
        undone_at=None,
    )


def basis_of(classroom: Classroom) -> str:
    """Returns a text that changes with the class's roster, dates and assignments; two queries.

    Answers leave it as it is.
    """
    places = learners_in(classroom).aggregate(many=Count("pk"), joined=Max("joined_at"))
    done = AuditRow.objects.filter(classroom=classroom).aggregate(last=Max("pk"))
    return f"{places['many']} {places['joined']} {done['last']} {classroom.exam_on} {classroom.time_zone}"


def has_news(classroom: Classroom, since: datetime) -> bool:
    """Returns whether a learner of the class has answered anything since then."""
    return Review.objects.filter(
        user__in=learners_in(classroom).values("user"), answered_at__gt=since
    ).exists()


@dataclass(frozen=True, slots=True)
class _Given:
    """One learner's part in one assignment, in their own study days."""

    assignment: Assignment
    opens_at: datetime
    due_at: datetime
    opens: date
    day: date


def tasks_in(
    classroom: Classroom, now: datetime, *, only: Assignment | None = None
) -> dict[Scope, dict[int, Task]]:
    """Returns for every scope of the class each learner's task by membership; four queries.

    The class's own scope holds for each learner all questions of theirs that have opened, to be known on the day of
    the interview or exam; where the class has none, on the last due day. With `only`, nothing but that assignment is
    looked at, withdrawn or not.
    """
    running = Assignment.objects.filter(classroom=classroom, withdrawn_at=None) if only is None else [only]
    assignments = {given.pk: given for given in running}
    questions: dict[int, list[int]] = defaultdict(list)
    for assignment, question in (
        assigned(classroom, only=only).order_by("position").values_list("assignment", "question")
    ):
        questions[assignment].append(question)
    # By their numbers, here and below: as a subquery, PostgreSQL walks through all of them for each question or card
    # where its statistics are of yesterday.
    every = {question for asked in questions.values() for question in asked}
    topics = dict(Question.objects.filter(pk__in=every, current__isnull=False).values_list("pk", "topic_id"))
    of_class = Scope.of(classroom)
    scopes: dict[Scope, dict[int, Task]] = {of_class: {}}
    whole: dict[int, list[_Given]] = defaultdict(list)
    for membership, given in _given(classroom, assignments):
        asked = questions[given.assignment.pk]
        scopes.setdefault(Scope.of(given.assignment), {})[membership] = _task(given, asked, topics)
        if given.opens_at <= now:
            whole[membership].append(given)
    for membership, parts in whole.items():
        scopes[of_class][membership] = Task(
            questions=list(
                dict.fromkeys(question for part in parts for question in questions[part.assignment.pk])
            ),
            topics=topics,
            opens=min(part.opens for part in parts),
            day=classroom.exam_on or max(part.day for part in parts),
        )
    return scopes


def _given(classroom: Classroom, assignments: Mapping[int, Assignment]) -> Iterable[tuple[int, _Given]]:
    rows = (
        Assignee.objects.filter(assignment__in=list(assignments), membership__in=learners_in(classroom))
        .order_by("pk")
        .values_list(
            "membership",
            "assignment",
            "opens_at",
            "due_at",
            "membership__user__time_zone",
            "membership__user__rollover_hour",
        )
    )
    for membership, assignment, opens_at, due_at, zone, rollover in rows:
        place, _ = zone_or_utc(zone)
        yield (
            membership,
            _Given(
                assignments[assignment],
                opens_at,
                due_at,
                study_day(opens_at, zone=place, rollover_hour=rollover),
                study_day(due_at, zone=place, rollover_hour=rollover),
            ),
        )


def _task(given: _Given, asked: Sequence[int], topics: Mapping[int, int]) -> Task:
    goal, value = given.assignment.goal, given.assignment.goal_value or 0.0
    return Task(
        questions=asked,
        topics=topics,
        opens=given.opens,
        day=given.day,
        due_at=given.due_at,
        goal=goal,
        share=value if goal == Assignment.Goal.RECALL else READY,
        minutes=value if goal == Assignment.Goal.MINUTES else 0.0,
        refuses_late=given.assignment.late == Assignment.Late.REFUSE,
    )


def learners_with_memories(
    classroom: Classroom, now: datetime, *, from_log: bool = False, only: Assignment | None = None
) -> list[Learner]:
    """Returns the learners with their memories of the class's (or `only`'s) questions and their answers; eight queries.

    With `from_log`, as it was at `now`, however long ago that is. A card is a function of its log, so that both agree.
    """
    places = list(learners_in(classroom).select_related("user").order_by("pk"))
    users = [place.user_id for place in places]
    retentions = dict(
        StudySettings.objects.filter(user__in=users).values_list("user_id", "desired_retention")
    )
    reviews = reviews_in(classroom, only=only)
    if from_log:
        reviews = reviews.filter(answered_at__lte=now)
    day_of = current_days([place.user for place in places], now)
    todays = [day_of[place.user_id] for place in places]
    held = (
        _memories_in_log(reviews)
        if from_log
        else _memories(assigned(classroom, only=only), users, since=min(todays, default=now.date()))
    )
    firsts, days = _firsts(reviews), _days(reviews)
    sight = rasch.fit(
        (place.pk, question, first.verdict is not Verdict.NOT)
        for place in places
        for question, first in firsts[place.user_id].items()
        if first.at_sight
    )
    found = _strengths(reviews)
    strengths = together([found.get(user, Strength()) for user in users])
    return [
        Learner(
            membership=place.pk,
            today=today,
            retention=retentions.get(place.user_id, 0.9),
            strength=strength,
            held=held[place.user_id],
            firsts=firsts[place.user_id],
            days=days[place.user_id],
            sight=sight,
        )
        for place, today, strength in zip(places, todays, strengths, strict=True)
    ]


def _memories(
    items: QuerySet[AssignmentItem], users: Sequence[int], *, since: date
) -> dict[int, dict[int, CardMemory]]:
    """Returns memories by user and question. Whether one is known is asked only of answers `since` that day."""
    known = Case(When(last_day__lt=since, then=_SURE), default=known_at_last("pk"))
    found: dict[int, dict[int, CardMemory]] = defaultdict(dict)
    questions = set(items.order_by().values_list("question_id", flat=True))
    rows = (
        Card.objects.filter(user__in=users, question__in=questions, stability__isnull=False)
        .order_by()
        .annotate(known=known)
        .values_list("user_id", "question_id", "stability", "difficulty", "last_day", "due", "known")
    )
    for user, question, stability, difficulty, last_day, due, is_known in rows.iterator(chunk_size=5000):
        if stability and difficulty and last_day and due:
            memory = Memory(stability, difficulty, last_day)
            found[user][question] = CardMemory(question, memory, due, known=bool(is_known))
    return found


def _memories_in_log(reviews: QuerySet[Review]) -> dict[int, dict[int, CardMemory]]:
    found: dict[int, dict[int, CardMemory]] = defaultdict(dict)
    rows = reviews.order_by("answered_at", "pk").values_list(
        *("user_id", "card__question_id", "stability_after", "difficulty_after", "study_day", "due_after"),
        *("passed", "confidence"),
    )
    for user, question, stability, difficulty, day, due, passed, said in rows.iterator(chunk_size=5000):
        known = counts_as_known(passed=passed, confidence=said)
        found[user][question] = CardMemory(question, Memory(stability, difficulty, day), due, known=known)
    return found


def _firsts(reviews: QuerySet[Review]) -> dict[int, dict[int, FirstAttempt]]:
    found: dict[int, dict[int, FirstAttempt]] = defaultdict(dict)
    rows = (
        reviews.filter(predicted=None)
        .order_by("answered_at", "seq")
        .annotate(sight=Case(When(at_first_sight(), then=True), default=False))
        .values_list(
            *("user_id", "card__question_id", "score", "passed", "confidence", "study_day", "answered_at"),
            "sight",
        )
    )
    for user, question, score, passed, confidence, day, at, sight in rows.iterator(chunk_size=5000):
        known = counts_as_known(passed=passed, confidence=confidence)
        found[user][question] = FirstAttempt(question, judge(score=score, passed=known), day, at, sight)
    return found


def first_attempts(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Returns those that met their question at first sight: nothing could be predicted then, no key had been shown."""
    return reviews.filter(at_first_sight(), predicted=None)


def later_answers(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Returns those that tell of forgetting: the first of a study day, to questions met on an earlier one."""
    return reviews.filter(predicted__isnull=False, first_of_day=True)


def _strengths(reviews: QuerySet[Review]) -> dict[int, Strength]:
    rows = (
        later_answers(reviews)
        .order_by()
        .values("user_id", bin=Floor(F("predicted") * _BINS))
        .annotate(many=Count("pk"), recalled=Count("pk", filter=KNOWN), total=Sum("predicted"))
        .values_list("user_id", "total", "many", "recalled")
    )
    gathered: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for user, total, many, recalled in rows:
        gathered[user].append((total / many, many, recalled))
    return {user: strength_of(counted) for user, counted in gathered.items()}


def _days(reviews: QuerySet[Review]) -> dict[int, dict[date, float]]:
    found: dict[int, dict[date, float]] = defaultdict(dict)
    rows = (
        reviews.order_by()
        .values("user_id", "study_day")
        .annotate(spent=Sum("milliseconds"))
        .values_list("user_id", "study_day", "spent")
    )
    for user, day, spent in rows:
        found[user][day] = (spent or 0) / 60_000
    return found


def answers_whole(scores: Mapping[int, Mapping[int, float]], asked: Sequence[int]) -> list[list[float]]:
    """Returns the rows of those who answered all of `asked`: one score a question, in that order."""
    return [[of[question] for question in asked] for of in scores.values() if all(q in of for q in asked)]
