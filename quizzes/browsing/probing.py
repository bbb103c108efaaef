"""A probe: a few questions drawn at random, whose answers judge what was predicted of them.

Drawn are questions the learner has answered on an earlier day, can still be asked, are not planned for today and not
due by the schedule, where that decides when they come: each with the same chance. Answering them changes no schedule.
The share that counts as known estimates how many of all those they know; the chances predicted when the probe was drawn
are judged by it. A probe counts when all of it was answered, and within LASTS: later, other chances would have held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import User
from quizzes.browsing.models import Exercise, Practice
from quizzes.review.api import (
    LEVEL,
    due_by_schedule,
    due_cards,
    known_at_last,
    local_day,
    recall_on,
    strength_by_answers,
    study_day_now,
)
from quizzes.review.models import Card, Item
from quizzes.scheduling.api import Confidence, Memory, day_begins, zone_or_utc
from quizzes.statistics.api import Interval, Mixture, count_of, wilson

QUESTIONS = 8
LASTS = timedelta(hours=4)
# The record tells of so many probes.
MOST = 30
# A picture of fewer probes would show nothing that a sentence does not.
FEWEST_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class ProbeCandidate:
    """A question that could be drawn, by its database id, with the chance that its answer counts as known today."""

    question: int
    expected: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What became of one probe: of `chances` predicted, one for each question, so many were `known`.

    `drawn_from` is the number of questions it stands for.
    """

    public_id: UUID
    opened_at: datetime
    drawn_from: int
    known: int
    chances: Sequence[float]

    @property
    def questions(self) -> int:
        """The questions that were drawn."""
        return len(self.chances)

    @property
    def interval(self) -> Interval:
        """The share known of all it was drawn from: Wilson's interval of level LEVEL."""
        return wilson(self.known, self.questions, level=LEVEL)

    @property
    def expected(self) -> float:
        """The number that was predicted to be known."""
        return sum(self.chances)

    @property
    def expected_share(self) -> float:
        """The share that was predicted to be known."""
        return self.expected / self.questions


@dataclass(frozen=True, slots=True)
class Record:
    """All counted probes together, the last first."""

    probes: Sequence[Probe]

    @property
    def is_a_row(self) -> bool:
        """Whether there are enough of them to see how they follow one another."""
        return len(self.probes) >= FEWEST_IN_A_ROW

    @property
    def known(self) -> int:
        """The questions known in all of them."""
        return sum(probe.known for probe in self.probes)

    @property
    def questions(self) -> int:
        """The questions asked in all of them."""
        return sum(probe.questions for probe in self.probes)

    @property
    def expected(self) -> float:
        """The number predicted for all of them."""
        return sum(probe.expected for probe in self.probes)

    @property
    def by_chance(self) -> Interval:
        """Where the number known lies with the chance LEVEL when what was predicted is true."""
        chances = [chance for probe in self.probes for chance in probe.chances]
        return Mixture([(1.0, count_of(chances))]).interval(LEVEL)

    @property
    def verdict(self) -> str:
        """What the forecasts were: "low" when more was known than predicted, "high" when less, else "fits"."""
        if self.known < self.by_chance.low:
            return "high"
        return "low" if self.known > self.by_chance.high else "fits"


def candidates(user: User, now: datetime) -> QuerySet[Card]:
    """Returns the cards whose questions a probe could draw."""
    return due_cards(user).filter(~_of_today(user, now), ~_is_due(user, now))


def _is_due(user: User, now: datetime) -> Q:
    """Of a card: whether it is due by the schedule."""
    return Q(Exists(due_by_schedule(user, study_day_now(user, now), now).filter(pk=OuterRef("pk"))))


def _of_today(user: User, now: datetime) -> Q:
    """Of a card: whether it was answered today or has a place in today's session."""
    today = study_day_now(user, now)
    planned = Item.objects.filter(session__user=user, session__study_day=today, card=OuterRef("pk"))
    return Q(Exists(planned)) | Q(last_day__gte=today)


def probe_id(user: User, now: datetime) -> UUID:
    """Returns the public id of the learner's probe of this study day, opened or not; nobody else can guess it."""
    said = salted_hmac("quizzes.browsing.probe", f"{user.pk}:{study_day_now(user, now)}", algorithm="sha256")
    return UUID(bytes=said.digest()[:16], version=4)


def todays(user: User, now: datetime) -> QuerySet[Practice]:
    """Returns the learner's probe of this study day, none before it is opened.

    It is that of the day's name, or was opened since the day began by the learner's zone of now: who changes the zone
    changes the day's name, and draws no other probe for that.
    """
    zone, _ = zone_or_utc(user.time_zone)
    began = day_begins(local_day(user, now), zone=zone, rollover_hour=user.rollover_hour)
    probes = Practice.objects.filter(user=user, drawn_from__isnull=False)
    return probes.filter(Q(public_id=probe_id(user, now)) | Q(opened_at__gte=began)).order_by("-opened_at")


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether the learner can be probed now: `left` questions of today's probe are open, None before it is drawn.

    `late`: it was opened so long ago that it can no longer count. Of the `met` questions, suspended ones left out, it
    could be drawn from `could`; of the others `today` were answered today or are in today's session, the rest is `due`.
    """

    left: int | None
    late: bool
    met: int
    today: int
    could: int

    @property
    def due(self) -> int:
        """Questions that are not for a probe because the schedule has them due, though today's session does not."""
        return self.met - self.today - self.could

    @property
    def ready(self) -> bool:
        """Whether there are enough questions to draw a probe from."""
        return self.could >= QUESTIONS


def offer(user: User, now: datetime) -> Offer:
    """Returns what the learner is offered today; a constant number of queries."""
    opened = (
        todays(user, now)
        .annotate(
            open=Count("exercises", filter=Q(exercises__done_at=None, exercises__question__retired_at=None))
        )
        .first()
    )
    of_today = _of_today(user, now)
    counts = due_cards(user).aggregate(
        met=Count("pk"),
        today=Count("pk", filter=of_today),
        could=Count("pk", filter=~of_today & ~_is_due(user, now)),
    )
    return Offer(
        left=opened.open if opened else None, late=opened is not None and is_late(opened, now), **counts
    )


def is_late(probe: Practice, now: datetime) -> bool:
    """Returns whether what is answered of the probe from now on can no longer count."""
    return now >= probe.opened_at + LASTS


def drawable(user: User, now: datetime) -> list[ProbeCandidate]:
    """Returns the questions a probe could draw, with what is predicted of them; a constant number of queries."""
    today = study_day_now(user, now)
    strength = strength_by_answers(user)
    rows: Iterable[tuple[int, float, float, date, bool | None]] = (
        candidates(user, now)
        .order_by("pk")
        .values_list("question", "stability", "difficulty", "last_day", known_at_last("pk"))
    )
    return [
        ProbeCandidate(
            question,
            recall_on(Memory(stability, difficulty, last_day), today, strength) if last_known else 0.0,
        )
        for question, stability, difficulty, last_day, last_known in rows
    ]


def probes_of(user: User) -> Record:
    """Returns the learner's last MOST probes that count; one query."""
    latest = Practice.objects.filter(user=user, drawn_from__isnull=False).order_by("-opened_at")
    return Record(_counted(latest[:MOST]))


def probe_in(practice: Practice) -> Probe | None:
    """Returns what became of the probe; None while it does not count."""
    found = _counted(Practice.objects.filter(pk=practice.pk, drawn_from__isnull=False))
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of a probe with what was answered; None where nothing was."""

    opened_at: datetime
    drawn_from: int
    expected: float
    done_at: datetime | None
    passed: bool | None
    confidence: str | None

    @property
    def in_time(self) -> bool:
        """Whether it was answered while the probe could count."""
        return self.done_at is not None and self.done_at < self.opened_at + LASTS

    @property
    def known(self) -> bool:
        """Whether it was answered right, and not by a guess."""
        return bool(self.passed) and self.confidence != Confidence.GUESS


def _counted(practices: QuerySet[Practice]) -> list[Probe]:
    rows = (
        Exercise.objects.filter(practice__in=practices.values("pk"))
        .order_by("-practice__opened_at", "practice", "position")
        .values_list(
            "practice__public_id",
            "practice__opened_at",
            "practice__drawn_from",
            "expected",
            "done_at",
            "attempt__passed",
            "attempt__confidence",
        )
    )
    probes: dict[UUID, list[_Asked]] = {}
    for public_id, opened_at, drawn_from, expected, done_at, passed, confidence in rows:
        # A probe has both numbers: other practices have neither.
        asked = _Asked(opened_at, drawn_from or 0, expected or 0.0, done_at, passed, confidence)
        probes.setdefault(public_id, []).append(asked)
    return [
        Probe(
            public_id,
            opened_at=asked[0].opened_at,
            drawn_from=asked[0].drawn_from,
            known=sum(one.known for one in asked),
            chances=[one.expected for one in asked],
        )
        for public_id, asked in probes.items()
        if all(one.in_time for one in asked)
    ]
