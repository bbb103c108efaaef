"""What is told not to fit, day by day, against what a learner who follows the plan never begins in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question, Topic, Version
from quizzes.review import queries
from quizzes.review.actions.plan_preferences import change_settings
from quizzes.review.actions.settings import settings_of
from quizzes.review.actions.targets import drop_targets
from quizzes.review.habits import Habits, first_tries_of, habits_of, pace_of
from quizzes.review.models import Card, Session, StudySettings, Target, TopicChoice
from quizzes.review.shortfall import Deadline, Fit, fit_of, short_of
from quizzes.scheduling.first_tries import first_try
from quizzes.tests.review.conftest import make_user
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import MONDAY, Study

READING = 15
# Questions of an assignment by which what is told may differ from what comes.
NEAR = 3


def takes(seconds: int) -> None:
    """Lets every author say that a question takes so long."""
    versions = list(Version.objects.all())
    for version in versions:
        version.spec = version.spec | {"seconds": seconds}
    Version.objects.bulk_update(versions, ["spec"])


def settle(user: User, *, minutes: int, **others: int) -> None:
    study = settings_of(user=user, now=MONDAY)
    study.minutes_a_day = minutes
    for name, value in others.items():
        setattr(study, name, value)
    study.save()
    user.study = study


def assign(user: User, questions: Iterable[Question], *, due: datetime, now: datetime = MONDAY) -> UUID:
    source = uuid4()
    Target.objects.bulk_create(
        Target(
            user=user,
            question=question,
            source=source,
            label="x",
            opens_at=now - timedelta(hours=1),
            due_at=due,
            changed_at=now - timedelta(hours=1),
        )
        for question in questions
    )
    return source


def evening(days: int) -> datetime:
    """Late on the study day that is so many days away from Monday, 0 is Monday itself."""
    return MONDAY.replace(hour=23) + timedelta(days=days)


@dataclass
class Learner:
    """Answers by the authored pace, and misses every `misses`-th first answer; none where it is 0."""

    study: Study
    seconds: int
    misses: int = 0
    tries: int = 0

    def works(self) -> None:
        """Answers all of the day."""
        for item in self.study.places():
            again = item.misses > 0
            self.tries += not again
            self.study.later(seconds=self.seconds + READING - 5)
            self.study.answer(item, right=again or not self.misses or self.tries % self.misses != 0)

    def line(self, due: datetime | None = None, source: UUID | None = None) -> Deadline:
        user = self.study.user
        minutes = StudySettings.objects.get(user=user).minutes_a_day
        return Deadline(user.pk, due, user.time_zone, user.rollover_hour, minutes, source)

    def teacher_sees(self, due: datetime | None = None, source: UUID | None = None) -> int:
        return short_of([self.line(due, source)], self.study.now)[self.study.user.pk]

    def sees(self) -> Fit | None:
        session = queries.latest_session(self.study.user)
        assert session is not None
        return fit_of(self.study.user, session, self.study.now)

    def never_begun(self, source: UUID) -> int:
        begun = Card.objects.filter(user=self.study.user, reps__gt=0).values("question")
        return Target.objects.filter(source=source).exclude(question__in=begun).count()


def told_each_day(learner: Learner, *, days: int, first: int = 0) -> list[tuple[int, int]]:
    """Lives the days; what was told on each before its session was opened, and after.

    Learner and teacher are told the same when the day is open, while it is worked, and when it is done.
    """
    found = []
    for day in range(first, first + days):
        learner.study.now = MONDAY + timedelta(days=day)
        before = learner.teacher_sees()
        learner.study.open()
        after = learner.teacher_sees()
        fit = learner.sees()
        assert after == (fit.short if fit else 0)
        found.append((before, after))
        learner.works()
        fit = learner.sees()
        assert learner.teacher_sees() == after == (fit.short if fit else 0)
    return found


@pytest.mark.parametrize(
    ("seconds", "questions", "misses", "days"),
    [
        (180, 30, 2, 4),
        pytest.param(60, 40, 2, 4, marks=pytest.mark.thorough),
        pytest.param(10, 40, 2, 4, marks=pytest.mark.thorough),
        pytest.param(60, 40, 3, 4, marks=pytest.mark.thorough),
    ],
)
def test_what_will_not_fit_is_told_from_day_one_as_it_comes(
    study: Study, seconds: int, questions: int, misses: int, days: int
) -> None:
    load_choices(topics=4, each=25)
    takes(seconds)
    settle(study.user, minutes=10)
    learner = Learner(study, seconds, misses)
    source = assign(study.user, Question.objects.all()[:questions], due=evening(days - 1))
    told = told_each_day(learner, days=days)
    left = learner.never_begun(source)
    assert (left > 0) == (seconds > 10)
    assert all(abs(number - left) <= NEAR for day in told for number in day)


@pytest.mark.parametrize(
    ("seconds", "misses"),
    [
        (180, 0),
        (180, 4),
        pytest.param(60, 4, marks=pytest.mark.thorough),
        pytest.param(10, 0, marks=pytest.mark.thorough),
        pytest.param(60, 0, marks=pytest.mark.thorough),
    ],
)
def test_a_learner_who_is_known_is_told_by_their_own_first_tries(
    study: Study, seconds: int, misses: int
) -> None:
    load_choices(topics=4, each=25)
    takes(seconds)
    settle(study.user, minutes=90)
    study.now = MONDAY - timedelta(days=1)
    learner = Learner(study, seconds, misses)
    learner.works()
    settle(study.user, minutes=10)
    new = Question.objects.exclude(cards__user=study.user, cards__reps__gt=0)
    source = assign(study.user, new[:40], due=evening(3))
    told = told_each_day(learner, days=4)
    left = learner.never_begun(source)
    assert all(abs(number - left) <= NEAR for day in told for number in day)


def test_of_two_assignments_each_tells_what_is_not_begun_by_its_own_day(study: Study) -> None:
    load_choices(topics=4, each=12)
    takes(60)
    settle(study.user, minutes=10)
    learner = Learner(study, 60, 2)
    bank = list(Question.objects.all())
    soon, later = evening(1), evening(4)
    # Eight questions are asked for twice.
    first, second = assign(study.user, bank[:20], due=soon), assign(study.user, bank[12:48], due=later)
    told = []
    for day in range(5):
        study.now = MONDAY + timedelta(days=day)
        before = learner.teacher_sees(soon, first), learner.teacher_sees(later, second)
        study.open()
        after = learner.teacher_sees(soon, first), learner.teacher_sees(later, second)
        told.append((before, after))
        fit = learner.sees()
        assert fit is not None
        assert fit.late == (0 if day < 2 else after[0])
        assert fit.short == learner.teacher_sees()
        # What both ask for counts once, and each number is rounded.
        assert max(after) <= fit.short <= sum(after) + 1
        learner.works()
        if day == 1:
            left = learner.never_begun(first)
            assert left > 0
            assert all(abs(number - left) <= NEAR for both in told for number, _ in both)
        elif day > 1:
            assert learner.teacher_sees(soon, first) == learner.never_begun(first) < left
    left = learner.never_begun(second)
    assert left > 0
    assert all(abs(number - left) <= NEAR for both in told for _, number in both)


def test_the_minutes_that_are_told_begin_all_in_time_and_fewer_do_not(study: Study) -> None:
    load_choices(topics=4, each=12)
    takes(60)
    settle(study.user, minutes=10)
    source = assign(study.user, Question.objects.all()[:40], due=evening(3))
    learner = Learner(study, 60, 2)
    study.open()
    fit = learner.sees()
    assert fit is not None
    assert fit.short > 0
    assert fit.minutes is not None
    study.user.study.minutes_a_day = fit.minutes - 5
    change_settings(user=study.user, study=study.user.study, now=study.now)
    fewer = learner.sees()
    assert fewer is not None
    assert fewer.short > 0
    study.user.study.minutes_a_day = fit.minutes
    change_settings(user=study.user, study=study.user.study, now=study.now)
    told_each_day(learner, days=4)
    assert learner.never_begun(source) <= 1


def test_what_is_withdrawn_or_assigned_during_the_day_changes_both_numbers_at_once(study: Study) -> None:
    load_choices(topics=4, each=12)
    takes(60)
    settle(study.user, minutes=10)
    learner = Learner(study, 60, 2)
    bank = list(Question.objects.all())
    first = assign(study.user, bank[:20], due=evening(2))
    study.open()
    alone = learner.teacher_sees(source=first)
    study.later(hours=1)
    second = assign(study.user, bank[20:40], due=evening(1), now=study.now + timedelta(hours=1))
    before = learner.teacher_sees(source=first), learner.teacher_sees(source=second)
    study.later(minutes=1).open()
    after = learner.teacher_sees(source=first), learner.teacher_sees(source=second)
    assert after[0] > alone
    assert after[1] > 0
    assert all(abs(a - b) <= NEAR for a, b in zip(before, after, strict=True))
    fit = learner.sees()
    assert fit is not None
    assert fit.short == sum(after)
    drop_targets(sources=[second])
    fit = learner.sees()
    assert fit is not None
    assert fit.short == learner.teacher_sees() == learner.teacher_sees(source=first)
    assert abs(fit.short - alone) <= NEAR
    assert learner.teacher_sees(source=second) == 0


def test_after_its_day_all_that_was_not_begun_is_told_until_it_is(study: Study) -> None:
    load_choices(topics=2, each=12)
    takes(60)
    settle(study.user, minutes=10)
    learner = Learner(study, 60)
    source = assign(study.user, Question.objects.all()[:20], due=evening(0))
    told_each_day(learner, days=1)
    left = learner.never_begun(source)
    study.now = MONDAY + timedelta(days=1)
    assert learner.teacher_sees(source=source) == left > 0
    study.open()
    study.answer()
    fit = learner.sees()
    assert fit is not None
    assert (fit.short, fit.late, fit.ahead, fit.minutes) == (left - 1, left - 1, 0, None)
    assert learner.teacher_sees(source=source) == left - 1


def test_the_number_of_queries_is_the_same_for_one_learner_and_for_many(study: Study) -> None:
    load_choices(topics=2, each=12)
    takes(60)
    counts = []
    lines = []
    for number in range(12):
        user = make_user(f"member-{number}")
        settle(user, minutes=10)
        assign(user, Question.objects.all(), due=evening(2))
        if number % 3 == 1:
            Study(user).open()
        lines.append(Learner(Study(user), 60).line())
        if number in {1, 11}:
            with CaptureQueriesContext(connection) as captured:
                short = short_of(lines, MONDAY)
            assert all(short.values())
            counts.append(len(captured))
    assert counts[0] == counts[1]


def test_left_out_topics_and_a_limit_change_nothing_of_what_is_assigned(study: Study) -> None:
    load_choices(topics=3, each=16)
    takes(60)
    settle(study.user, minutes=10, new_per_day=1)
    for topic in Topic.objects.filter(slug__in=["topic-1", "topic-2"]):
        TopicChoice.objects.create(user=study.user, topic=topic, choice=TopicChoice.Choice.LEFT_OUT)
    learner = Learner(study, 60, 2)
    source = assign(study.user, Question.objects.exclude(topic__slug="topic-3"), due=evening(2))
    told = told_each_day(learner, days=3)
    left = learner.never_begun(source)
    assert left > 0
    assert all(abs(number - left) <= NEAR for day in told for number in day)


def test_what_a_day_keeps_of_habits_is_what_all_answers_tell(study: Study) -> None:
    load_choices(topics=4, each=25)
    takes(60)
    settle(study.user, minutes=15)
    learner = Learner(study, 80, 2)
    assign(study.user, Question.objects.all()[:60], due=evening(5))
    stranger = make_user("stranger")
    learner.works()
    study.now = MONDAY + timedelta(days=1)
    study.open()
    for turn in range(6):
        study.later(seconds=20)
        review = study.answer(right=turn % 3 != 0)
    # Planned again in the middle of the day, what was answered of it is no part of what came before.
    study.user.study.minutes_a_day = 20
    change_settings(user=study.user, study=study.user.study, now=study.now)
    planned_again = pace_of(study.user)
    assert planned_again != 1.0
    assert study.undo(review)
    for _ in range(3):
        study.answer()
    told = first_tries_of([study.user])[study.user.pk]
    found = habits_of([study.user.pk, stranger.pk])
    assert (found[study.user.pk].right, found[study.user.pk].tries) == (told.right, told.tries)
    assert 0 < told.right < told.tries
    assert found[study.user.pk].pace == pytest.approx(planned_again)
    assert found[stranger.pk] == Habits()
    assert first_try(told.right, told.tries) == told.overall


@pytest.mark.parametrize(("due", "planned", "queries"), [(0, False, 1), (4, True, 2)])
def test_what_is_over_or_planned_takes_no_estimate(
    study: Study, due: int, planned: bool, queries: int
) -> None:
    load_choices(topics=3, each=16)
    takes(60)
    settle(study.user, minutes=10)
    learner = Learner(study, 60, 2)
    bank = list(Question.objects.all())
    other = assign(study.user, bank[:20], due=evening(2))
    source = assign(study.user, bank[10:40], due=evening(due))
    told_each_day(learner, days=1)
    study.now = MONDAY + timedelta(days=1)
    if planned:
        study.open()
    line = learner.line(evening(due), source)
    with CaptureQueriesContext(connection) as captured:
        told = short_of([line], study.now)
    assert len(captured) == queries
    assert told[study.user.pk] > 0
    if not planned:
        assert told[study.user.pk] == learner.never_begun(source)
    else:
        kept = Session.objects.get(user=study.user, study_day=study.now.date()).fit
        assert kept is not None
        by_source = {due["source"]: due["late"] for due in kept["dues"]}
        assert told[study.user.pk] == round(by_source[str(source)])
        assert str(other) in by_source


def test_questions_to_be_asked_again_take_minutes_from_those_to_be_begun(study: Study) -> None:
    load_choices(topics=4, each=25)
    takes(60)
    bank = list(Question.objects.all())
    busy, free = study.user, make_user("stranger")
    for user in (busy, free):
        settle(user, minutes=60)
        assign(user, bank[:60], due=evening(0))
    yesterday = MONDAY.date() - timedelta(days=1)
    Card.objects.bulk_create(
        Card(user=busy, question=question, reps=1, seq=1, stability=1.0, difficulty=5.0, last_day=yesterday,
             due=MONDAY.date(), interval=1)
        for question in bank[60:90]
    )  # fmt: skip

    def short() -> dict[int, int]:
        lines = [Deadline(user.pk, None, user.time_zone, user.rollover_hour, 60) for user in (busy, free)]
        return short_of(lines, MONDAY)

    told = short()
    assert told[busy.pk] >= told[free.pk] + 3
    # What their learner does not want to be asked takes no time.
    Card.objects.update(suspended_at=MONDAY)
    assert short() == {busy.pk: told[free.pk], free.pk: told[free.pk]}
