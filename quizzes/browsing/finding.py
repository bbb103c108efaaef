"""Finding questions in the bank: by words, by what they are, by what the learner has to do with them.

However many questions there are, a page reads a page: it goes on where the last one ended (keyset), and questions are
counted only so far as anyone reads a number.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from accounts.models import User
from quizzes.bank import asking, search
from quizzes.bank.models import Question
from quizzes.bank.queries import LEVELS, SKILLS
from quizzes.browsing.models import Note
from quizzes.browsing.queries import questions_for
from quizzes.review.cards import state_of
from quizzes.review.models import Card, Flag, Review
from quizzes.review.queries import due_cards, local_day
from quizzes.review.verdicts import known_at_last
from quizzes.scheduling.memory import retrievability

PAGE = 25
MOST_COUNTED = 1_000
MISSED_LATELY = timedelta(days=14)
# A practice is drawn from so many of what was found: enough to vary, few enough to read at once.
_DRAWN_FROM = 2_000


def _due(user: User, today: date) -> Q:
    return Q(pk__in=due_cards(user).filter(due__lte=today).values("question"))


def _never_seen(user: User, _today: date) -> Q:
    return ~Q(pk__in=Card.objects.filter(user=user, reps__gt=0).values("question"))


def _missed_lately(user: User, today: date) -> Q:
    misses = Review.objects.filter(
        user=user, undone_at=None, passed=False, study_day__gt=today - MISSED_LATELY
    )
    return Q(pk__in=misses.values("card__question"))


def _suspended(user: User, _today: date) -> Q:
    return Q(pk__in=Card.objects.filter(user=user, suspended_at__isnull=False).values("question"))


def _noted(user: User, _today: date) -> Q:
    return Q(pk__in=Note.objects.filter(user=user).values("question"))


def _flagged(user: User, _today: date) -> Q:
    return Q(pk__in=Flag.objects.filter(user=user).values("review__card__question"))


# What a question may be to a learner: its name in addresses, what it is called, which questions it holds for.
MINE: dict[str, tuple[str, Callable[[User, date], Q]]] = {
    "due": ("Due", _due),
    "new": ("Never seen", _never_seen),
    "missed": ("Missed lately", _missed_lately),
    "suspended": ("Suspended", _suspended),
    "noted": ("With a note", _noted),
    "flagged": ("Reported", _flagged),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty asks for nothing. `topic` is a slug, `mine` a key of MINE."""

    q: str = ""
    topic: str = ""
    kind: str = ""
    level: str = ""
    skill: str = ""
    mine: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is asked for, by the names of the form's fields."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}

    @property
    def address(self) -> str:
        """The end of an address that asks for it: "" or "?…"."""
        return f"?{urlencode(self.fields)}" if self.fields else ""

    def in_words(self, topic_title: str = "") -> str:
        """What is asked for, as a title; "Whole bank" when nothing is."""
        words = [
            topic_title or self.topic,
            f"“{self.q}”" if self.q else "",
            asking.label(self.kind) if self.kind else "",
            LEVELS[int(self.level)] if self.level else "",
            SKILLS[self.skill] if self.skill else "",
            MINE[self.mine][0] if self.mine else "",
        ]
        return " · ".join(word for word in words if word) or "Whole bank"


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as a list shows it: its prompt is Markdown with example numbers.

    `recall` is the model's chance of knowing it now, None before the first answer; `known` says whether the last answer
    counts as known. `due` means today or overdue.
    """

    public_id: UUID
    prompt: str
    topic: str
    topic_slug: str
    kind: str
    level: str
    skill: str
    recall: float | None
    known: bool
    due: bool
    suspended: bool
    noted: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found. `count` is exact up to MOST_COUNTED; `after` asks for the page behind this one.

    `wordless`: something was typed, but no word of it can be searched for.
    """

    questions: list[Listed]
    count: int
    after: UUID | None
    wordless: bool

    @property
    def many(self) -> str:
        """How many were found, in words."""
        if self.count > MOST_COUNTED:
            return f"More than {MOST_COUNTED:,} questions"
        return f"{self.count:,} question{'' if self.count == 1 else 's'}"


def find(user: User, wanted: Wanted, now: datetime, *, after: UUID | None = None) -> Found:
    """The page of what is wanted that begins behind the question `after`, or the first one.

    With words, questions whose prompt holds them all come first; else a topic's questions stand in its own order.
    The number of queries depends neither on the bank nor on the learner's history.
    """
    today = local_day(user, now)
    words = search.searched(wanted.q)
    if wanted.q and not words:
        return Found([], 0, None, wordless=True)
    seen = questions_for(user, now)
    questions = _matching(seen, user, wanted, today)
    last = seen.filter(public_id=after).first() if after else None
    ids = _ids(questions, words, last)
    held = search.holding(words, questions) if words else questions.order_by()
    count = held.values("pk")[: MOST_COUNTED + 1].count()
    listed = _listed(seen, user, ids[:PAGE], today)
    more = listed[-1].public_id if len(ids) > PAGE else None
    return Found(listed, count, more, wordless=False)


def draw(user: User, wanted: Wanted, now: datetime, *, many: int, seed: str) -> list[int]:
    """Up to `many` of the wanted questions in a mixed order, by their database ids; the same seed draws the same.

    Suspended ones are left out unless they are what is wanted.
    """
    today = local_day(user, now)
    words = search.searched(wanted.q)
    if wanted.q and not words:
        return []
    questions = _matching(questions_for(user, now), user, wanted, today)
    if wanted.mine != "suspended":
        questions = questions.exclude(_suspended(user, today))
    held = search.holding(words, questions) if words else _in_order(questions)
    ids = list(held.values_list("pk", flat=True)[:_DRAWN_FROM])
    return random.Random(seed).sample(ids, min(many, len(ids)))  # noqa: S311 -- nothing is secret here


def _matching(questions: QuerySet[Question], user: User, wanted: Wanted, today: date) -> QuerySet[Question]:
    """The wanted ones of the questions, but for the words."""
    if wanted.topic:
        questions = questions.filter(topic__slug=wanted.topic)
    if wanted.kind:
        questions = questions.filter(kind=wanted.kind)
    if wanted.level:
        questions = questions.filter(level=int(wanted.level))
    if wanted.skill:
        questions = questions.filter(skill=wanted.skill)
    if wanted.mine:
        questions = questions.filter(MINE[wanted.mine][1](user, today))
    return questions


def _in_order(questions: QuerySet[Question], last: Question | None = None) -> QuerySet[Question]:
    """As the index stands: topics as they came into the bank, and in each its own order; behind `last`."""
    ordered = questions.order_by("topic_id", "position", "pk")
    if last is None:
        return ordered
    topic = last.topic_id
    return ordered.filter(
        Q(topic_id__gt=topic)
        | Q(topic_id=topic, position__gt=last.position)
        | Q(topic_id=topic, position=last.position, pk__gt=last.pk),
        topic_id__gte=topic,
    )


def _ids(questions: QuerySet[Question], words: list[str], last: Question | None) -> list[int]:
    """The ids of a page and of one more question, where there is one."""
    if not words:
        return list(_in_order(questions, last).values_list("pk", flat=True)[: PAGE + 1])

    def held(where: search.Where, after: int, many: int) -> list[int]:
        found = search.holding(words, questions, where=where, after=after)
        return list(found.values_list("pk", flat=True)[:many])

    behind = last.pk if last else 0
    in_prompts = last is None or _in_prompt(words, last)
    ids = held(search.Where.PROMPT, behind, PAGE + 1) if in_prompts else []
    if len(ids) <= PAGE:
        ids += held(search.Where.ELSEWHERE, 0 if in_prompts else behind, PAGE + 1 - len(ids))
    return ids


def _in_prompt(words: list[str], question: Question) -> bool:
    alone = Question.objects.filter(pk=question.pk)
    return search.holding(words, alone, where=search.Where.PROMPT, after=question.pk - 1).exists()


def _listed(seen: QuerySet[Question], user: User, ids: list[int], today: date) -> list[Listed]:
    """The questions with these ids, in their order, as the learner who may see all of `seen` sees them in a list."""
    questions = {question.pk: question for question in seen.filter(pk__in=ids)}
    own = Card.objects.filter(user=user, question__in=ids).annotate(last_known=known_at_last("pk"))
    cards = {card.question_id: card for card in own}
    noted = set(Note.objects.filter(user=user, question__in=ids).values_list("question_id", flat=True))
    listed = []
    for question in (questions[pk] for pk in ids if pk in questions):
        card = cards.get(question.pk)
        memory = state_of(card).memory if card else None
        suspended = card is not None and card.suspended_at is not None
        listed.append(
            Listed(
                public_id=question.public_id,
                prompt=asking.prompt(question.current.spec) if question.current else "",
                topic=question.topic.title,
                topic_slug=question.topic.slug,
                kind=asking.label(question.kind),
                level=LEVELS[question.level],
                skill=SKILLS[question.skill],
                recall=retrievability(memory, day=max(today, memory.day)) if memory else None,
                known=card is not None and bool(card.last_known),
                due=card is not None and card.due is not None and card.due <= today and not suspended,
                suspended=suspended,
                noted=question.pk in noted,
            )
        )
    return listed
