"""Many learners of a class with the rows their answers would have left, made in bulk: for counting queries and time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.classroom.actions import work_out
from quizzes.classroom.models import Assignment, Classroom, Membership
from quizzes.review.habits import Habits
from quizzes.review.kept import KeptFit
from quizzes.review.models import Card, Review, Session, StudySettings
from quizzes.scheduling.prng import draw

_INTERVAL = 5


def crowd(
    classroom: Classroom,
    assignments: Sequence[Assignment],
    questions: Sequence[Question],
    *,
    many: int,
    now: datetime,
    days: int = 60,
    reviews_each: int = 3,
) -> None:
    """`many` more learners who answered all but a fifth of the questions, each `reviews_each` times in `days`.

    Yesterday was planned, today was not. Plausible numbers, not a replayable log.
    """
    start = User.objects.count()
    joined = now - timedelta(days=days)
    users = User.objects.bulk_create(
        User(email=f"crowd{start + number}@example.org", joined_at=joined) for number in range(many)
    )
    StudySettings.objects.bulk_create(StudySettings(user=user, next_day_at=now) for user in users)
    places = Membership.objects.bulk_create(
        Membership(classroom=classroom, user=user, name=f"Learner {user.pk}", joined_at=joined)
        for user in users
    )
    work_out(assignments, now=now, members=places)
    sessions = Session.objects.bulk_create(
        (
            Session(
                user=user,
                study_day=(now - timedelta(days=ago)).date(),
                opened_at=now - timedelta(days=ago),
                fit=None if ago == 0 else _fit_of(user),
            )
            for user in users
            for ago in range(days)
        ),
        batch_size=2000,
    )
    of_user = {user.pk: sessions[at * days : (at + 1) * days] for at, user in enumerate(users)}
    for user in users:
        _answered(user, of_user[user.pk], questions, now=now, days=days, reviews_each=reviews_each)


def _fit_of(user: User) -> KeptFit:
    habits = Habits(pace=0.8 + 0.8 * draw(f"pace:{user.pk}"), right=8, tries=10)
    return {"dues": [], "minutes": None, "habits": habits.as_kept()}


def _answered(
    user: User,
    sessions: Sequence[Session],
    questions: Sequence[Question],
    *,
    now: datetime,
    days: int,
    reviews_each: int,
) -> None:
    cards, plans = [], []
    versions = {question.pk: question.current for question in questions if question.current}
    for question in questions:
        chance = draw(f"{user.pk}:{question.pk}")
        if chance < 0.2:
            continue
        ago = sorted({int(chance * 7919 * (place + 3)) % days for place in range(reviews_each)}, reverse=True)
        last = (now - timedelta(days=ago[-1])).date()
        cards.append(
            Card(
                user=user,
                question=question,
                seq=len(ago),
                stability=1 + 40 * chance,
                difficulty=5.0,
                last_day=last,
                due=last + timedelta(days=_INTERVAL),
                interval=_INTERVAL,
                reps=len(ago),
            )
        )
        plans.append((question, ago, chance))
    Card.objects.bulk_create(cards, batch_size=1000)
    Review.objects.bulk_create(
        (
            Review(
                user=user,
                card=card,
                seq=number,
                session=sessions[ago],
                version=versions[question.pk],
                presented={"options": [0, 1], "seed": "", "values": {}},
                response={"option": 0 if (right := draw(f"{user.pk}:{question.pk}:{number}") < 0.8) else 1},
                summary="Right" if right else "Wrong",
                parts=[],
                score=float(right),
                passed=right,
                milliseconds=20_000,
                rating=3 if right else 1,
                study_day=(now - timedelta(days=ago)).date(),
                answered_at=now - timedelta(days=ago),
                first_of_day=True,
                predicted=None if number == 0 else 0.7 + 0.29 * chance,
                retention_target=0.9,
                due_after=(now - timedelta(days=ago)).date() + timedelta(days=_INTERVAL),
                stability_after=1 + 40 * chance,
                difficulty_after=5.0,
            )
            for card, (question, agos, chance) in zip(cards, plans, strict=True)
            for number, ago in enumerate(agos)
        ),
        batch_size=1000,
    )
