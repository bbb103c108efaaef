"""Who may open what: the test walks the URLconf, so that no view is forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import resolve, reverse

from accounts.models import User
from nnprep.tests.addresses import FORMER, named_patterns
from nnprep.tests.test_rights import ADDRESSES as IN_CLASSES
from quizzes.bank.models import Question, Topic
from quizzes.reports.actions import report_question
from quizzes.reports.models import QuestionReport
from quizzes.tests.browsing.practising import attempt_of, practice_of
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study

pytestmark = [pytest.mark.django_db, pytest.mark.quick]

# Addresses that anyone may open without signing in.
PUBLIC = {
    "landing", "healthz", "readyz", "manifest", "service_worker", "offline",
    "account_login", "account_signup", "account_logout", "account_inactive",
    "account_email_verification_sent", "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mail:outbox",
    "quizzes:trial", "quizzes:trial_answer", "quizzes:trial_summary",
}  # fmt: skip
# Addresses whose object belongs to one learner, and how to name that learner's object in them.
OWNED: dict[str, Callable[[Study], dict[str, object]]] = {
    "quizzes:feedback": lambda owner: {"public_id": owner.answered[0].public_id},
    "quizzes:practice": lambda owner: {"public_id": practice_of(owner).public_id},
    "quizzes:practice_summary": lambda owner: {"public_id": practice_of(owner).public_id},
    "quizzes:attempt_feedback": lambda owner: {"public_id": attempt_of(owner).public_id},
    "quizzes:report_question": lambda owner: {"public_id": owner.answered[0].public_id},
    "quizzes:dismiss_reply": lambda owner: {"public_id": report_of(owner).public_id},
}
# Addresses that need no login by design: a signed word says whose e-mail is stopped; e-mails are read on this machine;
# an answer of the trial is looked up in the visitor's own session.
WITHOUT_LOGIN = {
    "quizzes:stop", "quizzes:never", "quizzes:stop_before", "quizzes:never_before",
    "mail:outbox-email", "mail:outbox-html", "quizzes:trial_feedback",
}  # fmt: skip


def report_of(owner: Study) -> QuestionReport:
    return report_question(
        review=owner.answered[0], kind=QuestionReport.Kind.TYPO, text="A slip.", now=owner.now
    )


def name_of_a_question() -> dict[str, object]:
    question = Question.objects.select_related("topic")[0]
    return {"slug": question.topic.slug, "public_id": question.public_id}


# Addresses whose object is everybody's.
SHARED: dict[str, Callable[[], dict[str, object]]] = {
    "quizzes:topic": lambda: {"slug": Topic.objects.all()[0].slug},
    "quizzes:question": name_of_a_question,
    "quizzes:suspension": name_of_a_question,
    "quizzes:note": name_of_a_question,
}


@pytest.fixture
def owner(db: None) -> Study:
    load_choices(topics=2, each=3)
    study = Study(User.objects.create_user("ann@example.org"))
    study.answer()
    return study


@pytest.fixture
def stranger(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("bob@example.org"))
    return client


def names(*, with_object: bool) -> list[str]:
    return sorted(
        name for name, _, pattern in named_patterns() if bool(pattern.pattern.converters) == with_object
    )


def plain_addresses() -> list[str]:
    return [name for name in names(with_object=False) if name not in PUBLIC]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", plain_addresses())
def test_a_visitor_is_sent_to_the_login(client: Client, name: str, method: str) -> None:
    answer = getattr(client, method)(reverse(name))
    if answer.status_code != 405:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))


def test_every_address_with_an_object_is_known_as_owned_or_shared() -> None:
    ours = {name for name in names(with_object=True) if ":" in name}
    known = OWNED.keys() | SHARED.keys() | WITHOUT_LOGIN | IN_CLASSES | former_addresses(with_object=True)
    assert ours - known == set(), (
        "say whose object these name: in OWNED or SHARED here, or in CASES of test_rights.py (classes, sets, packs)"
    )
    assert known - ours == set(), "these are no addresses with an object any more"


def former_addresses(*, with_object: bool) -> set[str]:
    """Returns the names of addresses that only lead on to where their page is now."""
    return {name for name in names(with_object=with_object) if FORMER in name}


# Every address that pages and forms had before, with what stands for a name in it.
BEFORE = (
    "/flags/",
    f"/flags/{UUID(int=7)}/",
    f"/assignments/{UUID(int=7)}/overrides/",
    f"/assignments/{UUID(int=7)}/overrides/{UUID(int=8)}/end/",
    "/settings/letters/",
    "/settings/letters/again/",
    "/letters/stop/x/",
    "/letters/never/x/",
)


@pytest.mark.parametrize("address", BEFORE)
def test_where_a_page_or_a_form_was_before_something_leads_on(address: str) -> None:
    assert resolve(address).url_name


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name", sorted(former_addresses(with_object=True) | former_addresses(with_object=False))
)
def test_a_former_address_leads_on_with_its_query_and_its_method(
    stranger: Client, name: str, method: str
) -> None:
    (pattern,) = (pattern for found, _, pattern in named_patterns() if found == name)
    places = {place: uuid4() for place in pattern.pattern.converters}
    answer = getattr(stranger, method)(reverse(name, kwargs=places) + "?name=ann&page=2")
    there = reverse(name.replace(FORMER, ":"), kwargs=places)
    assert (answer.status_code, answer.headers["Location"]) == (308, there + "?name=ann&page=2")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OWNED)
def test_a_stranger_cannot_tell_yours_from_nothing(
    owner: Study, stranger: Client, name: str, method: str
) -> None:
    mine = OWNED[name](owner)
    nothing = {key: uuid.uuid4() if isinstance(value, uuid.UUID) else 0 for key, value in mine.items()}
    theirs = getattr(stranger, method)(reverse(name, kwargs=mine))
    none = getattr(stranger, method)(reverse(name, kwargs=nothing))
    assert theirs.status_code == none.status_code
    assert theirs.status_code in {404, 405}
    assert without_token(theirs.content) == without_token(none.content)


@pytest.mark.parametrize("name", OWNED)
def test_the_owner_can_open_their_own(owner: Study, name: str) -> None:
    client = Client()
    client.force_login(owner.user)
    address = reverse(name, kwargs=OWNED[name](owner))
    answer = client.get(address)
    assert answer.status_code == 200 or (
        answer.status_code == 405 and client.post(address).status_code == 303
    )


@pytest.mark.parametrize("name", [*OWNED, *SHARED])
def test_a_visitor_must_sign_in_before_an_object_is_looked_up(
    owner: Study, client: Client, name: str
) -> None:
    given = OWNED[name](owner) if name in OWNED else SHARED[name]()
    answer = client.get(reverse(name, kwargs=given))
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_a_stranger_cannot_answer_or_undo_for_another(owner: Study, stranger: Client) -> None:
    before = list(owner.user.reviews.values())
    review = owner.answered[0]
    assert stranger.post(reverse("quizzes:undo"), {"review": str(review.public_id)}).status_code == 404
    assert stranger.post(reverse("quizzes:answer"), {"token": "forged", "skip": "1"}).status_code == 404
    assert list(owner.user.reviews.values()) == before


def test_pages_behind_the_login_are_kept_out_of_every_cache(owner: Study) -> None:
    client = Client()
    client.force_login(owner.user)
    for name in plain_addresses():
        answer = client.get(reverse(name))
        if answer.status_code == 200:
            assert "no-store" in answer.headers["Cache-Control"], name


def test_every_answer_carries_the_strict_policy(owner: Study, client: Client) -> None:
    for path in ("/", "/accounts/login/", "/today/", "/nowhere/", "/healthz"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["answer", "undo", "practise", "more"])
def test_the_address_of_a_form_opened_as_a_page_leads_on(owner: Study, name: str) -> None:
    """Who loads the address bar again after a form was shown with its faults would see the browser's own error."""
    client = Client()
    client.force_login(owner.user)
    answer = client.get(reverse(f"quizzes:{name}"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "<h1>This address only takes forms</h1>" in answer.content.decode()
    assert client.head(reverse(f"quizzes:{name}")).status_code == 405
    assert client.put(reverse(f"quizzes:{name}")).content == b""


def without_token(page: bytes) -> bytes:
    head, _, tail = page.partition(b'name="csrfmiddlewaretoken"')
    return head + tail.partition(b">")[2]
