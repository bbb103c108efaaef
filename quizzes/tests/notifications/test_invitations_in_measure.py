"""Invitations in measure: few from new accounts, one a week to an address, none where none is wanted."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from mail.models import OutboundEmail
from nnprep.tests.sink import Sink
from quizzes.classroom import actions as classes
from quizzes.classroom.actions import allowance
from quizzes.classroom.mailboxes import mailbox_of
from quizzes.classroom.models import Classroom, EmailState, Invitation, UnwantedAddress
from quizzes.classroom.roster import read_roster
from quizzes.notifications import tokens
from quizzes.notifications.models import NotificationPreferences
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.notifications.writing import DAY, Post, remind, states, text_of
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import html


@pytest.fixture
def teaching(db: None) -> Teaching:
    load_choices(topics=3, each=12)
    found = Teaching.begin(time_zone="Europe/Berlin")
    User.objects.filter(pk=found.owner.pk).update(joined_at=found.now)
    found.owner.refresh_from_db()
    return found


@pytest.fixture
def post(teaching: Teaching, mail_server: Sink) -> Post:
    post = Post(mail_server)
    post.now = teaching.now
    return post


def addresses(many: int, name: str = "pupil") -> str:
    return "\n".join(f"{name}{n}@example.org" for n in range(many))


def invite(teaching: Teaching, text: str, classroom: Classroom | None = None) -> classes.Invited:
    return classes.invite(
        classroom=classroom or teaching.classroom,
        rows=read_roster(text),
        author=teaching.owner,
        now=teaching.now,
    )


def another_class(name: str, now: datetime) -> tuple[User, Classroom]:
    owner = account(name)
    return owner, classes.create_class(owner=owner, title=f"Class of {name}", time_zone="UTC", now=now)


def link_in(post: Post, word: str) -> str:
    """The path of the first link of the last e-mail's text whose path holds the word."""
    found = re.search(rf"https://nnprep\.example(/\S*{word}\S*)", text_of(post.last))
    assert found is not None
    return found[1]


# --- an allowance ---------------------------------------------------------------------------------------------------


def test_a_class_of_forty_is_written_to_on_an_accounts_first_day(teaching: Teaching, post: Post) -> None:
    assert invite(teaching, addresses(40)) == classes.Invited(40, 0, None, 0)
    assert post.tick() == 40


@pytest.mark.parametrize(
    "by_day",
    [
        [50, 100, 25],
        # 50 on the first day, 100 on each of six more, 300 a day after a week.
        pytest.param([50, *[100] * 6, 300, 50], marks=pytest.mark.thorough),
    ],
    ids=sum,
)
def test_of_many_the_first_day_sends_fifty_and_nothing_is_lost(
    teaching: Teaching, post: Post, by_day: list[int]
) -> None:
    many = sum(by_day)
    done = invite(teaching, addresses(many))
    assert done == classes.Invited(many, many - 50, teaching.now + timedelta(days=len(by_day) - 1), 0)
    sent = [post.tick(teaching.now + day * DAY) for day in range(len(by_day) + 1)]
    assert sent == [*by_day, 0]
    assert set(Invitation.objects.values_list("email_state", flat=True)) == {EmailState.SENT}


@pytest.mark.parametrize(("days", "many"), [(0, 50), (1, 100), (6, 100), (7, 300), (29, 300), (30, 1000)])
def test_the_allowance_grows_with_the_accounts_age(teaching: Teaching, days: int, many: int) -> None:
    assert allowance.left_today(teaching.owner, teaching.now + days * DAY) == many


def test_all_classes_of_an_account_share_its_allowance(teaching: Teaching) -> None:
    invite(teaching, addresses(30))
    other = classes.create_class(owner=teaching.owner, title="Another", time_zone="UTC", now=teaching.now)
    assert invite(teaching, addresses(30, "other"), other).waiting == 10
    assert allowance.left_today(teaching.owner, teaching.now) == 0


def test_who_is_refused_by_many_sends_few(teaching: Teaching, post: Post) -> None:
    invite(teaching, addresses(20))
    post.tick()
    for invitation in Invitation.objects.order_by("pk")[:6]:
        classes.decline(invitation=invitation, now=teaching.now)
    assert allowance.left_today(teaching.owner, teaching.now + 40 * DAY) == 1000
    assert allowance.left_today(teaching.owner, teaching.now + DAY) == 10


def test_the_pages_say_what_waits_and_until_when(teaching: Teaching) -> None:
    teaching.now = teaching.owner.joined_at
    desk = browser(teaching.owner)
    page = at("roster", teaching.classroom.public_id)
    User.objects.filter(pk=teaching.owner.pk).update(joined_at="2026-11-28T00:00Z")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allowance, "_GROWN_UP", 3)
        patch.setattr(allowance, "_BY_AGE", ())
        assert "3 more invitation e-mails can leave from your account today" in text(desk.get(page))
        checked = text(desk.post(page, {"roster": addresses(5), "due": ""}))
        assert "2 of these e-mails cannot leave today" in checked
        assert Invitation.objects.count() == 0
        form = {"roster": addresses(5), "due": "", "confirm": "1"}
        done = text(desk.post(page, form, follow=True))
    assert "5 invited: each sees the invitation when signed in. 3 e-mails on the way. 2 e-mails more" in done
    assert "Open a join link here, and its code lets them in at once." in done
    assert "No link is open" in done
    assert Invitation.objects.count() == 5
    listed = text(desk.get(at("members", teaching.classroom.public_id)))
    assert listed.count("the day’s e-mails are used up") == 2
    waiting = Invitation.objects.order_by("write_at").last()
    assert waiting is not None
    # Who does not want to wait comes in at once.
    guest = browser(account("pupil4"))
    assert guest.get(at("join_by", waiting.token)).status_code == 200
    classes.open_link(
        classroom=teaching.classroom, author=teaching.owner, days=7, max_uses=60, now=timezone.now()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allowance, "_GROWN_UP", 3)
        patch.setattr(allowance, "_BY_AGE", ())
        more = text(desk.post(page, {"roster": "one@example.net", "due": "", "confirm": "1"}, follow=True))
    assert "The join link and its code work at once." in more


def text(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html(answer)).split())  # type: ignore[arg-type]


# --- one a week -----------------------------------------------------------------------------------------------------


def test_forty_classes_write_to_one_address_once_a_week(teaching: Teaching, post: Post) -> None:
    others = [another_class(f"t{n}", teaching.now) for n in range(40)]
    for owner, classroom in others:
        rows = read_roster("victim@example.org")
        classes.invite(classroom=classroom, rows=rows, author=owner, now=teaching.now)
    assert post.tick() == 1
    assert sorted(Invitation.objects.values_list("email_state", flat=True)) == ["held"] * 39 + ["sent"]
    assert post.tick(teaching.now + 6 * DAY) == 0
    owner, classroom = others[0]
    page = text(browser(owner).get(at("members", classroom.public_id)))
    assert ("an address gets at most one invitation e-mail a week" in page) or ("Sent" in page)
    # All forty can still be accepted.
    assert classes.open_invitations(now=teaching.now).count() == 40
    # A week later another class may write.
    teaching.later(days=8)
    invite(teaching, "victim@example.org")
    assert post.tick(teaching.now) == 1


def test_withdrawing_and_inviting_again_does_not_write_again(teaching: Teaching, post: Post) -> None:
    for _ in range(3):
        invite(teaching, "zoe@example.org")
        post.tick()
        last = Invitation.objects.latest("pk")
        classes.withdraw_invitation(invitation=last, actor=teaching.owner, now=teaching.now)
    assert len(post.server.emails) == 1


# --- never again ----------------------------------------------------------------------------------------------------


def test_one_post_without_a_login_stops_all_invitations_to_the_address(
    teaching: Teaching, post: Post
) -> None:
    invite(teaching, "zoe@example.org")
    post.tick()
    stop = post.last["List-Unsubscribe"].strip("<>").removeprefix("https://nnprep.example")
    # Each is signed in its own second.
    in_header, in_body = (link.rstrip("/").rpartition("/")[2] for link in (stop, link_in(post, "never")))
    assert tokens.read_never(in_header) == tokens.read_never(in_body)
    assert post.last["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    anyone = Client(enforce_csrf_checks=True)
    assert "Never write to this address again?" in html(anyone.get(stop))
    assert not UnwantedAddress.objects.exists()
    assert anyone.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert anyone.post(stop).status_code == 200
    page = text(browser(teaching.owner).get(at("members", teaching.classroom.public_id)))
    assert "This address does not want invitations" in page
    owner, classroom = another_class("t2", teaching.now)
    rows = read_roster("Zoe@Example.org")
    done = classes.invite(classroom=classroom, rows=rows, author=owner, now=teaching.now + 30 * DAY)
    assert done == classes.Invited(1, 0, None, 1)
    assert post.tick(teaching.now + 30 * DAY) == 0


def test_what_is_on_its_way_is_stopped(teaching: Teaching, post: Post) -> None:
    owner, classroom = another_class("t2", teaching.now)
    invite(teaching, "zoe@example.org")
    post.enqueue_for_classes(teaching.now)
    first = Invitation.objects.get()
    classes.invite(classroom=classroom, rows=read_roster("zoe@example.org"), author=owner, now=teaching.now)
    classes.never_write_to(invitation=first)
    assert post.tick() == 0
    assert states() == ["cancelled"]
    assert set(Invitation.objects.values_list("email_state", flat=True)) == {EmailState.REFUSED}


def test_it_holds_for_every_email_but_those_about_the_account(teaching: Teaching, post: Post) -> None:
    ann = account("ann")
    remind(ann, hour=19)
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    other = Invitation.objects.create(
        classroom=teaching.classroom,
        email="ann@example.org",
        token="t",
        created_at=teaching.now,
        write_at=teaching.now,
        expires_at=teaching.now,
    )
    classes.never_write_to(invitation=other)
    for hours in range(40):
        post.tick(teaching.now + timedelta(hours=hours))
    assert post.server.emails == []
    assert set(OutboundEmail.objects.values_list("state", "error")) == {
        ("cancelled", "the address asked never to be written to")
    }
    learner = browser(ann)
    assert "You asked us never to write to ann@example.org" in html(learner.get(at("emails")))
    learner.post(at("write-again"))
    assert not UnwantedAddress.objects.exists()
    assert NotificationPreferences.objects.filter(user=ann).exists()


def test_the_row_holds_a_keyed_hash_and_nothing_else(teaching: Teaching) -> None:
    invite(teaching, "zoe@example.org")
    classes.never_write_to(invitation=Invitation.objects.get())
    assert [field.name for field in UnwantedAddress._meta.get_fields()] == ["digest"]
    kept = UnwantedAddress.objects.get().digest
    assert len(kept) == 64
    assert "zoe" not in kept
    with override_settings(SECRET_KEY="another"):
        assert not classes.is_unwanted("zoe@example.org")
    # A key that is exchanged with the old one as a fallback loses no refusal.
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert classes.is_unwanted(" ZOE@example.org")


def test_a_forged_or_foreign_word_is_not_found(teaching: Teaching) -> None:
    assert Client().post(at("never", "abc~def~ghi")).status_code == 404


def test_a_link_of_more_than_a_year_ago_is_gone_says_so_and_stops_nothing(teaching: Teaching) -> None:
    invite(teaching, "zoe@example.org")
    stop = at("never", tokens.write_never(Invitation.objects.get().public_id))
    with time_machine.travel(timezone.now() + 401 * DAY, tick=False):
        for answer in (Client().get(stop), Client().post(stop)):
            assert answer.status_code == 410
            assert "This link is too old" in html(answer)
    assert not UnwantedAddress.objects.exists()


# --- what people write stays in the body, as text -------------------------------------------------------------------


def test_titles_stay_out_of_subjects_and_are_quoted_in_the_body(teaching: Teaching, post: Post) -> None:
    Classroom.objects.filter(pk=teaching.classroom.pk).update(title="<b>Pay</b> at once")
    invite(teaching, "zoe@example.org")
    post.tick()
    assert post.subjects == ["An invitation to a class at nnprep"]
    assert "“<b>Pay</b> at once”" in text_of(post.last)
    assert "&lt;b&gt;Pay&lt;/b&gt; at once" in text_of(post.last, "html")
    assert "Pay" not in str(post.last["From"])


@pytest.mark.parametrize("title", ["Pay at http://evil.example/x", "write to boss@evil.example", "evil.com"])
def test_a_stored_title_with_an_address_is_not_quoted(teaching: Teaching, post: Post, title: str) -> None:
    Classroom.objects.filter(pk=teaching.classroom.pk).update(title=title)
    invite(teaching, "zoe@example.org")
    ann = account("ann")
    teaching.take_in(ann)
    given = teaching.assign(teaching.set_of(3))
    given.title = title
    given.save()
    assert post.tick() == 2
    for email in post.server.emails:
        assert "evil" not in str(email["Subject"]) + text_of(email) + text_of(email, "html")
    assert {str(email["Subject"]) for email in post.server.emails} == {
        "An invitation to a class at nnprep",
        "3 questions to learn by Monday 9 March",
    }


def test_emails_of_titles_with_line_breaks_that_were_stored_before_go_out(
    teaching: Teaching, post: Post
) -> None:
    Classroom.objects.filter(pk=teaching.classroom.pk).update(title="A\r\nBcc: all@example.org")
    teaching.classroom.refresh_from_db()
    invite(teaching, "zoe@example.org")
    teaching.take_in(account("ann"))
    given = teaching.assign(teaching.set_of(2))
    given.title = "A\r\nB\u2028C\u202ed"
    given.save()
    assert post.tick() == 2
    assert all(email["Bcc"] is None for email in post.server.emails)
    assert any("A B C d" in text_of(email) for email in post.server.emails)


@pytest.mark.parametrize(
    "title",
    [
        "Your parcel waits: pay 2 EUR at http://evil.example",
        "www.evil.org now",
        "mail boss@evil.example",
        "evil.com",
        "evil．com",
        "go to evil.tk/pay",
        "sign in at nnprep-login.io",
        "evil.dev",
        "e\u200bvil.\u200dcom",
        "ev\u00adil\u2024co\u2060m",
        "evil.рф",
        "evil.xn--p1ai",
        "ftp://x",
    ],
)
def test_a_title_with_an_address_is_refused_where_it_is_written(teaching: Teaching, title: str) -> None:
    desk = browser(teaching.owner)
    answer = desk.post(at("new_class"), {"title": title, "time_zone": "UTC"})
    assert answer.status_code == 422
    assert "it may hold no web or e-mail address" in html(answer)
    assert f'value="{title}"' in html(answer)
    assert desk.post(at("new_set"), {"title": title, "visibility": "private"}).status_code == 422


@pytest.mark.parametrize(
    "title",
    ["Node.js and U.S. law", "v2.0: Adam vs. SGD", "CS 231n (2026/27)", "e.g. 3.5", "Ann’s class @ noon"],
)
def test_an_ordinary_title_is_taken(teaching: Teaching, title: str) -> None:
    desk = browser(teaching.owner)
    assert desk.post(at("new_class"), {"title": title, "time_zone": "UTC"}).status_code == 303


# --- all addresses of a mailbox --------------------------------------------------------------------------------------

SPELLINGS = (
    "ann.lee@example.org",
    "Ann.Lee@Example.org",
    "ann.lee+week1@example.org",
    "ann.lee+2@example.org",
)
GMAIL = ("ann.lee@gmail.com", "a.n.n.lee@gmail.com", "annlee+x@googlemail.com")


@pytest.mark.parametrize(
    ("spellings", "one"), [(SPELLINGS, "ann.lee@example.org"), (GMAIL, "annlee@gmail.com")]
)
def test_the_addresses_of_a_mailbox_are_told_to_be_one(spellings: tuple[str, ...], one: str) -> None:
    assert {mailbox_of(spelling) for spelling in spellings} == {one}


@pytest.mark.parametrize(
    "address", ["ann@example.org", "+ann@example.org", "a.nn@example.org", "o'neil@example.org"]
)
def test_other_addresses_are_mailboxes_of_their_own(address: str) -> None:
    assert mailbox_of(address) == address


@pytest.mark.parametrize("spellings", [SPELLINGS, GMAIL])
def test_a_mailbox_gets_one_a_week_by_whichever_of_its_addresses(
    teaching: Teaching, post: Post, spellings: tuple[str, ...]
) -> None:
    invite(teaching, "\n".join(spellings))
    assert post.tick() == 1
    other, classroom = another_class("other", teaching.now)
    classes.invite(
        classroom=classroom, rows=read_roster("\n".join(spellings)), author=other, now=teaching.now + DAY
    )
    assert post.tick(teaching.now + DAY) == 0


@pytest.mark.parametrize("spellings", [SPELLINGS, GMAIL])
def test_never_again_holds_for_all_addresses_of_a_mailbox(
    teaching: Teaching, post: Post, spellings: tuple[str, ...]
) -> None:
    invite(teaching, spellings[-1])
    post.tick()
    assert Client().post(link_in(post, "never")).status_code == 200
    other, classroom = another_class("other", teaching.now)
    rows = read_roster("\n".join(spellings))
    done = classes.invite(classroom=classroom, rows=rows, author=other, now=teaching.now + 30 * DAY)
    assert done.unwanted == done.many
    assert post.tick(teaching.now + 30 * DAY) == 0
    assert all(classes.is_unwanted(spelling) for spelling in spellings)
    classes.write_to_again(address=spellings[0])
    assert not any(classes.is_unwanted(spelling) for spelling in spellings)


def test_a_no_of_before_mailboxes_were_told_apart_still_holds(teaching: Teaching) -> None:
    word = "ann+old@example.org"
    digest = salted_hmac("quizzes.classroom.unwanted", word, algorithm="sha256").hexdigest()
    UnwantedAddress.objects.create(digest=digest)
    assert invite(teaching, word).unwanted == 1
    classes.write_to_again(address=word)
    assert not classes.is_unwanted(word)


def test_an_e_mail_that_left_while_its_invitation_was_withdrawn_still_counts(
    teaching: Teaching, post: Post
) -> None:
    """Whoever withdraws has read the row before the e-mail was sent."""
    invite(teaching, "ann@example.org")
    read_before = Invitation.objects.select_related("classroom").get()
    post.tick()
    classes.withdraw_invitation(invitation=read_before, actor=teaching.owner, now=teaching.now)
    assert Invitation.objects.get().email_state == EmailState.SENT
    invite(teaching, "ann@example.org")
    assert post.tick() == 0
