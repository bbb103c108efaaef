"""Progress names the questions that keep being missed, and what there is to do about each."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from quizzes.review import leeches
from quizzes.review.models import Card, Review
from quizzes.scheduling.leeches import is_leech
from quizzes.scheduling.ratings import Rating
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.plans import words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db
HEADING = "What does not stick"


@pytest.fixture
def study() -> Study:
    load_choices(topics=2, each=5)
    return Study(User.objects.create_user("ann@example.org", welcomed_at=timezone.now()), now=timezone.now())


def came_back(card: Card, *, missed: int, known: int) -> None:
    """The card came back on so many days more, each predicted at 0.9."""
    like = Review.objects.filter(card=card).latest("seq")
    kept = {
        field.attname: getattr(like, field.attname)
        for field in Review._meta.fields
        if field.name not in ("id", "public_id", "seq", "rating", "predicted")
    }
    Review.objects.bulk_create(
        Review(**kept, seq=1_000 + day, predicted=0.9, rating=Rating.AGAIN if day < missed else Rating.GOOD)
        for day in range(missed + known)
    )
    Card.objects.filter(pk=card.pk).update(lapses=missed)


def progress(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/progress/").content.decode()


def test_the_worst_comes_first_with_its_numbers_and_what_to_do(study: Study) -> None:
    cards = [study.answer().card for _ in range(4)]
    for card, missed, known in zip(cards, (4, 7, 4, 3), (4, 5, 40, 0), strict=True):
        came_back(card, missed=missed, known=known)
    page = progress(study.user)
    section = page[page.index('id="leeches-heading"') :].split("</section>")[0]
    said = re.findall(r"Not known on (\d+) of the (\d+) days it came back", section)
    # The third is missed as often as is predicted, the fourth too seldom to tell.
    assert said == [("7", "12"), ("4", "8")]
    for missed, asked in said:
        history = [(0.9, day >= int(missed)) for day in range(int(asked))]
        assert is_leech(history)
    assert "2 questions keep being missed" in words(section)
    for card in (cards[1], cards[0]):
        address = f"/bank/{card.question.topic.slug}/{card.question.public_id}/"
        assert f'href="{address}"' in section
        assert f'href="{address}note/?next=/progress/"' in section
        assert f'action="{address}suspension/"' in section


def test_what_is_left_out_or_retired_is_no_longer_named(study: Study) -> None:
    client = Client()
    client.force_login(study.user)
    first, second = study.answer().card, study.answer().card
    for card in (first, second):
        came_back(card, missed=5, known=1)
    question = first.question
    gone = client.post(
        f"/bank/{question.topic.slug}/{question.public_id}/suspension/",
        {"suspended": "yes", "next": "/progress/"},
    )
    assert (gone.status_code, gone["Location"]) == (303, "/progress/")
    assert [one.public_id for one in leeches.leeches_of(study.user)] == [second.question.public_id]
    second.question.retired_at = timezone.now()
    second.question.save()
    assert leeches.leeches_of(study.user) == []
    assert HEADING not in progress(study.user)


def test_answers_taken_back_and_answers_of_others_name_nothing(study: Study) -> None:
    other = Study(User.objects.create_user("bob@example.org", welcomed_at=timezone.now()), now=study.now)
    came_back(other.answer().card, missed=6, known=0)
    card = study.answer().card
    came_back(card, missed=6, known=0)
    Review.objects.filter(card=card, seq__gte=1_000).update(undone_at=timezone.now())
    assert leeches.leeches_of(study.user) == []
    assert len(leeches.leeches_of(other.user)) == 1


def test_it_takes_two_queries_however_many_there_are_and_judges_no_more_than_it_says(study: Study) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert leeches.leeches_of(study.user) == []
    assert len(captured) == 1
    cards = [study.answer().card for _ in range(6)]
    counts = []
    for many in (1, 6):
        for card in cards[:many]:
            Review.objects.filter(card=card, seq__gte=1_000).delete()
            came_back(card, missed=6, known=2)
        with CaptureQueriesContext(connection) as captured:
            assert len(leeches.leeches_of(study.user)) == many
        counts.append(len(captured))
    assert counts == [2, 2]


def test_only_those_missed_most_often_are_judged(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leeches, "MOST_JUDGED", 2)
    cards = [study.answer().card for _ in range(3)]
    for card, missed in zip(cards, (5, 7, 6), strict=True):
        came_back(card, missed=missed, known=0)
    assert [one.missed for one in leeches.leeches_of(study.user)] == [7, 6]
