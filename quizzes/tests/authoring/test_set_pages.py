from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.actions import packs_of
from quizzes.bank.models import Question, QuestionSet
from quizzes.bank.sets import add_questions, create_set, save_set
from quizzes.classroom import actions
from quizzes.classroom.rights import Role
from quizzes.tests.classroom.classes import Teaching, account, at, browser, coming
from quizzes.tests.review.packs import ALL_KINDS, choices, load
from quizzes.tests.review.pages import html


def my_set(teaching: Teaching, many: int = 3) -> QuestionSet:
    return teaching.set_of(many)


def test_the_editor_searches_adds_orders_and_removes_by_plain_forms(
    now_teaching: Teaching, desk: Client
) -> None:
    mine = my_set(now_teaching, 0)
    page = html(desk.get(at("set", mine.public_id), {"topic": "topic-2", "q": "question 1"}))
    assert "4 questions found" in page
    first, second = Question.objects.filter(topic__slug="topic-2")[:2]
    change = at("change_set", mine.public_id)
    answer = desk.post(
        change,
        {"do": "add", "question": [str(first.public_id), str(second.public_id)], "address": "q=question"},
    )
    assert answer.headers["Location"].endswith("?q=question#found")
    desk.post(change, {"do": "down", "question": str(first.public_id)})
    assert [item.question for item in mine.items.order_by("position")] == [second, first]
    desk.post(change, {"do": "remove", "question": str(second.public_id)})
    assert [item.question for item in mine.items.all()] == [first]


def test_a_moved_question_comes_back_in_its_place_to_htmx_and_under_its_anchor_to_plain_forms(
    now_teaching: Teaching, desk: Client
) -> None:
    mine = my_set(now_teaching, 3)
    first, second, third = (item.question for item in mine.items.order_by("position"))
    change = at("change_set", mine.public_id)
    asked = {
        "do": "place",
        "question": str(third.public_id),
        "before": str(first.public_id),
        "address": "q=x",
    }
    answer = desk.post(change, asked)
    assert answer.headers["Location"] == f"{at('set', mine.public_id)}?q=x#question-{third.public_id}"
    assert [item.question for item in mine.items.order_by("position")] == [third, first, second]
    answer = desk.post(change, asked | {"before": ""}, headers={"HX-Request": "true"})
    assert "Place 3 of 3" in html(answer)
    assert [item.question for item in mine.items.order_by("position")] == [first, second, third]
    strange = Question.objects.exclude(set_items__question_set=mine)[0]
    for wrong in ({"question": str(strange.public_id)}, {"question": ""}, {"do": "sideways"}):
        assert desk.post(change, asked | wrong).status_code == 404


def test_never_assigned_leaves_out_what_ones_classes_had(now_teaching: Teaching, desk: Client) -> None:
    now_teaching.assign(now_teaching.set_of(5))
    mine = my_set(now_teaching, 0)
    page = html(desk.get(at("set", mine.public_id), {"unassigned": "on"}))
    assert f"{36 - 5} questions found" in page


def test_htmx_gets_only_what_was_found(now_teaching: Teaching, desk: Client) -> None:
    answer = desk.get(at("set", my_set(now_teaching).public_id), headers={"HX-Request": "true"})
    assert html(answer).strip().startswith('<div id="found">')


@pytest.mark.django_db
def test_every_kind_is_previewed_as_asked_and_printed_with_room_to_answer() -> None:
    load(ALL_KINDS)
    owner = account("teacher")
    made = create_set(owner=owner, title="All", about="", visibility="private", now=timezone.now())
    add_questions(
        question_set=made,
        public_ids=list(Question.objects.values_list("public_id", flat=True)),
        now=timezone.now(),
    )
    desk = browser(owner)
    for question in Question.objects.all():
        page = html(desk.get(at("preview", made.public_id, question.public_id)))
        assert 'class="prompt"' in page
        assert 'id="feedback"' not in page
    page = html(desk.get(at("print_set", made.public_id)))
    assert page.count("printed-question") == 12
    assert "paper-blank" in page
    assert "<input" not in page.partition("<main")[2]
    assert "printed-answers" not in page


@pytest.mark.django_db
def test_the_owner_prints_the_answers_after_the_questions_and_nobody_else_does() -> None:
    load(ALL_KINDS)
    owner = account("teacher")
    made = create_set(owner=owner, title="All", about="", visibility="public", now=timezone.now())
    ids = list(Question.objects.values_list("public_id", flat=True))
    add_questions(question_set=made, public_ids=ids, now=timezone.now())
    address = at("print_set", made.public_id)
    answers = html(browser(owner).get(address, {"answers": "on"})).partition("printed-answers")[2]
    assert answers.count("printed-question") == len(ids)
    assert answers.count("Right answer") >= len(ids) / 2
    assert "printed-answers" not in html(browser(account("learner")).get(address, {"answers": "on"}))


def test_a_public_set_is_joined_and_left_by_a_learner_and_a_private_one_is_not_there(
    now_teaching: Teaching, ann: User
) -> None:
    made = my_set(now_teaching)
    client = browser(ann)
    assert client.post(at("join_set", made.public_id)).status_code == 404
    save_set(question_set=made, title="Public", about="", visibility="public", now=now_teaching.now)
    client.post(at("join_set", made.public_id))
    assert ann.targets.count() == 3
    client.post(at("join_set", made.public_id), {"do": "leave"})
    assert ann.targets.count() == 0


def test_nobody_leaves_an_assignment_as_if_it_were_a_set(now_teaching: Teaching, ann: User) -> None:
    now_teaching.take_in(ann)
    given = now_teaching.assign(my_set(now_teaching))
    answer = browser(ann).post(at("join_set", given.public_id), {"do": "leave"})
    assert answer.status_code == 404
    assert ann.targets.count() == 3


def test_a_colleague_sees_a_set_shared_with_those_who_teach_and_assigns_it(
    now_teaching: Teaching, ann: User
) -> None:
    made = my_set(now_teaching)
    place = now_teaching.take_in(ann, Role.INSTRUCTOR)
    assert browser(ann).get(at("set", made.public_id)).status_code == 404
    save_set(question_set=made, title="Shared", about="", visibility="class", now=now_teaching.now)
    assert browser(ann).get(at("set", made.public_id)).status_code == 200
    answer = browser(ann).post(
        at("assign", now_teaching.classroom.public_id),
        {"source": f"set:{made.public_id}", "due": coming("01-01T10:00")},
    )
    assert answer.status_code == 303
    actions.remove_member(place=place, actor=now_teaching.owner, now=now_teaching.now)
    assert browser(ann).get(at("set", made.public_id)).status_code == 404


def test_a_pack_is_uploaded_pasted_and_refused_with_lines_and_mends(
    now_teaching: Teaching, desk: Client
) -> None:
    text = choices(topic="own", number=9, many=2)
    bad = text.replace("- [x] Right", "- [ ] Right", 1)
    answer = desk.post(at("new_pack"), {"text": bad})
    assert answer.status_code == 422
    assert "1 to fix before it can be loaded" in html(answer)
    assert "line 10" in html(answer)
    assert not packs_of(now_teaching.owner).exists()
    checked = desk.post(at("new_pack"), {"file": SimpleUploadedFile("own.md", text.encode())})
    assert checked.status_code == 303
    assert "2 questions, nothing to fix" in html(desk.get(checked.headers["Location"]))
    assert not packs_of(now_teaching.owner).exists()
    desk.post(checked.headers["Location"], {"as": "new"})
    pack = packs_of(now_teaching.owner).get()
    assert pack.slug == "own"
    desk.post(at("pack_to_set", pack.public_id))
    assert QuestionSet.objects.get(title="Own").items.count() == 2


def test_the_live_check_answers_with_the_report_alone(desk: Client) -> None:
    page = html(
        desk.post(at("lint_pack"), {"text": "---\npack: x\ntitle: X\n---\n\n## What?\n\n- [ ] A\n- [ ] B\n"})
    )
    assert page.strip().startswith('<div id="report"')
    assert "line 8" in page


def test_a_pack_that_is_no_text_or_too_large_is_refused(desk: Client) -> None:
    for content, said in ((b"\xff\xfe\x00", "not UTF-8 text"), (b"x" * 1_000_001, "larger than 1 MB")):
        answer = desk.post(at("new_pack"), {"file": SimpleUploadedFile("own.md", content)})
        assert answer.status_code == 422
        assert said in html(answer)


def test_private_questions_stand_on_no_page_of_the_bank(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    kept = desk.post(at("new_pack"), {"text": choices(topic="secret-topic", number=9, many=2)})
    desk.post(kept.headers["Location"], {"as": "new"})
    topic = packs_of(now_teaching.owner).get().topic
    for user in (ann, now_teaching.owner):
        assert "Secret-topic" not in html(browser(user).get(at("bank")))
        assert browser(user).get(at("topic", topic.slug)).status_code == 404
        assert "Secret-topic" not in html(browser(user).get(at("progress")))
