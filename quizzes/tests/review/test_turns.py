"""What computes a promise takes its turn: nobody holds up others, and Today opens whoever computes."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import limits
from accounts.http import SignedInRequest
from accounts.models import User
from quizzes.review.models import Session, StudySettings
from quizzes.tests.review.pages import html
from quizzes.tests.review.plans import aim, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db
LIMITED = ("plan", "goal", "promise")


@pytest.fixture
def person(big_bank: None, settings: LazySettings) -> User:
    """Someone with an interview ahead, whom no limit holds; tries are counted by an account's number."""
    settings.ACCOUNT_RATE_LIMITS = {}
    user = User.objects.create_user("ann@example.org", None, pk=uuid4().int % 10**9)
    aim(user, days=14, now=timezone.now())
    return user


@pytest.fixture
def web(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked_by(pk: int) -> SignedInRequest:
    request = RequestFactory().get("/plan/")
    request.user = User(pk=pk)
    return request  # type: ignore[return-value]


def day(days: int) -> str:
    return (timezone.now().date() + timedelta(days=days)).isoformat()


def test_an_account_has_one_place_and_leaves_the_others_theirs(settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    ann, bob = uuid4().int % 10**9, uuid4().int % 10**9
    served: dict[int, list[limits.Refusal | None]] = {ann: [], bob: []}

    def come(account: int) -> None:
        with limits.turn(asked_by(account), "plan") as refusal:
            served[account].append(refusal)

    others = [threading.Thread(target=come, args=[ann]) for _ in range(limits.MOST_WAITING)]
    waiting = threading.Thread(target=come, args=[bob])
    with limits.turn(asked_by(ann), "plan") as first:
        assert first is None
        for thread in others:
            thread.start()
            thread.join(0.3)
        waiting.start()
        waiting.join(0.1)
    for thread in (waiting, *others):
        thread.join()
    assert served == {ann: [limits.Refusal(limits.BUSY_FOR, busy=True)] * limits.MOST_WAITING, bob: [None]}
    with limits.turn(asked_by(ann), "plan") as later:
        assert later is None


def test_a_plan_whose_promise_is_kept_takes_no_turn(
    web: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(LIMITED, "1/h/user")
    monkeypatch.setattr(limits, "LONGEST_WAIT", 0.01)
    web.get("/today/")
    with limits._TURN:
        for _ in range(3):
            assert "You will know" in words(html(web.get("/plan/")))
    asked = {"minutes_a_day": "30", "interview_on": day(14)}
    assert web.get("/plan/", asked).status_code == 200
    assert web.get("/plan/", asked).status_code == 429
    assert web.get("/plan/").status_code == 200


def test_today_opens_while_others_compute(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LONGEST_WAIT", 0.01)
    with limits._TURN:
        shown = web.get("/today/")
        said = words(html(shown))
        assert shown.status_code == 200
        assert "could not be worked out just now" in said
        assert "No interview date is set" not in said
        assert "Begin" in said
        assert web.get("/plan/").status_code == 429
    assert Session.objects.get().promise is None
    assert "You will know" in words(html(web.get("/today/")))


def test_today_works_a_promise_out_only_so_often(web: Client, person: User, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(LIMITED, "2/h/user")
    study = Study(person, now=timezone.now())
    said = []
    for _ in range(4):
        shown = web.get("/today/")
        assert shown.status_code == 200
        said.append("You will know" in words(html(shown)))
        study.answer()
    assert said == [True, True, False, False]


def test_goals_are_looked_for_only_so_often_and_plans_go_on(web: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"plan": "9/h/user", "promise": "9/h/user", "goal": "1/h/user"}
    asked = {"minutes_a_day": "30", "interview_on": day(14)}
    assert web.get("/plan/", asked | {"goal": "80"}).status_code == 200
    assert web.get("/plan/", asked | {"goal": "80"}).status_code == 429
    assert web.get("/plan/", asked).status_code == 200


def test_a_plan_is_taken_while_others_compute(
    web: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LONGEST_WAIT", 0.01)
    with limits._TURN:
        taken = web.post("/plan/", {"minutes_a_day": "45", "interview_on": day(9)})
        assert taken.status_code == 303
        refused = web.post("/plan/", {"minutes_a_day": "4500", "interview_on": day(9)})
        assert refused.status_code == 422
        assert "4500" in html(refused)
    assert StudySettings.objects.get(user=person).minutes_a_day == 45
