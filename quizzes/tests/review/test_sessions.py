from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review import planning, queries
from quizzes.review.actions.answers import Recorded
from quizzes.review.actions.plan_preferences import change_settings
from quizzes.review.actions.sessions import open_due_sessions, open_session, study_more
from quizzes.review.actions.settings import settings_of
from quizzes.review.knowledge import day_of
from quizzes.review.models import Card, Item, Review, Session, StudySettings
from quizzes.tests.review.packs import choices, load, load_choices
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def planned(user: User) -> list[Item]:
    latest = queries.latest_session(user)
    return list(
        Item.objects.filter(session=latest).select_related("card__question__topic").order_by("position")
    )


def test_a_first_day_holds_the_new_questions_the_settings_allow(bank: None, study: Study) -> None:
    study.open()
    items = planned(study.user)
    assert len(items) == 10
    assert all(item.is_new for item in items)


def test_new_questions_come_from_the_first_topics_in_turn_and_easy_ones_first(
    bank: None, study: Study
) -> None:
    study.open()
    questions = [item.card.question for item in planned(study.user)]
    assert {question.topic.slug for question in questions} == {"topic-1", "topic-2", "topic-3"}
    assert all(one.topic_id != other.topic_id for one, other in pairwise(questions))
    levels = [question.level for question in questions if question.topic.slug == "topic-1"]
    assert max(levels) == 2
    left_out = Question.objects.filter(topic__slug="topic-1").exclude(pk__in=[q.pk for q in questions])
    assert all(question.level >= 2 for question in left_out)


def test_opening_twice_plans_once(bank: None, study: Study) -> None:
    study.open()
    before = [item.pk for item in planned(study.user)]
    StudySettings.objects.update(new_per_day=50)
    study.later(hours=5).open()
    assert [item.pk for item in planned(study.user)] == before
    assert Session.objects.count() == 1


def test_a_session_says_when_it_was_opened_and_that_what_others_ask_was_looked_at_then(
    bank: None, study: Study
) -> None:
    study.open()
    study.later(hours=1).open()
    session = Session.objects.get()
    assert (session.opened_at, session.aimed_at) == (MONDAY, MONDAY)


def test_a_day_that_nobody_opened_holds_nothing_and_is_not_saved(bank: None, study: Study) -> None:
    today = MONDAY.date()

    def is_open() -> bool:
        session = day_of(study.user, today)
        assert (session.study_day, session.user) == (today, study.user)
        assert session.pk is None or session.items.exists()
        return session.pk is not None

    assert not is_open()
    study.later(days=-1).open()
    assert not is_open()
    study.later(days=1).open()
    assert is_open()
    # A journey west begins an earlier date again: the day that is open goes on.
    assert day_of(study.user, today - timedelta(days=1)).study_day == today


def test_what_is_due_is_planned_with_as_much_new_as_is_allowed(bank: None, study: Study) -> None:
    study.answer_all()
    StudySettings.objects.update(new_per_day=2)
    study.later(days=40).open()
    items = planned(study.user)
    assert sum(not item.is_new for item in items) == 10
    assert sum(item.is_new for item in items) == 2


def test_a_backlog_that_fills_the_day_lets_nothing_new_in(bank: None, study: Study) -> None:
    study.answer_all()
    Card.objects.update(due=study.now.date())
    # At a pace of five seconds a question there is room for more.
    study.later(days=1).open()
    assert any(item.is_new for item in planned(study.user))
    # At one of eighty seconds, not for all that is due.
    for place, review in enumerate(study.user.reviews.order_by("answered_at")):
        Review.objects.filter(pk=review.pk).update(answered_at=MONDAY + timedelta(seconds=80 * place))
    StudySettings.objects.update(minutes_a_day=10)
    study.later(days=1).open()
    items = planned(study.user)
    assert 0 < len(items) < 10
    assert not any(item.is_new for item in items)


def test_a_new_card_that_was_not_answered_is_new_again_the_next_day(bank: None, study: Study) -> None:
    study.open()
    cards = {item.card_id for item in planned(study.user)}
    study.later(days=1).open()
    assert {item.card_id for item in planned(study.user) if item.is_new} == cards


def test_questions_that_cover_one_claim_do_not_meet_on_one_day(study: Study) -> None:
    load_choices(topics=1, each=6, covers="Q01.d1")
    study.open()
    assert len(planned(study.user)) == 1


def test_of_two_due_questions_on_one_claim_the_longer_overdue_is_asked_first(study: Study) -> None:
    load_choices(topics=1, each=2, covers="Q01.d1")
    first = study.answer().card_id
    study.later(days=1)
    second = study.answer().card_id
    Card.objects.filter(pk=first).update(due=MONDAY.date() + timedelta(days=5))
    Card.objects.filter(pk=second).update(due=MONDAY.date() + timedelta(days=6))
    study.later(days=9).open()
    assert [item.card_id for item in planned(study.user)] == [first]
    study.answer_all()
    study.later(days=1).open()
    assert [item.card_id for item in planned(study.user)] == [second]


def test_nothing_new_is_introduced_on_a_claim_that_is_due(study: Study) -> None:
    load_choices(topics=1, each=2, covers="Q01.d1")
    first = study.answer()
    study.now = MONDAY + (first.due_after - first.study_day)
    study.open()
    assert [item.card_id for item in planned(study.user)] == [first.card_id]


def test_a_retired_question_is_neither_planned_nor_asked(bank: None, study: Study) -> None:
    study.open()
    first = planned(study.user)[0]
    Question.objects.filter(pk=first.card.question_id).update(retired_at=study.now)
    item = study.next()
    assert item is not None
    assert item.card_id != first.card_id
    assert queries.progress(study.user, study.now).planned == 9
    study.later(days=1).open()
    assert first.card_id not in {item.card_id for item in planned(study.user)}


def test_travelling_west_neither_repeats_a_day_nor_takes_one_away(bank: None, study: Study) -> None:
    study.user.time_zone = "Pacific/Auckland"
    study.now = datetime(2026, 3, 2, 18, tzinfo=UTC)  # Tuesday morning in Auckland
    study.open()
    study.user.time_zone = "America/Los_Angeles"  # still Monday there
    study.later(hours=1).open()
    assert [session.study_day for session in Session.objects.all()] == [date(2026, 3, 3)]
    study.later(days=1).open()
    assert Session.objects.count() == 1  # Tuesday at last
    study.later(days=1).open()
    assert Session.objects.order_by("-study_day").values_list("study_day", flat=True)[0] == date(2026, 3, 4)


def test_an_answer_after_midnight_belongs_to_the_evening_before(bank: None, study: Study) -> None:
    study.now = datetime(2026, 3, 3, 2, tzinfo=UTC)
    assert study.answer().study_day == date(2026, 3, 2)


def test_a_question_shown_before_the_day_began_is_answered_in_the_new_day(bank: None, study: Study) -> None:
    study.now = datetime(2026, 3, 3, 3, 59, tzinfo=UTC)
    shown = study.show()
    study.later(minutes=5)
    outcome = study.send(shown)
    assert isinstance(outcome, Recorded)
    assert outcome.review.study_day == date(2026, 3, 3)
    assert outcome.item.session.study_day == date(2026, 3, 3)
    assert outcome.item.done_at == study.now


def test_ten_minutes_more_can_be_asked_for_once_the_day_is_done(study: Study) -> None:
    load_choices(topics=4, each=12)
    study.answer_all()
    added = study_more(user=study.user, now=study.now, planned=10)
    assert added == queries.progress(study.user, study.now).left > 0
    session = queries.latest_session(study.user)
    assert session is not None
    assert 480 < planning.seconds_left({study.user: session})[study.user.pk] <= 600


def test_asking_for_more_twice_with_one_button_adds_once(bank: None, study: Study) -> None:
    study.open()
    added = study_more(user=study.user, now=study.now, planned=10)
    assert added == 5  # of 75 seconds each, half of them missed and asked once more
    assert study_more(user=study.user, now=study.now, planned=10) == 0
    assert queries.progress(study.user, study.now).planned == 15


def test_asked_for_more_we_rather_ask_about_a_claim_again_than_refuse(study: Study) -> None:
    load_choices(topics=1, each=3, covers="Q01.d1")
    study.answer_all()
    assert study_more(user=study.user, now=study.now, planned=1) == 2


def test_ten_minutes_more_ask_what_is_due_before_they_begin_anything(study: Study) -> None:
    load(choices(topic="one-claim", number=9, many=3, covers="Q01.d1"))
    study.answer_all()
    study_more(user=study.user, now=study.now, planned=1)
    study.answer_all()
    met = set(Card.objects.values_list("question", flat=True))
    assert len(met) == 3
    load_choices(topics=4, each=12)
    study.user.study.minutes_a_day = 5
    study.user.study.save()
    study.later(days=60)
    study.open()
    session = queries.latest_session(study.user)
    assert session is not None
    today = set(session.items.values_list("card__question", flat=True))
    assert len(today & met) == 1  # the others ask the same
    study_more(user=study.user, now=study.now, planned=len(today))
    assert met <= set(session.items.values_list("card__question", flat=True))


def test_opening_a_day_takes_as_many_queries_for_three_cards_as_for_a_hundred(learner: User) -> None:
    load_choices(topics=10, each=40)
    counts = []
    for number, cards in enumerate((3, 100)):
        user = User.objects.create_user(f"many{number}@example.org", None)
        StudySettings.objects.create(user=user, new_per_day=10, minutes_a_day=240, next_day_at=MONDAY)
        due = Question.objects.all()[:cards]
        Card.objects.bulk_create(
            Card(
                user=user,
                question=question,
                reps=1,
                seq=1,
                stability=3.0,
                difficulty=5.0,
                last_day=date(2026, 2, 1),
                due=date(2026, 2, 4),
                interval=3,
            )
            for question in due
        )
        with CaptureQueriesContext(connection) as captured:
            open_session(user=user, now=MONDAY)
        # SQLite takes so many values in one statement and no more: places are written in batches of 166.
        counts.append(sum('INTO "quizzes_item"' not in query["sql"] for query in captured))
        assert sum(not item.is_new for item in planned(user)) == cards
    assert counts[0] == counts[1]


# --- the clock ------------------------------------------------------------------------------------------------


def test_the_clock_opens_the_day_of_everyone_whose_day_has_begun(
    bank: None, study: Study, stranger: User
) -> None:
    User.objects.update(joined_at=MONDAY)
    study.open()
    open_session(user=stranger, now=MONDAY)
    tomorrow = MONDAY + timedelta(days=1)
    assert open_due_sessions(now=tomorrow, limit=100) == 2
    assert open_due_sessions(now=tomorrow, limit=100) == 0
    assert Session.objects.filter(study_day=date(2026, 3, 3)).count() == 2


def test_the_clock_leaves_those_alone_whose_day_has_not_begun(bank: None, study: Study) -> None:
    study.open()
    assert open_due_sessions(now=MONDAY + timedelta(hours=12), limit=100) == 0


def test_the_clock_takes_no_more_than_its_limit_and_the_longest_owed_first(
    bank: None, study: Study, stranger: User
) -> None:
    User.objects.update(joined_at=MONDAY)
    stranger.time_zone = "Pacific/Auckland"
    stranger.save()
    study.open()
    open_session(user=stranger, now=MONDAY)
    tomorrow = MONDAY + timedelta(days=1)
    assert open_due_sessions(now=tomorrow, limit=1) == 1
    assert Session.objects.filter(user=stranger).count() == 2
    assert Session.objects.filter(user=study.user).count() == 1


def test_one_learners_fault_does_not_stop_the_clock(bank: None, study: Study, stranger: User) -> None:
    User.objects.update(joined_at=MONDAY)
    study.open()
    open_session(user=stranger, now=MONDAY)
    study.answer()
    # The learner, first in the row, has a question due that nobody can plan.
    Card.objects.filter(pk=study.answered[0].card_id).update(due=MONDAY.date(), last_day=None)
    StudySettings.objects.filter(user=study.user).update(next_day_at=MONDAY)
    tomorrow = MONDAY + timedelta(days=1)
    assert open_due_sessions(now=tomorrow, limit=100) == 1
    assert Session.objects.filter(user=stranger).count() == 2


def test_the_clock_plans_nothing_for_those_who_stay_away_but_their_page_does(
    bank: None, study: Study
) -> None:
    User.objects.update(joined_at=MONDAY)
    study.answer()
    away = MONDAY + timedelta(days=30)
    assert open_due_sessions(now=away, limit=100) == 0
    assert Session.objects.count() == 1
    assert not StudySettings.objects.filter(next_day_at__lte=away).exists()
    study.now = away
    assert study.next() is not None


@pytest.mark.parametrize(("hours", "opened"), [(0, 1), (1, 0)])
def test_the_clock_plans_for_a_fortnight_after_the_last_answer(
    bank: None, study: Study, hours: int, opened: int
) -> None:
    User.objects.update(joined_at=MONDAY - timedelta(days=60))
    answered = study.answer()
    last = answered.answered_at + timedelta(days=14)
    assert open_due_sessions(now=last + timedelta(hours=hours), limit=100) == opened


@pytest.mark.parametrize(("hours", "opened"), [(0, 1), (1, 0)])
def test_the_clock_plans_for_a_fortnight_after_joining(
    bank: None, study: Study, hours: int, opened: int
) -> None:
    study.open()
    User.objects.update(joined_at=MONDAY)
    last = MONDAY + timedelta(days=14)
    assert open_due_sessions(now=last + timedelta(hours=hours), limit=100) == opened


def test_a_new_zone_moves_the_moment_the_next_day_begins(bank: None, study: Study) -> None:
    study.open()
    settings = settings_of(user=study.user, now=study.now)
    assert settings.next_day_at == datetime(2026, 3, 3, 4, tzinfo=UTC)
    study.user.time_zone, study.user.rollover_hour = "Asia/Tokyo", 5
    change_settings(user=study.user, study=settings, now=study.now)
    settings.refresh_from_db()
    assert settings.next_day_at == datetime(2026, 3, 2, 20, tzinfo=UTC)


def test_settings_are_made_once(study: Study) -> None:
    first = settings_of(user=study.user, now=study.now)
    assert settings_of(user=study.user, now=study.now) == first
    assert StudySettings.objects.count() == 1
