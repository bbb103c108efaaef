"""What can be done beside answering: taking back, too easy, not again, a note; a question that does not stick."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.browsing.models import Note
from quizzes.review import leeches, queries
from quizzes.review.actions.too_easy import can_be_easier, mark_too_easy
from quizzes.review.cards import replay_card, state_of
from quizzes.review.models import Card, Item, Review
from quizzes.scheduling.ratings import Rating
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import ANSWER, HTMX, correct, form, hidden, html, prompt
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

EASY = "/review/easy/"
UNDO = "/review/undo/"


def of(review: Review, name: str) -> str:
    question = review.card.question
    return reverse(f"quizzes:{name}", args=[question.topic.slug, question.public_id])


# --- too easy -----------------------------------------------------------------------------------------------------


def known(study: Study) -> Review:
    """A right and sure answer to a question that was learned before, on the day it is due."""
    load_choices(topics=1, each=1)
    first = study.answer()
    study.later(days=(first.due_after - first.study_day).days)
    return study.answer()


def test_too_easy_takes_the_answer_back_and_records_it_as_easy(study: Study) -> None:
    good = known(study)
    assert good.rating == Rating.GOOD
    study.later(seconds=20)
    easy = mark_too_easy(user=study.user, review_public_id=good.public_id, now=study.now)
    assert easy is not None
    good.refresh_from_db()
    assert good.undone_at == study.now
    assert easy.rating == Rating.EASY
    assert easy.due_after > good.due_after
    same = (
        "version_id", "presented", "response", "parts", "score", "passed", "confidence", "answered_at",
        "study_day", "first_of_day", "milliseconds",
    )  # fmt: skip
    assert [getattr(easy, name) for name in same] == [getattr(good, name) for name in same]
    card = Card.objects.get(pk=good.card_id)
    assert replay_card(card) == state_of(card)
    assert card.due == easy.due_after
    assert card.reps == 2
    item = Item.objects.get(card=card, session=good.session_id)
    assert (item.done_at, item.misses) == (good.answered_at, 0)


def test_too_easy_brings_a_question_later_whatever_the_fuzz_draws(study: Study) -> None:
    """The two answers draw their days apart: here the first one drew a day that the second one cannot reach."""
    good = known(study)
    late = good.due_after + timedelta(days=400)
    Review.objects.filter(pk=good.pk).update(due_after=late)
    easy = mark_too_easy(user=study.user, review_public_id=good.public_id, now=study.now)
    assert easy is not None
    assert easy.due_after == late + timedelta(days=1)
    card = Card.objects.get(pk=good.card_id)
    assert replay_card(card) == state_of(card)
    assert card.due == easy.due_after


def test_too_easy_twice_is_said_once(study: Study) -> None:
    good = known(study)
    first, second = (
        mark_too_easy(user=study.user, review_public_id=good.public_id, now=study.now) for _ in range(2)
    )
    assert first is not None
    assert first == second
    assert Review.objects.filter(undone_at=None).count() == 2
    assert mark_too_easy(user=study.user, review_public_id=first.public_id, now=study.now) is None


def test_an_answer_called_easy_is_taken_back_as_a_whole(study: Study) -> None:
    good = known(study)
    easy = mark_too_easy(user=study.user, review_public_id=good.public_id, now=study.now)
    assert easy is not None
    assert study.undo(easy)
    card = Card.objects.get(pk=good.card_id)
    assert (card.reps, card.due) == (1, good.study_day)
    again = study.next()
    assert again is not None
    assert again.card_id == card.pk
    assert mark_too_easy(user=study.user, review_public_id=good.public_id, now=study.now) is None


@pytest.mark.parametrize(
    ("right", "confidence"), [(False, "sure"), (True, "unsure"), (True, "guess"), (False, "guess")]
)
def test_only_a_right_and_sure_answer_can_be_too_easy(
    bank: None, study: Study, right: bool, confidence: str
) -> None:
    review = study.answer(right=right, confidence=confidence)
    assert not can_be_easier(review)
    assert mark_too_easy(user=study.user, review_public_id=review.public_id, now=study.now) is None
    assert Review.objects.filter(undone_at=None).count() == 1


def test_a_repeat_cannot_be_too_easy(study: Study) -> None:
    load_choices(topics=1, each=1)
    study.answer(right=False)
    assert not can_be_easier(study.answer())


def test_too_easy_from_the_page(web: Client, study: Study, stranger: User) -> None:
    load_choices(topics=1, each=1)
    study.now = timezone.now() - timedelta(days=30)
    study.answer()
    page = html(web.post(ANSWER, form(web.get("/review/")), follow=True))
    good = Review.objects.latest("pk")
    assert 'action="/review/easy/"' in page
    other = Client()
    other.force_login(stranger)
    assert other.post(EASY, {"review": str(good.public_id)}).status_code == 404
    assert web.post(EASY, {"review": "x"}).status_code == 404
    said = html(web.post(EASY, {"review": str(good.public_id)}, follow=True))
    assert "Right, easy · back on" in said
    assert 'action="/review/easy/"' not in said
    web.post(UNDO, {"review": str(Review.objects.latest("pk").public_id)})
    refused = web.post(EASY, {"review": str(good.public_id)})
    assert refused.status_code == 409
    assert "Nothing was changed" in html(refused)


# --- taking back in turn ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_answers_are_taken_back_in_turn_from_the_question_page(
    bank: None, web: Client, headers: dict[str, str]
) -> None:
    prompts = []
    for right in (True, False, True):
        page = web.get("/review/")
        prompts.append(prompt(page))
        web.post(ANSWER, form(page, right=right))
    for before in reversed(prompts):
        last = hidden(web.get("/review/"))["review"]
        back = web.post(UNDO, {"review": last}, headers=headers, follow=True)
        assert "Your answer was taken back: it no longer counts." in html(back)
        assert prompt(back) == before
    assert "undo-form" not in html(web.get("/review/"))
    assert not Card.objects.filter(reps__gt=0).exists()


def test_a_new_day_does_not_offer_to_take_yesterdays_answer_back(
    bank: None, web: Client, study: Study
) -> None:
    study.now = timezone.now() - timedelta(days=1)
    study.answer()
    assert "undo-form" not in html(web.get("/review/"))


# --- not again ----------------------------------------------------------------------------------------------------


def test_a_question_is_suspended_in_the_session_which_goes_on(bank: None, web: Client) -> None:
    page = web.get("/review/")
    assert '<button type="submit" class="button button-quiet" name="suspended" value="yes">' in html(page)
    web.post(ANSWER, form(page, right=False))
    review = Review.objects.get()
    on = web.post(of(review, "suspension"), {"suspended": "yes", "next": "/review/"}, follow=True)
    assert on.redirect_chain == [("/review/", 303)]
    assert "Suspended: you are not asked it until you bring it back." in html(on)
    assert Card.objects.get(pk=review.card_id).suspended_at is not None
    here = f"/review/feedback/{review.public_id}/"
    feedback = html(web.get(here))
    assert 'value="no">Ask it again</button>' in feedback
    back = web.post(of(review, "suspension"), {"suspended": "no", "next": here})
    assert back["Location"] == here
    assert Card.objects.get(pk=review.card_id).suspended_at is None


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example/", "", "javascript:x"])
def test_only_addresses_of_this_site_are_gone_on_to(
    bank: None, web: Client, study: Study, wanted: str
) -> None:
    review = study.answer()
    for name, fields in (("suspension", {"suspended": "yes"}), ("note", {"text": "x"})):
        answer = web.post(of(review, name), fields | {"next": wanted})
        assert answer["Location"].partition("#")[0] == of(review, "question")


# --- a note -------------------------------------------------------------------------------------------------------


def test_a_note_is_written_beside_the_feedback_and_leads_back_to_it(
    bank: None, web: Client, study: Study
) -> None:
    review = study.answer(right=False)
    here = f"/review/feedback/{review.public_id}/"
    assert f'href="{of(review, "note")}?next={here}"' in html(web.get(here))
    Note.objects.create(
        user=study.user, question=review.card.question, text="Mind the sign.", changed_at=study.now
    )
    for headers in (HTMX, {}):
        asked = web.get(of(review, "note"), {"next": here}, headers=headers)
        assert ("<!DOCTYPE" in html(asked)) == (not headers)
        assert "Mind the sign." in html(asked)
        assert hidden(asked)["next"] == here
    long = web.post(of(review, "note"), {"text": "x" * 2_001, "next": here})
    assert long.status_code == 422
    assert "x" * 2_001 in html(long)
    assert hidden(long)["next"] == here
    kept = web.post(of(review, "note"), {"text": "Mind the root.", "next": here}, follow=True)
    assert kept.redirect_chain == [(here, 303)]
    assert "Your note is kept." in html(kept)
    assert Note.objects.get().text == "Mind the root."


def test_a_note_asked_for_from_nowhere_is_written_on_the_questions_page(
    bank: None, web: Client, study: Study
) -> None:
    review = study.answer()
    assert web.get(of(review, "note"))["Location"] == f"{of(review, 'question')}#note"


# --- what does not stick ------------------------------------------------------------------------------------------


def history(card: Card, *, missed: int, known: int) -> None:
    """So many misses and successes of the card, each predicted at 0.9."""
    like = Review.objects.filter(card=card).latest("seq")
    Review.objects.bulk_create(
        Review(**{field.attname: getattr(like, field.attname) for field in Review._meta.fields
                  if field.name not in ("id", "public_id", "seq", "rating", "predicted")},
               seq=1_000 + place, rating=Rating.AGAIN if place < missed else Rating.GOOD, predicted=0.9)
        for place in range(missed + known)
    )  # fmt: skip
    Card.objects.filter(pk=card.pk).update(lapses=missed)


@pytest.mark.parametrize(("right", "confidence"), [(False, "sure"), (True, "guess")])
def test_a_question_missed_more_than_forgetting_explains_is_named(
    web: Client, study: Study, right: bool, confidence: str
) -> None:
    load_choices(topics=1, each=5, covers="Q01.d1")
    review = study.answer(right=right, confidence=confidence)
    history(review.card, missed=4, known=4)
    feedback = html(web.get(f"/review/feedback/{review.public_id}/"))
    assert "This question does not stick" in feedback
    assert "It came back on 8 days, and on 4 of them you did not know it" in " ".join(feedback.split())
    siblings = Question.objects.exclude(pk=review.card.question_id).order_by("level", "position")
    assert sum(f"/bank/topic-1/{sibling.public_id}/" in feedback for sibling in siblings) == 3
    assert "This question does not stick" in html(web.get(of(review, "question")))


def test_questions_on_other_claims_are_no_help_with_what_does_not_stick(web: Client, study: Study) -> None:
    load_choices(topics=1, each=3, covers="Q01.d1")
    review = study.answer(right=False)
    history(review.card, missed=4, known=4)
    same, another = Question.objects.exclude(pk=review.card.question_id).select_related("current")
    assert another.current is not None
    spec = another.current.spec | {"covers": ["Q01.d2"]}
    Version.objects.filter(pk=another.current.pk).update(spec=spec)
    feedback = html(web.get(f"/review/feedback/{review.public_id}/"))
    assert f"/bank/topic-1/{same.public_id}/" in feedback
    assert f"/bank/topic-1/{another.public_id}/" not in feedback


def test_questions_of_other_topics_are_no_help_even_on_the_same_claim(study: Study) -> None:
    load_choices(topics=2, each=2, covers="Q01.d1")
    review = study.answer(right=False)
    history(review.card, missed=4, known=4)
    card = queries.review_of(study.user, review.public_id).card
    found = leeches.leech(study.user, card, study.now)
    assert found is not None
    question = card.question
    same = Question.objects.filter(topic=question.topic).exclude(pk=question.pk)
    assert [one.public_id for one in found.siblings] == [one.public_id for one in same]


@pytest.mark.parametrize(("missed", "known"), [(0, 0), (3, 0), (4, 36)])
def test_a_question_missed_as_often_as_expected_is_not_named(
    bank: None, web: Client, study: Study, missed: int, known: int
) -> None:
    review = study.answer(right=False)
    history(review.card, missed=missed, known=known)
    assert "does not stick" not in html(web.get(f"/review/feedback/{review.public_id}/"))
    assert "does not stick" not in html(web.get(of(review, "question")))


def test_naming_a_leech_takes_as_many_queries_with_few_misses_as_with_many(study: Study) -> None:
    load_choices(topics=1, each=20, covers="Q01.d1")
    review = study.answer(right=False)
    counts = []
    for missed in (4, 300):
        Review.objects.exclude(pk=review.pk).delete()
        history(review.card, missed=missed, known=missed)
        card = queries.review_of(study.user, review.public_id).card
        with CaptureQueriesContext(connection) as captured:
            found = leeches.leech(study.user, card, study.now)
        assert found is not None
        assert (found.missed, found.asked) == (missed, 2 * missed)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 5


def test_a_guess_is_told_as_not_known_and_the_bar_is_not_green(bank: None, web: Client) -> None:
    feedback = web.post(ANSWER, form(web.get("/review/"), confidence="guess"), headers=HTMX)
    assert correct(feedback) == "true"
    text = html(feedback)
    assert "Right, but a guess: it counts as not known yet · back tomorrow" in text
    assert 'class="verdict mark mark-partial"' in text
