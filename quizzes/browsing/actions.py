"""Suspending questions, notes to self, and practice. Every action takes `now`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import User
from quizzes.bank.api import Fields, Json, Stored, asking
from quizzes.bank.models import Question, Version
from quizzes.browsing import probing, queries, tokens
from quizzes.browsing.models import Attempt, Exercise, Note, Practice
from quizzes.review.api import MOST_PRACTISED, note_keys_shown, study_day_now, submission
from quizzes.review.models import Card

MOST_EXERCISES = MOST_PRACTISED


def suspend(*, user: User, question: Question, now: datetime) -> None:
    """Does not ask the learner this question until it is brought back; one never seen can be suspended too."""
    card, _ = Card.objects.get_or_create(user=user, question=question)
    Card.objects.filter(pk=card.pk, suspended_at=None).update(suspended_at=now)


def bring_back(*, user: User, question: Question) -> None:
    """Asks the question again when its time comes; nothing of what was known of it is lost."""
    Card.objects.filter(user=user, question=question).update(suspended_at=None)


def write_note(*, user: User, question: Question, text: str, now: datetime) -> None:
    """Keeps what the learner wrote to themselves about the question; an empty text takes the note away."""
    if text:
        Note.objects.update_or_create(
            user=user, question=question, defaults={"text": text, "changed_at": now}
        )
    else:
        Note.objects.filter(user=user, question=question).delete()


# --- practice -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AttemptRecorded:
    """The attempt was recorded by this call, or the same one before."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class AttemptConflict:
    """Another answer had been recorded, `ago` before this one; it stands, nothing changed."""

    attempt: Attempt
    ago: timedelta


@dataclass(frozen=True, slots=True)
class AttemptStale:
    """The form can no longer be answered: show the exercise again, nothing was recorded; `why` says it."""

    exercise: Exercise
    why: str


@dataclass(frozen=True, slots=True)
class AttemptUnfinished:
    """The question has to be shown again with what was entered, as in quizzes.review.actions; nothing was recorded."""

    exercise: Exercise
    version: Version
    shown: tokens.ShownExercise
    draft: Json | None
    errors: Mapping[str, str]
    hinted: bool


AttemptResult = AttemptRecorded | AttemptConflict | AttemptStale | AttemptUnfinished


def practise(*, user: User, questions: Sequence[int], title: str, came_from: str, now: datetime) -> Practice:
    """Opens a practice of the questions, named by their database ids, in that order; at most MOST_EXERCISES."""
    with transaction.atomic():
        practice = Practice.objects.create(user=user, title=title[:200], came_from=came_from, opened_at=now)
        Exercise.objects.bulk_create(
            [
                Exercise(practice=practice, question_id=question, position=place)
                for place, question in enumerate(questions[:MOST_EXERCISES])
            ]
        )
    return practice


def practise_one(*, user: User, question: Question, exercise: UUID, came_from: str, now: datetime) -> None:
    """Opens a practice of one question, whose exercise has the id its form was shown with.

    However often and from however many places it is called, there is one. Raises Exercise.DoesNotExist for an id of
    another learner's.
    """
    if Exercise.objects.filter(public_id=exercise, practice__user=user).exists():
        return
    try:
        with transaction.atomic():
            practice = Practice.objects.create(
                user=user, title=asking.label(question.kind), came_from=came_from, opened_at=now
            )
            Exercise.objects.create(practice=practice, question=question, position=0, public_id=exercise)
    except IntegrityError as taken:
        if not Exercise.objects.filter(public_id=exercise, practice__user=user).exists():
            raise Exercise.DoesNotExist from taken


def open_probe(*, user: User, now: datetime) -> Practice | None:
    """Opens the learner's probe of this study day. Returns None when there are too few questions to draw it from.

    However often and from however many places it is called, there is one probe a day, drawn once: whoever could draw
    again until the numbers please would prove nothing.
    """
    with transaction.atomic():
        # One at a time, and by the zone as it is now: the day may have another name than a moment ago.
        held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        opened = probing.todays(held, now).first()
        if opened is not None:
            return opened
        among = probing.drawable(held, now)
        if len(among) < probing.QUESTIONS:
            return None
        public_id = probing.probe_id(held, now)
        drawn = random.Random(public_id.int).sample(among, probing.QUESTIONS)  # noqa: S311 -- fair, not secret
        probe = Practice.objects.create(
            public_id=public_id,
            user=user,
            title="Knowledge probe",
            came_from=reverse("quizzes:progress"),
            opened_at=now,
            drawn_from=len(among),
        )
        Exercise.objects.bulk_create(
            [
                Exercise(practice=probe, question_id=one.question, position=place, expected=one.expected)
                for place, one in enumerate(drawn)
            ]
        )
    return probe


def record_attempt(*, user: User, token: str, fields: Fields, now: datetime) -> AttemptResult:
    """Records the answer a practice's form brings, once. Cards, reviews, sessions and their numbers stay as they are.

    `token` names the exercise and the version that was shown, `fields` are as for a review's answer. Whoever sets
    the exercise's `done_at` holds the answer, and everyone else is told what was recorded. Raises
    Exercise.DoesNotExist for an exercise of another learner, or none.
    """
    exercise = queries.exercise_of(user, exercise_in(token, user=user))
    shown = tokens.read(token, user=user.pk)
    if shown is None:
        return _to_former(exercise, now)
    if shown.question != exercise.question.public_id:
        raise Exercise.DoesNotExist
    version = _version(exercise, shown.version)
    entered = submission.enter(version, fields, seed=shown.seed)
    reading = entered.reading
    if exercise.done_at is not None:
        return _settled(exercise, reading.response, fields, now)
    if submission.key_changed(exercise.question, version):
        why = "What counts as right was corrected after this question was shown. Here it is again."
        return AttemptStale(exercise, why)
    hinted = submission.hinted(fields)
    if "hint" in fields:
        return AttemptUnfinished(exercise, version, shown, submission.kept(reading), errors={}, hinted=True)
    if reading.response is None:
        if not reading.errors:
            # The second step of a question asked in two shows its key.
            note_keys_shown(user=user, questions=[exercise.question_id], now=now)
        return AttemptUnfinished(
            exercise, version, shown, reading.draft, errors=reading.errors, hinted=hinted
        )
    attempt = Attempt(
        user=user,
        exercise=exercise,
        **submission.mark(version, entered.presented, reading.response).columns(),
        confidence=submission.confidence(fields, reading.response),
        hinted=hinted,
        study_day=study_day_now(user, now),
        answered_at=now,
    )
    with transaction.atomic():
        claimed = Exercise.objects.filter(pk=exercise.pk, done_at=None).update(done_at=now)
        if claimed:
            attempt.save(force_insert=True)
            note_keys_shown(user=user, questions=[exercise.question_id], now=now)
    return AttemptRecorded(attempt) if claimed else _settled(exercise, reading.response, fields, now)


def single_exercise(*, user: User, question: Question) -> UUID:
    """Returns the id of the exercise the question's own page asks: the same until it has been answered, nobody can
    guess it.
    """
    tries = Attempt.objects.filter(user=user, exercise__question=question).count()
    said = salted_hmac("quizzes.browsing.single", f"{user.pk}:{question.pk}:{tries}", algorithm="sha256")
    return UUID(bytes=said.digest()[:16], version=4)


def exercise_in(token: str, *, user: User, question: Question | None = None) -> UUID:
    """Returns the id of the exercise a token names.

    Raises Exercise.DoesNotExist for a token that is not this learner's, or not of the `question` that is given.
    """
    shown = tokens.read(token, user=user.pk)
    if shown is not None and question is not None and shown.question != question.public_id:
        raise Exercise.DoesNotExist
    exercise = shown.exercise if shown else tokens.read_former(token)
    if exercise is None:
        raise Exercise.DoesNotExist
    return exercise


def _version(exercise: Exercise, number: int) -> Version:
    """Returns the version that was shown; nearly always the current one, which is here already."""
    current = exercise.question.current
    if current is not None and current.number == number:
        return current
    return Version.objects.get(number=number, question=exercise.question_id)


def _to_former(exercise: Exercise, now: datetime) -> AttemptResult:
    """Returns what to tell someone whose form was shown before seeds were secret."""
    if exercise.done_at is not None:
        attempt = _attempt(exercise)
        return AttemptConflict(attempt, ago=now - attempt.answered_at)
    why = "The site was renewed after this question was shown. Here it is again; nothing was recorded."
    return AttemptStale(exercise, why)


def _settled(exercise: Exercise, response: Stored | None, fields: Fields, now: datetime) -> AttemptResult:
    """Returns what to tell someone whose exercise was done before."""
    attempt = _attempt(exercise)
    if response is not None and submission.same(attempt, response, submission.confidence(fields, response)):
        return AttemptRecorded(attempt)
    return AttemptConflict(attempt, ago=now - attempt.answered_at)


def _attempt(exercise: Exercise) -> Attempt:
    """Returns the answer recorded to the exercise, with all that showing it takes."""
    related = ("version", "exercise__practice", "exercise__question__topic")
    return Attempt.objects.select_related(*related).get(exercise=exercise)
