"""The same verdict, in the same words, wherever an answer is told of."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from quizzes.analytics.backtest import calibration_of
from quizzes.analytics.items import analyse_items
from quizzes.bank import asking
from quizzes.bank.models import Question
from quizzes.browsing import actions as practising
from quizzes.browsing import tokens as practice_tokens
from quizzes.browsing.models import Attempt
from quizzes.browsing.queries import next_exercise, standing
from quizzes.progress.queries import retention_of
from quizzes.review.actions.answers import Recorded, record_answer
from quizzes.review.digest import weekly_digest
from quizzes.review.models import Review
from quizzes.review.queries import local_day
from quizzes.review.verdicts import GUESSED, KNOWN, PARTLY, RIGHT, WORD, verdict
from quizzes.scheduling.ratings import Rating
from quizzes.tests.browsing.practising import practice_of
from quizzes.tests.classroom.classes import Teaching, account, at
from quizzes.tests.review.packs import load, load_choices
from quizzes.tests.review.partly import ONE_WRONG, pairs
from quizzes.tests.review.partly import PARTLY as PACK
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

GUESS = "Right, but a guess: it counts as not known yet"
WORDS = {
    "right": "Right",
    "partly": ONE_WRONG,
    "wrong": "Not right: 6 of 8 pairs right",
    "guess": GUESS,
    "partly guessed": f"{ONE_WRONG}, and as a guess it counts as not known yet",
}
WRONG = {"right": 0, "partly": 1, "wrong": 2, "guess": 0, "partly guessed": 1}


@pytest.fixture
def study() -> Study:
    load(PACK, name="partly.md")
    return Study(User.objects.create_user("ann@example.org"))


def answer(study: Study, how: str) -> Review:
    """Answer the match in one of the WORDS' ways, and rightly whatever is asked before it."""
    while (item := study.next()) is not None and item.card.question.slug != "P-match":
        study.answer(item)
    shown = study.show()
    version = Question.objects.get(slug="P-match").versions.get(number=shown.version)
    fields = pairs(version, shown.seed, wrong=WRONG[how])
    fields["confidence"] = ["guess" if "guess" in how else "sure"]
    now = study.later(seconds=5).now
    outcome = record_answer(user=study.user, token=shown.token, fields=fields, now=now)
    assert isinstance(outcome, Recorded)
    return outcome.review


def page(study: Study, path: str, user: User | None = None) -> str:
    client = Client()
    client.force_login(user or study.user)
    with time_machine.travel(study.now, tick=False):
        found = client.get(path)
    assert found.status_code == 200
    return " ".join(found.content.decode().split())


@pytest.mark.parametrize("how", WORDS)
def test_every_page_about_an_answer_says_the_same(study: Study, how: str) -> None:
    review = answer(study, how)
    line = f'mark mark-{verdict(review, kind="match").mark}"'
    for path in (
        f"/review/feedback/{review.public_id}/",
        "/review/summary/",
        f"/bank/partly/{review.card.question.public_id}/",
    ):
        text = page(study, path)
        # On the feedback it goes on with when the question comes back.
        assert re.search(rf">{re.escape(WORDS[how])}( · back [^<]+)?<", text), path
        assert line in text, path
    correct = {"right": "true", "partly": "partial", "wrong": "false", "guess": "true"}[
        how.split(maxsplit=1)[0]
    ]
    assert f'data-correct="{correct}"' in page(study, f"/review/feedback/{review.public_id}/")


@pytest.mark.parametrize("how", WORDS)
def test_the_rating_agrees_with_the_words(study: Study, how: str) -> None:
    rating = {"right": Rating.EASY, "partly": Rating.HARD}.get(how, Rating.AGAIN)
    assert answer(study, how).rating == rating


@pytest.mark.parametrize(
    ("how", "right", "partly", "guessed"),
    [
        ("right", "1 (100 %)", 0, 0),
        ("partly", "0 (0 %)", 1, 0),
        ("wrong", "0 (0 %)", 0, 0),
        ("guess", "0 (0 %)", 0, 1),
        ("partly guessed", "0 (0 %)", 0, 1),
    ],
)
def test_the_summary_counts_only_right_answers_as_right(
    study: Study, how: str, right: str, partly: int, guessed: int
) -> None:
    answer(study, how)
    text = page(study, "/review/summary/")
    assert f"<dt>right at the first try</dt> <dd> {right} </dd>" in text
    assert ("<dt>partly right at the first try</dt>" in text) == partly
    assert ("<dt>right by a guess at the first try: not known yet</dt>" in text) == guessed


@pytest.mark.parametrize("how", WORDS)
def test_practice_says_the_same_and_counts_the_same(study: Study, how: str) -> None:
    practice = practice_of(study, many=1)
    exercise = next_exercise(practice)
    assert exercise is not None
    version = exercise.question.current
    assert version is not None
    shown = practice_tokens.show(
        user=study.user.pk,
        exercise=exercise.public_id,
        question=exercise.question.public_id,
        version=version.number,
    )
    fields = pairs(version, shown.seed, wrong=WRONG[how])
    practising.record_attempt(
        user=study.user,
        token=shown.token,
        fields=fields | {"confidence": ["guess" if "guess" in how else "sure"]},
        now=study.now,
    )
    attempt = Attempt.objects.get()
    summary = page(study, f"/practice/{practice.public_id}/summary/")
    for text in (page(study, f"/practice/feedback/{attempt.public_id}/"), summary):
        assert f">{WORDS[how]}<" in text
    counted = {
        name
        for name in ("right", "partly right", "right by a guess", "missed")
        if f"<dt>{name}</dt> <dd> 1 </dd>" in summary
    }
    name = {"partly": "partly right", "wrong": "missed", "right": "right"}.get(how, "right by a guess")
    assert counted == {name}


def test_an_old_answer_is_worded_by_its_marks_and_keeps_its_rating(study: Study) -> None:
    """A match with one pair wrong that passed as Good, as it was stored under an earlier rule."""
    review = answer(study, "partly")
    Review.objects.update(rating=Rating.GOOD)
    assert ONE_WRONG in page(study, f"/review/feedback/{review.public_id}/")
    history = page(study, f"/bank/partly/{review.card.question.public_id}/")
    assert ONE_WRONG in history
    assert ">Good<" in history


@pytest.mark.parametrize("how", WORDS)
def test_the_database_and_the_page_agree(study: Study, how: str) -> None:
    answer(study, how)
    review = Review.objects.annotate(word=WORD).get()
    found = verdict(review, kind="match")
    known = review.rating > Rating.AGAIN
    assert review.word == found.verdict
    assert Review.objects.filter(KNOWN).exists() == known
    assert Review.objects.filter(RIGHT).exists() == (known and found.verdict == "right")
    assert Review.objects.filter(PARTLY).exists() == (known and found.verdict == "partly right")
    assert Review.objects.filter(GUESSED).exists() == ("guess" in how)


def test_what_was_recalled_leaves_guesses_out(study: Study) -> None:
    load_choices(topics=1, each=4)
    study.answer_all()
    study.later(days=60)
    for confidence in ("sure", "guess", "guess"):
        study.answer(confidence=confidence)
    today = local_day(study.user, study.now)
    *_, both = retention_of(study.user, today)
    assert (both.recalled.answers, both.recalled.hits) == (3, 1)
    counted = weekly_digest(study.user, today)
    assert (counted.asked, counted.right_first, counted.partly_first) == (3, 1, 0)


@pytest.mark.parametrize(
    ("how", "right", "partly"), [("right", 1, 0), ("partly", 0, 1), ("wrong", 0, 0), ("guess", 0, 0)]
)
def test_the_question_and_the_week_tell_right_from_partly_right(
    study: Study, how: str, right: int, partly: int
) -> None:
    review = answer(study, how)
    found = standing(study.user, review.card.question, review.study_day)
    assert (found.answers, found.right, found.partly) == (1, right, partly)
    week = weekly_digest(study.user, review.study_day)
    assert (week.asked, week.right_first, week.partly_first) == (1, right, partly)
    text = page(study, f"/bank/partly/{review.card.question.public_id}/")
    assert f"review, {100 * right} % right" in text
    assert ("1 partly right" in text) == partly


@pytest.mark.parametrize("how", WORDS)
def test_all_my_data_tells_the_verdict(study: Study, how: str) -> None:
    review = answer(study, how)
    client = Client()
    client.force_login(study.user)
    with time_machine.travel(study.now, tick=False):
        streamed = client.get("/settings/data.json")
    data = json.loads(b"".join(streamed))
    (row,) = data["reviews"]
    assert row["verdict"] == verdict(review, kind="match").verdict
    assert (row["rating"], row["confidence"]) == (review.rating, review.confidence)


@pytest.fixture
def assigned(teaching: Teaching) -> Callable[[str], Study]:
    """Learners of a class to whom the match is assigned, by name."""
    load(PACK, name="partly.md", now=teaching.now)
    teaching.assign(teaching.set_of(1, topic="partly"), days=9)

    def learner(name: str) -> Study:
        user = account(name)
        teaching.take_in(user)
        return teaching.studies(user)

    return learner


def test_the_gradebook_and_its_file_tell_right_from_partly_right(
    teaching: Teaching, assigned: Callable[[str], Study]
) -> None:
    shown = {
        "right": ("1.000", "0.000"), "partly": ("0.000", "1.000"), "wrong": ("0.000", "0.000"),
        "guess": ("0.000", "0.000"),
    }  # fmt: skip
    for how in shown:
        answer(assigned(how), how)
    teaching.later(hours=1)
    study = Study(teaching.owner, teaching.now)
    client = Client()
    client.force_login(teaching.owner)
    with time_machine.travel(teaching.now, tick=False):
        file = client.get(at("gradebook_csv", teaching.classroom.public_id)).content.decode("utf-8-sig")
    rows = {row["Address"].split("@")[0]: row for row in csv.DictReader(StringIO(file))}
    for how, (right, partly) in shown.items():
        row = rows[how]
        assert (row["Work: first attempts right"], row["Work: first attempts partly right"]) == (
            right,
            partly,
        )
    text = page(study, at("gradebook", teaching.classroom.public_id))
    assert text.count("right at once 100 %, knows") == 1
    assert text.count("right at once 0 %, partly right 100 %, knows") == 1
    assert text.count("right at once 0 %, knows") == 2


def test_item_analysis_tells_right_from_partly_right(
    teaching: Teaching, assigned: Callable[[str], Study]
) -> None:
    for number, how in enumerate(("right", "right", "partly", "guess", "wrong")):
        answer(assigned(f"learner{number}"), how)
    teaching.later(hours=1)
    (row,) = analyse_items(teaching.classroom).versions
    assert (row.right, row.partly, row.passed) == (0.4, 0.2, 0.8)
    assert sorted(one.verdict for one in row.answers) == ["not right", "partly right", "right"]
    text = page(Study(teaching.owner, teaching.now), at("items", teaching.classroom.public_id))
    assert '40 % <span class="meta">of 5, partly right 20 %</span>' in text
    assert "<td>partly right</td>" in text
    assert "<td>not right</td>" in text


def test_what_a_class_recalled_leaves_guesses_out(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(4), days=90)
    study = teaching.studies(ann)
    study.answer_all()
    study.later(days=60)
    for item in study.places():
        guessed = item.card.question.slug in ("topic-1-1", "topic-1-2")
        study.answer(item, confidence="guess" if guessed else "sure")
    (answered,) = [(row.answers, row.known) for row in calibration_of(teaching.classroom)]
    assert answered == (4, 2)
    residuals = {
        Question.objects.get(pk=row.question).slug: row.retention.residual
        for row in analyse_items(teaching.classroom).versions
        if row.retention is not None
    }
    assert residuals["topic-1-1"] < 0 < residuals["topic-1-3"]


def test_a_snapshot_of_another_schema_is_void_and_computed_again(
    teaching: Teaching, assigned: Callable[[str], Study]
) -> None:
    answer(assigned("ann"), "right")
    study = Study(teaching.owner, teaching.now + timedelta(minutes=1))
    page(study, at("gradebook", teaching.classroom.public_id))
    teaching.classroom.snapshots.update(schema=0, content=[{"m": 1, "score": 1.0}])
    assert "As of" not in page(study, at("class", teaching.classroom.public_id))
    assert "right at once 100 %" in page(study, at("gradebook", teaching.classroom.public_id))


def test_offered_options_carry_their_verdict() -> None:
    load_choices(topics=1, each=1)
    spec = Question.objects.get().versions.get().spec
    assert sorted(asking.offered(spec)) == [("Right", "right"), ("Wrong", "not right")]
