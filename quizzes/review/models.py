"""Cards, the append-only log of reviews, sessions, a learner's targets and study settings."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quizzes.bank.models import Question, Topic, Version
from quizzes.review.kept import KeptFit, KeptPromise
from quizzes.scheduling.memory import RETENTION_BOUNDS

MINUTES_A_DAY = 20


class StudySettings(models.Model):
    """How a learner wants to study, and the moment at which their next study day begins: the clock looks for it."""

    class Practise(models.TextChoices):
        """What the new questions of a topic begin with."""

        MIX = "mix", "A mix of everything"
        EXPLAIN = "explain", "Explaining in my own words"
        CODE = "code", "Code"
        NUMBERS = "numbers", "Numbers"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="study"
    )
    minutes_a_day = models.PositiveSmallIntegerField(
        default=MINUTES_A_DAY, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    # None: as many as the minutes allow.
    new_per_day = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    desired_retention = models.FloatField(
        default=0.9,
        validators=[MinValueValidator(RETENTION_BOUNDS[0]), MaxValueValidator(RETENTION_BOUNDS[1])],
    )
    interview_on = models.DateField(null=True, blank=True)
    practise = models.CharField(max_length=7, choices=Practise.choices, default=Practise.MIX)
    next_day_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"study settings of {self.user_id}"


class TopicChoice(models.Model):
    """What a learner said about a topic; about the others, that they want them."""

    class Choice(models.TextChoices):
        """What is done with a topic's questions: none is introduced, or only when all others are."""

        LEFT_OUT = "left_out", "Leave it out"
        KNOWN = "known", "I know it"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_choices")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "topic"], name="one_choice_per_topic")
        ]

    def __str__(self) -> str:
        return f"topic choice {self.pk}"


class Card(models.Model):
    """One learner's memory of one question. A function of the card's reviews: replaying them gives exactly this row.

    But for `suspended_at`, the learner's choice not to be asked: a question never seen may have it too; and for
    `key_seen_at`, when they were first shown what is right, outside of a session and before their first answer.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="cards")
    seq = models.PositiveIntegerField(default=0)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    last_day = models.DateField(null=True)
    due = models.DateField(null=True)
    interval = models.PositiveIntegerField(default=0)
    reps = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)
    raised = models.BooleanField(default=False)
    lowered = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True)
    key_seen_at = models.DateTimeField(null=True)

    # When it is due as it was assigned, and whether its topic is left out, where that was read with it.
    aimed: tuple[datetime | None, bool] | None = None

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "question"], name="one_card_per_question")
        ]
        indexes: ClassVar = [models.Index(fields=["user", "due"], name="card_due")]

    def __str__(self) -> str:
        return f"card {self.pk}"


class Session(models.Model):
    """One learner's study day: what is planned, done and left."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    study_day = models.DateField()
    opened_at = models.DateTimeField()
    # Targets that appeared or opened since are still to be planned into the day; None: since it was opened.
    aimed_at = models.DateTimeField(null=True)
    # Targets were dropped, and what nobody has begun is still to be planned without them.
    outdated = models.BooleanField(default=False)
    # What following the plan leaves known on the day, and for which preferences; None before it was asked.
    promise: models.JSONField[KeptPromise | None, KeptPromise | None] = models.JSONField(null=True)
    # What the plan does not begin by its date, as quizzes.review.fitting writes it; None where it was not worked out.
    fit: models.JSONField[KeptFit | None, KeptFit | None] = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "study_day"], name="one_session_per_study_day")
        ]

    def __str__(self) -> str:
        return f"session {self.study_day}"


class Item(models.Model):
    """One card's place in a session. It is done when an answer to the card passed that day.

    `position` (which may be negative), `misses` and `turn` decide when it is asked, as quizzes.review.places says.
    `turn` numbers the session's answers, from 1: it is that of the last answer to the card, 0 before there is one.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="items")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    is_new = models.BooleanField(default=False)
    # The placement round asks it.
    is_placing = models.BooleanField(default=False)
    misses = models.PositiveIntegerField(default=0)
    turn = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    # Of the place to ask next: the id of the session's last answer, which can be taken back (`queries.next_item`).
    last_answer: uuid.UUID | None = None
    # The number of the session's last answer, where that was read with the place.
    session_turn: int | None = None

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "card"], name="one_item_per_card")
        ]
        indexes: ClassVar = [models.Index(fields=["session", "done_at", "position"], name="item_next")]

    def __str__(self) -> str:
        return f"item {self.pk}"


class RecordedAnswer(models.Model):
    """What one answer was and how it was marked, however it was asked for: enough to show it again for ever.

    `flags` names which of the kind's remarks held: recall, must_missed, repaired, easy. With them the rating can
    be derived again, and an old answer is shown as it was marked.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="%(class)ss")
    presented: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    response: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    summary = models.CharField(max_length=200)
    parts: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    flags: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    score = models.FloatField()
    passed = models.BooleanField()
    confidence = models.CharField(max_length=6, blank=True)
    hinted = models.BooleanField(default=False)
    study_day = models.DateField()
    answered_at = models.DateTimeField()

    class Meta:
        abstract = True


class Review(RecordedAnswer):
    """One recorded answer of a session. Append-only: undoing marks the row, nothing ever changes what it says.

    `time_zone` (a name of the IANA database) and `rollover_hour` are those by which the learner's study days were
    counted when it was answered; `memory_model` names the model and the parameters behind `predicted` and the state
    after, as `scheduling.memory.MODEL` does. All three are empty in rows from before they were kept.
    """

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reviews")
    seq = models.PositiveIntegerField()
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="reviews")
    milliseconds = models.PositiveIntegerField(null=True)
    rating = models.PositiveSmallIntegerField()
    first_of_day = models.BooleanField()
    predicted = models.FloatField(null=True)
    retention_target = models.FloatField()
    due_after = models.DateField()
    stability_after = models.FloatField()
    difficulty_after = models.FloatField()
    time_zone = models.CharField(max_length=64, blank=True, default="")
    rollover_hour = models.PositiveSmallIntegerField(null=True)
    memory_model = models.CharField(max_length=40, blank=True, default="")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["card", "seq"], name="one_review_per_seq")]
        indexes: ClassVar = [
            models.Index(fields=["user", "study_day"], name="review_by_day"),
            models.Index(fields=["user", "answered_at"], name="review_by_time"),
        ]

    def __str__(self) -> str:
        return f"review {self.public_id}"


class Target(models.Model):
    """A question a learner wants to have seen, where from, and by when.

    `source` names whoever asked for it, an assignment or a set that was joined, and `label` says so to the learner.
    It counts from `opens_at` until `closes_at`, None for ever; without `due_at` there is no hurry.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="targets")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="targets")
    source = models.UUIDField(db_index=True)
    label = models.CharField(max_length=260)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "question", "source"], name="one_target_per_source")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "opens_at"], name="target_opens"),
            models.Index(fields=["user", "question", "opens_at"], name="target_of_question"),
        ]

    def __str__(self) -> str:
        return f"target {self.pk}"
