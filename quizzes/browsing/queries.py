"""What a learner may see in the bank, and what they have had to do with a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet

from accounts.models import User
from prepared.api import Prepared
from quizzes.bank.models import Question
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.review.api import (
    PARTLY,
    RIGHT,
    known_at_last,
    questions_of,
    recall_tomorrow,
    state_of,
    strength_by_answers,
)
from quizzes.review.models import Card, Review

MOST_HISTORY = 100


@dataclass(frozen=True, slots=True)
class QuestionStats:
    """What one question is to a learner today.

    `recall` is the chance of knowing it tomorrow morning, `lasts` the days from an answer until it has fallen
    to 90 %; None before the first one. `known` says whether the last answer counts as known.
    `answers` counts reviews that stand, `right` those that were right and `partly` those that were partly
    right, guesses left out; `seconds` is their mean time.
    """

    card: Card | None
    recall: float | None
    known: bool
    lasts: float | None
    answers: int
    right: int
    partly: int
    seconds: float | None

    @property
    def share(self) -> float | None:
        """The share that was right, 0 to 1; None without answers."""
        return self.right / self.answers if self.answers else None


def questions_for(user: User, now: datetime) -> QuerySet[Question]:
    """Returns the questions this learner may see now, with topic and current version: the one door to them in this
    room.
    """
    return questions_of(user, now)


def question_for(user: User, public_id: UUID, now: datetime) -> Question:
    """Returns a question this learner may see; Question.DoesNotExist for any other."""
    return questions_for(user, now).get(public_id=public_id)


def standing(user: User, question: Question, today: date) -> QuestionStats:
    """Returns what the question is to the learner today: three queries at most."""
    cards = Card.objects.filter(user=user, question=question)
    card = cards.annotate(last_known=known_at_last("pk")).first()
    memory = state_of(card).memory if card else None
    counted = Review.objects.filter(user=user, card__question=question, undone_at=None).aggregate(
        answers=Count("pk"),
        right=Count("pk", filter=RIGHT),
        partly=Count("pk", filter=PARTLY),
        milliseconds=Avg("milliseconds"),
    )
    return QuestionStats(
        card=card,
        recall=recall_tomorrow(memory, today, strength_by_answers(user)) if memory else None,
        known=card is not None and bool(card.last_known),
        lasts=memory.stability if memory else None,
        answers=counted["answers"],
        right=counted["right"],
        partly=counted["partly"],
        seconds=counted["milliseconds"] / 1000 if counted["milliseconds"] is not None else None,
    )


def reviews_of_question(user: User, question: Question) -> list[Review]:
    """Returns the learner's reviews of the question, the last first and at most MOST_HISTORY, those taken back too."""
    reviews = Review.objects.filter(user=user, card__question=question)
    return list(reviews.order_by("-answered_at", "-pk")[:MOST_HISTORY])


def attempts_of_question(user: User, question: Question) -> list[Attempt]:
    """Returns the learner's attempts at the question, the last first and at most MOST_HISTORY."""
    attempts = Attempt.objects.filter(user=user, exercise__question=question)
    return list(attempts.order_by("-answered_at", "-pk")[:MOST_HISTORY])


def _note(*, user: int, question: int) -> QuerySet[Note]:
    return Note.objects.filter(user=user, question=question)


NOTE = Prepared(_note, user=int, question=int)


def note_of(user: User, question: Question) -> Note | None:
    """Returns what the learner wrote to themselves about the question."""
    return NOTE.first(user=user.pk, question=question.pk)


# --- practice -------------------------------------------------------------------------------------------------


def practice_of(user: User, public_id: UUID) -> Practice:
    """Returns one of the learner's practices; Practice.DoesNotExist for any other."""
    return Practice.objects.get(public_id=public_id, user=user)


def exercise_of(user: User, public_id: UUID) -> Exercise:
    """Returns one of the learner's exercises with its question; Exercise.DoesNotExist for any other."""
    return _with_question(Exercise.objects.filter(practice__user=user)).get(public_id=public_id)


def next_exercise(practice: Practice) -> Exercise | None:
    """Returns the first exercise still to be done, with all that asking it takes."""
    return _with_question(_left(practice)).order_by("position").first()


def done_and_planned(practice: Practice) -> tuple[int, int]:
    """Returns the number of exercises were done, and how many there are; questions retired meanwhile are no longer
    planned.
    """
    counts = Exercise.objects.filter(practice=practice).aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)),
        left=Count("pk", filter=Q(done_at=None, question__retired_at=None)),
    )
    return counts["done"], counts["done"] + counts["left"]


def attempt_of(user: User, public_id: UUID) -> Attempt:
    """Returns one of the learner's attempts with all that showing it takes; Attempt.DoesNotExist for any other."""
    related = ("version", "exercise__practice", "exercise__question__topic")
    return Attempt.objects.select_related(*related).get(public_id=public_id, user=user)


def attempts_in(practice: Practice) -> list[Attempt]:
    """Returns the practice's attempts in the order of asking, with their questions."""
    attempts = Attempt.objects.filter(exercise__practice=practice)
    return list(
        attempts.select_related("version", "exercise__question__topic").order_by("exercise__position")
    )


def missed_in(practice: Practice, among: QuerySet[Question]) -> list[int]:
    """Returns the database ids of the practice's missed questions that are still `among` those, in the order of
    asking.
    """
    missed = Exercise.objects.filter(practice=practice, attempt__passed=False, question__in=among.order_by())
    return list(missed.order_by("position").values_list("question_id", flat=True))


def _left(practice: Practice) -> QuerySet[Exercise]:
    return Exercise.objects.filter(practice=practice, done_at=None, question__retired_at=None)


def _with_question(exercises: QuerySet[Exercise]) -> QuerySet[Exercise]:
    return exercises.select_related("practice", "question__topic", "question__current")
