"""What the landing page promises, and where it leads."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from quizzes.bank.kinds import KINDS
from quizzes.bank.sets import create_set
from quizzes.classroom import actions
from quizzes.tests.review.packs import ALL_KINDS, load, load_choices

pytestmark = pytest.mark.django_db


def page(client: Client, path: str = "/") -> str:
    return " ".join(client.get(path).content.decode().split())


def test_the_numbers_on_it_are_those_of_the_bank(client: Client) -> None:
    load(ALL_KINDS)
    load_choices(topics=2, each=3)
    said = page(client)
    assert "18 questions in 3 topics." in said
    assert said.count(f"{len(KINDS)} kinds of question") == 2


@pytest.mark.parametrize("mandatory", [True, False])
def test_it_says_whether_a_code_stands_between(client: Client, settings: Settings, mandatory: bool) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory" if mandatory else "none"
    said = page(client)
    assert "Two short forms" in said
    assert ("with a code from an e-mail between them" in said) is mandatory


def test_a_teacher_is_led_through_the_sign_up_to_a_new_class(client: Client) -> None:
    found = re.search(r'href="([^"]+)">Open a class', page(client))
    assert found
    assert found[1] == "/accounts/signup/?next=/classes/new/"
    assert 'name="next" value="/classes/new/"' in page(client, found[1])


def test_a_learner_without_classes_is_not_shown_the_tools_of_those_who_teach(client: Client) -> None:
    ada = User.objects.create_user("ada@example.org")
    client.force_login(ada)
    said = page(client, "/classes/")
    buttons = re.findall(r'class="button[^"]*" href="[^"]+">([^<]+)<', said)
    # Whoever wants to teach finds the way, under a heading of its own.
    assert buttons == ["Join with a code", "New class"]
    assert said.index("Join with a code") < said.index("Do you teach?") < said.index("New class")
    assert 'href="/settings/"' in said


def test_whoever_teaches_or_writes_questions_has_their_tools(client: Client) -> None:
    ada, bob = (User.objects.create_user(f"{name}@example.org") for name in ("ada", "bob"))
    actions.create_class(owner=ada, title="Class", time_zone="UTC", now=timezone.now())
    create_set(owner=bob, title="Set", about="", visibility="private", now=timezone.now())
    for user in (ada, bob):
        client.force_login(user)
        said = page(client, "/classes/")
        buttons = re.findall(r'class="button[^"]*" href="[^"]+">([^<]+)<', said)
        assert buttons == ["New class", "Join with a code", "Sets", "Packs", "Reports"]
