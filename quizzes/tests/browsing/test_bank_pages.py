"""The bank's pages: what there is, and no answers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question, Topic
from quizzes.tests.bank.pack_examples import CHOICE, EVERY_KIND, MULTI, pack_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(client: Client) -> Client:
    client.force_login(User.objects.create_user("learner@example.org", "a long enough one"))
    return client


def load(text: str) -> None:
    assert not load_pack(text=text, path=Path("examples.md"), now=NOW).failed


def test_the_bank_lists_topics_with_their_numbers(learner: Client) -> None:
    load(EVERY_KIND)
    page = learner.get(reverse("quizzes:bank")).content.decode()
    assert "Examples of every kind" in page
    assert "12 questions in 1 topic." in page
    assert reverse("quizzes:topic", args=["examples"]) in page


def test_an_empty_bank_says_how_to_fill_it(learner: Client) -> None:
    page = learner.get(reverse("quizzes:bank")).content.decode()
    assert "load_bank" in page


def test_a_topic_lists_prompts_kinds_and_levels_and_no_answers(learner: Client) -> None:
    load(EVERY_KIND)
    page = learner.get(reverse("quizzes:topic", args=["examples"])).content.decode()
    assert "Which layer zeroes activations at random?" in page
    assert "Single choice" in page
    assert "Analyse or judge" in page
    for answer in (
        "each unit is kept",
        "clip_grad_norm_",
        "translation invariance",
        "drop-out",
        "Pooling discards",
    ):
        assert answer not in page


def test_prompts_are_rendered_and_safe(learner: Client) -> None:
    load(pack_of(CHOICE.replace("at random?", "by `p` and <b>$x^2$</b>?")))
    page = learner.get(reverse("quizzes:topic", args=["examples"])).content.decode()
    assert "<code>p</code> and &lt;b&gt;<math" in page


def test_retired_questions_are_not_listed_and_an_empty_topic_is_not_there(learner: Client) -> None:
    load(pack_of(CHOICE, MULTI))
    load(pack_of(CHOICE))
    page = learner.get(reverse("quizzes:topic", args=["examples"])).content.decode()
    assert "1 question" in page
    assert "fight overfitting" not in page
    Question.objects.update(retired_at=NOW)
    assert learner.get(reverse("quizzes:topic", args=["examples"])).status_code == 404
    assert learner.get(reverse("quizzes:topic", args=["nothing"])).status_code == 404


def test_the_number_of_queries_does_not_grow(
    learner: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    load(EVERY_KIND)
    for number in range(20):
        Topic.objects.create(slug=f"t{number}", title=f"T{number}")
    with django_assert_max_num_queries(4):
        learner.get(reverse("quizzes:bank"))
    with django_assert_max_num_queries(5):
        learner.get(reverse("quizzes:topic", args=["examples"]))


@pytest.mark.parametrize("address", ["/bank/", "/bank/examples/"])
def test_the_bank_is_for_those_who_signed_in(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_bank_is_only_read(learner: Client) -> None:
    assert learner.post(reverse("quizzes:bank")).status_code == 405
