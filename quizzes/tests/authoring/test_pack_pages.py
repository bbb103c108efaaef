"""Documents of one name, in the browser: looked at before anything is written, and taken back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Pack, Question, Upload, Version
from quizzes.bank.uploads import MOST_UPLOADS
from quizzes.jobs.actions import purge_expired
from quizzes.review.models import Card
from quizzes.tests.classroom.classes import account, at, browser
from quizzes.tests.review.pages import html

pytestmark = pytest.mark.django_db

THEORY = """## Question 1

**What does momentum add?**

A running mean of gradients.

## Question 2

**What is a loss?**

A number to make small.
"""
VISION = "## Question 1\n\n**What is a stride?**\n\nThe step of a filter over its input.\n"
PACK = """---
pack: week-1
title: Week 1
---

## Which is it? {#which}

- [x] This
- [ ] That
  > No.

### Explanation

So.

## What drops units? {#drops}

Answer: dropout

### Explanation

By chance.
"""


@pytest.fixture
def ann(db: None) -> User:
    return account("ann")


@pytest.fixture
def desk(ann: User) -> Client:
    return browser(ann)


def send(desk: Client, text: str, name: str = "theory.md", **more: str) -> str:
    """Upload a document; the address of the page that shows what it would do."""
    answer = desk.post(at("new_pack"), {"file": SimpleUploadedFile(name, text.encode()), **more})
    assert answer.status_code == 303, html(answer)
    return answer.headers["Location"]


def fields(page: str) -> dict[str, str]:
    """What the form that loads would send."""
    form = next(part for part in page.split("<form")[1:] if 'name="as"' in part and 'type="hidden"' in part)
    named = re.findall(r'<input type="hidden" name="(as|revision)" value="([^"]*)"', form)
    return dict(named)


def load(desk: Client, address: str, **more: str) -> Any:
    """Say yes to what the page shows."""
    return desk.post(address.partition("?")[0], {**fields(html(desk.get(address))), **more})


def said(desk: Client) -> str:
    return html(desk.get(at("packs")))


def test_two_documents_of_one_name_are_two_packs_and_a_learners_memory_stays_true(desk: Client) -> None:
    load(desk, send(desk, THEORY) + "?as=new")
    momentum = Question.objects.get(current__spec__prompt="What does momentum add?")
    learner = account("lea")
    card = Card.objects.create(
        user=learner, question=momentum, reps=1, stability=2.3, difficulty=5.0, due=date(2026, 12, 1)
    )
    page = html(desk.get(send(desk, VISION)))
    assert "Choose what this document is" in page
    assert "1 new, 0 changed, 2 gone" in page
    assert 'type="submit" class="button button-primary"' not in page, "nothing is chosen for the author"
    assert Pack.objects.count() == 1
    load(desk, send(desk, VISION) + "?as=new")
    assert Pack.objects.count() == 2
    card.refresh_from_db()
    momentum.refresh_from_db()
    assert card.question == momentum
    assert momentum.current is not None
    assert momentum.current.spec["prompt"] == "What does momentum add?"
    assert momentum.retired_at is None
    assert momentum.versions.count() == 1


def test_a_next_edition_says_what_becomes_of_each_question_and_what_hangs_on_it(desk: Client) -> None:
    load(desk, send(desk, THEORY) + "?as=new")
    pack = Pack.objects.get()
    loss = Question.objects.get(current__spec__prompt="What is a loss?")
    for name in ("lea", "leo"):
        Card.objects.create(user=account(name), question=loss, reps=1)
    text = VISION + "\n## Question 2\n\n**What is a loss?**\n\nWhat training makes small.\n"
    page = html(desk.get(f"{send(desk, text)}?as={pack.public_id}"))
    assert [re.sub(r"<[^>]*>", "", h) for h in re.findall(r"<h2.*?</h2>", page)][:3] == [
        "1 gone",
        "1 changed",
        "1 new",
    ]
    assert "line 1 of the earlier text; nobody has answered it" in page
    assert "line 7; what counts as right (the answers, the model answer)" in page
    assert "2 learners remember it" in page
    assert "Load it, and retire 1" in page
    assert loss.versions.count() == 1, "nothing is written by looking"
    load(desk, f"{send(desk, text)}?as={pack.public_id}")
    told = said(desk)
    assert "1 question is new: “What is a stride?”. 1 question changed: “What is a loss?”" in told
    assert "1 question is no longer asked: “What does momentum add?”." in told
    assert loss.versions.count() == 2


def test_the_same_text_again_is_said_to_be_the_pack_there_is(desk: Client) -> None:
    load(desk, send(desk, THEORY) + "?as=new")
    page = html(desk.get(send(desk, THEORY, name="other.md")))
    assert "This is already that pack." in page
    assert "0 new, 0 changed, 0 gone, 2 as before" in page
    load(desk, f"{send(desk, THEORY)}?as={Pack.objects.get().public_id}")
    assert "nothing in its questions has changed" in said(desk)
    assert Version.objects.count() == 2


def test_saying_yes_twice_loads_once(desk: Client) -> None:
    address = send(desk, THEORY)
    first = desk.post(address, {"as": "new"})
    again = desk.post(address, {"as": "new"})
    assert first.status_code == again.status_code == 303
    assert Pack.objects.count() == 1
    assert "has been loaded already" in said(desk)
    assert desk.get(address).status_code == 303


def test_a_pack_that_changed_between_looking_and_saying_yes_is_left_alone(desk: Client) -> None:
    load(desk, send(desk, THEORY) + "?as=new")
    pack = Pack.objects.get()
    address = f"{send(desk, VISION)}?as={pack.public_id}"
    seen = fields(html(desk.get(address)))
    longer = THEORY + "\n## What is a step?\n\nAn update.\n"
    load(desk, f"{send(desk, longer)}?as={pack.public_id}")
    answer = desk.post(address.partition("?")[0], seen)
    assert answer.status_code == 409
    assert "look again" in html(answer)
    assert "3 gone" in html(answer)
    assert Question.objects.filter(pack=pack, retired_at=None).count() == 3
    assert load(desk, address).status_code == 303, "the document was kept"
    assert Question.objects.filter(pack=pack, retired_at=None).count() == 1


def test_a_doubtful_question_is_paired_by_its_author(desk: Client) -> None:
    load(
        desk,
        send(desk, "## Which optimiser keeps moments?\n\nAdam does, and it corrects them.\n") + "?as=new",
    )
    question, pack = Question.objects.get(), Pack.objects.get()
    text = "## Name the optimiser with two moments\n\nIt is Adam: two running means, both corrected.\n"
    address = f"{send(desk, text)}?as={pack.public_id}"
    page = html(desk.get(address))
    assert 'name="pair-0"' in page
    assert f'<option value="{question.public_id}">Which optimiser keeps moments?</option>' in page
    pair = {"pair-0": str(question.public_id)}
    outdated = {**fields(page), "revision": "77", **pair}
    again = desk.post(address.partition("?")[0], outdated)
    assert again.status_code == 409
    assert f'<option value="{question.public_id}" selected>' in html(again), "what was said is kept"
    assert load(desk, address, **pair).status_code == 303
    question.refresh_from_db()
    assert question.current is not None
    assert question.current.spec["prompt"] == "Name the optimiser with two moments"
    assert (question.versions.count(), Question.objects.count()) == (2, 1)


def test_a_pair_with_a_question_of_another_pack_or_of_another_is_nothing(desk: Client) -> None:
    other = browser(account("bob"))
    load(other, send(other, "## Which optimiser keeps moments?\n\nAdam.\n") + "?as=new")
    strange = Question.objects.get()
    load(desk, send(desk, THEORY) + "?as=new")
    pack = Pack.objects.get(owner__email="ann@example.org")
    address = f"{send(desk, VISION)}?as={pack.public_id}"
    assert load(desk, address, **{"pair-0": str(strange.public_id), "pair-x": "y"}).status_code == 303
    strange.refresh_from_db()
    assert strange.versions.count() == 1
    assert strange.pack != pack


def test_the_kind_of_a_question_is_no_matter_of_an_edition(desk: Client) -> None:
    load(desk, send(desk, PACK) + "?as=new")
    pack = Pack.objects.get()
    text = PACK.replace("Answer: dropout", "- [x] Dropout\n- [ ] Pooling\n  > No.")
    page = html(desk.get(f"{send(desk, text)}?as={pack.public_id}"))
    assert "“drops”: short, and now choice" in page
    assert "button-primary" not in page
    address = send(desk, text)
    answer = desk.post(address, {"as": str(pack.public_id), "revision": str(pack.revision)})
    assert answer.status_code == 422
    assert Version.objects.count() == 2


def test_a_load_is_taken_back_from_the_page_and_what_was_retired_is_asked_again(desk: Client) -> None:
    load(desk, send(desk, THEORY) + "?as=new")
    pack = Pack.objects.get()
    assert "Take back" not in said(desk), "there was nothing before the first edition"
    load(desk, f"{send(desk, VISION)}?as={pack.public_id}")
    page = said(desk)
    assert "Take back the last edition" in page
    pack.refresh_from_db()
    form = {"revision": str(pack.revision)}
    assert desk.post(at("take_back", pack.public_id), form).status_code == 303
    assert "as it was before: 2 questions are asked" in said(desk)
    assert desk.post(at("take_back", pack.public_id), form).status_code == 303
    assert "has changed since this page was shown" in said(desk), "a second click takes nothing more back"
    assert b"".join(desk.get(at("pack_text", pack.public_id))).decode() == THEORY
    desk.post(at("retire_pack", pack.public_id))
    assert "2 questions of “theory” are no longer asked" in said(desk)
    assert "Ask its questions again" in said(desk)


def test_a_retired_question_that_returns_unchanged_is_back_not_changed(desk: Client) -> None:
    load(desk, send(desk, VISION) + "?as=new")
    pack = Pack.objects.get()
    desk.post(at("retire_pack", pack.public_id))
    assert "1 question of “theory” is no longer asked" in said(desk)
    load(desk, f"{send(desk, VISION)}?as={pack.public_id}")
    assert "1 question is back: “What is a stride?”" in said(desk)


def test_a_new_edition_is_begun_from_the_pack(desk: Client) -> None:
    load(desk, send(desk, THEORY) + "?as=new")
    pack = Pack.objects.get()
    begin = f"{at('new_pack')}?as={pack.public_id}"
    assert begin in said(desk)
    assert "A new edition of “theory”" in html(desk.get(begin))
    address = send(desk, VISION, name="whatever.md", **{"as": str(pack.public_id)})
    assert address.endswith(f"?as={pack.public_id}")
    assert "2 gone" in html(desk.get(address))


def test_a_faulty_file_is_put_into_the_box_to_be_mended(desk: Client) -> None:
    text = PACK.replace("- [x] This", "- [ ] This")
    answer = desk.post(at("new_pack"), {"file": SimpleUploadedFile("a.md", text.encode())})
    assert answer.status_code == 422
    assert "## Which is it? {#which}" in html(answer)
    assert not Upload.objects.exists()


def test_a_packs_own_id_and_a_title_and_shared_questions_point_to_an_earlier_edition(desk: Client) -> None:
    load(desk, send(desk, PACK, name="a.md") + "?as=new")
    renamed = PACK.replace("title: Week 1", "title: Another title")
    assert "the same id, week-1" in html(desk.get(send(desk, renamed, name="b.md")))
    foreign = PACK.replace("pack: week-1", "pack: other")
    assert "the same title" in html(desk.get(send(desk, foreign, name="b.md")))
    both = foreign.replace("title: Week 1", "title: Another title")
    assert "2 questions that ask the same" in html(desk.get(send(desk, both, name="b.md")))
    nothing = "---\npack: z\ntitle: Z\n---\n\n## Why? {#w}\n\nAnswer: so\n\n### Explanation\n\nSo.\n"
    assert "As a new pack" in html(desk.get(send(desk, nothing, name="b.md")))


def test_uploads_are_few_and_gone_after_a_day(desk: Client, ann: User) -> None:
    addresses = [send(desk, THEORY) for _ in range(MOST_UPLOADS + 2)]
    assert Upload.objects.filter(owner=ann).count() == MOST_UPLOADS
    assert desk.get(addresses[0]).status_code == 404
    assert desk.get(addresses[-1]).status_code == 200
    now = timezone.now()
    purge_expired(now=now + timedelta(hours=23), limit=100)
    assert Upload.objects.count() == MOST_UPLOADS
    purge_expired(now=now + timedelta(hours=25), limit=100)
    assert not Upload.objects.exists()


def of_things(many: int) -> str:
    return "".join(f"## What is thing {n}?\n\nThing number {n} of {n * n}.\n\n" for n in range(many))


def test_looking_takes_as_many_queries_for_forty_questions_as_for_four(desk: Client) -> None:
    counts = []
    for text in (of_things(4), of_things(40)):
        load(desk, send(desk, text, name=f"{len(text)}.md") + "?as=new")
        pack = Pack.objects.latest("pk")
        address = send(desk, text.replace("Thing", "Object"), name=f"{len(text)}.md")
        for query in ("", f"?as={pack.public_id}"):
            with CaptureQueriesContext(connection) as context:
                assert desk.get(address + query).status_code == 200
            counts.append(len(context))
    assert counts[:2] == counts[2:]
