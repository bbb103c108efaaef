from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review import tokens
from quizzes.review.models import Review, StudySettings
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.pages import ANSWER, HTMX, correct, form, hidden, html, prompt, shown_on
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


# --- with and without htmx ----------------------------------------------------------------------------------------


def test_without_javascript_an_answer_leads_to_its_feedback_and_on(bank: None, web: Client) -> None:
    page = web.get("/review/")
    answered = web.post(ANSWER, form(page))
    assert answered.status_code == 303
    feedback = web.get(answered["Location"])
    assert correct(feedback) == "true"
    assert "<!DOCTYPE html>" in html(feedback)
    assert prompt(feedback) == prompt(page)
    assert 'id="next"' in html(feedback)
    assert prompt(web.get("/review/")) != prompt(page)


def test_with_htmx_an_answer_brings_its_feedback_alone(bank: None, web: Client) -> None:
    page = web.get("/review/", headers=HTMX)
    assert "<!DOCTYPE" not in html(page)
    feedback = web.post(ANSWER, form(page, right=False), headers=HTMX)
    assert feedback.status_code == 200
    assert "<!DOCTYPE" not in html(feedback)
    assert "<title>" in html(feedback)
    assert correct(feedback) == "false"
    assert feedback["HX-Push-Url"] == f"/review/feedback/{Review.objects.get().public_id}/"
    assert "1 of 10" not in html(feedback)


def test_the_bar_counts_what_is_done(bank: None, web: Client) -> None:
    assert "0 of 10 done today" in html(web.get("/review/"))
    web.post(ANSWER, form(web.get("/review/")))
    assert "1 of 10 done today" in html(web.get("/review/"))


def test_a_page_loaded_again_shows_the_same_question_in_the_same_order(bank: None, web: Client) -> None:
    first, second = web.get("/review/"), web.get("/review/")
    assert prompt(first) == prompt(second)
    assert form(first)["choice"] == form(second)["choice"]


def test_when_nothing_is_left_the_review_leads_to_the_summary(bank: None, web: Client, study: Study) -> None:
    study.now = timezone.now()
    study.answer_all()
    assert web.get("/review/")["Location"] == "/review/summary/"
    answer = web.get("/review/", headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/review/summary/"


def test_the_first_button_says_sure_so_that_enter_does(bank: None, web: Client) -> None:
    text = html(web.get("/review/"))
    bar = text[text.index('class="answer-bar"') :]
    assert (
        bar.index('value="sure"')
        < bar.index('value="unsure"')
        < bar.index('value="guess"')
        < bar.index('"skip"')
    )
    before = text[text.index('id="answer-form"') : text.index('class="answer-bar"')]
    assert "<button" not in before


def test_every_kind_is_asked_hinted_mended_and_told_about(web: Client, learner: User) -> None:
    load(ALL_KINDS)
    StudySettings.objects.create(user=learner, new_per_day=20, next_day_at=timezone.now())
    kinds = set()
    for _ in range(12):
        page = web.get("/review/")
        kind = Question.objects.get(public_id=shown_on(page).question).kind
        kinds.add(kind)
        unanswered = web.post(ANSWER, {"token": hidden(page)["token"], "confidence": "sure"}, headers=HTMX)
        assert unanswered.status_code == (200 if kind == "recall" else 422), kind
        assert hidden(unanswered)["token"] == hidden(page)["token"]
        hinted = web.post(ANSWER, form(page, hint="1"), headers=HTMX)
        assert hinted.status_code == 200
        assert hidden(hinted)["hinted"] == "1"
        feedback = web.post(ANSWER, form(hinted), headers=HTMX)
        assert correct(feedback) == "true", kind
        if kind == "numeric":
            assert "{{=" not in html(feedback)
    assert len(kinds) == 12
    assert Review.objects.filter(passed=True).count() == 12


def test_the_hint_keeps_what_was_entered(web: Client) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="numeric").update(retired_at=timezone.now())
    page = web.get("/review/")
    again = web.post(ANSWER, form(page, hint="1", answer="123456"))
    assert 'value="123456"' in html(again)


def test_free_recall_is_written_first_and_ticked_then(web: Client) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="recall").update(retired_at=timezone.now())
    first = web.get("/review/")
    assert "Compare with the key points" in html(first)
    assert "memorises noise" not in html(first)
    second = web.post(ANSWER, {"token": hidden(first)["token"], "text": "Validation gets worse."})
    assert second.status_code == 200
    assert "memorises noise" in html(second)
    assert hidden(second)["text"] == "Validation gets worse."
    assert not Review.objects.exists()
    saved = web.post(ANSWER, {**hidden(second), "point": ["0", "1"]}, follow=True)
    assert correct(saved) == "true"


def test_the_feedback_tells_everything_the_question_has_to_tell(web: Client) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="choice").update(retired_at=timezone.now())
    text = html(web.post(ANSWER, form(web.get("/review/")), follow=True))
    for part in (
        "Think of the denominators",
        "divides by the root of a running mean",
        "RMSProp scales each step",
        "Saying that momentum does it",
        "What does Adam add?",
        "Right, sure · back on ",
    ):
        assert part in text


def test_a_missed_question_says_at_each_option_why_and_a_right_one_behind_a_fold(web: Client) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="truefalse").update(retired_at=timezone.now())
    page = web.get("/review/")
    # The verdict "False" has no note, the wrong reason has one; it was not chosen.
    wrong = form(page, right=False) | {"reason": form(page)["reason"]}
    missed = html(web.post(ANSWER, wrong, follow=True))
    assert missed.count("It has none.") == 1
    assert "Why not the others?" not in missed
    Review.objects.all().delete()
    right = html(web.post(ANSWER, form(web.get("/review/"), confidence="guess"), follow=True))
    assert right.count("It has none.") == 1
    assert right.index("Why not the others?") < right.index("It has none.")


# --- again, too late, not yours -----------------------------------------------------------------------------------


def test_the_same_answer_twice_shows_the_recorded_feedback(bank: None, web: Client) -> None:
    page = web.get("/review/")
    first = web.post(ANSWER, form(page), headers=HTMX)
    second = web.post(ANSWER, form(page), headers=HTMX)
    assert second.status_code == 200
    assert second["HX-Push-Url"] == first["HX-Push-Url"]
    assert Review.objects.count() == 1


def test_another_answer_gets_409_and_is_told_that_the_first_one_stands(bank: None, web: Client) -> None:
    page = web.get("/review/")
    web.post(ANSWER, form(page), headers=HTMX)
    Review.objects.update(answered_at=timezone.now() - timedelta(seconds=12))
    for headers in (HTMX, {}):
        second = web.post(ANSWER, form(page, right=False), headers=headers)
        assert second.status_code == 409
        assert "You answered this one 12 s ago; that answer stands." in html(second)
        assert correct(second) == "true"
    assert Review.objects.count() == 1


def test_an_answer_shown_again_can_be_taken_back_only_while_it_is_the_last(bank: None, web: Client) -> None:
    page = web.get("/review/")
    web.post(ANSWER, form(page), headers=HTMX)
    again = [form(page), form(page, right=False)]
    assert all("Take this answer back" in html(web.post(ANSWER, same, headers=HTMX)) for same in again)
    web.post(ANSWER, form(web.get("/review/")), headers=HTMX)
    assert not any("Take this answer back" in html(web.post(ANSWER, same, headers=HTMX)) for same in again)


def test_a_form_that_was_undone_gets_409_and_the_next_question(bank: None, web: Client) -> None:
    page = web.get("/review/")
    feedback = web.post(ANSWER, form(page), headers=HTMX)
    web.post("/review/undo/", {"review": hidden(feedback)["review"]})
    for headers in (HTMX, {}):
        stale = web.post(ANSWER, form(page), headers=headers)
        assert stale.status_code == 409
        assert "nothing was counted" in html(stale)
        assert hidden(stale)["token"] != hidden(page)["token"]
        assert prompt(stale) == prompt(page)


def test_an_expired_form_gets_409_and_can_then_be_answered(bank: None, web: Client, learner: User) -> None:
    page = web.get("/review/")
    shown = shown_on(page)
    old = tokens.show(
        user=learner.pk, question=shown.question, seq=shown.seq, version=shown.version,
        at=shown.at - timedelta(hours=25),
    )  # fmt: skip
    stale = web.post(ANSWER, {**form(page), "token": old.token})
    assert stale.status_code == 409
    assert web.post(ANSWER, form(stale)).status_code == 303


def test_a_stale_form_after_the_last_question_gets_409_and_a_way_on(
    bank: None, web: Client, study: Study
) -> None:
    page = web.get("/review/")
    stale = form(page)
    feedback = web.post(ANSWER, stale, headers=HTMX)
    web.post("/review/undo/", {"review": hidden(feedback)["review"]})
    study.now = timezone.now()
    study.answer_all()
    answer = web.post(ANSWER, stale, headers=HTMX)
    assert answer.status_code == 409
    assert "/review/summary/" in html(answer)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"token": ""},
        {"token": "garbage", "choice": "0"},
        {"token": "eyJ1IjoxfQ:abc", "choice": "0"},
        {"token": ["a", "b"]},
        {"token": "\0"},
    ],
)
def test_a_token_that_is_not_ours_gets_404(bank: None, web: Client, fields: dict[str, Any]) -> None:
    for headers in (HTMX, {}):
        assert web.post(ANSWER, fields, headers=headers).status_code == 404


def test_the_form_of_another_learner_gets_404(bank: None, web: Client, stranger: User) -> None:
    page = web.get("/review/")
    other = Client()
    other.force_login(stranger)
    assert other.post(ANSWER, form(page)).status_code == 404
    assert not Review.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without scripts", "htmx"])
def test_enter_in_a_field_asks_how_sure_and_keeps_the_answer(
    bank: None, web: Client, headers: dict[str, str]
) -> None:
    page = web.get("/review/")
    buttons = re.findall(r'<button type="submit"[^>]*>', page.content.decode().split('id="answer-form"')[1])
    assert 'value="ask"' in buttons[0]  # which is what Enter in a field presses
    asked = web.post(ANSWER, form(page) | {"confidence": "ask"}, headers=headers)
    text = asked.content.decode()
    assert asked.status_code == 422
    assert re.search(r'id="how-sure"[^>]* autofocus>How sure are you', text)
    assert "fix what is marked" not in text
    assert text.count(" checked") == 1
    assert text.count(" autofocus") == 1
    assert not Review.objects.exists()


def test_the_first_field_with_an_error_gets_the_focus(bank: None, web: Client) -> None:
    page = web.get("/review/")
    text = web.post(ANSWER, {"token": hidden(page)["token"], "confidence": "sure"}).content.decode()
    assert text.count(" autofocus") == 1
    assert re.search('<input type="radio"[^>]* autofocus', text)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"confidence": "very"}, 422),
        ({"confidence": ""}, 303),
        ({"confidence": ["sure", "guess"]}, 303),
        ({"choice": "7"}, 422),
        ({"choice": "-1"}, 422),
        ({"choice": "１"}, 422),
        ({"choice": "0; drop table"}, 422),
        ({"choice": ""}, 422),
        ({"text": "x" * 900_000}, 422),
        ({"text": "\0\ud83d\ude00"}, 303),
        ({"hinted": "x" * 1000}, 303),
        ({"unknown": "field"}, 303),
    ],
)
def test_bad_fields_are_refused_or_left_out_but_never_break(
    bank: None, web: Client, fields: dict[str, Any], status: int
) -> None:
    page = web.get("/review/")
    fields = {name: value.encode("utf-16", "surrogatepass").decode("utf-16") if name == "text" else value
              for name, value in fields.items()}  # fmt: skip
    assert web.post(ANSWER, {**form(page), **fields}).status_code == status


def test_a_megabyte_is_refused(bank: None, web: Client) -> None:
    page = web.get("/review/")
    assert web.post(ANSWER, {**form(page), "text": "x" * 1_100_000}).status_code == 400
    assert not Review.objects.exists()


@pytest.mark.parametrize("path", [ANSWER, "/review/undo/", "/today/more/"])
def test_what_changes_something_takes_only_posts(bank: None, web: Client, path: str) -> None:
    assert web.get(path).status_code == 405


@pytest.mark.parametrize("path", ["/today/", "/review/", "/review/summary/"])
def test_what_only_shows_takes_no_posts(bank: None, web: Client, path: str) -> None:
    assert web.post(path).status_code == 405


@pytest.mark.parametrize("value", ["", "garbage", "12", "d9421821-1b7d-476f-8423-0d1d9ac24c28", "\0"])
def test_an_unknown_answer_can_be_neither_seen_nor_taken_back(bank: None, web: Client, value: str) -> None:
    assert web.post("/review/undo/", {"review": value}).status_code == 404
    assert web.get(f"/review/feedback/{uuid4()}/").status_code == 404


def test_the_answer_of_another_can_be_neither_seen_nor_taken_back(
    bank: None, web: Client, stranger: User
) -> None:
    feedback = web.post(ANSWER, form(web.get("/review/")), headers=HTMX)
    other = Client()
    other.force_login(stranger)
    assert other.get(feedback["HX-Push-Url"]).status_code == 404
    assert other.post("/review/undo/", {"review": hidden(feedback)["review"]}).status_code == 404
    assert not Review.objects.filter(undone_at__isnull=False).exists()


def test_a_form_without_its_csrf_token_is_refused(bank: None, learner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)
    page = strict.get("/review/")
    assert strict.post(ANSWER, form(page)).status_code == 403
    csrf = hidden(page)["csrfmiddlewaretoken"]
    assert strict.post(ANSWER, form(page, csrfmiddlewaretoken=csrf)).status_code == 303


# --- taking back --------------------------------------------------------------------------------------------------


def test_the_last_answer_can_be_taken_back_from_its_feedback(bank: None, web: Client) -> None:
    page = web.get("/review/")
    feedback = web.post(ANSWER, form(page), headers=HTMX)
    back = web.post("/review/undo/", {"review": hidden(feedback)["review"]}, headers=HTMX)
    assert back.status_code == 200
    assert prompt(back) == prompt(page)
    assert back["HX-Push-Url"] == "/review/"
    assert web.post("/review/undo/", {"review": hidden(feedback)["review"]})["Location"] == "/review/"
    undone = web.get(feedback["HX-Push-Url"])
    assert "You took this answer back" in html(undone)
    assert "undo-form" not in html(undone)


def test_only_the_last_answer_offers_to_be_taken_back(bank: None, web: Client) -> None:
    first = web.post(ANSWER, form(web.get("/review/")), headers=HTMX)
    web.post(ANSWER, form(web.get("/review/")), headers=HTMX)
    assert "undo-form" not in html(web.get(first["HX-Push-Url"]))
    refused = web.post("/review/undo/", {"review": hidden(first)["review"]})
    assert refused.status_code == 409
    assert "Only the last answer" in html(refused)
