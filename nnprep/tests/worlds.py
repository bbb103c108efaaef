"""A class with everyone in it, and everything in it that an address can name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Pack, Question, QuestionSet, SetRule, Upload
from quizzes.bank.selecting import Filters
from quizzes.bank.sets import add_questions, add_rule, create_set
from quizzes.bank.uploads import keep_upload
from quizzes.classroom import actions
from quizzes.classroom.models import Assignment, Classroom, Extension, Group, Invitation, JoinLink, Membership
from quizzes.classroom.policy import Terms
from quizzes.classroom.rights import Role
from quizzes.classroom.roster import read_roster
from quizzes.tests.review.packs import choices

ANONYMOUS, LEARNER, STRANGER, STAFF = "anonymous", "learner", "stranger-instructor", "staff"
MEMBERS = {
    "member": Role.LEARNER,
    "assistant": Role.ASSISTANT,
    "co-instructor": Role.INSTRUCTOR,
    "owner": Role.OWNER,
}
EVERYONE = (ANONYMOUS, LEARNER, *MEMBERS, STRANGER, STAFF)


@dataclass
class World:
    """One class with a member of every role, and people who are not in it. `users` are by the names in EVERYONE."""

    users: dict[str, User]
    classroom: Classroom
    group: Group
    assignment: Assignment
    extension: Extension
    invitation: Invitation
    link: JoinLink
    question_set: QuestionSet
    rule: SetRule
    pack: Pack
    upload: Upload
    question: Question
    # By who is signed in in them; anonymous has none.
    sessions: dict[str, str]

    def client(self, who: str) -> Client:
        """A new browser in which they are signed in: all of one person's browsers share a session."""
        client = Client()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    def place(self, who: str) -> Membership:
        return Membership.objects.get(classroom=self.classroom, user=self.users[who])


def make_world() -> World:
    """The class as its owner left it: a private pack, a private set with a rule, an assignment with an extension."""
    now = timezone.now()
    users = {
        who: User.objects.create_user(f"{who}@example.org", is_staff=who == STAFF)
        for who in EVERYONE
        if who != ANONYMOUS
    }
    owner = users["owner"]
    load_pack(text=choices(topic="topic-1", number=1, many=4), path=Path("topic-1.md"), now=now)
    load_pack(text=choices(topic="week-1", number=2, many=2), path=Path("week-1.md"), now=now, owner=owner)
    classroom = actions.create_class(owner=owner, title="Class", time_zone="Europe/Berlin", now=now)
    link = actions.open_link(classroom=classroom, author=owner, days=7, max_uses=50, now=now)
    for who, role in MEMBERS.items():
        if who != "owner":
            place = actions.join_by_link(link=link, user=users[who], now=now)
            if role != Role.LEARNER:
                actions.change_role(place=place, role=role, actor=owner, now=now)
    actions.invite(classroom=classroom, rows=read_roster("Zoe,zoe@example.org,Red"), author=owner, now=now)
    question_set = create_set(owner=owner, title="Set", about="", visibility="private", now=now)
    pack = Pack.objects.get(owner=owner)
    # A second edition, so that there is one to take back.
    longer = choices(topic="week-1", number=2, many=3)
    load_pack(text=longer, path=Path("week-1.md"), now=now, owner=owner, into=pack)
    pack.refresh_from_db()
    upload = keep_upload(owner=owner, name="more.md", text="## What is A?\n\nA letter.\n", now=now)
    ids = [q.public_id for q in Question.objects.filter(pack=pack)]
    add_questions(question_set=question_set, public_ids=ids, now=now)
    rule = add_rule(question_set=question_set, filters=Filters(unassigned=True), pick=2, now=now)
    member = Membership.objects.get(classroom=classroom, user=users["member"])
    assignment = actions.assign(
        classroom=classroom,
        question_set=question_set,
        title="Work",
        terms=Terms(now, now + timedelta(days=7), None),
        author=owner,
        now=now,
    )
    actions.extend(
        assignment=assignment,
        members=[member],
        opens_at=None,
        due_at=now + timedelta(days=9),
        closes_at=None,
        reason="ill",
        author=owner,
        now=now,
    )
    other = actions.create_class(owner=users[STRANGER], title="Another", time_zone="UTC", now=now)
    actions.open_link(classroom=other, author=users[STRANGER], days=7, max_uses=5, now=now)
    return World(
        users=users,
        classroom=classroom,
        group=Group.objects.get(classroom=classroom),
        assignment=assignment,
        extension=Extension.objects.get(),
        invitation=Invitation.objects.get(),
        link=link,
        question_set=question_set,
        rule=rule,
        pack=pack,
        upload=upload,
        question=Question.objects.filter(pack=pack)[0],
        sessions={who: session_of(user) for who, user in users.items()},
    )


def session_of(user: User) -> str:
    """Signs the user in; returns the key of the session."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
