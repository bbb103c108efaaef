"""Who will be ready: the readiness of a class's learners as its page shows it, those who need help first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from uuid import UUID

from quizzes.analytics.charts import Grid, Meter, grid
from quizzes.analytics.class_data import learners_in
from quizzes.analytics.item_statistics import FEWEST_IN_A_GROUP
from quizzes.analytics.readiness_model import SILENT_DAYS, LearnerReadiness, RiskBand
from quizzes.bank.models import Topic
from quizzes.classroom.models import Assignment, Classroom
from quizzes.markup.api import LAST

BAND_WORDS = {
    RiskBand.HELP: "Needs help",
    RiskBand.WATCH: "Watch",
    RiskBand.ON_COURSE: "On course",
    RiskBand.READY: "Ready",
}
# The marks of feedback say the same by shape and colour.
BAND_MARKS = {
    RiskBand.HELP: "wrong",
    RiskBand.WATCH: "partial",
    RiskBand.ON_COURSE: "missed",
    RiskBand.READY: "right",
}


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """One learner by name, and their readiness."""

    public_id: UUID
    name: str
    is_demo: bool
    readiness: LearnerReadiness

    @property
    def band(self) -> RiskBand:
        """The band of risk the learner is in."""
        return self.readiness.band

    @property
    def word(self) -> str:
        """The band in words."""
        return BAND_WORDS[self.band]

    @property
    def mark(self) -> str:
        """The band's shape and colour."""
        return BAND_MARKS[self.band]

    @property
    def meters(self) -> tuple[Meter, Meter]:
        """What is expected if they stop today, and with the plan."""
        return Meter(self.readiness.stop), Meter(self.readiness.plan)

    @property
    def unseen(self) -> int:
        """Questions never answered."""
        return self.readiness.questions - self.readiness.seen

    @property
    def why(self) -> str:
        """What holds them back, as a sentence; empty for those who are ready or on course."""
        if self.band not in {RiskBand.HELP, RiskBand.WATCH}:
            return ""
        found = self.readiness
        if found.silent_days is None:
            return "Has not begun."
        reasons = []
        if found.silent_days >= SILENT_DAYS:
            reasons.append(f"silent for {found.silent_days} days")
        if self.unseen and found.days_left and found.pace < found.need / 2:
            reasons.append("begins too few a day")
        if self.unseen and not found.days_left:
            reasons.append(f"{self.unseen} never seen")
        if not reasons:
            reasons.append(
                "the chance is small even with the plan" if found.chance_plan < 0.5 else "forgets much"
            )
        return f"{', '.join(reasons).capitalize()}."


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many learners are in one band."""

    word: str
    learners: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A group of learners together; the shares are None where fewer than FEWEST_IN_A_GROUP have them."""

    learners: int
    bands: Sequence[BandCount]
    now: float | None
    stop: float | None
    plan: float | None


def learner_rows(
    classroom: Classroom, rows: Iterable[LearnerReadiness], *, group: UUID | None = None
) -> list[LearnerRow]:
    """Returns the rows of those who are in the class (and group) now, by name, who needs help first; one query."""
    places = learners_in(classroom)
    if group is not None:
        places = places.filter(groups__public_id=group)
    named = places.values_list("pk", "public_id", "name", "user__email", "user__is_demo", named=True)
    members = {place.pk: place for place in named}
    found = [
        LearnerRow(place.public_id, place.name or place.user__email, place.user__is_demo, row)
        for row in rows
        if (place := members.get(row.membership)) is not None
    ]
    bands = list(RiskBand)
    found.sort(
        key=lambda one: (
            bands.index(one.band),
            one.readiness.chance_plan,
            one.readiness.chance_stop,
            one.name.casefold(),
        )
    )
    return found


def summary_of(rows: Sequence[LearnerRow]) -> Summary:
    """Returns all of the learners together."""
    enough = len(rows) >= FEWEST_IN_A_GROUP
    return Summary(
        learners=len(rows),
        bands=[BandCount(BAND_WORDS[band], sum(one.band is band for one in rows)) for band in RiskBand],
        now=fmean(one.readiness.now for one in rows) if enough else None,
        stop=fmean(one.readiness.stop.mean for one in rows) if enough else None,
        plan=fmean(one.readiness.plan.mean for one in rows) if enough else None,
    )


def topic_grid(shown: Sequence[LearnerRow], everyone: Sequence[LearnerRow]) -> Grid | None:
    """Returns what the learners shown know of each topic, and all of them together; None without topics. One query."""
    used = {topic for one in everyone for topic in one.readiness.topics}
    topics = [topic for topic in Topic.objects.all() if topic.pk in used]
    if not topics:
        return None
    shares: dict[int, list[float]] = defaultdict(list)
    for one in everyone:
        for topic, known in one.readiness.topics.items():
            shares[topic].append(known.share)
    together = [
        fmean(shares[topic.pk]) if len(shares[topic.pk]) >= FEWEST_IN_A_GROUP else None for topic in topics
    ]
    own = [(one.name, [_share_of(one, topic) for topic in topics]) for one in shown]
    return grid(columns=_named(topics), rows=[("All learners", together), *own])


def _share_of(row: LearnerRow, topic: Topic) -> float | None:
    known = row.readiness.topics.get(topic.pk)
    return None if known is None else known.share


def _named(topics: Sequence[Topic]) -> list[tuple[str, str]]:
    """Returns a short and a long name for each topic: its number in the bank, or P1, P2, … where it has none."""
    found: list[tuple[str, str]] = []
    taken: set[int] = {0, LAST}
    for topic in topics:
        own = sum(short.startswith("P") for short, _ in found) + 1
        found.append((f"P{own}" if topic.number in taken else str(topic.number), topic.title))
        taken.add(topic.number)
    return found


def assignments_to_choose(classroom: Classroom) -> list[Assignment]:
    """Returns what the page can be about besides the whole class, by due date."""
    return list(classroom.assignments.filter(withdrawn_at=None).order_by("due_at", "pk"))
