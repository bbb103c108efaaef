from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.review import tokens
from quizzes.review.actions.answers import (
    AnswerResult,
    Conflict,
    Recorded,
    Repeated,
    Stale,
    Unfinished,
    record_answer,
)
from quizzes.review.actions.settings import settings_of
from quizzes.review.models import Card, Review
from quizzes.scheduling.queue import MOST_MISSES
from quizzes.scheduling.ratings import Rating
from quizzes.tests.review.packs import ALL_KINDS, choices, load
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def test_an_answer_is_recorded_with_everything_that_was_seen_and_said(bank: None, study: Study) -> None:
    review = study.answer(confidence="unsure")
    review.refresh_from_db()
    assert review.user == study.user
    assert review.passed
    assert review.score == 1
    assert review.confidence == "unsure"
    assert review.rating == Rating.HARD
    assert review.milliseconds == 5000
    assert review.study_day == date(2026, 3, 2)
    assert review.first_of_day
    assert review.predicted is None
    assert review.retention_target == pytest.approx(0.9)
    assert review.summary == "Right"
    assert set(review.presented) == {"options", "schema", "seed", "values"}
    card = Card.objects.get(pk=review.card_id)
    assert card.seq == 1
    assert (card.due, card.stability, card.difficulty) == (
        review.due_after,
        review.stability_after,
        review.difficulty_after,
    )


def test_the_time_is_told_up_to_two_minutes(bank: None, study: Study) -> None:
    shown = study.show()
    study.later(minutes=40)
    outcome = study.send(shown)
    assert isinstance(outcome, Recorded)
    assert outcome.review.milliseconds == 120_000


def test_a_clock_that_runs_behind_tells_no_negative_time(bank: None, study: Study) -> None:
    shown = study.show()
    study.later(seconds=-3)
    outcome = study.send(shown)
    assert isinstance(outcome, Recorded)
    assert outcome.review.milliseconds == 0


@pytest.mark.parametrize(
    ("right", "confidence", "rating"),
    [
        (True, "sure", Rating.EASY),
        (True, "unsure", Rating.HARD),
        (True, "guess", Rating.AGAIN),
        (True, "", Rating.GOOD),
        (False, "sure", Rating.AGAIN),
        (False, "guess", Rating.AGAIN),
    ],
)
def test_the_rating_follows_from_the_marks_and_the_confidence(
    bank: None, study: Study, right: bool, confidence: str, rating: Rating
) -> None:
    assert study.answer(right=right, confidence=confidence).rating == rating


def test_only_the_first_answer_ever_tells_of_what_was_known_before(bank: None, study: Study) -> None:
    first = study.answer()
    assert first.rating == Rating.EASY
    assert study.undo(first)
    again = study.answer()
    assert again.card_id == first.card_id
    # Its feedback had been seen by then.
    assert again.rating == Rating.GOOD
    study.answer_all()
    study.later(days=(again.due_after - again.study_day).days)
    while (later := study.answer()).card_id != first.card_id:
        pass
    assert later.rating == Rating.GOOD


def test_a_slip_of_the_keys_is_no_weaker_memory(study: Study) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="short").update(retired_at=MONDAY)
    outcome = study.send(study.show(), answer=["droput"])
    assert isinstance(outcome, Recorded)
    assert outcome.review.flags == ["repaired"]
    assert outcome.review.rating == Rating.GOOD


@pytest.mark.parametrize(("confidence", "aim"), [("", 0.95), ("sure", 0.9), ("unsure", 0.9), ("guess", 0.9)])
def test_the_aim_is_raised_for_guessing_only_where_no_confidence_was_said(
    bank: None, study: Study, confidence: str, aim: float
) -> None:
    """Two options: half of all guesses are right, so that 95 right answers of 100 are 90 questions known."""
    review = study.answer(confidence=confidence)
    assert review.retention_target == pytest.approx(aim)


def test_the_log_says_by_which_days_and_which_model_it_was_computed(bank: None, study: Study) -> None:
    User.objects.filter(pk=study.user.pk).update(time_zone="Asia/Kolkata", rollover_hour=4)
    before = study.answer()
    User.objects.filter(pk=study.user.pk).update(time_zone="America/Lima", rollover_hour=5)
    after = study.answer()
    rows = Review.objects.order_by("seq", "answered_at").values_list(
        "time_zone", "rollover_hour", "memory_model"
    )
    assert {before.pk, after.pk} == set(Review.objects.values_list("pk", flat=True))
    assert list(rows) == [
        ("Asia/Kolkata", 4, "fsrs-6/default"),
        ("America/Lima", 5, "fsrs-6/default"),
    ]


def test_a_question_missed_again_and_again_comes_back_as_if_missed_once(bank: None, study: Study) -> None:
    review = study.answer(right=False)
    once = Card.objects.get(pk=review.card_id)
    assert once.lowered
    while Review.objects.filter(card=once).count() < MOST_MISSES:
        study.answer(right=False)
    often = Card.objects.get(pk=once.pk)
    assert often.reps == MOST_MISSES
    assert (often.stability, often.difficulty, often.due) == (once.stability, once.difficulty, once.due)


def test_a_hinted_right_answer_is_hard(bank: None, study: Study) -> None:
    review = study.answer(hinted=["1"])
    assert review.hinted
    assert review.rating == Rating.HARD


def test_i_do_not_know_is_an_empty_answer_that_was_not_sure_of_anything(bank: None, study: Study) -> None:
    review = study.answer(skip=["1"])
    assert review.response == {}
    assert not review.passed
    assert review.confidence == ""
    assert review.rating == Rating.AGAIN


def test_every_kind_can_be_passed_missed_and_given_up(study: Study) -> None:
    load(ALL_KINDS)
    settings_of(user=study.user, now=study.now)
    study.user.study.new_per_day = 20
    study.user.study.save()
    seen = set()
    while (item := study.next()) is not None:
        kind = item.card.question.kind
        if kind not in seen:
            assert not study.answer(item, skip=["1"]).passed
            seen.add(kind)
        elif item.misses == 1:
            assert not study.answer(item, right=False).passed
        else:
            assert study.answer(item, right=True).passed
    assert len(seen) == 12
    assert Review.objects.count() == 36


def test_calling_free_recall_easy_makes_it_easy(study: Study) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="recall").update(retired_at=MONDAY)
    review = study.answer(confidence="", easy=["1"])
    assert review.rating == Rating.EASY
    assert review.flags == ["recall", "easy"]


# --- exactly once -----------------------------------------------------------------------------------------------


def test_the_same_answer_again_is_told_what_was_recorded(bank: None, study: Study) -> None:
    shown = study.show()
    first = study.send(shown)
    again = study.later(seconds=3).send(shown)
    assert isinstance(first, Recorded)
    assert again == Repeated(first.review)
    assert Review.objects.count() == 1


@pytest.mark.parametrize("other", [{"right": False}, {"confidence": "guess"}])
def test_another_answer_to_the_same_form_leaves_the_first_standing(
    bank: None, study: Study, other: dict[str, object]
) -> None:
    shown = study.show()
    first = study.send(shown)
    again = study.later(seconds=12).send(shown, **other)  # type: ignore[arg-type]
    assert isinstance(first, Recorded)
    assert again == Conflict(first.review, ago=timedelta(seconds=12))
    assert Review.objects.count() == 1
    assert Card.objects.get(question__public_id=shown.question).seq == 1


def test_a_form_that_was_shown_before_an_undo_is_dead(bank: None, study: Study) -> None:
    shown = study.show()
    outcome = study.send(shown)
    assert isinstance(outcome, Recorded)
    study.undo(outcome.review)
    assert isinstance(study.send(shown), Stale)
    assert Review.objects.filter(undone_at=None).count() == 0


def test_a_form_older_than_a_day_is_shown_again(bank: None, study: Study) -> None:
    shown = study.show()
    study.later(hours=24, seconds=1)
    assert isinstance(study.send(shown), Stale)
    assert not Review.objects.exists()


def test_a_form_older_than_a_day_that_was_answered_is_told_so(bank: None, study: Study) -> None:
    shown = study.show()
    study.send(shown)
    assert isinstance(study.later(hours=30).send(shown), Repeated)


@pytest.mark.parametrize("token", ["", "garbage", "a:b:c", "é\0", "x" * 100_000])
def test_a_token_that_is_not_ours_is_unknown(bank: None, study: Study, token: str) -> None:
    study.open()
    with pytest.raises(Card.DoesNotExist):
        record_answer(user=study.user, token=token, fields={}, now=study.now)


def test_a_token_of_another_learner_is_unknown(bank: None, study: Study, stranger: User) -> None:
    shown = study.show()
    with pytest.raises(Card.DoesNotExist):
        record_answer(user=stranger, token=shown.token, fields={}, now=study.now)


def test_a_token_whose_card_is_gone_is_unknown(bank: None, study: Study) -> None:
    shown = study.show()
    Card.objects.filter(question__public_id=shown.question).delete()
    with pytest.raises(Card.DoesNotExist):
        record_answer(user=study.user, token=shown.token, fields={}, now=study.now)


def test_a_token_changed_in_one_letter_is_unknown(bank: None, study: Study) -> None:
    token = study.show().token
    middle = len(token) // 3
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    with pytest.raises(Card.DoesNotExist):
        record_answer(user=study.user, token=changed, fields={}, now=study.now)


def test_a_token_says_after_reading_what_it_said_before_writing(bank: None, study: Study) -> None:
    shown = study.show()
    assert tokens.read(shown.token, user=study.user.pk) == shown


# --- what changed meanwhile -------------------------------------------------------------------------------------


def reload_with(study: Study, old: str, new: str) -> None:
    """Load the pack of the question that is next with something else in all its questions."""
    item = study.next()
    assert item is not None
    topic = item.card.question.topic
    text = choices(topic=topic.slug, number=topic.number, many=6)
    assert old in text
    load(text.replace(old, new), now=study.now)


def test_a_corrected_key_makes_the_form_be_shown_again(bank: None, study: Study) -> None:
    shown = study.show()
    swapped = "- [x] Right\n- [ ] Wrong\n  > It is not."
    reload_with(study, swapped, "- [x] Wrong\n- [ ] Right\n  > It is not.")
    outcome = study.send(shown)
    assert isinstance(outcome, Stale)
    assert not Review.objects.exists()
    assert study.show().version != shown.version
    assert study.answer().passed


def test_a_clarified_question_counts_as_it_was_shown(bank: None, study: Study) -> None:
    shown = study.show()
    reload_with(study, "### Explanation\n\nBecause", "### Explanation\n\nPlainly because")
    outcome = study.send(shown)
    assert isinstance(outcome, Recorded)
    assert outcome.review.version.number == shown.version
    assert Version.objects.filter(question=outcome.review.version.question).count() == 2


# --- what is not yet an answer ----------------------------------------------------------------------------------


def unfinished(outcome: AnswerResult) -> Unfinished:
    assert isinstance(outcome, Unfinished)
    assert not Review.objects.exists()
    return outcome


def test_an_unanswered_form_comes_back_with_what_is_missing(bank: None, study: Study) -> None:
    outcome = unfinished(study.send(study.show(), choice=[]))
    assert list(outcome.errors) == ["choice"]


@pytest.mark.parametrize("said", ["ask", "very"])
def test_an_unknown_confidence_is_asked_again_and_the_choice_kept(
    bank: None, study: Study, said: str
) -> None:
    outcome = unfinished(study.send(study.show(), confidence=said))
    assert list(outcome.errors) == ["confidence"]
    assert outcome.draft == {"option": 0}


def test_a_text_too_long_for_anyone_is_refused_with_its_length(bank: None, study: Study) -> None:
    outcome = unfinished(study.send(study.show(), text=["x" * 300_000]))
    assert "300,000" in outcome.errors["form"]


def test_asking_for_the_hint_counts_nothing_and_keeps_what_was_chosen(bank: None, study: Study) -> None:
    outcome = unfinished(study.send(study.show(), hint=["1"]))
    assert outcome.hinted
    assert outcome.draft == {"option": 0}
    assert not outcome.errors


def test_a_hint_does_not_show_the_key_points_of_free_recall(study: Study) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="recall").update(retired_at=MONDAY)
    shown = study.show()
    outcome = unfinished(study.send(shown, stage=["write"], text=["So far"], hint=["1"]))
    assert outcome.draft == {"stage": "write", "text": "So far"}
    outcome = unfinished(study.send(shown, stage=["write"], text=["So far"], hinted=["1"]))
    assert outcome.draft == {"stage": "tick", "text": "So far"}
    assert outcome.hinted
