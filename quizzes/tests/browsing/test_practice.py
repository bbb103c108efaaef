"""Practice: recorded once and apart, so that nothing of the schedule changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.browsing import actions, queries, tokens
from quizzes.browsing.models import Attempt, Exercise, Practice
from quizzes.progress.queries import answers_by_day, confidence_of, retention_of
from quizzes.review.load import load_of
from quizzes.review.mastery import mastery
from quizzes.review.models import Card, Item, Review, Session
from quizzes.review.own_memory import predictions, strength_by_answers
from quizzes.review.queries import local_day
from quizzes.scheduling.first_tries import FirstTries
from quizzes.tests.browsing.practising import form_of, practice_of, try_next
from quizzes.tests.review.packs import ALL_KINDS, LOADED_AT, fields_for, load, load_choices
from quizzes.tests.review.pages import correct, hidden, html
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

NOBODYS = "67e4fb86-8cdd-4cfc-a14b-57654c60dfe0"


@pytest.fixture
def study() -> Study:
    load_choices(topics=2, each=6)
    return Study(User.objects.create_user("ann@example.org"))


@pytest.fixture
def web(study: Study) -> Client:
    client = Client()
    client.force_login(study.user)
    return client


def everything(user: User) -> object:
    """All that the schedule and the numbers are made from, but for whether a key was seen before the first answer."""
    cards = [
        {name: value for name, value in card.items() if name != "key_seen_at"}
        for card in Card.objects.filter(user=user, seq__gt=0).order_by("pk").values()
    ]
    tables = (Session.objects, Review.objects)
    rows = [list(table.filter(user=user).order_by("pk").values()) for table in tables]
    return [cards, *rows, list(Item.objects.filter(session__user=user).order_by("pk").values())]


def test_practice_changes_no_card_review_session_or_number(study: Study) -> None:
    study.answer_all()
    study.later(days=9)
    study.open()
    today = local_day(study.user, study.now)

    def numbers() -> object:
        user = study.user
        return [
            retention_of(user, today),
            predictions(user),
            confidence_of(user),
            load_of(user, user.study, study.now, days=30),
            answers_by_day(user, today),
            mastery(user, study.now, strength=strength_by_answers(user), first_tries=FirstTries({})),
        ]

    rows, said = everything(study.user), numbers()
    practice = practice_of(study, many=6)
    for right in (True, False, True, False, True, False):
        try_next(study, practice, right=right)
    assert queries.next_exercise(practice) is None
    assert Attempt.objects.filter(user=study.user).count() == 6
    assert (everything(study.user), numbers()) == (rows, said)


def test_an_attempt_is_recorded_once_however_often_it_is_sent(study: Study) -> None:
    practice = practice_of(study)
    exercise = queries.next_exercise(practice)
    assert exercise is not None
    token, fields = form_of(exercise)

    def send(**other: list[str]) -> actions.AttemptResult:
        return actions.record_attempt(user=study.user, token=token, fields=fields | other, now=study.now)

    first = send()
    study.later(seconds=12)
    again, another = send(), send(confidence=["guess"])
    assert isinstance(first, actions.AttemptRecorded)
    assert isinstance(again, actions.AttemptRecorded)
    assert isinstance(another, actions.AttemptConflict)
    assert first.attempt == again.attempt == another.attempt
    assert another.ago == timedelta(seconds=12)
    assert Attempt.objects.count() == 1


def test_a_corrected_key_asks_again_and_counts_nothing(study: Study) -> None:
    practice = practice_of(study)
    exercise = queries.next_exercise(practice)
    assert exercise is not None
    token, fields = form_of(exercise)
    old = exercise.question.current
    assert old is not None
    spec = {**old.spec, "prompt": "Corrected?"}
    new = Version.objects.create(
        question=exercise.question, number=old.number + 1, spec=spec, spec_hash="x",
        change=Version.Change.KEY, source_line=1, created_at=study.now,
    )  # fmt: skip
    Question.objects.filter(pk=exercise.question_id).update(current=new)
    outcome = actions.record_attempt(user=study.user, token=token, fields=fields, now=study.now)
    assert isinstance(outcome, actions.AttemptStale)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "x:1", f"{NOBODYS}:1", NOBODYS])
def test_a_token_of_nothing_is_refused(study: Study, token: str) -> None:
    with pytest.raises(Exercise.DoesNotExist):
        actions.record_attempt(user=study.user, token=token, fields={"skip": ["1"]}, now=study.now)


def test_a_token_that_was_changed_is_refused(study: Study) -> None:
    exercise = queries.next_exercise(practice_of(study))
    assert exercise is not None
    token, fields = form_of(exercise)
    for changed in (token[:-1], token[:5] + token[6:], token.replace(":", ""), f"{exercise.public_id}:-1"):
        with pytest.raises(Exercise.DoesNotExist):
            actions.record_attempt(user=study.user, token=changed, fields=fields, now=study.now)


def test_a_stranger_cannot_answer_anothers_exercise(study: Study) -> None:
    exercise = queries.next_exercise(practice_of(study))
    assert exercise is not None
    stranger = User.objects.create_user("bob@example.org")
    token, fields = form_of(exercise)
    with pytest.raises(Exercise.DoesNotExist):
        actions.record_attempt(user=stranger, token=token, fields=fields, now=study.now)
    with pytest.raises(Exercise.DoesNotExist):
        actions.practise_one(
            user=stranger,
            question=exercise.question,
            exercise=exercise.public_id,
            came_from="/bank/",
            now=study.now,
        )


# --- the pages ------------------------------------------------------------------------------------------------


def answer_all(web: Client, address: str, *, right: Callable[[int], bool]) -> str:
    """Answer a practice to its end, as a browser does without JavaScript; the summary's page."""
    for number in range(50):
        page = web.get(address)
        if page.status_code == 302:
            return html(web.get(page["Location"]))
        token = hidden(page)["token"]
        shown = tokens.read(token, user=Practice.objects.latest("pk").user_id)
        assert shown is not None
        version = Version.objects.get(question__exercises__public_id=shown.exercise, number=shown.version)
        fields = fields_for(version, shown.seed, right=right(number))
        answered = web.post("/practice/answer/", {"token": token, "confidence": "sure", **fields})
        assert answered.status_code == 303
        feedback = web.get(answered["Location"])
        assert correct(feedback) in (("true",) if right(number) else ("false", "partial"))
        assert "comes back" in html(feedback)
        assert "undo-form" not in html(feedback)
    raise AssertionError("the practice does not end")


def test_a_filter_is_practised_to_its_summary_and_the_missed_again(study: Study, web: Client) -> None:
    rows = everything(study.user)
    opened = web.post("/practice/", {"topic": "topic-1", "level": "2"})
    assert opened.status_code == 303
    summary = answer_all(web, opened["Location"], right=lambda number: number % 2 == 0)
    assert "Topic-1 · Apply or explain" in summary
    assert "Practise the 1 missed again" in summary
    practice = Practice.objects.get()
    assert practice.came_from == "/bank/?topic=topic-1&level=2"
    again = web.post("/practice/", {"again": practice.public_id})
    assert "Practise the" not in answer_all(web, again["Location"], right=lambda _: True)
    assert everything(study.user) == rows


def test_at_most_so_many_questions_are_practised_at_once(study: Study, web: Client) -> None:
    load_choices(topics=3, each=20)
    web.post("/practice/", {})
    assert Exercise.objects.count() == actions.MOST_EXERCISES


def test_every_kind_is_asked_and_answered_in_practice(study: Study, web: Client) -> None:
    load(ALL_KINDS, name="kinds.md")
    opened = web.post("/practice/", {"topic": "every-kind"})
    summary = answer_all(web, opened["Location"], right=lambda number: number % 3 > 0)
    assert Attempt.objects.count() == 12
    assert summary.count("/practice/feedback/") == 12


def test_a_question_is_answered_on_its_own_page_once(study: Study, web: Client) -> None:
    question = Question.objects.select_related("topic").all()[0]
    address = f"/bank/{question.topic.slug}/{question.public_id}/"
    form = hidden(web.get(address))
    for _ in range(2):
        answered = web.post("/practice/answer/", {**form, "skip": "1"})
        assert answered.status_code == 303
    assert Attempt.objects.count() == Practice.objects.count() == Exercise.objects.count() == 1
    feedback = html(web.get(answered["Location"]))
    assert f'href="{address}"' in feedback
    page = html(web.get(address))
    assert "Practice" in page
    assert answered["Location"] in page
    refused = web.post("/practice/answer/", {**form, "question": str(uuid4()), "skip": "1"})
    assert refused.status_code == 404


def test_a_form_with_nothing_in_it_is_shown_again_and_nothing_is_recorded(study: Study, web: Client) -> None:
    opened = web.post("/practice/", {"topic": "topic-1"})
    form = hidden(web.get(opened["Location"]))
    for headers in ({}, {"HX-Request": "true"}):
        answered = web.post("/practice/answer/", {**form, "confidence": "sure"}, headers=headers)
        assert answered.status_code == 422
        assert 'role="alert"' in html(answered)
    hint = web.post("/practice/answer/", {**form, "hint": "1"})
    assert hint.status_code == 200
    assert "Not the other one." in html(hint)
    assert not Attempt.objects.exists()


def test_another_answer_is_told_what_stands(study: Study, web: Client) -> None:
    opened = web.post("/practice/", {"topic": "topic-1"})
    form = hidden(web.get(opened["Location"]))
    web.post("/practice/answer/", {**form, "skip": "1"})
    late = web.post(
        "/practice/answer/", {**form, "choice": "0", "confidence": "sure"}, headers={"HX-Request": "true"}
    )
    assert late.status_code == 409
    assert "that answer stands" in html(late)


def test_nothing_to_practise_is_said(study: Study, web: Client) -> None:
    for asked in ({"mine": "noted"}, {"q": "zebra"}, {"q": "the"}):
        answer = web.post("/practice/", asked, follow=True)
        assert "nothing to practise" in html(answer)
    assert not Practice.objects.exists()
    assert web.post("/practice/", {"level": "9"}).status_code == 404
    assert web.post("/practice/", {"again": "nonsense"}).status_code == 404


def test_a_question_retired_meanwhile_is_not_asked(study: Study) -> None:
    practice = practice_of(study, many=2)
    first = queries.next_exercise(practice)
    assert first is not None
    Question.objects.filter(pk=first.question_id).update(retired_at=LOADED_AT)
    second = queries.next_exercise(practice)
    assert second is not None
    assert second != first
    assert queries.done_and_planned(practice) == (0, 1)


def test_practice_goes_with_the_account(study: Study) -> None:
    try_next(study, practice_of(study))
    study.user.delete()
    assert not Practice.objects.exists()
    assert not Attempt.objects.exists()


def test_the_form_of_one_question_is_no_form_of_another(study: Study, web: Client) -> None:
    """Neither its exercise nor its version's number may be read as those of another question."""
    shown, other = Question.objects.order_by("pk")[:2]
    form = hidden(web.get(f"/bank/{shown.topic.slug}/{shown.public_id}/"))
    shown.versions.update(number=7)
    swapped = {**form, "question": str(other.public_id), "choice": "0", "confidence": "sure"}
    assert web.post("/practice/answer/", swapped).status_code == 404
    assert (Practice.objects.count(), Exercise.objects.count(), Attempt.objects.count()) == (0, 0, 0)
