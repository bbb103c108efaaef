"""Who will be ready: the page, what it keeps, and what it may show."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes import tasks
from quizzes.analytics import actions, backtest, readiness_page, snapshots
from quizzes.analytics.class_data import learners_with_memories, tasks_in
from quizzes.analytics.models import Forecast, Scope, Snapshot
from quizzes.analytics.readiness_model import estimate
from quizzes.bank.models import Question, Version
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignment, AssignmentItem
from quizzes.review.models import Card, Review
from quizzes.scheduling.forecast import Strength, known
from quizzes.statistics.intervals import wilson
from quizzes.templatetags.numbers import percent
from quizzes.tests.analytics.crowds import crowd
from quizzes.tests.analytics.working import work
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.plans import words


def names(teaching: Teaching) -> list[str]:
    taken = actions.readiness(
        classroom=teaching.classroom, scope=Scope.of(teaching.classroom), now=teaching.now
    )
    return [one.name for one in readiness_page.learner_rows(teaching.classroom, taken.content)]


def studied(teaching: Teaching, user: User, *, days: int = 3) -> None:
    study = teaching.studies(user)
    for _ in range(days):
        study.answer_all()
        study.later(days=1)


def page(teaching: Teaching, address: str = "") -> str:
    with time_machine.travel(teaching.now, tick=False):
        answer = browser(teaching.owner).get(at("ready", teaching.classroom.public_id) + address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_is_missing_before_there_is_anything(teaching: Teaching) -> None:
    assert "No learners yet" in page(teaching)


def test_who_needs_help_comes_first_with_the_reason(teaching: Teaching) -> None:
    ann, bob = account("ann"), account("bob")
    teaching.take_in(ann)
    teaching.take_in(bob)
    teaching.assign(teaching.set_of(6), days=20)
    studied(teaching, ann)
    teaching.later(days=4)
    assert names(teaching) == ["bob@example.org", "ann@example.org"]
    html = page(teaching)
    assert "Has not begun." in html
    assert html.index("bob@example.org") < html.index("ann@example.org")


def test_an_assignment_has_its_own_page_and_another_classs_is_not_found(teaching: Teaching) -> None:
    teaching.take_in(account("ann"))
    given = teaching.assign(teaching.set_of(4), days=9)
    assert "0 of 4" in page(teaching, f"?assignment={given.public_id}")
    answer = browser(teaching.owner).get(at("ready", teaching.classroom.public_id) + "?assignment=nothing")
    assert answer.status_code == 404


def test_only_assigned_questions_are_looked_at(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(2), days=9)
    studied(teaching, ann)
    (learner,) = learners_with_memories(teaching.classroom, teaching.now + timedelta(days=3))
    slugs = set(Question.objects.filter(pk__in=learner.held).values_list("slug", flat=True))
    assert slugs == {"topic-1-1", "topic-1-2"}
    assert set(learner.firsts) == set(learner.held)


def test_the_log_and_the_cards_give_the_same_readiness(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(8), days=30)
    studied(teaching, ann, days=6)
    teaching.later(days=6)
    by_scope = tasks_in(teaching.classroom, teaching.now)
    from_cards, from_log = (
        [
            estimate(one, of[one.membership])
            for of in by_scope.values()
            for one in learners_with_memories(teaching.classroom, teaching.now, from_log=log)
        ]
        for log in (False, True)
    )
    assert from_cards[0].seen > 0
    assert from_log == from_cards


def test_who_left_is_gone_at_once_though_rows_were_kept(teaching: Teaching) -> None:
    place = teaching.take_in(account("ann"))
    teaching.take_in(account("bob"))
    teaching.assign(teaching.set_of(4))
    assert len(names(teaching)) == 2
    taken = snapshots.last(snapshots.READINESS, teaching.classroom, Scope.of(teaching.classroom))
    assert taken is not None
    classes.remove_member(place=place, actor=teaching.owner, now=teaching.now)
    assert [one.name for one in readiness_page.learner_rows(teaching.classroom, taken.content)] == [
        "bob@example.org"
    ]
    assert names(teaching) == ["bob@example.org"]


def test_kept_numbers_stand_until_roster_answers_or_day_change(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    given = teaching.assign(teaching.set_of(4), days=20)

    def computed() -> bool:
        taken = actions.readiness(classroom=teaching.classroom, scope=Scope.of(given), now=teaching.now)
        return taken.taken_at == teaching.now

    assert computed()
    teaching.later(hours=1)
    assert not computed()
    work(teaching.studies(ann))
    teaching.later(minutes=20)
    assert computed()
    teaching.later(minutes=1)
    teaching.take_in(account("bob"))
    assert computed()
    teaching.later(hours=13)
    assert computed()


def test_the_page_needs_no_job_and_the_button_computes_again(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(4), days=20)
    assert "0 of 4" in page(teaching)
    study = teaching.studies(ann)
    for _ in range(4):
        work(study)
    assert "0 of 4" in page(teaching)
    with time_machine.travel(teaching.now + timedelta(minutes=2), tick=False):
        client = browser(teaching.owner)
        answer = client.post(at("ready", teaching.classroom.public_id))
        assert answer.status_code == 303
    assert "4 of 4" in page(teaching)


def test_means_of_fewer_than_five_are_not_shown(teaching: Teaching) -> None:
    for name in ("ann", "bob", "cyd", "dan"):
        teaching.take_in(account(name))
    teaching.assign(teaching.set_of(4))
    assert "Averages of fewer than 5 learners are not shown." in page(teaching)
    teaching.take_in(account("eve"))
    assert "known now, on average" in page(teaching)


def test_a_group_too_small_has_no_row_of_all_in_the_heat_map(teaching: Teaching) -> None:
    places = [teaching.take_in(account(f"learner{number}")) for number in range(6)]
    small = teaching.group("Small", *places[:2])
    teaching.assign(teaching.set_of(4))
    taken = actions.readiness(
        classroom=teaching.classroom, scope=Scope.of(teaching.classroom), now=teaching.now
    )
    for group, expected in ((None, True), (small.public_id, False)):
        rows = readiness_page.learner_rows(teaching.classroom, taken.content, group=group)
        drawn = readiness_page.topic_grid(rows, rows)
        assert drawn is not None
        assert (drawn.rows[0].cells[0].share is not None) is expected


def test_forecasts_are_written_once_a_day_and_held_against_what_answers_showed(teaching: Teaching) -> None:
    users = [account(f"learner{number}") for number in range(5)]
    for user in users:
        teaching.take_in(user)
    given = teaching.assign(teaching.set_of(8), days=8)
    assert actions.record_forecasts(classroom=teaching.classroom, now=teaching.now) == 10
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now + timedelta(hours=2))
    assert Forecast.objects.count() == 10
    for place, user in enumerate(users):
        study = teaching.studies(user)
        study.answer_all()
        # What was known at once comes back after about eight days; the first two then miss or guess it all.
        study.later(days=9)
        for item in study.places():
            if item.misses:
                study.answer(item)
            else:
                study.answer(item, right=place != 0, confidence="guess" if place == 1 else "sure")
    teaching.later(days=12)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now)
    assert not backtest.forecast_records(teaching.classroom, Scope.of(given))
    teaching.later(days=1)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now)
    (row,) = backtest.forecast_records(teaching.classroom, Scope.of(given))
    near = Review.objects.filter(
        card__question__assignment_items__assignment=given,
        study_day__range=(row.for_day - timedelta(days=3), row.for_day + timedelta(days=3)),
        first_of_day=True,
    )
    known = [review for review in near if review.passed and review.confidence != "guess"]
    assert (row.learners, row.answers, row.known) == (5, near.count(), len(known))
    assert row.share is not None
    assert row.share == pytest.approx(0.6, abs=0.1)
    # Whole learners differ: 40 answers of five people tell less than 40 of 40 people.
    single = wilson(row.known, row.answers)
    assert row.interval.low < single.low < row.share < single.high < row.interval.high
    html = page(teaching)
    assert "what answers showed" in html
    assert f"{percent(row.share)} <span" in html


def test_what_came_is_never_the_models_own_estimate(teaching: Teaching) -> None:
    """Nobody answers near the day: nothing is known of what came, whatever the model says by then."""
    for number in range(5):
        user = account(f"learner{number}")
        teaching.take_in(user)
    given = teaching.assign(teaching.set_of(6), days=20)
    for user in User.objects.filter(memberships__role="learner"):
        studied(teaching, user, days=1)
    teaching.later(days=1)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now)
    teaching.later(days=30)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now)
    (row,) = backtest.forecast_records(teaching.classroom, Scope.of(given))
    assert (row.answers, row.share) == (0, None)
    assert "not enough answers" in page(teaching)


def test_what_came_is_counted_however_late_and_dropped_with_the_learner(teaching: Teaching) -> None:
    left, stayed = teaching.take_in(account("ann")), teaching.take_in(account("bob"))
    teaching.assign(teaching.set_of(6), days=5)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now)
    classes.remove_member(place=left, actor=teaching.owner, now=teaching.now)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now + timedelta(days=400))
    assert set(Forecast.objects.values_list("membership", "answered", "known")) == {(stayed.pk, 0, 0)}


def test_the_clock_records_forecasts_once_a_day_and_looks_back_when_the_days_near_are_over(
    teaching: Teaching,
) -> None:
    teaching.take_in(account("ann"))
    teaching.assign(teaching.set_of(6), days=5)
    done = []
    for _ in range(12):
        done.append([actions.record_due_forecasts(now=teaching.now, limit=10) for _ in range(2)])
        teaching.later(days=1)
    # On the last days nothing is ahead any more; it is looked back when three days after the due day are over.
    assert done == [[1, 0]] * 3 + [[0, 0]] * 7 + [[1, 0], [0, 0]]
    assert set(Forecast.objects.values_list("answered", flat=True)) == {0}


def test_the_clock_refreshes_classes_with_news_and_only_those(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(4), days=20)
    assert actions.refresh_due_snapshots(now=teaching.now, limit=10) == 1
    assert actions.refresh_due_snapshots(now=teaching.now, limit=10) == 0
    teaching.later(minutes=5)
    work(teaching.studies(ann))
    teaching.later(minutes=5)
    assert actions.refresh_due_snapshots(now=teaching.now, limit=10) == 1
    assert actions.refresh_due_snapshots(now=teaching.now, limit=10) == 0
    teaching.later(hours=13)
    assert actions.refresh_due_snapshots(now=teaching.now, limit=10) == 1


def test_the_doors_of_the_clock_may_run_again_and_again(teaching: Teaching) -> None:
    teaching.take_in(account("ann"))
    teaching.assign(teaching.set_of(4), days=20)
    with time_machine.travel(teaching.now, tick=False):
        for _ in range(2):
            tasks.refresh_snapshots()
            tasks.record_forecasts()
    assert Snapshot.objects.count() == 4
    assert Forecast.objects.count() == 2


def queries_of(teaching: Teaching, name: str, *, kept: bool) -> int:
    client = browser(teaching.owner)
    with time_machine.travel(teaching.now, tick=False):
        Snapshot.objects.all().delete()
        if kept:
            actions.refresh_snapshots(classroom=teaching.classroom, now=teaching.now)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at(name, teaching.classroom.public_id)).status_code == 200
    # Rows are written in batches; what is read and in how many statements must not grow.
    return sum(query["sql"].startswith(("SELECT", "DELETE", "UPDATE")) for query in captured)


def of_all_pages(teaching: Teaching) -> dict[str, list[int]]:
    """Queries of each page about the class, where its numbers were kept and where they are worked out anew."""
    return {
        how: [queries_of(teaching, name, kept=how == "kept") for name in ("ready", "items", "gradebook")]
        for how in ("kept", "worked out")
    }


@pytest.mark.parametrize("most", [80, pytest.param(400, marks=pytest.mark.thorough)])
def test_queries_do_not_grow_from_40_learners_on(teaching: Teaching, most: int) -> None:
    given = teaching.assign(teaching.set_of(4), days=20)
    questions = list(Question.objects.filter(assignment_items__assignment=given))
    counts = []
    for many in (40, most - 40):
        crowd(teaching.classroom, [given], questions, many=many, now=teaching.now, days=10, reviews_each=2)
        counts.append(of_all_pages(teaching))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("most", [200, pytest.param(5000, marks=pytest.mark.thorough)])
def test_queries_do_not_grow_from_50_questions_on(teaching: Teaching, most: int) -> None:
    given = teaching.assign(teaching.set_of(12), days=20)
    counts = []
    for many in (38, most - 50):
        ask_more(given, many=many)
        Card.objects.all().delete()
        questions = list(Question.objects.filter(assignment_items__assignment=given))
        crowd(teaching.classroom, [given], questions, many=2, now=teaching.now, days=10, reviews_each=1)
        counts.append(of_all_pages(teaching))
    assert counts[0] == counts[1]


def ask_more(given: Assignment, *, many: int) -> None:
    """Assign so many more questions, copies of one that is assigned."""
    one = Question.objects.select_related("current").filter(assignment_items__assignment=given)[0]
    assert one.current is not None
    start = Question.objects.count()
    made = Question.objects.bulk_create(
        Question(pack=one.pack, topic=one.topic, slug=f"copy-{start + place}", kind=one.kind, position=place)
        for place in range(many)
    )
    versions = Version.objects.bulk_create(
        Version(
            question=question,
            number=1,
            spec=one.current.spec,
            spec_hash=question.slug,
            change=Version.Change.FIRST,
            source_line=1,
            created_at=one.current.created_at,
        )
        for question in made
    )
    for question, version in zip(made, versions, strict=True):
        question.current = version
    Question.objects.bulk_update(made, ["current"], batch_size=500)
    AssignmentItem.objects.bulk_create(
        AssignmentItem(assignment=given, question=question, position=start + place)
        for place, question in enumerate(made)
    )


def test_the_page_says_what_its_ranges_allow_for_and_they_do(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(6), days=20)
    said = words(page(teaching))
    assert "They allow for chance in the answers to come and in those by which the learner is known" in said
    assert "for memories that differ from the model as those of this class do" in said
    # Beyond chance: of people who differ from the model more, the same answers tell a wider range.
    recalled = [0.6] * 200
    widths = []
    for scale in (0.0, 1.0, 2.0):
        one = known(recalled, [], Strength(0.0, 0.1, scale)).interval(0.8)
        widths.append(one.high - one.low)
    assert widths[0] < widths[1] < widths[2]
