"""What a page may not tell: in which places its options, steps and pairs stand in the pack."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.core import signing
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from quizzes.bank import asking
from quizzes.bank.models import Question, Version
from quizzes.bank.sets import add_questions, create_set
from quizzes.browsing.models import Attempt, Exercise
from quizzes.review.models import Card, Item, Review, Session, StudySettings
from quizzes.scheduling.queue import REST
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.pages import ANSWER, HTMX, correct, form, hidden, html, prompt, shown_on

pytestmark = pytest.mark.django_db

PRACTICE = "/practice/answer/"
WORDS = [
    f"{word} word"
    for word in ["ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine"]
]
OPTIONS = "- [x] ash word\n" + "".join(f"- [ ] {word}\n  > No.\n" for word in WORDS[1:])
STEPS = "".join(f"{number}. {word}\n" for number, word in enumerate(WORDS, start=1))
PAIRS = "| Left | Right |\n|---|---|\n" + "".join(f"| {word} | {word.upper()} |\n" for word in WORDS)

LONG = f"""---
pack: long
title: Long
number: 1
summary: Questions whose orders nobody hits by chance.
---

## Which of these ten trees? {{#L-choice level=1}}

{OPTIONS}
### Explanation

So it is.

## Put these ten trees in order. {{#L-order level=1}}

{STEPS}
### Explanation

So it is.

## Match these ten trees. {{#L-match level=1}}

{PAIRS}
### Explanation

So it is.

## This is true for a reason. {{#L-truefalse level=1}}

- [x] True
- [ ] False

### Reasons

{OPTIONS}
### Explanation

So it is.
"""
LONG_KINDS = ("choice", "order", "match", "truefalse")


@pytest.fixture
def long(learner: User) -> None:
    load(LONG)
    StudySettings.objects.create(user=learner, new_per_day=20, next_day_at=timezone.now())


@pytest.fixture
def short(learner: User) -> None:
    load(ALL_KINDS)
    StudySettings.objects.create(user=learner, new_per_day=20, next_day_at=timezone.now())


def only(kind: str) -> Question:
    """The bank's question of the kind, which alone is asked from now on."""
    Question.objects.exclude(kind=kind).update(retired_at=timezone.now())
    return Question.objects.select_related("current", "topic").get(kind=kind)


def spec_of(question: Question) -> dict[str, Any]:
    assert question.current is not None
    return question.current.spec


def ten_minutes_pass() -> None:
    """A question that was missed alone rests so long."""
    Review.objects.update(answered_at=F("answered_at") - REST)


# --- the attack ---------------------------------------------------------------------------------------------------


def order_on(page: str) -> list[int]:
    """In which order the ten words stand on the page: what an attack has to trace back to the pack."""
    body = page[page.index('class="prompt"') :] if 'class="prompt"' in page else page
    return sorted(range(len(WORDS)), key=lambda place: body.index(WORDS[place]))


def order_drawn(spec: dict[str, Any], seed: str) -> list[int]:
    """In which order the public code shows them for a seed."""
    presented = asking.present(spec, seed=seed)
    order: list[int] = next(
        presented[name] for name in ("options", "steps", "lefts", "reasons") if name in presented
    )
    return order


def readable_in(page: str) -> set[str]:
    """Every word and number of a page, with its tokens decoded as anyone can decode them."""
    words = set(re.findall(r"[\w-]{1,80}", page))
    for value in re.findall(r'value="([^"]+)"', page):
        words.add(value)
        for part in re.findall(r"[\w-]+", value):
            told = base64.urlsafe_b64decode(part[: len(part) // 4 * 4] + "==") if len(part) > 3 else b""
            words |= set(re.findall(r"[\w-]{1,80}", told.decode("utf-8", "replace")))
    return words | {str(UUID(word)) for word in words if re.fullmatch(r"[0-9a-f]{32}", word)}


def guesses(page: str) -> Iterator[str]:
    """The seeds one can work out from a page and from small numbers, which database ids are."""
    ids = {str(number) for number in range(3)}
    for table in (User, Question, Version, Card, Item, Session, Exercise):
        ids |= {str(pk) for pk in table.objects.values_list("pk", flat=True)}
    names = readable_in(page) | ids | {"example", "preview"}
    yield from names
    yield from (f"{purpose}:{name}" for purpose in ("practice", "review", "set") for name in names)
    yield from (":".join(three) for three in product(sorted(ids), repeat=3))


def is_worked_out(question: Question, pages: list[str]) -> bool:
    """Whether each page's drawing is that of a seed one can work out. A single page may be hit by chance."""
    spec = spec_of(question)
    return all(any(order_drawn(spec, seed) == order_on(page) for seed in guesses(page)) for page in pages)


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_the_attack_works_out_what_is_drawn_by_a_seed_made_of_ids(
    long: None, web: Client, learner: User, kind: str
) -> None:
    """Or the tests below could not fail."""
    question = only(kind)
    page = html(web.get("/review/"))
    card = Card.objects.get(question=question)
    for seed in (f"{learner.pk}:{card.pk}:{card.seq}", "preview", f"practice:{question.public_id}"):
        words = [WORDS[place] for place in order_drawn(spec_of(question), seed)]
        drawn = f'{question.public_id}<h1 class="prompt"></h1>{" ".join(words)}'
        assert is_worked_out(question, [drawn])
    assert order_on(page) == order_drawn(spec_of(question), shown_on(web.get("/review/")).seed)


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_what_a_review_shows_cannot_be_worked_out_from_its_page(long: None, web: Client, kind: str) -> None:
    question = only(kind)
    pages = []
    for _ in range(2):
        page = web.get("/review/")
        pages.append(html(page))
        web.post(ANSWER, form(page, skip="1"))
        ten_minutes_pass()
    assert not is_worked_out(question, pages)


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_what_practice_shows_cannot_be_worked_out_from_its_page(long: None, web: Client, kind: str) -> None:
    question = only(kind)
    own = f"/bank/{question.topic.slug}/{question.public_id}/"
    assert not is_worked_out(question, [html(web.get(own)) for _ in range(2)])
    pages = [html(web.post("/practice/", {}, follow=True)) for _ in range(2)]
    assert not is_worked_out(question, pages)


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_what_a_set_shows_cannot_be_worked_out_from_its_pages(
    long: None, web: Client, stranger: User, kind: str
) -> None:
    question = only(kind)
    previews, papers = [], []
    for title in ("One", "Another"):
        made = create_set(owner=stranger, title=title, about="", visibility="public", now=timezone.now())
        add_questions(question_set=made, public_ids=[question.public_id], now=timezone.now())
        previews.append(html(web.get(reverse("quizzes:preview", args=[made.public_id, question.public_id]))))
        papers.append(
            html(web.get(reverse("quizzes:print_set", args=[made.public_id]))).partition("<main")[2]
        )
    assert [order_on(page) for page in previews] == [order_on(page) for page in papers]
    assert order_on(previews[0]) != order_on(previews[1])
    assert not is_worked_out(question, previews)
    assert not is_worked_out(question, papers)


def test_forms_hold_neither_seeds_nor_database_ids(short: None, web: Client, learner: User) -> None:
    """Ids are made long, so that nothing else looks like them."""
    Question.objects.exclude(kind="order").update(retired_at=timezone.now())
    question = Question.objects.select_related("topic").get(kind="order")
    Card.objects.create(pk=70_007, user=learner, question=question)
    version = Version.objects.get(question=question)
    version.pk, version.number = 80_008, version.number + 1
    version.save(force_insert=True)
    Question.objects.filter(pk=question.pk).update(current=version)
    pages = [web.get("/review/"), web.get(f"/bank/{question.topic.slug}/{question.public_id}/")]
    seed = shown_on(pages[0]).seed
    feedback = web.post(ANSWER, form(pages[0], right=False), headers=HTMX)
    for page in (*pages, feedback, web.get("/review/")):
        readable = readable_in(html(page))
        assert not readable & {"70007", "80008", seed}
        assert seed not in html(page)
    assert re.fullmatch(r"[0-9a-f]{64}", seed)


# --- the same state, the same drawing ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_a_question_is_drawn_alike_until_it_is_answered_and_then_anew(
    long: None, web: Client, stranger: User, kind: str
) -> None:
    only(kind)
    page = web.get("/review/")
    first = order_on(html(page))
    assert order_on(html(web.get("/review/"))) == first
    again = web.post(ANSWER, form(page, hint="1"))
    assert order_on(html(again)) == first
    assert hidden(again)["token"] == hidden(page)["token"]
    web.post(ANSWER, form(page, skip="1"))
    ten_minutes_pass()
    assert order_on(html(web.get("/review/"))) != first
    other = Client()
    other.force_login(stranger)
    assert order_on(html(other.get("/review/"))) != first


# --- forms of the code before ---------------------------------------------------------------------------------------


def former_token(learner: User, card: Card) -> str:
    """A review's token as it was when the seed stood in it."""
    says = {
        "u": learner.pk,
        "c": card.pk,
        "s": card.seq,
        "v": card.question.current_id,
        "r": f"{learner.pk}:{card.pk}:{card.seq}",
        "t": round(timezone.now().timestamp() * 1000),
    }
    return signing.Signer(salt="quizzes.review.answer").sign_object(says)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_review_form_of_before_is_shown_again_and_nothing_is_counted(
    short: None, web: Client, learner: User, headers: dict[str, str]
) -> None:
    page = web.get("/review/")
    card = Card.objects.get(question__public_id=shown_on(page).question)
    token = former_token(learner, card)
    stale = web.post(ANSWER, {**form(page), "token": token}, headers=headers)
    assert stale.status_code == 409
    assert "nothing was counted" in html(stale)
    assert prompt(stale) == prompt(page)
    assert not Review.objects.exists()
    assert correct(web.post(ANSWER, form(stale), headers=HTMX)) == "true"
    # What was answered meanwhile stands, and is said to stand.
    late = web.post(ANSWER, {**form(page), "token": token}, headers=headers)
    assert late.status_code == 409
    assert "that answer stands" in html(late)
    assert Review.objects.count() == 1


def test_a_review_form_of_before_helps_no_stranger(
    short: None, web: Client, learner: User, stranger: User
) -> None:
    page = web.get("/review/")
    card = Card.objects.get(question__public_id=shown_on(page).question)
    other = Client()
    other.force_login(stranger)
    for token in (former_token(learner, card), former_token(learner, card)[:-2], hidden(page)["token"]):
        assert other.post(ANSWER, {"token": token, "skip": "1"}).status_code == 404
    assert not Review.objects.exists()


def test_a_practice_form_of_before_is_shown_again_and_nothing_is_recorded(
    short: None, web: Client, stranger: User
) -> None:
    question = only("order")
    number = question.versions.get().number
    web.post("/practice/", {})
    of_practice = {"token": f"{Exercise.objects.get().public_id}:{number}"}
    of_question = {
        "token": f"67e4fb86-8cdd-4cfc-a14b-57654c60dfe0:{number}",
        "question": str(question.public_id),
    }
    other = Client()
    other.force_login(stranger)
    assert other.post(PRACTICE, {**of_practice, "skip": "1"}).status_code == 404
    for before in (of_practice, of_question):
        stale = web.post(PRACTICE, {**before, "skip": "1"}, headers=HTMX)
        assert stale.status_code == 409
        assert "nothing was recorded" in html(stale)
        assert not Attempt.objects.filter(exercise__public_id=before["token"].partition(":")[0]).exists()
        assert web.post(PRACTICE, {**hidden(stale), "skip": "1"}).status_code == 303
        late = web.post(PRACTICE, {**before, "skip": "1"}, headers=HTMX)
        assert late.status_code == 409
        assert "that answer stands" in html(late)
    assert Attempt.objects.count() == 2


# --- another SECRET_KEY ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LONG_KINDS)
def test_an_open_form_is_read_as_it_was_drawn_after_the_key_was_rotated(
    long: None, web: Client, learner: User, settings: Settings, kind: str
) -> None:
    question = only(kind)
    own = f"/bank/{question.topic.slug}/{question.public_id}/"
    page, drawn = web.get("/review/"), order_on(html(web.get("/review/")))
    fields = form(page)
    practice = web.get(own)
    practised = order_on(html(practice))
    before = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [before]
    assert order_on(html(web.get("/review/"))) != drawn
    hinted = web.post(ANSWER, {**fields, "hint": "1"})
    assert order_on(html(hinted)) == drawn
    again = web.post(PRACTICE, {**hidden(practice), "hint": "1"})
    assert order_on(html(again)) == practised
    feedback = web.post(ANSWER, fields, headers=HTMX)
    assert correct(feedback) == "true"
    if kind in ("choice", "truefalse"):
        assert order_on(html(web.get(feedback["HX-Push-Url"]))) == drawn


def test_a_recorded_answer_is_shown_as_before_after_the_key_was_changed(
    long: None, web: Client, learner: User, settings: Settings
) -> None:
    only("choice")
    page = web.get("/review/")
    fields = form(page)
    address = web.post(ANSWER, fields, headers=HTMX)["HX-Push-Url"]
    shown = order_on(html(web.get(address)))
    assert shown == order_on(html(page))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, []
    # Who is signed in is remembered by the key too.
    anew = Client()
    anew.force_login(learner)
    assert order_on(html(anew.get(address))) == shown
    assert anew.post(ANSWER, fields).status_code == 404
