"""What the question's page and a practice's pages say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from accounts.api import drafts
from accounts.models import User
from quizzes.bank.api import LEVELS, SKILLS, Fields, VerdictLine, asking
from quizzes.bank.models import Question, Version
from quizzes.browsing import queries, tokens
from quizzes.browsing.models import Attempt
from quizzes.browsing.queries import QuestionStats
from quizzes.review.api import (
    Context,
    Filled,
    aim_at,
    day_in_words,
    interview_ahead,
    open_targets,
    planned_items,
    presenters,
    unsubmitted,
    verdict,
)
from quizzes.review.models import Card, Review, StudySettings, TopicChoice
from quizzes.scheduling.api import Rating, Verdict

# What a key is shown with that nobody was asked for.
_EXAMPLE = "example"


class ShownQuestion(Protocol):
    """What was put before somebody: the seed it was drawn with, and the token that says so."""

    @property
    def seed(self) -> str:
        """Stands in no page."""

    @property
    def token(self) -> str:
        """Stands in the form."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a question's history. `rating` belongs to reviews, `predicted` to the first one of a day."""

    public_id: UUID
    day: date
    at: datetime
    summary: str
    verdict: VerdictLine
    rating: str
    predicted: float | None
    practice: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class Practised:
    """One question of a practice with what was answered."""

    public_id: UUID
    prompt: str
    topic: str
    summary: str
    verdict: VerdictLine


def key_of(user: int, exercise: UUID) -> str:
    """Returns the key of the form that asks the learner (a database id) the exercise."""
    return drafts.key(user, "exercise", exercise)


def question(user: User, found: Question, *, exercise: UUID, draft_key: str, typed: Fields | None) -> Context:
    """Returns the context of a question as the learner is asked it in that exercise, without its key, with what was
    `typed`.
    """
    version = _current(found)
    shown = tokens.show(user=user.pk, exercise=exercise, question=found.public_id, version=version.number)
    presented = asking.present(version.spec, seed=shown.seed)
    return {
        **asked(version, shown, unsubmitted.restored(version, presented, typed)),
        "draft_key": draft_key,
        "question": found,
        "topic": found.topic,
        "level": LEVELS[found.level],
        "skill": SKILLS[found.skill],
        "sources": version.spec["sources"],
    }


def asked(version: Version, shown: ShownQuestion, filled: Filled | None) -> Context:
    """Returns the context of a version as an exercise or the trial asks it, with its token."""
    presented = asking.present(version.spec, seed=shown.seed)
    return {**presenters.asked(version, presented, filled), "token": shown.token}


def answer(found: Question) -> Context:
    """Returns the context of the question's key and explanation, as someone sees them who did not know."""
    version = _current(found)
    presented = asking.present(version.spec, seed=_EXAMPLE)
    told = asking.feedback(version.spec, presented, {}, asking.mark(version.spec, presented, {}))
    return {**told, "said": told}


def prompt(found: Question) -> str:
    """Returns the question's prompt with example numbers (Markdown)."""
    spec = _current(found).spec
    return asking.prompt(spec, asking.present(spec, seed=_EXAMPLE))


def history(user: User, found: Question) -> list[HistoryEntry]:
    """Returns the learner's answers to the question, the last first, practice among them: two queries."""
    answered = [
        HistoryEntry(
            public_id=review.public_id,
            day=review.study_day,
            at=review.answered_at,
            summary=review.summary if review.response else "",
            verdict=verdict(review, kind=found.kind),
            rating=Rating(review.rating).name.capitalize(),
            predicted=review.predicted if review.first_of_day else None,
            practice=False,
            undone=review.undone_at is not None,
        )
        for review in queries.reviews_of_question(user, found)
    ]
    answered += [
        HistoryEntry(
            public_id=attempt.public_id,
            day=attempt.study_day,
            at=attempt.answered_at,
            summary=attempt.summary if attempt.response else "",
            verdict=verdict(attempt, kind=found.kind),
            rating="",
            predicted=None,
            practice=True,
            undone=False,
        )
        for attempt in queries.attempts_of_question(user, found)
    ]
    return sorted(answered, key=lambda row: row.at, reverse=True)


def when(user: User, found: Question, standing: QuestionStats, *, today: date, now: datetime) -> str:
    """Returns when the question will be asked, as a sentence: by the schedule, or by the plan where that aims at a day.

    Takes five queries at most.
    """
    card = standing.card
    if card is not None and card.suspended_at is not None:
        return "It is suspended: you are not asked it until you bring it back."
    if planned_items(user, today).filter(card__question=found).exists():
        return "It is in today’s session."
    study = StudySettings.objects.filter(user=user).first()
    interview = interview_ahead(study, today) if study else None
    wanted_by = list(open_targets(now).filter(user=user, question=found).values_list("due_at", flat=True))
    choices = TopicChoice.objects.filter(user=user, topic=found.topic_id)
    left_out = choices.filter(choice=TopicChoice.Choice.LEFT_OUT).exists()
    aim = aim_at(user, wanted_by, interview=interview, left_out=left_out, now=now)
    if aim is None:
        return _without_aim(card, interview=interview, left_out=left_out and not wanted_by, today=today)
    if card is None or card.due is None:
        return f"You have not met it yet. The plan for {aim:%-d %B} chooses the day it comes."
    return f"It comes back {presenters.back_by_plan(aim, first=_missed_on(card, today), today=today)}."


def _without_aim(card: Card | None, *, interview: date | None, left_out: bool, today: date) -> str:
    if left_out and interview is not None:
        return f"You left out its topic: it is not asked before your interview on {interview:%-d %B}."
    if card is None or card.due is None:
        if left_out:
            return "You left out its topic: it does not come by itself."
        return "You have not met it yet. It comes to you by itself in one of your sessions."
    if card.due < today:
        late = (today - card.due).days
        return f"It has been due for {late} day{'' if late == 1 else 's'}."
    if card.due == today:
        return "It is due today."
    return f"It comes back {day_in_words(card.due, today=today)}."


def _missed_on(card: Card, day: date) -> bool:
    """Returns whether the first answer of that study day to the card's question did not count as known."""
    firsts = Review.objects.filter(card=card, undone_at=None, study_day=day, first_of_day=True)
    return firsts.filter(rating=Rating.AGAIN).exists()


def practised(attempts: list[Attempt]) -> list[Practised]:
    """Returns the questions of a practice as its summary lists them."""
    return [
        Practised(
            public_id=attempt.public_id,
            prompt=asking.prompt(attempt.version.spec, attempt.presented),
            topic=attempt.exercise.question.topic.title,
            summary=attempt.summary,
            verdict=verdict(attempt, kind=attempt.exercise.question.kind),
        )
        for attempt in attempts
    ]


def tally(practised: list[Practised]) -> dict[str, int]:
    """Returns the number of of them were right, partly right, either by a guess (`guessed`), and missed."""
    known = Counter(row.verdict.verdict for row in practised if not row.verdict.guessed)
    missed = sum(row.verdict.verdict is Verdict.NOT for row in practised)
    right, partly = known[Verdict.RIGHT], known[Verdict.PARTLY]
    return {
        "right": right,
        "partly": partly,
        "guessed": len(practised) - right - partly - missed,
        "missed": missed,
    }


def _current(found: Question) -> Version:
    if found.current is None:
        raise Version.DoesNotExist
    return found.current
