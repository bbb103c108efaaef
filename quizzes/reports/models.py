"""What learners report about questions, and what is replied to them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from quizzes.review.models import Review


class QuestionReport(models.Model):
    """A learner's report about the question of one of their answers, and what became of it.

    `email_state` says whether the reporter is owed an e-mail about the reply; on Today they are told until `read_at`.
    """

    class Kind(models.TextChoices):
        """What is the matter with the question."""

        WRONG = "wrong", "It is wrong"
        UNCLEAR = "unclear", "It is unclear"
        TYPO = "typo", "It has a typo"
        OUTDATED = "outdated", "It is out of date"
        OTHER = "other", "Something else"

    class EmailState(models.TextChoices):
        """What became of the e-mail about the reply; none is owed before there is one."""

        NONE = "none"
        PENDING = "pending"
        ENQUEUED = "enqueued"
        CANCELLED = "cancelled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="report")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    reply = models.CharField(max_length=2000, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True)
    email_state = models.CharField(max_length=9, choices=EmailState.choices, default=EmailState.NONE)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="report_by_user"),
            models.Index(fields=["created_at"], condition=models.Q(replied_at=None), name="report_open"),
            models.Index(
                fields=["replied_at"], condition=models.Q(email_state="pending"), name="report_email_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.public_id}"
