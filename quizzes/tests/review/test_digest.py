from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.review import queries, summaries
from quizzes.review.digest import DailyDigest, WeeklyDigest, current_days, daily_digests, weekly_digest
from quizzes.review.models import Card, Item, Review, StudySettings
from quizzes.tests.review.conftest import make_user
from quizzes.tests.review.studying import MONDAY, Study


def standing(study: Study) -> DailyDigest | None:
    days = current_days([study.user], study.now)
    return daily_digests([study.user], days, study.now).get(study.user.pk)


def live(study: Study, days: str, confidence: str = "unsure") -> None:
    """One study day for each letter: a all answered, s some, o opened only, n not even opened."""
    for day in days:
        if day == "a":
            study.answer_all(confidence=confidence)
        elif day == "s":
            study.answer()
        elif day == "o":
            study.open()
        study.now = (study.now + timedelta(days=1)).replace(hour=9, minute=0, second=0)


def streak(study: Study) -> int:
    study.open()
    found = standing(study)
    assert found
    return found.streak


def test_it_says_what_the_learners_own_pages_say(study: Study, bank: None) -> None:
    live(study, "aa")
    study.open()
    study.answer(right=False)
    session = study.user.sessions.latest("study_day")
    left, ahead = summaries.left_of(study.user, session), summaries.ahead_of(study.user, session, study.now)
    found = standing(study)
    assert found
    assert (found.day, found.questions, found.minutes) == (session.study_day, left.questions, left.minutes)
    assert (found.tomorrow, found.this_week) == (ahead.tomorrow, ahead.cards)
    assert sum(count for _, count in found.topics) == left.questions
    assert [count for _, count in found.topics] == sorted((n for _, n in found.topics), reverse=True)


def test_what_the_minutes_of_today_left_over_is_due_tomorrow(study: Study, bank: None) -> None:
    live(study, "aa")
    StudySettings.objects.update(minutes_a_day=5)
    study.later(days=30).open()
    session = study.user.sessions.latest("study_day")
    due = Card.objects.filter(due__lte=session.study_day)
    asked = Item.objects.filter(session=session, is_new=False).count()
    assert due.count() > asked > 0
    later = Card.objects.filter(due=session.study_day + timedelta(days=1)).count()
    found = standing(study)
    assert found
    assert found.tomorrow == due.count() - asked + later
    ahead = summaries.ahead_of(study.user, session, study.now)
    assert (found.tomorrow, found.this_week) == (ahead.tomorrow, ahead.cards)
    assert ahead.first == session.study_day + timedelta(days=1)


def test_a_suspended_card_does_not_come_back(study: Study, bank: None) -> None:
    live(study, "a", confidence="sure")
    study.open()
    before = standing(study)
    assert before
    soon = study.user.cards.filter(due__gt=before.day, due__lte=before.day + timedelta(days=7))
    assert before.this_week == soon.count() > 1
    one = soon.order_by("due")[0]
    one.suspended_at = study.now
    one.save()
    after = standing(study)
    assert after
    assert after.this_week == before.this_week - 1


def test_it_is_silent_about_a_day_nobody_has_opened(study: Study, bank: None) -> None:
    assert standing(study) is None


def test_a_streak_is_the_planned_days_before_today_kept_in_a_row(study: Study, bank: None) -> None:
    live(study, "aaa")
    assert streak(study) == 3


def test_a_day_left_half_done_breaks_the_streak(study: Study, bank: None) -> None:
    live(study, "aasa")
    assert streak(study) == 1


def test_a_day_nobody_opened_breaks_the_streak(study: Study, bank: None) -> None:
    live(study, "ana")
    assert streak(study) == 1


def test_a_day_with_nothing_planned_is_kept(learner: User, bank: None) -> None:
    study = Study(learner)
    live(study, "a", confidence="sure")
    learner.study.new_per_day = 0
    learner.study.save()
    live(study, "o")
    assert learner.sessions.latest("study_day").items.count() == 0
    assert streak(study) == 2


def test_each_learner_is_told_of_their_own(study: Study, stranger: User, bank: None) -> None:
    other = Study(stranger)
    live(study, "aa")
    live(other, "nn")
    study.open()
    other.open()
    days = current_days([study.user, stranger], study.now)
    found = daily_digests([study.user, stranger], days, MONDAY)
    assert (found[study.user.pk].streak, found[stranger.pk].streak) == (2, 0)
    assert found[stranger.pk].this_week == 0 < found[study.user.pk].this_week
    assert found[stranger.pk].questions == queries.progress(stranger, study.now).left


def test_of_two_learners_each_streak_ends_at_the_last_day_they_did_not_keep(
    study: Study, stranger: User, bank: None
) -> None:
    other = Study(stranger)
    live(study, "aasa")
    live(other, "saaa")
    assert streak(study) == 1
    assert streak(other) == 3
    days = current_days([study.user, stranger], study.now)
    found = daily_digests([study.user, stranger], days, study.now)
    assert (found[study.user.pk].streak, found[stranger.pk].streak) == (1, 3)


def test_of_what_is_due_only_what_ones_own_session_does_not_ask_is_left_over(
    study: Study, stranger: User, bank: None
) -> None:
    other = Study(stranger)
    for one in (study, other):
        live(one, "a")
    study.open()
    today = study.now.date()
    session = study.user.sessions.latest("study_day")
    cards = Card.objects.filter(reps__gt=0)
    cards.update(due=today)
    own = list(cards.filter(user=study.user))
    Item.objects.filter(session=session, card__in=own).delete()
    Item.objects.create(session=session, card=own[0], position=1)
    Card.objects.filter(pk=own[1].pk).update(due=today + timedelta(days=1))
    left = queries.left_over(cards, [session])
    assert set(left) == set(own[2:])
    assert len(own) > 3


def test_a_week_counts_first_answers_as_they_were_and_no_repeats_or_guesses(study: Study, bank: None) -> None:
    study.answer()
    study.answer(confidence="guess")
    for _ in range(2):
        study.answer(right=False)
    for score, passed in [(0.75, True), (0.25, False)]:
        Review.objects.filter(pk=study.answer().pk).update(score=score, passed=passed)
    missed = study.answered[2].card_id
    while (repeat := study.answer()).card_id != missed:
        pass
    # Right the second time, and partly right: neither is a first answer.
    Review.objects.filter(pk=repeat.pk).update(score=0.75)
    study.undo(study.answer(right=False))
    asked = set(Review.objects.filter(undone_at=None).values_list("card", flat=True))
    week = weekly_digest(study.user, study.now.date())
    assert week.answers == Review.objects.filter(undone_at=None).count() > week.asked == len(asked)
    assert week.partly_first == 1
    assert week.right_first == week.asked - 5
    assert week.minutes == 1


@pytest.mark.parametrize(
    ("right", "asked", "percent"), [(0, 0, 0), (0, 3, 0), (2, 3, 66), (199, 200, 99), (3, 3, 100)]
)
def test_the_share_right_is_rounded_down_and_none_where_nothing_was_asked(
    right: int, asked: int, percent: int
) -> None:
    week = WeeklyDigest(
        days=1, answers=asked, asked=asked, right_first=right, partly_first=0, minutes=1, expected=None
    )
    assert week.percent == percent


def test_the_week_counts_seven_study_days(study: Study, bank: None) -> None:
    live(study, "asnnnnnn")
    week = weekly_digest(study.user, study.now.date())
    assert (week.days, week.answers) == (0, 0)
    live(study, "s")
    week = weekly_digest(study.user, MONDAY.date() + timedelta(days=8))
    assert (week.days, week.answers, week.asked, week.right_first, week.percent) == (1, 1, 1, 1, 100)


def test_the_queries_do_not_grow_with_the_learners_but_for_their_pace(bank: None, db: None) -> None:
    counts = []
    for many in (2, 8):
        users = [make_user(f"user{many}-{n}") for n in range(many)]
        for user in users:
            Study(user).open()
        with CaptureQueriesContext(connection) as asked:
            found = daily_digests(users, current_days(users, MONDAY), MONDAY)
        assert len(found) == many
        counts.append(len(asked) - many)
    assert counts[0] == counts[1]
