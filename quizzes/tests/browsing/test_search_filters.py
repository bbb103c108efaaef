"""Filters, paging and counts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing import actions, search
from quizzes.browsing.search import SearchFilters
from quizzes.reports.actions import report_question
from quizzes.reports.models import QuestionReport
from quizzes.tests.review.packs import ALL_KINDS, choices, load, load_choices
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    load_choices(topics=3, each=20)
    return Study(User.objects.create_user("ann@example.org"))


def found(study: Study, wanted: SearchFilters = SearchFilters()) -> list[str]:  # noqa: B008 -- it cannot be changed
    """The ids of all questions that are wanted, page by page."""
    ids: list[str] = []
    after: UUID | None = None
    while True:
        page = search.find(study.user, wanted, study.now, after=after)
        assert page.count == search.find(study.user, wanted, study.now).count
        ids += [str(question.public_id) for question in page.questions]
        after = page.after
        if after is None:
            assert len(ids) == page.count
            return ids


def ids(**filters: object) -> list[str]:
    questions = Question.objects.filter(**filters).order_by("topic_id", "position", "pk")
    return [str(public_id) for public_id in questions.values_list("public_id", flat=True)]


def test_every_question_is_on_one_page_in_order(study: Study) -> None:
    assert found(study) == ids()


@pytest.mark.parametrize(
    ("wanted", "filters"),
    [
        (SearchFilters(topic="topic-2"), {"topic__slug": "topic-2"}),
        (SearchFilters(level="2"), {"level": 2}),
        (SearchFilters(kind="choice", level="3", topic="topic-1"), {"level": 3, "topic__slug": "topic-1"}),
        (SearchFilters(skill="debug"), {"skill": "debug"}),
        (SearchFilters(mine="new"), {}),
    ],
)
def test_filters_narrow_what_is_found(
    study: Study, wanted: SearchFilters, filters: dict[str, object]
) -> None:
    assert found(study, wanted) == ids(**filters)


def test_words_and_filters_go_together_and_pages_cross_from_prompts_to_the_rest(study: Study) -> None:
    load(
        choices(topic="others", number=9, many=30)
        .replace("## Question", "## It")
        .replace("Because", "Question")
    )
    assert sorted(found(study, SearchFilters(q="question"))) == sorted(ids())
    assert found(study, SearchFilters(q="question"))[:60] == ids(topic__slug__startswith="topic")
    assert sorted(found(study, SearchFilters(q="question", level="1"))) == sorted(ids(level=1))


def test_prompts_that_hold_the_words_come_first(study: Study) -> None:
    load(ALL_KINDS, name="kinds.md")
    first = search.find(study.user, SearchFilters(q="gradients"), study.now).questions
    held = ["gradients" in question.prompt for question in first]
    assert held == sorted(held, reverse=True)
    assert set(held) == {True, False}, "the search has to find both sorts for their order to mean something"


def test_what_a_question_is_to_the_learner_can_be_asked_for(study: Study) -> None:
    missed = study.answer(right=False)
    right = study.answer()
    study.later(days=2)
    noted, suspended = list(Question.objects.order_by("-pk")[:2])
    actions.write_note(user=study.user, question=noted, text="Mind this.", now=study.now)
    actions.suspend(user=study.user, question=suspended, now=study.now)
    report_question(review=right, kind=QuestionReport.Kind.UNCLEAR, text="Which layer?", now=study.now)

    def one(mine: str) -> set[str]:
        return set(found(study, SearchFilters(mine=mine)))

    asked = {str(review.card.question.public_id) for review in (missed, right)}
    assert one("missed") == {str(missed.card.question.public_id)}
    assert one("noted") == {str(noted.public_id)}
    assert one("suspended") == {str(suspended.public_id)}
    assert one("reported") == {str(right.card.question.public_id)}
    # What is suspended is in no total.
    assert one("new") == set(ids()) - asked - {str(suspended.public_id)}
    assert one("due") <= asked
    study.later(days=60)
    assert one("due") == asked
    assert one("missed") == set()


def test_anothers_answers_notes_and_suspensions_change_nothing(study: Study) -> None:
    other = Study(User.objects.create_user("bob@example.org"))
    report_question(review=other.answer(right=False), kind=QuestionReport.Kind.TYPO, text="", now=other.now)
    question = Question.objects.all()[0]
    actions.write_note(user=other.user, question=question, text="Mine.", now=other.now)
    actions.suspend(user=other.user, question=question, now=other.now)
    study.later(days=2)
    for mine in search.MINE.keys() - {"new"}:
        assert found(study, SearchFilters(mine=mine)) == []
    row = search.find(study.user, SearchFilters(), study.now).questions[0]
    assert (row.recall, row.noted, row.suspended) == (None, False, False)


def test_a_page_behind_a_question_that_is_not_there_is_the_first(study: Study) -> None:
    page = search.find(study.user, SearchFilters(), study.now, after=uuid4())
    assert page.questions[0] == search.find(study.user, SearchFilters(), study.now).questions[0]


def test_a_draw_is_mixed_repeats_itself_by_its_seed_and_leaves_suspended_ones_out(study: Study) -> None:
    suspended = Question.objects.all()[0]
    actions.suspend(user=study.user, question=suspended, now=study.now)
    one, again, other = (
        search.draw(study.user, SearchFilters(), study.now, many=60, seed=seed) for seed in ("a", "a", "b")
    )
    assert one == again != other
    many = Question.objects.count()
    assert many > 20
    page = search.find(study.user, SearchFilters(), study.now)
    assert (page.count, page.to_practise) == (many, 20)
    page = search.find(study.user, SearchFilters(topic=suspended.topic.slug), study.now)
    assert page.to_practise == page.count - 1
    assert search.find(study.user, SearchFilters(mine="suspended"), study.now).to_practise == 1
    assert set(one) == set(Question.objects.exclude(pk=suspended.pk).values_list("pk", flat=True))
    only = search.draw(study.user, SearchFilters(mine="suspended"), study.now, many=5, seed="a")
    assert only == [suspended.pk]
    assert search.draw(study.user, SearchFilters(q="the"), study.now, many=5, seed="a") == []


def test_the_number_of_queries_does_not_grow(study: Study) -> None:
    def queries() -> list[int]:
        counts = []
        for wanted in (SearchFilters(), SearchFilters(q="question"), SearchFilters(q="topic", mine="new")):
            with CaptureQueriesContext(connection) as captured:
                search.find(study.user, wanted, study.now)
            counts.append(len(captured))
        return counts

    few = queries()
    for _ in range(3):
        study.answer_all()
        study.later(days=1)
    load_choices(topics=6, each=20)
    assert queries() == few


def test_more_than_anyone_counts_is_said_to_be_more(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    assert search.find(study.user, SearchFilters(), study.now).many == "60 questions"
    monkeypatch.setattr(search, "MOST_COUNTED", 50)
    assert search.find(study.user, SearchFilters(), study.now).many == "More than 50 questions"


def test_a_card_due_tomorrow_is_due_when_the_learners_own_day_has_begun(study: Study) -> None:
    review = study.answer(right=False)
    card = review.card
    card.refresh_from_db()
    assert card.due is not None
    wanted = SearchFilters(mine="due")
    study.now = study.now.replace(hour=3, minute=59) + timedelta(days=(card.due - study.now.date()).days)
    assert found(study, wanted) == []
    study.later(minutes=2)
    assert found(study, wanted) == [str(card.question.public_id)]
