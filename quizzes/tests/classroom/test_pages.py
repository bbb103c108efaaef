from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from quizzes.bank.actions import packs_of
from quizzes.bank.models import Question, QuestionSet, Version
from quizzes.bank.sets import add_questions, create_set, save_set
from quizzes.classroom import actions
from quizzes.classroom.models import Assignment, Class, Invitation, JoinLink, Membership, Override
from quizzes.classroom.rights import WHAT_INSTRUCTORS_DO_NOT_SEE, WHAT_INSTRUCTORS_SEE, Role
from quizzes.review.models import Card
from quizzes.templatetags.dates import moment
from quizzes.tests.classroom.classes import Teaching, account
from quizzes.tests.review.packs import ALL_KINDS, choices, load, load_choices
from quizzes.tests.review.pages import html


@pytest.fixture
def now_teaching(db: None) -> Teaching:
    """A class of today: pages read the clock."""
    load_choices(topics=3, each=12)
    found = Teaching.begin(time_zone="Europe/Berlin")
    found.now = timezone.now()
    found.link = actions.open_link(
        klass=found.klass, author=found.owner, days=30, max_uses=1000, now=found.now
    )
    return found


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(now_teaching: Teaching) -> Client:
    """The owner's browser."""
    return browser(now_teaching.owner)


def at(name: str, *args: object) -> str:
    return reverse(f"quizzes:{name}", args=args)


ROSTER = "Ann,ann@example.org,Red\nBob,bob@example\nCy,cy@example.org,Blue"


# --- a new class, from its roster to its first assignment -----------------------------------------------------------


def new_class_form(**fields: str) -> dict[str, str]:
    due = (timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    return {
        "title": "ML",
        "time_zone": "Europe/Berlin",
        "roster": ROSTER,
        "source": "topic:topic-1",
        "due": due,
        **fields,
    }


def test_the_dry_run_shows_every_rows_fate_and_writes_nothing(desk: Client) -> None:
    before = Class.objects.count()
    page = html(desk.post(at("new_class"), new_class_form()))
    assert "2 new, 1 to mend" in " ".join(page.split())
    assert "“bob@example” ends without a full domain; write the domain out, such as @example.org." in page
    assert (Class.objects.count(), Invitation.objects.count(), Assignment.objects.count()) == (before, 0, 0)


def test_the_second_step_writes_class_invitations_and_assignment_and_says_who_was_left_out(
    desk: Client,
) -> None:
    form = new_class_form(confirm="1", mended="Bob,bob@example")
    page = html(desk.post(at("new_class"), form, follow=True))
    klass = Class.objects.latest("pk")
    assert set(klass.invitations.values_list("email", flat=True)) == {"ann@example.org", "cy@example.org"}
    assert Assignment.objects.get(klass=klass).items.count() == 12
    assert "2 invited" in page
    assert "Left out: “Bob, bob@example”" in page


def test_a_row_mended_on_the_way_goes_in(desk: Client) -> None:
    desk.post(at("new_class"), new_class_form(confirm="1", mended="Bob,bob@example.org"))
    assert Invitation.objects.filter(email="bob@example.org", name="Bob").exists()


def test_a_class_needs_no_more_than_a_name(desk: Client) -> None:
    answer = desk.post(at("new_class"), {"title": "Bare", "time_zone": "UTC"})
    assert answer.status_code == 303
    assert Class.objects.latest("pk").title == "Bare"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Give the class a name"),
        ({"due": "2001-01-01T10:00"}, "This moment is past."),
        ({"due": "tomorrow"}, "Write a day and a time"),
        ({"opens": "2099-01-01T10:00"}, "It would open after it is due."),
        ({"closes": "2001-01-01T10:00"}, "It would close before it is due."),
        ({"goal": "recall"}, "Say how much this goal asks for."),
        ({"goal": "recall", "goal_value": "30"}, "from 50 to 99"),
        ({"source": "set:nothing"}, "This set is no longer there."),
    ],
)
def test_a_form_that_does_not_hold_says_what_to_mend_and_writes_nothing(
    desk: Client, fields: dict[str, str], said: str
) -> None:
    before = Class.objects.count()
    answer = desk.post(at("new_class"), new_class_form(confirm="1", **fields))
    assert answer.status_code == 422
    assert said in html(answer)
    assert Class.objects.count() == before


def test_a_roster_comes_as_a_file_too(now_teaching: Teaching, desk: Client) -> None:
    file = SimpleUploadedFile("roster.csv", "name;e-mail\nZoë;zoe@example.org\n".encode("cp1252"))
    page = html(desk.post(at("roster", now_teaching.klass.public_id), {"file": file, "due": ""}))
    assert "Zoë" in page
    assert "zoe@example.org" in page


def test_the_roster_of_a_class_knows_who_is_in_and_who_is_invited(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    address = at("roster", now_teaching.klass.public_id)
    desk.post(address, {"roster": "zoe@example.org", "confirm": "1", "due": ""})
    page = html(
        desk.post(address, {"roster": "ann@example.org\nzoe@example.org\nyan@example.org", "due": ""})
    )
    assert "Row 1, ann@example.org: in already." in page
    assert "Row 2, zoe@example.org: invited already." in page
    assert "1 new" in page


# --- joining --------------------------------------------------------------------------------------------------------


def test_before_joining_one_sees_exactly_what_instructors_will_see(now_teaching: Teaching, ann: User) -> None:
    page = html(browser(ann).get(at("join_by", now_teaching.link.token)))
    for line in (*WHAT_INSTRUCTORS_SEE, *WHAT_INSTRUCTORS_DO_NOT_SEE):
        assert line in page
    assert not Membership.objects.filter(user=ann).exists()


def test_a_code_leads_to_the_class_and_a_wrong_one_says_so(now_teaching: Teaching, ann: User) -> None:
    cache.clear()
    client = browser(ann)
    code = now_teaching.link.code
    answer = client.post(at("join"), {"code": f"{code[:4].lower()}-{code[4:]}"})
    assert answer.headers["Location"] == at("join_by", now_teaching.link.token)
    assert "No class has this code now." in html(client.post(at("join"), {"code": "ZZZZZZZZ"}))


def test_codes_cannot_be_tried_one_after_the_other(now_teaching: Teaching, ann: User, bob: User) -> None:
    cache.clear()
    client = browser(ann)
    tried = [client.post(at("join"), {"code": f"ZZZZZZZ{n}"}).status_code for n in range(10)]
    assert set(tried) == {422}
    assert client.post(at("join"), {"code": now_teaching.link.code}).status_code == 429
    assert browser(bob).post(at("join"), {"code": now_teaching.link.code}).status_code == 303
    cache.clear()


def test_an_ended_link_says_so_and_lets_nobody_in(now_teaching: Teaching, ann: User) -> None:
    JoinLink.objects.update(expires_at=now_teaching.now)
    for method in ("get", "post"):
        answer = getattr(browser(ann), method)(at("join_by", now_teaching.link.token))
        assert answer.status_code == 410
    assert not Membership.objects.filter(user=ann).exists()


def test_a_visitor_comes_back_to_the_invitation_after_signing_in(
    now_teaching: Teaching, client: Client
) -> None:
    address = at("join_by", now_teaching.link.token)
    assert client.get(address).headers["Location"].endswith(f"?next={address}")


def test_an_invitation_stands_on_today_until_it_is_answered(now_teaching: Teaching, ann: User) -> None:
    desk = browser(now_teaching.owner)
    desk.post(at("roster", now_teaching.klass.public_id), {"roster": ann.email, "confirm": "1", "due": ""})
    client = browser(ann)
    token = Invitation.objects.get().token
    assert at("join_by", token) in html(client.get(at("today")))
    client.post(at("decline", token))
    assert at("join_by", token) not in html(client.get(at("today")))


# --- members and groups ---------------------------------------------------------------------------------------------


def test_many_members_are_grouped_promoted_and_removed_at_once(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    places = [now_teaching.take_in(user) for user in (ann, bob)]
    here = at("members", now_teaching.klass.public_id)
    ids = [str(place.public_id) for place in places]
    desk.post(here, {"do": "group", "group": "Red", "member": ids})
    assert {str(p.user) for p in now_teaching.klass.groups.get().members.all()} == {ann.email, bob.email}
    desk.post(here, {"do": "ungroup", "group": "red", "member": ids[:1]})
    assert now_teaching.klass.groups.get().members.get() == places[1]
    desk.post(here, {"do": "role", "role": "assistant", "member": ids[:1]})
    assert Membership.objects.get(pk=places[0].pk).role == Role.ASSISTANT
    asked = html(desk.post(here, {"do": "remove", "member": ids}))
    assert "Remove 2 members?" in asked
    assert Membership.objects.filter(left_at=None).count() == 3
    desk.post(here, {"do": "remove", "member": ids, "confirm": "1"})
    assert Membership.objects.filter(left_at=None).count() == 1


def test_a_member_of_another_class_is_out_of_reach(now_teaching: Teaching, desk: Client, ann: User) -> None:
    other = actions.create_class(owner=ann, title="Other", time_zone="UTC", now=now_teaching.now)
    theirs = Membership.objects.get(klass=other)
    desk.post(
        at("members", now_teaching.klass.public_id),
        {"do": "remove", "member": str(theirs.public_id), "confirm": "1"},
    )
    theirs.refresh_from_db()
    assert theirs.left_at is None


def test_a_co_instructor_cannot_remove_those_who_teach(now_teaching: Teaching, ann: User, bob: User) -> None:
    now_teaching.take_in(ann, Role.INSTRUCTOR)
    assistant = now_teaching.take_in(bob, Role.ASSISTANT)
    answer = browser(ann).post(
        at("members", now_teaching.klass.public_id),
        {"do": "remove", "member": str(assistant.public_id), "confirm": "1"},
        follow=True,
    )
    assert "Only the owner removes those who teach." in html(answer)
    assistant.refresh_from_db()
    assert assistant.left_at is None


# --- assignments ----------------------------------------------------------------------------------------------------


def test_dates_are_written_in_the_classs_zone_and_read_in_the_readers_with_the_classs_named(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    User.objects.filter(pk=ann.pk).update(time_zone="Asia/Tokyo")
    now_teaching.take_in(ann)
    desk.post(
        at("assign", now_teaching.klass.public_id), {"source": "topic:topic-1", "due": "2090-07-03T18:00"}
    )
    given = Assignment.objects.get()
    assert given.due_at.isoformat() == "2090-07-03T16:00:00+00:00"
    ann.refresh_from_db()
    for page in (at("today"), at("class", now_teaching.klass.public_id), at("assignment", given.public_id)):
        assert "Tue 4 Jul 2090, 01:00 for you, Mon 18:00 in Europe/Berlin" in html(browser(ann).get(page)), (
            page
        )


def test_a_reader_in_the_classs_zone_sees_one_time() -> None:
    at_noon = timezone.now().replace(year=2026, month=12, day=4, hour=11, minute=0)
    assert moment(at_noon, "Europe/Berlin", "Europe/Paris") == "Fri 4 Dec 2026, 12:00 (Europe/Berlin)"
    assert moment(at_noon, "Europe/Berlin", "UTC") == "Fri 4 Dec 2026, 11:00 for you, 12:00 in Europe/Berlin"
    assert moment(None, "UTC", "UTC") == "never"


def test_it_is_assigned_to_the_groups_and_learners_that_were_chosen(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    anns, bobs = now_teaching.take_in(ann), now_teaching.take_in(bob)
    now_teaching.take_in(account("cy"))
    red = now_teaching.group("Red", anns)
    desk.post(
        at("assign", now_teaching.klass.public_id),
        {
            "source": "topic:topic-1",
            "due": "2090-07-03T18:00",
            "whom": [f"group:{red.public_id}", f"member:{bobs.public_id}"],
        },
    )
    assert {row.membership for row in Assignment.objects.get().assignees.all()} == {anns, bobs}


def test_a_learner_does_not_see_an_assignment_before_it_opens_or_when_it_is_anothers(
    now_teaching: Teaching, ann: User, bob: User
) -> None:
    now_teaching.take_in(ann)
    bobs = now_teaching.take_in(bob)
    later = now_teaching.assign(now_teaching.set_of(2), opens=1, days=3)
    anothers = now_teaching.assign(now_teaching.set_of(2), members=[bobs])
    for hidden in (later, anothers):
        assert browser(ann).get(at("assignment", hidden.public_id)).status_code == 404
    assert browser(bob).get(at("assignment", anothers.public_id)).status_code == 200


def test_other_dates_need_learners_a_date_in_order_and_a_reason(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    place = now_teaching.take_in(ann)
    given = now_teaching.assign(now_teaching.set_of(2))
    here = at("overrides", given.public_id)
    good = {"member": str(place.public_id), "due": "2090-01-01T10:00", "reason": "ill"}
    for wrong, said in (
        ({"member": ""}, "Tick the learners first."),
        ({"reason": ""}, "Say why"),
        ({"due": ""}, "Write at least one date"),
        ({"due": "2001-01-01T10:00"}, "It would open after it is due."),
    ):
        answer = desk.post(here, good | wrong)
        assert answer.status_code == 422
        assert said in html(answer)
    assert not Override.objects.exists()
    assert desk.post(here, good).status_code == 303
    assert "Other dates: ill" in html(desk.get(at("assignment", given.public_id)))


def test_a_learner_is_told_by_how_much_work_does_not_fit_and_so_is_the_teacher(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    client = browser(ann)
    client.get(at("today"))
    ann.study.minutes_a_day = 5
    ann.study.save()
    given = now_teaching.assign(now_teaching.set_of(12), days=0.1)
    page = html(client.get(at("today")))
    assert "will not fit before their date at 5 minutes a day" in page
    assert "5 do not fit" in html(desk.get(at("assignment", given.public_id)))


# --- sets and packs -------------------------------------------------------------------------------------------------


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
        at("assign", now_teaching.klass.public_id),
        {"source": f"set:{made.public_id}", "due": "2090-01-01T10:00"},
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
    assert "1 to mend before it can be loaded" in html(answer)
    assert "line 10" in html(answer)
    assert not packs_of(now_teaching.owner).exists()
    checked = desk.post(at("new_pack"), {"text": text, "check": "1"})
    assert "2 questions, nothing to mend" in html(checked)
    assert not packs_of(now_teaching.owner).exists()
    desk.post(at("new_pack"), {"file": SimpleUploadedFile("own.md", text.encode())})
    assert packs_of(now_teaching.owner).get().slug == "own"
    desk.post(at("pack_to_set", "own"))
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
    desk.post(at("new_pack"), {"text": choices(topic="secret-topic", number=9, many=2)})
    topic = packs_of(now_teaching.owner).get().topic
    for user in (ann, now_teaching.owner):
        assert "Secret-topic" not in html(browser(user).get(at("bank")))
        assert browser(user).get(at("topic", topic.slug)).status_code == 404
        assert "Secret-topic" not in html(browser(user).get(at("progress")))


# --- what pages cost ------------------------------------------------------------------------------------------------


def queries_of(user: User, address: str) -> int:
    client = browser(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def enlist(teaching: Teaching, name: str, many: int) -> list[Membership]:
    """Learners by the hundred, without the joining."""
    users = User.objects.bulk_create(User(email=f"{name}{n}@example.org") for n in range(many))
    places = Membership.objects.bulk_create(
        Membership(klass=teaching.klass, user=user, joined_at=teaching.now) for user in users
    )
    actions.work_out(
        list(Assignment.objects.filter(klass=teaching.klass).select_related("klass")), now=teaching.now
    )
    return places


def test_pages_take_as_many_queries_for_four_hundred_learners_as_for_forty(
    now_teaching: Teaching, ann: User
) -> None:
    klass = now_teaching.klass
    now_teaching.take_in(ann)
    now_teaching.group("Red", *enlist(now_teaching, "a", 40)[:20])
    given = now_teaching.assign(now_teaching.set_of(12))
    owner = now_teaching.owner
    pages = [
        (owner, at("classes")),
        (owner, at("class", klass.public_id)),
        (owner, at("members", klass.public_id)),
        (owner, at("roster", klass.public_id)),
        (owner, at("assign", klass.public_id)),
        (owner, at("assignment", given.public_id)),
        (owner, at("class_settings", klass.public_id)),
        (ann, at("class", klass.public_id)),
        (ann, at("assignment", given.public_id)),
        (ann, at("today")),
    ]
    before = [queries_of(user, address) for user, address in pages]
    more = enlist(now_teaching, "b", 360)
    actions.override(
        assignment=given,
        members=more[:100],
        opens_at=None,
        due_at=now_teaching.now + timedelta(days=20),
        closes_at=None,
        reason="ill",
        author=owner,
        now=now_teaching.now,
    )
    question = given.items.all()[0].question
    Card.objects.bulk_create(Card(user=place.user, question=question, reps=1) for place in more)
    assert [queries_of(user, address) for user, address in pages] == before


def test_pages_take_as_many_queries_for_five_thousand_questions_as_for_fifty(
    now_teaching: Teaching, ann: User
) -> None:
    now_teaching.take_in(ann)
    # More than a day's new questions: some are left for the days to come, before and after.
    mine = my_set(now_teaching, 12)
    owner = now_teaching.owner
    small = now_teaching.assign(mine)
    pages = [
        (owner, at("sets")),
        (owner, at("set", mine.public_id)),
        (owner, at("set", mine.public_id) + "?q=question&unassigned=on&page=2"),
        (owner, at("print_set", mine.public_id)),
        (owner, at("packs")),
        (owner, at("new_class")),
        (owner, at("assignment", small.public_id)),
        (ann, at("today")),
    ]
    before = [queries_of(user, address) for user, address in pages]
    model = Question.objects.select_related("current")[0]
    assert model.current is not None
    questions = Question.objects.bulk_create(
        Question(pack=model.pack, topic=model.topic, slug=f"more-{n}", kind=model.kind, level=1 + n % 3)
        for n in range(5000)
    )
    versions = Version.objects.bulk_create(
        Version(
            question=question, number=1, spec=model.current.spec, spec_hash="", change="first", source_line=1,
            created_at=now_teaching.now,
        )
        for question in questions
    )  # fmt: skip
    for question, version in zip(questions, versions, strict=True):
        question.current = version
    Question.objects.bulk_update(questions, ["current"])
    add_questions(question_set=mine, public_ids=[q.public_id for q in questions[:400]], now=now_teaching.now)
    now_teaching.assign(mine)
    assert [queries_of(user, address) for user, address in pages] == before
