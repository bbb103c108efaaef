"""Notes to self, and practice: questions answered outside the schedule."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from quizzes.bank.models import Question
from quizzes.review.models import RecordedAnswer


class Note(models.Model):
    """What a learner wrote to themselves about a question: Markdown, read by nobody else."""

    LONGEST = 2_000

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notes")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "question"], name="one_note_per_question")
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class Practice(models.Model):
    """A few questions a learner chose to answer at once. It leaves cards, reviews and sessions as they are.

    `title` says what was chosen, `came_from` is the path of the page on which it was. A probe is a practice of
    questions that were drawn, not chosen: `drawn_from` is the number of those it was drawn from, None for any other.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practices")
    title = models.CharField(max_length=200)
    came_from = models.TextField()
    opened_at = models.DateTimeField()
    drawn_from = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"practice {self.public_id}"

    @property
    def is_probe(self) -> bool:
        """Whether its questions were drawn, to judge by their answers what was predicted."""
        return self.drawn_from is not None


class Exercise(models.Model):
    """One question's place in a practice; it is asked once. It is done when it was answered.

    `expected` is the chance, predicted when a probe was drawn, that the answer counts as known; else None.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="exercises")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="exercises")
    position = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)
    expected = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "question"], name="one_exercise_per_question")
        ]

    def __str__(self) -> str:
        return f"exercise {self.public_id}"


class Attempt(RecordedAnswer):
    """One recorded answer to an exercise. Append-only, and no review: no schedule is made from it.

    No number either, but that a probe's attempts judge what was predicted of them.
    """

    exercise = models.OneToOneField(Exercise, on_delete=models.CASCADE, related_name="attempt")

    def __str__(self) -> str:
        return f"attempt {self.public_id}"
