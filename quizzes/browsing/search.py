"""Finding questions in the bank: by words, by what they are, by what the learner has to do with them.

However many questions there are, a page reads a page: it goes on where the last one ended (keyset), and questions are
counted only so far as anyone reads a number.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.http import urlencode

from accounts.models import User
from quizzes.bank.api import LEVELS, SKILLS, asking, search
from quizzes.bank.models import Question
from quizzes.browsing.models import Note
from quizzes.browsing.queries import questions_for
from quizzes.review.api import (
    MOST_PRACTISED,
    due_by_schedule,
    known_at_last,
    planned_items,
    recall_tomorrow,
    settled_cards,
    state_of,
    strength_by_answers,
    study_day_now,
    suspended_cards,
)
from quizzes.review.models import Card, Review

PAGE = 25
MOST_COUNTED = 1_000
MISSED_LATELY = timedelta(days=14)
# A practice is drawn from so many of what was found: enough to vary, few enough to read at once.
_DRAWN_FROM = 2_000


def _planned(user: User, today: date, _now: datetime) -> Q:
    return Q(pk__in=planned_items(user, today).values("card__question"))


def _due(user: User, today: date, now: datetime) -> Q:
    return Q(pk__in=due_by_schedule(user, today, now).values("question"))


def _never_seen(user: User, _today: date, _now: datetime) -> Q:
    return ~Q(pk__in=settled_cards(user).values("question"))


def _missed_lately(user: User, today: date, _now: datetime) -> Q:
    misses = Review.objects.filter(
        user=user, undone_at=None, passed=False, study_day__gt=today - MISSED_LATELY
    )
    return Q(pk__in=misses.values("card__question"))


def _missed_today(user: User, today: date, _now: datetime) -> Q:
    misses = Review.objects.filter(user=user, undone_at=None, passed=False, study_day=today)
    return Q(pk__in=misses.values("card__question"))


def _suspended(user: User, _today: date, _now: datetime) -> Q:
    return Q(pk__in=suspended_cards(user).values("question"))


def _noted(user: User, _today: date, _now: datetime) -> Q:
    return Q(pk__in=Note.objects.filter(user=user).values("question"))


def _reported(user: User, _today: date, _now: datetime) -> Q:
    # `report` comes from the room of reports, which stands above this one.
    return Q(pk__in=Review.objects.filter(user=user, report__isnull=False).values("card__question"))


# What a question may be to a learner: its name in addresses, what it is called, which questions it holds for.
MINE: dict[str, tuple[str, Callable[[User, date, datetime], Q]]] = {
    "planned": ("Planned today", _planned),
    "due": ("Due by the schedule", _due),
    "new": ("Never seen", _never_seen),
    "today": ("Missed today", _missed_today),
    "missed": ("Missed lately", _missed_lately),
    "suspended": ("Suspended", _suspended),
    "noted": ("With a note", _noted),
    "reported": ("Reported", _reported),
}


@dataclass(frozen=True, slots=True)
class SearchFilters:
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

    def named(self, topic_title: str = "") -> dict[str, str]:
        """Returns what is asked for in words, by the names of the form's fields."""
        words = {
            "topic": topic_title or self.topic,
            "q": f"“{self.q}”" if self.q else "",
            "kind": asking.label(self.kind) if self.kind else "",
            "level": LEVELS[int(self.level)] if self.level else "",
            "skill": SKILLS[self.skill] if self.skill else "",
            "mine": MINE[self.mine][0] if self.mine else "",
        }
        return {name: word for name, word in words.items() if word}

    def in_words(self, topic_title: str = "") -> str:
        """Returns what is asked for, as a title; "Whole bank" when nothing is."""
        return " · ".join(self.named(topic_title).values()) or "Whole bank"

    def set_filters(self, topic_title: str = "") -> list[tuple[str, str]]:
        """Returns the words of each filter that is set, and the end of the address that asks for all but it."""
        named = self.named(topic_title)
        return [(named[name], replace(self, **{name: ""}).address) for name in named if name != "q"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as a list shows it: its prompt is Markdown with example numbers.

    `recall` is the chance of knowing it tomorrow morning, None before the first answer; `known` says whether
    the last answer counts as known. `planned`: it is still to be answered in today's session; `due`: today or overdue,
    where the schedule decides.
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
    planned: bool
    due: bool
    suspended: bool
    noted: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found. `count` is exact up to MOST_COUNTED; `after` asks for the page behind this one.

    A practice of what was found asks `to_practise` questions: suspended ones only where these were looked for.
    `wordless`: something was typed, but no word of it can be searched for.
    """

    questions: list[Listed]
    count: int
    to_practise: int
    after: UUID | None
    wordless: bool

    @property
    def many(self) -> str:
        """How many were found, in words."""
        if self.count > MOST_COUNTED:
            return f"More than {MOST_COUNTED:,} questions"
        return f"{self.count:,} question{'' if self.count == 1 else 's'}"


def find(user: User, wanted: SearchFilters, now: datetime, *, after: UUID | None = None) -> Found:
    """Returns the page of what is wanted that begins behind the question `after`, or the first one.

    With words, questions whose prompt holds them all come first; else a topic's questions stand in its own order.
    The number of queries depends neither on the bank nor on the learner's history.
    """
    today = study_day_now(user, now)
    words = search.searched(wanted.q)
    if wanted.q and not words:
        return Found([], 0, 0, None, wordless=True)
    seen = questions_for(user, now)
    questions = _matching(seen, user, wanted, today, now)
    last = seen.filter(public_id=after).first() if after else None
    ids = _ids(questions, words, last)
    held = search.holding(words, questions) if words else questions.order_by()
    count = held.values("pk")[: MOST_COUNTED + 1].count()
    to_practise = _to_practise(held, user, wanted, today, now).values("pk")[:MOST_PRACTISED].count()
    listed = _listed(seen, user, ids[:PAGE], today, now)
    more = listed[-1].public_id if len(ids) > PAGE else None
    return Found(listed, count, to_practise, more, wordless=False)


def draw(user: User, wanted: SearchFilters, now: datetime, *, many: int, seed: str) -> list[int]:
    """Returns up to `many` of the wanted questions in a mixed order, by their database ids; the same seed draws the
    same.

    Suspended ones are left out unless they are what is wanted.
    """
    today = study_day_now(user, now)
    words = search.searched(wanted.q)
    if wanted.q and not words:
        return []
    matching = _matching(questions_for(user, now), user, wanted, today, now)
    questions = _to_practise(matching, user, wanted, today, now)
    held = search.holding(words, questions) if words else _in_order(questions)
    ids = list(held.values_list("pk", flat=True)[:_DRAWN_FROM])
    return random.Random(seed).sample(ids, min(many, len(ids)))  # noqa: S311 -- nothing is secret here


def _matching(
    questions: QuerySet[Question], user: User, wanted: SearchFilters, today: date, now: datetime
) -> QuerySet[Question]:
    """Returns the wanted ones of the questions, but for the words."""
    if wanted.topic:
        questions = questions.filter(topic__slug=wanted.topic)
    if wanted.kind:
        questions = questions.filter(kind=wanted.kind)
    if wanted.level:
        questions = questions.filter(level=int(wanted.level))
    if wanted.skill:
        questions = questions.filter(skill=wanted.skill)
    if wanted.mine:
        questions = questions.filter(MINE[wanted.mine][1](user, today, now))
    return questions


def _to_practise(
    questions: QuerySet[Question], user: User, wanted: SearchFilters, today: date, now: datetime
) -> QuerySet[Question]:
    """Returns those of the questions that a practice of what is wanted may ask."""
    return questions if wanted.mine == "suspended" else questions.exclude(_suspended(user, today, now))


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
    """Returns the ids of a page and of one more question, where there is one."""
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


def _listed(seen: QuerySet[Question], user: User, ids: list[int], today: date, now: datetime) -> list[Listed]:
    """Returns the questions with these ids, in their order, as the learner who may see all of `seen` sees them in a
    list.
    """
    questions = {question.pk: question for question in seen.filter(pk__in=ids)}
    own = Card.objects.filter(user=user, question__in=ids).annotate(last_known=known_at_last("pk"))
    cards = {card.question_id: card for card in own}
    noted = set(Note.objects.filter(user=user, question__in=ids).values_list("question_id", flat=True))
    planned = set(
        planned_items(user, today).filter(card__question__in=ids).values_list("card__question", flat=True)
    )
    due = set(due_by_schedule(user, today, now).filter(question__in=ids).values_list("question", flat=True))
    strength = strength_by_answers(user)
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
                recall=recall_tomorrow(memory, today, strength) if memory else None,
                known=card is not None and bool(card.last_known),
                planned=question.pk in planned,
                due=question.pk in due,
                suspended=suspended,
                noted=question.pk in noted,
            )
        )
    return listed
