"""Who will be ready: the standings of a class as its page shows them, those who need help first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any
from uuid import UUID

from quizzes.bank.models import Topic
from quizzes.classroom.models import Assignment, Classroom
from quizzes.insights.class_facts import learners_in
from quizzes.insights.items import FEWEST_IN_A_GROUP
from quizzes.insights.pictures import Grid, grid
from quizzes.insights.standings import BANDS, SILENT_DAYS
from quizzes.markup.source import LAST

BAND_WORDS = {"help": "Needs help", "watch": "Watch", "course": "On course", "ready": "Ready"}
# The marks of feedback say the same by shape and colour.
BAND_MARKS = {"help": "wrong", "watch": "partial", "course": "missed", "ready": "right"}


@dataclass(frozen=True, slots=True)
class Range:
    """An expected share with the bounds of its 80 % interval, all 0 to 1."""

    mean: float
    low: float
    high: float

    @property
    def x(self) -> float:
        """Where the interval begins in a picture 100 wide."""
        return round(100 * self.low, 1)

    @property
    def width(self) -> float:
        """How wide the interval is there."""
        return round(100 * max(self.high - self.low, 0.01), 1)

    @property
    def dot(self) -> float:
        """Where the mean stands there."""
        return round(100 * self.mean - 0.75, 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """One learner towards the goal. Shares and chances run from 0 to 1, paces are questions a day."""

    membership: int
    public_id: UUID
    name: str
    is_demo: bool
    band: str
    questions: int
    seen: int
    late: int
    now: float
    stop: Range
    plan: Range
    chance_stop: float
    chance_plan: float
    day: date
    left: int
    pace: float
    need: float
    minutes: float
    silent: int | None
    gap: float | None
    kept: int | None
    of: int
    topics: Mapping[str, Sequence[float]]

    @property
    def word(self) -> str:
        """The band in words."""
        return BAND_WORDS[self.band]

    @property
    def mark(self) -> str:
        """The band's shape and colour."""
        return BAND_MARKS[self.band]

    @property
    def ranges(self) -> tuple[Range, Range]:
        """If they stop today, and with the plan."""
        return self.stop, self.plan

    @property
    def unseen(self) -> int:
        """Questions never answered."""
        return self.questions - self.seen

    @property
    def why(self) -> str:
        """What holds them back, as a sentence; empty for those who are ready or on course."""
        if self.band not in {"help", "watch"}:
            return ""
        if self.silent is None:
            return "Has not begun."
        reasons = []
        if self.silent >= SILENT_DAYS:
            reasons.append(f"silent for {self.silent} days")
        if self.unseen and self.left and self.pace < self.need / 2:
            reasons.append("begins too few a day")
        if self.unseen and not self.left:
            reasons.append(f"{self.unseen} never seen")
        if not reasons:
            reasons.append(
                "the chance is small even with the plan" if self.chance_plan < 0.5 else "forgets much"
            )
        return f"{', '.join(reasons).capitalize()}."


@dataclass(frozen=True, slots=True)
class Whole:
    """A group of learners together; the shares are None where fewer than FEWEST_IN_A_GROUP have them."""

    learners: int
    bands: Sequence[tuple[str, str, int]]
    now: float | None
    stop: float | None
    plan: float | None


def standings_of(
    classroom: Classroom, rows: Iterable[Mapping[str, Any]], *, group: UUID | None = None
) -> list[Standing]:
    """The kept rows with the names of those who are in the class (and group) now, who needs help first; one query."""
    places = learners_in(classroom)
    if group is not None:
        places = places.filter(groups__public_id=group)
    named = {
        pk: (public_id, name or email, is_demo)
        for pk, public_id, name, email, is_demo in places.values_list(
            "pk", "public_id", "name", "user__email", "user__is_demo"
        )
    }
    found = [_standing(row, *named[row["m"]]) for row in rows if row["m"] in named]
    found.sort(key=lambda one: (BANDS.index(one.band), one.chance_plan, one.chance_stop, one.name.casefold()))
    return found


def _standing(row: Mapping[str, Any], public_id: UUID, name: str, is_demo: bool) -> Standing:  # noqa: FBT001
    return Standing(
        membership=row["m"],
        public_id=public_id,
        name=name,
        is_demo=is_demo,
        band=row["band"],
        questions=row["n"],
        seen=row["seen"],
        late=row["late"],
        now=row["now"],
        stop=Range(*row["stop"]),
        plan=Range(*row["plan"]),
        chance_stop=row["chance_stop"],
        chance_plan=row["chance_plan"],
        day=date.fromisoformat(row["day"]),
        left=row["left"],
        pace=row["pace"],
        need=row["need"],
        minutes=row["minutes"],
        silent=row["silent"],
        gap=row["gap"],
        kept=row.get("kept"),
        of=row.get("of", 0),
        topics=row["topics"],
    )


def whole(standings: Sequence[Standing]) -> Whole:
    """All of them together."""
    enough = len(standings) >= FEWEST_IN_A_GROUP
    return Whole(
        learners=len(standings),
        bands=[(band, BAND_WORDS[band], sum(one.band == band for one in standings)) for band in BANDS],
        now=fmean(one.now for one in standings) if enough else None,
        stop=fmean(one.stop.mean for one in standings) if enough else None,
        plan=fmean(one.plan.mean for one in standings) if enough else None,
    )


def heat_map(shown: Sequence[Standing], everyone: Sequence[Standing]) -> Grid | None:
    """What the learners shown know of each topic, and all of them together; None without topics. One query."""
    used = {int(topic) for one in everyone for topic in one.topics}
    topics = [topic for topic in Topic.objects.all() if topic.pk in used]
    if not topics:
        return None
    shares: dict[int, list[float]] = defaultdict(list)
    for one in everyone:
        for topic, (_, _, share) in one.topics.items():
            shares[int(topic)].append(share)
    together = [
        fmean(shares[topic.pk]) if len(shares[topic.pk]) >= FEWEST_IN_A_GROUP else None for topic in topics
    ]
    rows = [("All learners", together)] + [
        (
            one.name,
            [one.topics[str(topic.pk)][2] if str(topic.pk) in one.topics else None for topic in topics],
        )
        for one in shown
    ]
    return grid(columns=_named(topics), rows=rows)


def _named(topics: Sequence[Topic]) -> list[tuple[str, str]]:
    """A short and a long name for each topic: its number in the bank, or P1, P2, … where it has none of its own."""
    found: list[tuple[str, str]] = []
    taken: set[int] = {0, LAST}
    for topic in topics:
        own = sum(short.startswith("P") for short, _ in found) + 1
        found.append((f"P{own}" if topic.number in taken else str(topic.number), topic.title))
        taken.add(topic.number)
    return found


def assignments_to_choose(classroom: Classroom) -> list[Assignment]:
    """What the page can be about besides the whole class, by due date."""
    return list(classroom.assignments.filter(withdrawn_at=None).order_by("due_at", "pk"))
