"""The bank's pages: what there is, what is found, and no answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question, Topic
from quizzes.browsing import search
from quizzes.browsing.models import Note
from quizzes.templatetags.numbers import percent
from quizzes.tests.bank.pack_examples import CHOICE, EVERY_KIND, MULTI, QUESTIONS, pack_of
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import html
from quizzes.tests.review.studying import Study

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# What only someone who knows the answers could write.
ANSWERS = ("each unit is kept", "clip_grad_norm_", "translation invariance", "drop-out", "Pooling discards")

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return Study(User.objects.create_user("ann@example.org"))


@pytest.fixture
def web(study: Study) -> Client:
    client = Client()
    client.force_login(study.user)
    return client


def load(text: str) -> None:
    assert not load_pack(text=text, path=Path("examples.md"), now=NOW).failed


def address(question: Question) -> str:
    return reverse("quizzes:question", args=[question.topic.slug, question.public_id])


# --- topics and lists -----------------------------------------------------------------------------------------


def test_the_bank_lists_topics_with_what_the_learner_knows(study: Study, web: Client) -> None:
    load_choices(topics=2, each=6)
    study.answer()
    page = html(web.get("/bank/"))
    assert reverse("quizzes:topic", args=["topic-1"]) in page
    assert "1 of 6 asked" in page
    assert "0 of 6 asked" in page


def test_an_empty_bank_says_how_to_fill_it(web: Client) -> None:
    assert "load_bank" in html(web.get("/bank/"))


def test_a_topic_lists_prompts_kinds_and_levels_and_no_answers(web: Client) -> None:
    load(EVERY_KIND)
    page = html(web.get("/bank/examples/"))
    assert "Which layer zeroes activations at random?" in page
    assert "Single choice" in page
    assert "Analyse or judge" in page
    assert [answer for answer in ANSWERS if answer in page] == []


def test_prompts_are_rendered_safe_and_have_example_numbers(web: Client) -> None:
    numeric = QUESTIONS["numeric"].replace("has the layer", "has a layer of {{=n}} inputs")
    load(pack_of(CHOICE.replace("at random?", "by `p` and <b>$x^2$</b>?"), numeric))
    page = html(web.get("/bank/examples/"))
    assert "<code>p</code> and &lt;b&gt;<math" in page
    assert "How many weights has a layer of " in page
    assert "{{" not in page


def test_retired_questions_are_not_listed_and_an_empty_topic_is_not_there(web: Client) -> None:
    load(pack_of(CHOICE, MULTI))
    multi = Question.objects.select_related("topic").get(kind="multi")
    load(pack_of(CHOICE))
    page = html(web.get("/bank/examples/"))
    assert "1 question" in page
    assert "fight overfitting" not in page
    assert web.get(address(multi)).status_code == 404
    Question.objects.update(retired_at=NOW)
    assert web.get("/bank/examples/").status_code == 404
    assert web.get("/bank/nothing/").status_code == 404


def test_words_and_filters_stand_in_the_address_and_in_the_form(web: Client) -> None:
    load(EVERY_KIND)
    page = html(web.get("/bank/?q=layer&kind=choice&topic=examples"))
    assert 'value="layer"' in page
    assert '<option value="choice" selected>' in page
    assert "Which layer zeroes activations at random?" in page
    assert "Examples of every kind · “layer” · Single choice" in page
    assert [answer for answer in ANSWERS if answer in page] == []


def test_a_set_filter_is_a_chip_that_leads_to_the_rest_and_the_fields_are_folded(web: Client) -> None:
    load_choices(topics=1, each=3)
    page = html(web.get("/bank/?q=layer&topic=topic-1&kind=choice&level=1"))
    chips = re.findall(r'class="chip" href="([^"]*)"><span[^>]*>Without the filter </span>([^<]*)<', page)
    assert [(unescape(link), words) for link, words in chips] == [
        ("/bank/?q=layer&kind=choice&level=1", Topic.objects.get(slug="topic-1").title),
        ("/bank/?q=layer&topic=topic-1&level=1", "Single choice"),
        ("/bank/?q=layer&topic=topic-1&kind=choice", "Recall"),
    ]
    assert re.search(r"<details\s+data-folds-for", page)
    within = html(web.get("/bank/topic-1/?kind=choice"))
    assert re.findall('class="chip" href="([^"]*)"', within) == ["/bank/topic-1/"]
    assert re.search(r"<details open data-folds-for", html(web.get("/bank/?level=9")))


def test_pages_follow_each_other_with_what_was_asked_for(web: Client) -> None:
    load_choices(topics=1, each=60)
    page = html(web.get("/bank/topic-1/?q=question&level="))
    assert "60 questions" in page
    last = Question.objects.order_by("pk")[24]
    following = f"/bank/topic-1/?q=question&amp;after={last.public_id}"
    assert following in page
    second = html(web.get(following.replace("&amp;", "&")))
    assert "Question 26 of topic-1?" in second
    assert "Question 25 of topic-1?" not in second
    assert 'href="/bank/topic-1/?q=question"' in second
    assert "Question 1 of topic-1?" in html(web.get("/bank/topic-1/?after=nonsense"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("level=9", "is none of these"),
        ("kind=nonsense", "is none of these"),
        ("topic=nothing", "is none of these"),
        ("mine=yours", "is none of these"),
        (f"q={'x' * 10_000}", "at most 200 characters"),
    ],
)
def test_what_cannot_be_asked_for_is_said(web: Client, asked: str, said: str) -> None:
    load(EVERY_KIND)
    for headers in ({}, {"HX-Request": "true"}):
        answer = web.get(f"/bank/?{asked}", headers=headers)
        assert answer.status_code == 422
        assert said in html(answer)


@pytest.mark.parametrize("asked", ["%00", "%22%27*", "AND+OR+NOT", "layer%00zeroes", "%ff%fe", "the", "..."])
def test_no_words_upset_the_page(web: Client, asked: str) -> None:
    load(EVERY_KIND)
    assert web.get(f"/bank/?q={asked}").status_code == 200


def test_an_empty_result_says_what_to_do(web: Client) -> None:
    load(EVERY_KIND)
    assert "Try fewer words" in html(web.get("/bank/?q=zebra"))
    assert "Search for a word that says more" in html(web.get("/bank/?q=the"))
    for mine in search.MINE.keys() - {"new"}:
        page = html(web.get(f"/bank/?mine={mine}"))
        assert "No question matches" in page
        assert "Try fewer words" not in page


def test_htmx_gets_the_list_alone_with_its_address(web: Client) -> None:
    load(EVERY_KIND)
    for path in ("/bank/", "/bank/examples/"):
        answer = web.get(f"{path}?q=layer&kind=&topic=&after=", headers={"HX-Request": "true"})
        assert answer["HX-Push-Url"] == f"{path}?q=layer"
        assert "<html" not in html(answer)
        assert "Which layer zeroes" in html(answer)


def test_the_number_of_queries_does_not_grow(study: Study, web: Client) -> None:
    load_choices(topics=2, each=15)
    study.answer()
    question = study.answered[0].card.question
    paths = ["/bank/", "/bank/?q=question", "/bank/topic-1/", address(question)]

    def counts() -> list[int]:
        counted = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert web.get(path).status_code == 200
            counted.append(len(captured))
        return counted

    web.get("/bank/")
    few = counts()
    for _ in range(4):
        study.answer_all()
        study.later(days=2)
    load_choices(topics=7, each=15)
    assert counts() == few


@pytest.mark.parametrize("path", ["/bank/", "/bank/examples/"])
def test_the_bank_is_only_read_and_for_those_who_signed_in(client: Client, web: Client, path: str) -> None:
    load(EVERY_KIND)
    assert web.post(path).status_code == 405
    assert Client().get(path)["Location"].startswith("/accounts/login/")


# --- a question -----------------------------------------------------------------------------------------------


@pytest.fixture
def question() -> Question:
    load(EVERY_KIND)
    return Question.objects.select_related("topic", "current").get(kind="choice")


def test_a_question_is_asked_without_its_key_until_that_is_asked_for(web: Client, question: Question) -> None:
    page = html(web.get(address(question)))
    assert "Which layer zeroes activations at random?" in page
    assert 'id="answer-form"' in page
    assert "Sources, which may give the answer away" in page
    for secret in (
        "each unit is kept",
        "It is deterministic",
        "Leaving it on at",
        "dropped with probability",
    ):
        assert secret not in page
        assert secret in html(web.get(f"{address(question)}?answer=shown"))


@pytest.mark.parametrize("kind", list(QUESTIONS))
def test_every_kind_has_its_page_asked_and_answered(web: Client, kind: str) -> None:
    load(EVERY_KIND)
    question = Question.objects.select_related("topic").get(kind=kind)
    for end in ("", "?answer=shown"):
        assert web.get(address(question) + end).status_code == 200


def test_a_question_under_another_topic_leads_to_its_own(web: Client, question: Question) -> None:
    Topic.objects.create(slug="elsewhere", title="Elsewhere")
    answer = web.get(f"/bank/elsewhere/{question.public_id}/")
    assert answer["Location"] == address(question)


def test_the_history_tells_days_ratings_and_expectations(study: Study, web: Client) -> None:
    load_choices(topics=1, each=3)
    first = study.answer(right=False)
    study.answer_all()
    study.later(days=40)
    while study.answered[-1].card_id != first.card_id or study.answered[-1].study_day == first.study_day:
        study.answer()
    last = study.answered[-1]
    page = html(web.get(address(first.card.question)))
    for review in (first, last):
        assert reverse("quizzes:feedback", args=[review.public_id]) in page
    assert ">Again<" in page
    assert ">Good<" in page
    assert last.predicted is not None
    assert f"Expected: {percent(last.predicted)}" in page
    study.undo(last)
    assert ">Taken back<" in html(web.get(address(first.card.question)))


def test_suspending_takes_a_question_out_of_the_day_and_bringing_it_back_returns_it(
    study: Study, web: Client
) -> None:
    load_choices(topics=1, each=3)
    study.open()
    item = study.next()
    assert item is not None
    where = address(item.card.question)
    suspension = f"{where}suspension/"
    for _ in range(2):
        assert web.post(suspension, {"suspended": "yes"})["Location"] == where
    after = study.next()
    assert after is not None
    assert after.card_id != item.card_id
    page = html(web.get(where))
    assert "Bring back" in page
    assert "It is suspended" in page
    assert study.answer_all() == 2
    web.post(suspension, {"suspended": "no"})
    assert study.next() == item


def test_a_note_is_kept_rendered_changed_and_taken_away(web: Client, question: Question) -> None:
    where = f"{address(question)}note/"
    assert web.post(where, {"text": "Mind **this**\r\n\r\n<script>"}).status_code == 303
    page = html(web.get(address(question)))
    assert "<strong>this</strong>" in page
    assert "&lt;script&gt;" in page
    web.post(where, {"text": "Better"})
    assert Note.objects.get().text == "Better"
    web.post(where, {"text": "  "})
    assert not Note.objects.exists()


def test_a_note_is_kept_and_shown_on_the_feedback_it_was_written_from(study: Study, web: Client) -> None:
    load_choices(topics=1, each=3)
    review, other = study.answer(), study.answer()
    feedback = f"/review/feedback/{review.public_id}/"
    page = html(web.get(feedback))
    assert ">Write a note</a>" in page
    assert "Your note" not in page
    note = f"{address(review.card.question)}note/"
    assert "Save the note" in html(web.get(f"{note}?next={feedback}"))
    page = html(web.post(note, {"text": "Mind **this**", "next": feedback}, follow=True))
    assert "Your note is kept." in page
    assert "<strong>this</strong>" in page
    assert ">Change the note</a>" in page
    assert "<strong>this</strong>" not in html(web.get(f"/review/feedback/{other.public_id}/"))
    page = html(web.post(note, {"text": "", "next": feedback}, follow=True))
    assert "There is no note now." in page
    assert ">Write a note</a>" in page


def test_a_note_may_have_2000_characters_however_its_lines_end(web: Client, question: Question) -> None:
    where = f"{address(question)}note/"
    lines = "\r\n".join(["x"] * 1_000)
    assert web.post(where, {"text": lines}).status_code == 303
    refused = web.post(where, {"text": "y" * 2_001})
    assert refused.status_code == 422
    assert "2,001 characters; at most 2,000" in html(refused)
    assert "y" * 2_001 in html(refused)
    assert len(Note.objects.get().text) == 1_999


def test_a_note_and_a_history_are_their_owners_alone(study: Study, web: Client) -> None:
    load_choices(topics=1, each=3)
    review = study.answer()
    question = review.card.question
    web.post(f"{address(question)}note/", {"text": "my secret"})
    other = Client()
    other.force_login(User.objects.create_user("bob@example.org"))
    page = html(other.get(address(question)))
    assert "my secret" not in page
    assert str(review.public_id) not in page
    assert "You have not met it yet" in page
