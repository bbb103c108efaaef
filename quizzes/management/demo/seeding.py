"""The demo class: thirty simulated learners, eight weeks of history, assignments, reports; and its removal.

Everybody in it is marked as a demo account (`User.is_demo`), its owner too: a class is a demo when its owner is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from quizzes.analytics import actions as analytics
from quizzes.bank import asking, sets
from quizzes.bank.models import QuestionSet
from quizzes.bank.queries import live_questions
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignee, Assignment, Classroom, EmailState, Membership
from quizzes.classroom.policy import Terms
from quizzes.management.demo.history import DemoQuestion, Study
from quizzes.management.demo.people import Person, person
from quizzes.management.demo.responses import can_be_answered
from quizzes.reports import actions as reports
from quizzes.reports.models import QuestionReport
from quizzes.review.actions.targets import drop_targets
from quizzes.review.models import Card, Item, Review, Session, StudySettings
from quizzes.scheduling.prng import draw

TITLE = "Interview spring (demo)"
WEEKS = 8
LEARNERS = 30
# Reserved for names that must never be delivered to: RFC 2606.
DOMAIN = "demo.invalid"
Tell = Callable[[str], None]

_NAMES = (
    "Amara Okafor", "Anton Weiss", "Beatriz Costa", "Chen Jie", "Clara Lindqvist", "Daniel Moreau", "Devika Rao",
    "Elif Yilmaz", "Emma Novak", "Farid Haddad", "Giulia Conti", "Hana Suzuki", "Ivan Petrov", "Jonas Berg",
    "Julia Kowalska", "Kwame Mensah", "Lea Hoffmann", "Liam Byrne", "Mateo Silva", "Mei Tanaka", "Nadia Rahman",
    "Noah Jansen", "Olga Marin", "Priya Nair", "Rafael Ortiz", "Sara Cohen", "Tomas Horak", "Uma Iyer",
    "Viktor Larsen", "Zoe Martin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """One assignment of the demo: its questions in the demo's order, and its weeks."""

    title: str
    first: int
    last: int
    opens_week: int
    due_week: int
    goal: str = Assignment.Goal.RECALL
    goal_value: float | None = 0.8


_PARTS = (
    _Part("Foundations", 0, 40, 0, 4),
    _Part("Sequences and images", 40, 80, 3, 7, Assignment.Goal.SEEN, None),
    _Part("Systems and deployment", 80, 115, 6, 11, Assignment.Goal.RECALL, 0.75),
)


def seed(
    *, now: datetime, learners: int = LEARNERS, weeks: int = WEEKS, tell: Tell, also: User | None = None
) -> Classroom:
    """Makes the demo class up to yesterday; `also` becomes a co-instructor. All or nothing.

    ValueError when the bank has too few questions: it has to be loaded first.
    """
    asked = _questions()
    if len(asked) < _PARTS[-1].last:
        raise ValueError("The bank holds too few questions. Load it first: manage.py load_bank")
    begins = datetime.combine(now.date() - timedelta(weeks=weeks), time(8), tzinfo=UTC)
    with transaction.atomic():
        owner = User.objects.create_user(f"teacher@{DOMAIN}", is_demo=True, joined_at=begins)
        classroom = classes.create_class(
            owner=owner,
            title=TITLE,
            about="Simulated learners with real forgetting. Look around; remove it with manage.py seed_demo --remove.",
            time_zone="Europe/Berlin",
            exam_on=now.date() + timedelta(weeks=4),
            now=begins,
        )
        if also is not None:
            Membership.objects.create(
                classroom=classroom, user=also, role=Membership.Role.INSTRUCTOR, joined_at=now
            )
        places = _enrol(classroom, owner, learners, begins)
        parts = [_assign(classroom, owner, part, asked, begins) for part in _PARTS]
        Assignee.objects.filter(assignment__classroom=classroom).update(email_state=EmailState.CANCELLED)
        bank = {one.question.pk: one for one in asked}
        for number, place in enumerate(places):
            study = _studied(number, place, parts=parts, bank=bank, first=begins.date(), today=now.date())
            study.write()
            tell(f"{number + 1} of {len(places)}: {place.name}, {len(study.reviews)} answers")
        _report(places, owner, now)
    _predicted(classroom, begins, now)
    analytics.refresh_snapshots(classroom=classroom, now=now)
    return classroom


def remove(*, tell: Tell) -> int:
    """Removes all demo accounts with all that is theirs, and the demo classes. Returns the number of accounts."""
    demo = Q(user__is_demo=True)
    with transaction.atomic():
        classes = Classroom.objects.filter(
            memberships__role=Membership.Role.OWNER, memberships__user__is_demo=True
        )
        found = list(classes.values_list("pk", flat=True))
        # A real learner who looked in is asked for nothing any more.
        drop_targets(
            sources=Assignment.objects.filter(classroom__in=found).values_list("public_id", flat=True)
        )
        Classroom.objects.filter(pk__in=found).delete()
        for name, rows in {
            "reports": QuestionReport.objects.filter(demo),
            "answers": Review.objects.filter(demo),
            "places in sessions": Item.objects.filter(session__user__is_demo=True),
            "sessions": Session.objects.filter(demo),
            "cards": Card.objects.filter(demo),
            "sets": QuestionSet.objects.filter(owner__is_demo=True),
        }.items():
            gone, _ = rows.delete()
            tell(f"{gone} {name}")
        accounts = User.objects.filter(is_demo=True)
        many = accounts.count()
        accounts.delete()
    return many


def _questions() -> list[DemoQuestion]:
    """Returns what the demo asks, in the bank's order; a few of them made odd, so that the item analysis has finds."""
    fit = [
        (question, question.current)
        for question in live_questions()
        if question.current is not None and can_be_answered(question.current.spec)
    ]
    choices = [question.pk for question, version in fit if asking.offered(version.spec)]
    return [
        DemoQuestion(
            question=question,
            version=version,
            guess_rate=asking.guess_rate(version.spec),
            puzzling=question.pk in choices[3:4],
            slippery=question.pk in choices[6:8],
        )
        for question, version in fit
    ]


def _enrol(classroom: Classroom, owner: User, learners: int, begins: datetime) -> list[Membership]:
    link = classes.open_link(classroom=classroom, author=owner, days=30, max_uses=learners, now=begins)
    places = []
    for number in range(learners):
        name = _NAMES[number % len(_NAMES)]
        address = f"{name.lower().replace(' ', '.')}{number // len(_NAMES) or ''}@{DOMAIN}"
        user = User.objects.create_user(address, is_demo=True, joined_at=begins, time_zone="Europe/Berlin")
        StudySettings.objects.create(user=user, minutes_a_day=30, next_day_at=begins + timedelta(weeks=520))
        place = classes.join_by_link(link=link, user=user, now=begins)
        place.name = name
        place.save(update_fields=["name"])
        places.append(place)
    group = [place for number, place in enumerate(places) if number % 3 == 0]
    classes.save_group(
        classroom=classroom, group=None, title="Evening group", members=group, actor=owner, now=begins
    )
    return places


def _assign(
    classroom: Classroom, owner: User, part: _Part, asked: Sequence[DemoQuestion], begins: datetime
) -> tuple[Assignment, list[DemoQuestion]]:
    opens = begins + timedelta(weeks=part.opens_week)
    chosen = list(asked[part.first : part.last])
    made = sets.create_set(
        owner=owner, title=part.title, about="", visibility=QuestionSet.Visibility.PRIVATE, now=opens
    )
    sets.add_questions(question_set=made, public_ids=[one.question.public_id for one in chosen], now=opens)
    assignment = classes.assign(
        classroom=classroom,
        question_set=made,
        title=part.title,
        terms=Terms(
            opens_at=opens,
            due_at=begins + timedelta(weeks=part.due_week, hours=13),
            closes_at=None,
            goal=part.goal,
            goal_value=part.goal_value,
        ),
        author=owner,
        now=opens,
    )
    return assignment, chosen


def _person(number: int) -> Person:
    """Returns most study steadily; some begin late, some stop, some only now and then."""
    seed = f"demo {number}"
    if number % 10 == 7:
        return person(seed, habit=0.85, stops=25 + number)
    if number % 10 == 4:
        return person(seed, habit=0.8, begins=14 + number)
    if number % 10 == 9:
        return person(seed, habit=0.2)
    return person(seed, habit=0.7 + 0.28 * draw(f"{seed}:habit"))


def _studied(
    number: int,
    place: Membership,
    *,
    parts: Sequence[tuple[Assignment, list[DemoQuestion]]],
    bank: dict[int, DemoQuestion],
    first: date,
    today: date,
) -> Study:
    study = Study(place.user, _person(number))
    pace = 2 + int(3 * draw(f"demo {number}:pace"))
    for count in range((today - first).days):
        day = first + timedelta(days=count)
        if study.person.studies_on(count):
            wanted = [one for given, asked in parts if given.opens_at.date() <= day for one in asked]
            study.day(day, wanted, bank, new=pace)
    return study


def _report(places: Sequence[Membership], owner: User, now: datetime) -> None:
    """Some reports from the last days, the first of them replied to."""
    said = (
        (QuestionReport.Kind.UNCLEAR, "Two of the options say nearly the same to me."),
        (QuestionReport.Kind.WRONG, "My lecture notes say the opposite. Is the key right?"),
        (QuestionReport.Kind.TYPO, "There is a word missing in the explanation."),
        (QuestionReport.Kind.OUTDATED, "Recent versions of the library behave differently."),
    )
    for number, (kind, text) in enumerate(said[: len(places)]):
        missed = Review.objects.filter(user=places[number].user, passed=False).exclude(response={})
        found = missed.order_by("-answered_at").first()
        if found is None:
            continue
        report = reports.report_question(
            review=found, kind=kind, text=text, now=now - timedelta(hours=30 - number)
        )
        if number == 0:
            reports.reply(
                report=report, author=owner, text="Thank you. I have made the second one plainer.", now=now
            )
            QuestionReport.objects.filter(pk=report.pk).update(
                email_state=QuestionReport.EmailState.CANCELLED
            )


def _predicted(classroom: Classroom, begins: datetime, now: datetime) -> None:
    """What would have been predicted each week, and what came of it: both from the log as it stood that day."""
    moment = begins + timedelta(weeks=2)
    while moment < now:
        analytics.record_forecasts(classroom=classroom, now=moment)
        moment += timedelta(weeks=1)
    analytics.record_forecasts(classroom=classroom, now=now)
