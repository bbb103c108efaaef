"""A class at work, for tests: calls the actions as the views do, at moments the test chooses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Pack, Question, QuestionSet
from quizzes.bank.queries import questions_for
from quizzes.bank.sets import add_questions, create_set
from quizzes.classroom import actions
from quizzes.classroom.models import Assignment, Classroom, Group, JoinLink, Membership
from quizzes.classroom.policy import Terms
from quizzes.classroom.rights import Role
from quizzes.review.models import Target
from quizzes.tests.review.studying import MONDAY, Study


def account(name: str, **fields: Any) -> User:
    return User.objects.create_user(f"{name}@example.org", None, **fields)


@dataclass
class Teaching:
    """One owner's class whose clock the test moves."""

    owner: User
    classroom: Classroom
    link: JoinLink
    now: datetime = MONDAY

    @classmethod
    def begin(cls, *, time_zone: str = "UTC") -> Teaching:
        owner = account("teacher")
        classroom = actions.create_class(owner=owner, title="Class", time_zone=time_zone, now=MONDAY)
        link = actions.open_link(classroom=classroom, author=owner, days=120, max_uses=1000, now=MONDAY)
        return cls(owner, classroom, link)

    def later(self, **by: float) -> Teaching:
        self.now += timedelta(**by)
        return self

    def take_in(self, user: User, role: Membership.Role = Role.LEARNER) -> Membership:
        place = actions.join_by_link(link=self.link, user=user, now=self.now)
        if role != Role.LEARNER:
            actions.change_role(place=place, role=role, actor=self.owner, now=self.now)
        return place

    def enlist(self, name: str, many: int) -> list[Membership]:
        """Learners by the hundred, without the joining, who have what is assigned."""
        users = User.objects.bulk_create(User(email=f"{name}{n}@example.org") for n in range(many))
        places = Membership.objects.bulk_create(
            Membership(classroom=self.classroom, user=user, joined_at=self.now) for user in users
        )
        given = Assignment.objects.filter(classroom=self.classroom).select_related("classroom")
        actions.work_out(list(given), now=self.now)
        return places

    def group(self, title: str, *members: Membership) -> Group:
        return actions.save_group(
            classroom=self.classroom, group=None, title=title, members=members, actor=self.owner, now=self.now
        )

    def set_of(self, many: int, *, topic: str = "topic-1") -> QuestionSet:
        made = create_set(owner=self.owner, title="Set", about="", visibility="private", now=self.now)
        ids = questions_for(self.owner).filter(topic__slug=topic).values_list("public_id", flat=True)[:many]
        add_questions(question_set=made, public_ids=list(ids), now=self.now)
        return made

    def assign(
        self,
        question_set: QuestionSet,
        *,
        days: float = 7,
        opens: float = 0,
        closes: float | None = None,
        groups: Collection[Group] = (),
        members: Collection[Membership] = (),
        late: str = Assignment.Late.MARK,
    ) -> Assignment:
        return actions.assign(
            classroom=self.classroom,
            question_set=question_set,
            title="Work",
            terms=Terms(
                self.now + timedelta(days=opens),
                self.now + timedelta(days=days),
                None if closes is None else self.now + timedelta(days=closes),
                late=late,
            ),
            author=self.owner,
            now=self.now,
            groups=groups,
            members=members,
        )

    def studies(self, user: User) -> Study:
        return Study(user, now=self.now)


def wanted_of(user: User) -> set[str]:
    """The slugs of the questions asked of a learner."""
    return set(
        Question.objects.filter(targets__in=Target.objects.filter(user=user)).values_list("slug", flat=True)
    )


def browser(user: User) -> Client:
    """A browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


def at(name: str, *args: object) -> str:
    """The address of that name."""
    return reverse(f"quizzes:{name}", args=args)


def coming(rest: str) -> str:
    """The wall time at which the month, day and time of `rest`, such as 07-03T18:00, come next; not before tomorrow."""
    tomorrow = timezone.now() + timedelta(days=2)
    return f"{tomorrow.year + (rest[:5] < f'{tomorrow:%m-%d}')}-{rest}"


def load_document(desk: Client, document: str | SimpleUploadedFile, into: Pack | None = None) -> None:
    """Upload or paste a document and confirm: as a new pack, or as a new edition of one."""
    form = {"text": document} if isinstance(document, str) else {"file": document}
    address = desk.post(at("new_pack"), form).headers["Location"]
    decided = {"as": "new"} if into is None else {"as": str(into.public_id), "revision": str(into.revision)}
    assert desk.post(address, decided).status_code == 303
