from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.test import Client

from accounts.models import User
from quizzes.notifications import tokens
from quizzes.notifications.models import NotificationPreferences, Switch
from quizzes.tests.notifications.writing import EVENING, NOON, Post, remind


def address(preferences: NotificationPreferences, switch: Switch = Switch.EVENING) -> str:
    return f"/emails/stop/{tokens.write(preferences.public_id, switch)}/"


@pytest.fixture
def preferences(ann: User) -> NotificationPreferences:
    return remind(ann, hour=19, weekly=True)


@pytest.fixture
def stranger() -> Client:
    """A mail program: no cookie, no token against forged forms, and both would be asked of anyone else."""
    return Client(enforce_csrf_checks=True)


def test_one_post_stops_the_email_at_once_without_login_or_confirmation(
    preferences: NotificationPreferences, stranger: Client
) -> None:
    answer = stranger.post(
        address(preferences), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert not answer.cookies
    preferences.refresh_from_db()
    assert (preferences.evening, preferences.countdown, preferences.weekly) == (False, True, True)


def test_a_multipart_post_does_the_same(preferences: NotificationPreferences, stranger: Client) -> None:
    assert stranger.post(address(preferences), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not NotificationPreferences.objects.get().evening


def test_the_link_of_an_email_that_arrived_stops_it(ann: User, post: Post, stranger: Client) -> None:
    remind(ann, hour=19)
    post.tick(EVENING)
    link = post.last["List-Unsubscribe"].strip("<>").removeprefix("https://nnprep.example")
    with time_machine.travel(EVENING + timedelta(days=2), tick=False):
        assert stranger.post(link).status_code == 200
    assert not NotificationPreferences.objects.get().evening


def test_looking_at_the_page_stops_nothing_and_offers_a_button(
    preferences: NotificationPreferences, stranger: Client
) -> None:
    answer = stranger.get(address(preferences))
    assert answer.status_code == 200
    assert "Stop the evening e-mail" in answer.content.decode()
    assert NotificationPreferences.objects.get().evening


@pytest.mark.parametrize("kind", ["evening", "countdown", "weekly"])
def test_each_kind_is_stopped_by_itself(
    preferences: NotificationPreferences, stranger: Client, kind: str
) -> None:
    stranger.post(address(preferences, Switch(kind)))
    found = NotificationPreferences.objects.get()
    assert [name for name in ("evening", "countdown", "weekly") if not getattr(found, name)] == [kind]


def test_stopping_the_last_kind_leaves_nothing_due(
    preferences: NotificationPreferences, stranger: Client
) -> None:
    for kind in ("evening", "countdown", "weekly"):
        stranger.post(address(preferences, Switch(kind)))
    assert NotificationPreferences.objects.get().next_due_at is None


def test_a_link_stops_the_emails_of_its_own_learner_and_of_nobody_else(
    preferences: NotificationPreferences, stranger: Client
) -> None:
    bob = remind(User.objects.create_user("bob@example.org"), hour=19)
    assert stranger.post(address(bob)).status_code == 200
    assert list(NotificationPreferences.objects.order_by("pk").values_list("evening", flat=True)) == [
        True,
        False,
    ]
    assert NotificationPreferences.objects.get(pk=preferences.pk).next_due_at is not None


def test_stopping_twice_is_no_fault(preferences: NotificationPreferences, stranger: Client) -> None:
    assert [stranger.post(address(preferences)).status_code for _ in range(2)] == [200, 200]


def test_a_forged_token_is_not_found(preferences: NotificationPreferences, stranger: Client) -> None:
    good = address(preferences)
    for forged in (
        good.replace("evening", "weekly"),
        good[:-3] + "xx/",
        "/emails/stop/nonsense/",
        f"/emails/stop/{preferences.public_id.hex}.evening/",
        f"/emails/stop/{TimestampSigner(salt='other').sign(f'{preferences.public_id.hex}.evening').replace(':', '~')}/",
    ):
        assert stranger.post(forged).status_code == 404, forged
    assert NotificationPreferences.objects.get().evening


@pytest.mark.parametrize("word", ["no-id.evening", "0" * 32 + ".account", "0" * 32 + ".", "evening"])
def test_a_token_that_was_signed_but_makes_no_sense_is_not_found(
    preferences: NotificationPreferences, stranger: Client, word: str
) -> None:
    signed = TimestampSigner(salt="quizzes.reminders.stop").sign(word).replace(":", "~")
    assert stranger.post(f"/emails/stop/{signed}/").status_code == 404


def test_an_old_token_says_so_and_what_to_do_instead(
    preferences: NotificationPreferences, stranger: Client
) -> None:
    link = address(preferences)
    with time_machine.travel(datetime.now(NOON.tzinfo) + tokens.GOOD_FOR + timedelta(days=1)):
        answer = stranger.post(link)
    assert answer.status_code == 410
    assert "too old" in answer.content.decode()
    assert NotificationPreferences.objects.get().evening


def test_the_token_of_a_deleted_account_is_not_found(
    preferences: NotificationPreferences, ann: User, stranger: Client
) -> None:
    link = address(preferences)
    ann.delete()
    assert stranger.post(link).status_code == 404


def test_the_links_of_emails_sent_before_still_stop_at_once_and_lead_readers_on(
    preferences: NotificationPreferences, stranger: Client
) -> None:
    new = address(preferences)
    old = new.replace("/emails/", "/letters/")
    shown = stranger.get(old)
    assert (shown.status_code, shown.headers["Location"]) == (301, new)
    assert NotificationPreferences.objects.get().evening
    assert stranger.post(old, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not NotificationPreferences.objects.get().evening


def test_the_page_of_emails_has_moved(web: Client) -> None:
    moved = web.get("/settings/letters/")
    assert moved.headers["Location"] == "/settings/emails/"
    assert moved.status_code in {301, 308}
