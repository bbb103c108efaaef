"""A study day seen from outside: what is left of it, what was done in it, what comes after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import Count, Min, Q
from django.db.models.fields.json import KeyTextTransform

from accounts.models import User
from quizzes.bank.api import VerdictLine, fill
from quizzes.review import planning, queries, targets
from quizzes.review.models import Item, Review, Session, TopicChoice
from quizzes.review.verdicts import verdict
from quizzes.scheduling.api import MOST_MISSES, Rating, Verdict

DAYS_AHEAD = 7
# So many questions are practised at one go.
MOST_PRACTISED = 20
# So many topics of a day are drawn: a placement round asks of each.
MOST_TOPICS = 6


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a session, in questions: due again, new, missed today; and how many `minutes` it should take.

    `done` and `planned` are those of queries.Progress; `enough` of the done were missed so often that they were asked
    enough for today.
    """

    done: int
    enough: int
    planned: int
    due: int
    new: int
    missed: int
    minutes: int

    @property
    def passed(self) -> int:
        """Questions answered right or partly right."""
        return self.done - self.enough

    @property
    def questions(self) -> int:
        """All that is left."""
        return self.due + self.new + self.missed


@dataclass(frozen=True, slots=True)
class DueAhead:
    """What is due after today: `days` pairs the next DAYS_AHEAD days with their cards; `first` is the next such day."""

    days: list[tuple[date, int]]
    first: date | None

    @property
    def tomorrow(self) -> int:
        """Cards due tomorrow."""
        return self.days[0][1]

    @property
    def cards(self) -> int:
        """Cards due in the days told of."""
        return sum(cards for _, cards in self.days)


@dataclass(frozen=True, slots=True)
class TopicToday:
    """A topic of a session: of its `questions`, suspended ones left out, `today` are still to be asked."""

    title: str
    today: int
    questions: int


@dataclass(frozen=True, slots=True)
class TopicsToday:
    """All the `topics` of a session, that with the most questions first; `others_hold` is what the `others` hold."""

    topics: list[TopicToday]
    others: int
    others_hold: int

    @property
    def drawn(self) -> list[TopicToday]:
        """The first MOST_TOPICS of them."""
        return self.topics[:MOST_TOPICS]

    @property
    def more(self) -> int:
        """The topics that are not drawn."""
        return len(self.topics) - len(self.drawn)

    @property
    def more_today(self) -> int:
        """What the session takes from the topics that are not drawn."""
        return sum(topic.today for topic in self.topics[MOST_TOPICS:])

    @property
    def longest(self) -> int:
        """The questions of the largest of the drawn topics, at least 1."""
        return max((topic.questions for topic in self.drawn), default=1)


@dataclass(frozen=True, slots=True)
class SessionQuestion:
    """One question of a session with what became of it: the last answer's id, its summary, the next day it is due.

    `first` is the verdict on the first answer, `last` that on the last of so many `answers`. `retired`: it is asked no
    longer; `suspended`: not until the learner brings it back. `missed_first`: the first answer of the day did not count
    as known. `today`: it is still to be asked in this session. `aim` is the day for whose sake the plan chooses it,
    None where it comes back when it is `due`.
    """

    public_id: UUID
    prompt: str
    topic: str
    summary: str
    first: VerdictLine
    last: VerdictLine
    answers: int
    due: date
    retired: bool
    suspended: bool
    missed_first: bool
    today: bool
    aim: date | None

    @property
    def returns(self) -> bool:
        """Whether it is asked again."""
        return not (self.retired or self.suspended)

    @property
    def words(self) -> str:
        """The verdict on the last answer, with the number of the try."""
        return self.last.at_try(self.answers)

    @property
    def missed(self) -> bool:
        """Whether the first answer was not right."""
        return self.first.verdict is Verdict.NOT

    @property
    def mark(self) -> str:
        """The mark of the last answer; what took more than one try is not green."""
        return "partial" if self.answers > 1 and self.last.mark == "right" else self.last.mark


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a session; `minutes` were spent on it."""

    asked: list[SessionQuestion]
    answers: int
    minutes: int

    @property
    def missed(self) -> list[SessionQuestion]:
        """The questions whose first answer was not right."""
        return [one for one in self.asked if one.missed]

    @property
    def to_practise(self) -> int:
        """How many of the missed questions a practice of them asks."""
        return min(MOST_PRACTISED, sum(one.returns for one in self.missed))

    @property
    def others(self) -> list[SessionQuestion]:
        """The other questions: partly right and guessed before right."""
        return sorted((one for one in self.asked if not one.missed), key=lambda one: one.mark == "right")

    @property
    def right_first(self) -> int:
        """Questions answered right at the first try: everything that was asked for, and no guess."""
        return self._first(Verdict.RIGHT)

    @property
    def partly_first(self) -> int:
        """Questions answered partly right at the first try, guesses left out."""
        return self._first(Verdict.PARTLY)

    @property
    def guessed_first(self) -> int:
        """Questions answered right or partly right at the first try by a guess."""
        return sum(one.first.guessed and one.first.verdict is not Verdict.NOT for one in self.asked)

    def _first(self, verdict: Verdict) -> int:
        return sum(one.first.verdict is verdict and not one.first.guessed for one in self.asked)

    @property
    def percent(self) -> int:
        """The share right at the first try in %, rounded down so that 100 means all."""
        return 100 * self.right_first // len(self.asked) if self.asked else 0

    @property
    def share(self) -> float:
        """The same as a share, 0 to 1."""
        return self.percent / 100

    @property
    def again_today(self) -> int:
        """How many of the questions are asked again in this session."""
        return sum(one.today for one in self.asked)

    @property
    def coming_back(self) -> list[tuple[date, int]]:
        """How many of the other questions come back by the schedule, and on which day, the next day first."""
        return sorted(Counter(one.due for one in self._later if one.aim is None).items())

    @property
    def _later(self) -> list[SessionQuestion]:
        return [one for one in self.asked if one.returns and not one.today]

    @property
    def chosen(self) -> list[tuple[date, bool, int]]:
        """How many of the other questions the plan chooses for the sake of which day, the next day first.

        Apart from the others, those it takes first as they were missed.
        """
        chosen = Counter((one.aim, not one.missed_first) for one in self._later if one.aim)
        return [(day, not later, many) for (day, later), many in sorted(chosen.items())]


def left_of(user: User, session: Session) -> Left:
    """Returns what is left of the learner's session."""
    untried = Q(queries.OPEN, misses=0)
    counts = Item.objects.filter(session=session).aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)),
        enough=Count("pk", filter=Q(done_at__isnull=False, misses__gte=MOST_MISSES)),
        due=Count("pk", filter=Q(untried, is_new=False)),
        new=Count("pk", filter=Q(untried, is_new=True)),
        missed=Count("pk", filter=Q(queries.OPEN, misses__gt=0)),
    )
    left = counts["due"] + counts["new"] + counts["missed"]
    return Left(
        done=counts["done"],
        enough=counts["enough"],
        planned=counts["done"] + left,
        due=counts["due"],
        new=counts["new"],
        missed=counts["missed"],
        minutes=ceil(planning.seconds_left({user: session})[user.pk] / 60),
    )


def topics_of_today(user: User, session: Session, now: datetime) -> TopicsToday:
    """Returns what the learner's session takes from which topics; others that they left out are not counted.

    Three queries.
    """
    rows = Item.objects.filter(queries.OPEN, session=session).order_by()
    counted = rows.values_list("card__question__topic").annotate(many=Count("pk"))
    today: dict[int, int] = dict(counted.values_list("card__question__topic", "many"))
    left_out = TopicChoice.objects.filter(user=user, choice=TopicChoice.Choice.LEFT_OUT).values("topic")
    held = (
        queries.questions_of(user, now)
        .exclude(pk__in=queries.suspended_cards(user).values("question"))
        .exclude(~Q(topic__in=list(today)), topic__in=left_out)
        .order_by()
        .values_list("topic", "topic__title")
        .annotate(many=Count("pk"))
    )
    topics = {
        topic: (title, many) for topic, title, many in held.values_list("topic", "topic__title", "many")
    }
    others = [many for topic, (_, many) in topics.items() if topic not in today]
    found = [TopicToday(topics[topic][0], many, topics[topic][1]) for topic, many in today.items()]
    return TopicsToday(
        sorted(found, key=lambda one: (-one.today, one.title)), others=len(others), others_hold=sum(others)
    )


def ahead_of(user: User, session: Session, now: datetime) -> DueAhead:
    """Returns what is due after the session's day, what it left over among it, but for what is assigned for a day to
    come.
    """
    days = [session.study_day + timedelta(days=days) for days in range(1, DAYS_AHEAD + 1)]
    scheduled = targets.by_schedule(queries.due_cards(user), now)
    cards = scheduled.filter(due__gt=session.study_day)
    soon = cards.filter(due__lte=days[-1]).order_by("due").values("due").annotate(cards=Count("pk"))
    counts = {due: many for due, many in soon.values_list("due", "cards") if due is not None}
    if left := queries.left_over(scheduled, [session]).count():
        counts[days[0]] = counts.get(days[0], 0) + left
    first: date | None = min(counts) if counts else cards.aggregate(first=Min("due"))["first"]
    return DueAhead(days=[(day, counts.get(day, 0)) for day in days], first=first)


def done_in(user: User, session: Session, *, interview: date | None, now: datetime) -> Done:
    """Returns what was answered in the learner's session, question by question in the order of their first answers.

    `interview` is that of an interview ahead.
    """
    reviews = list(
        Review.objects.filter(session=session, undone_at=None)
        .select_related("card__question__topic")
        .annotate(prompt=KeyTextTransform("prompt", "version__spec"))
        .order_by("answered_at", "pk")
    )
    questions = {review.card.question_id for review in reviews}
    aims = targets.aims_by_question(user, questions, interview=interview, now=now)
    still_open = set(Item.objects.filter(queries.OPEN, session=session).values_list("card_id", flat=True))
    asked: dict[int, SessionQuestion] = {}
    for review in reviews:
        question, before = review.card.question, asked.get(review.card_id)
        judged = verdict(review, kind=question.kind)
        asked[review.card_id] = SessionQuestion(
            public_id=review.public_id,
            prompt=fill(review.prompt, review.presented.get("values", {})),
            topic=question.topic.title,
            summary=review.summary,
            first=before.first if before else judged,
            last=judged,
            answers=before.answers + 1 if before else 1,
            due=review.due_after,
            retired=question.retired_at is not None,
            suspended=review.card.suspended_at is not None,
            missed_first=(before is not None and before.missed_first)
            or (review.first_of_day and review.rating == Rating.AGAIN),
            today=review.card_id in still_open,
            aim=aims.get(question.pk),
        )
    spent = sum(review.milliseconds or 0 for review in reviews)
    return Done(asked=list(asked.values()), answers=len(reviews), minutes=ceil(spent / 60_000))
