"""Private questions on a learner's own pages: there while they are asked or remembered, nowhere for anyone else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Pack, Question
from quizzes.browsing import queries, search
from quizzes.browsing.search import SearchFilters
from quizzes.review.actions.targets import drop_targets
from quizzes.review.mastery import mastery
from quizzes.review.models import Target
from quizzes.review.queries import questions_of
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.forecast import Strength
from quizzes.tests.review.packs import choices, load_choices
from quizzes.tests.review.pages import html
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def question() -> Question:
    """The one private question there is, of a teacher's pack."""
    load_choices(topics=1, each=2)
    teacher = User.objects.create_user("teacher@example.org")
    text = choices(topic="secret", number=9, many=1)
    assert not load_pack(text=text, path=Path("secret.md"), now=MONDAY, owner=teacher).failed
    return Question.objects.get(pack=Pack.objects.get(owner=teacher))


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann@example.org")


def ask(user: User, question: Question, **moments: object) -> Target:
    given = {"opens_at": MONDAY, "closes_at": None, **moments}
    return Target.objects.create(
        user=user,
        question=question,
        source=question.public_id,
        label="Work",
        changed_at=MONDAY,
        **given,
    )


def doors(user: User, question: Question) -> set[bool]:
    """Whether the question is behind each of the learner's doors at MONDAY: one answer, where they agree."""
    topics = {one.slug for one in mastery(user, MONDAY, strength=Strength(), first_tries=FirstTries({}))}
    found = search.find(user, SearchFilters(q="secret"), MONDAY).questions
    drawn = search.draw(user, SearchFilters(), MONDAY, many=9, seed="x")
    return {
        questions_of(user, MONDAY).filter(pk=question.pk).exists(),
        queries.questions_for(user, MONDAY).filter(pk=question.pk).exists(),
        question.topic.slug in topics,
        [one.public_id for one in found] == [question.public_id],
        question.pk in drawn,
    }


def test_what_is_asked_of_a_learner_is_behind_all_their_doors_and_nobody_elses(
    ann: User, question: Question
) -> None:
    ask(ann, question)
    assert doors(ann, question) == {True}
    bob = User.objects.create_user("bob@example.org")
    assert doors(bob, question) == {False}


def test_what_has_not_opened_or_has_closed_is_behind_none(ann: User, question: Question) -> None:
    target = ask(ann, question, opens_at=MONDAY + timedelta(hours=1))
    assert doors(ann, question) == {False}
    Target.objects.filter(pk=target.pk).update(opens_at=MONDAY - timedelta(2), closes_at=MONDAY)
    assert doors(ann, question) == {False}


def test_what_was_answered_stays_theirs_when_it_is_no_longer_asked(ann: User, question: Question) -> None:
    ask(ann, question)
    Study(ann).answer_all()
    drop_targets(sources=[question.public_id])
    assert doors(ann, question) == {True}


def test_its_page_and_practice_are_there_for_whom_it_is_asked(ann: User, question: Question) -> None:
    address = reverse("quizzes:question", args=[question.topic.slug, question.public_id])
    client = Client()
    client.force_login(ann)
    with time_machine.travel(MONDAY, tick=False):
        assert client.get(address).status_code == 404
        ask(ann, question)
        assert "Question 1 of secret?" in html(client.get(address))
        assert "Secret" in html(client.get(reverse("quizzes:bank")))
