"""Questions a learner misses more often than forgetting explains, and what there is to do about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from quizzes.bank.api import asking
from quizzes.bank.models import Question
from quizzes.review import queries
from quizzes.review.models import Card, Review
from quizzes.scheduling.api import FEWEST_LAPSES, Rating, is_leech

MOST_SIBLINGS = 3
# So many of a learner's questions are looked at for a list of all that do not stick, those missed most often first.
MOST_JUDGED = 40
# What the numbers of a question's prompt are drawn with where nobody is asked.
_EXAMPLE = "example"


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another question on a claim that the question covers; its prompt is Markdown."""

    public_id: UUID
    topic_slug: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Leech:
    """A question that was missed or guessed on `missed` of the `asked` days on which it came back."""

    missed: int
    asked: int
    siblings: Sequence[Sibling]


@dataclass(frozen=True, slots=True)
class NotSticking:
    """A question that does not stick: it was missed or guessed on `missed` of the `asked` days on which it came back.

    Its prompt is Markdown.
    """

    public_id: UUID
    topic_slug: str
    topic: str
    prompt: str
    missed: int
    asked: int


def leech(user: User, card: Card, now: datetime) -> Leech | None:
    """Returns what there is to say of a card that fails more often than the memory model can explain, else None.

    Takes no query for a card with few lapses, one for the others, and up to three more for a leech.
    """
    # The card may have been read before its last answer.
    if card.lapses + 1 < FEWEST_LAPSES:
        return None
    history = _histories([card]).get(card.pk, [])
    if not is_leech(history):
        return None
    missed = sum(not recalled for _, recalled in history)
    return Leech(missed=missed, asked=len(history), siblings=_siblings(user, card.question, now))


def leeches_of(user: User) -> list[NotSticking]:
    """Returns the learner's questions that fail more often than the memory model can explain, the worst first.

    Left out are suspended and retired ones, of which nothing is asked. Takes two queries at most, and looks at no more
    than MOST_JUDGED questions.
    """
    cards = list(
        queries.due_cards(user)
        .filter(lapses__gte=FEWEST_LAPSES)
        .select_related("question__topic", "question__current")
        .order_by("-lapses", "pk")[:MOST_JUDGED]
    )
    histories = _histories(cards) if cards else {}
    found = []
    for card in cards:
        history = histories.get(card.pk, [])
        if is_leech(history):
            question = card.question
            found.append(
                NotSticking(
                    question.public_id,
                    question.topic.slug,
                    question.topic.title,
                    _prompt(question),
                    missed=sum(not recalled for _, recalled in history),
                    asked=len(history),
                )
            )
    return sorted(found, key=lambda one: (-one.missed, one.asked))


def _histories(cards: Sequence[Card]) -> dict[int, list[tuple[float, bool]]]:
    """For each first answer of a later day, by card: the recall predicted before it, and whether it was recalled."""
    firsts = Review.objects.filter(
        card__in=cards, undone_at=None, first_of_day=True, predicted__isnull=False
    ).values_list("card_id", "predicted", "rating")
    histories: dict[int, list[tuple[float, bool]]] = {}
    for card, predicted, rating in firsts:
        if predicted is not None:
            histories.setdefault(card, []).append((predicted, rating != Rating.AGAIN))
    return histories


def _siblings(user: User, question: Question, now: datetime) -> list[Sibling]:
    """Returns up to MOST_SIBLINGS questions of the topic that share a claim with the question, in the bank's order."""
    claims = set(question.current.spec["covers"]) if question.current else set()
    if not claims:
        return []
    others = queries.questions_of(user, now).filter(topic=question.topic_id).exclude(pk=question.pk)
    found = [other for other in others if other.current and claims & set(other.current.spec["covers"])]
    return [Sibling(other.public_id, other.topic.slug, _prompt(other)) for other in found[:MOST_SIBLINGS]]


def _prompt(question: Question) -> str:
    if question.current is None:
        return ""
    spec = question.current.spec
    return asking.prompt(spec, asking.present(spec, seed=_EXAMPLE))
