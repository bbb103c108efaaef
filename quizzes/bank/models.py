"""Topics, packs, questions, their immutable versions, and the words by which they are found."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models


class Topic(models.Model):
    """A subject of the bank."""

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=400, blank=True)
    number = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number", "slug"]

    def __str__(self) -> str:
        return self.title


class Pack(models.Model):
    """A Markdown file of questions, as it was last loaded."""

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=120)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="packs")
    release = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class Question(models.Model):
    """The stable identity of something that can be asked. Its kind never changes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="questions")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="questions")
    slug = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField(default=1)
    skill = models.CharField(max_length=12, default="concept")
    position = models.PositiveIntegerField(default=0)
    current = models.ForeignKey("Version", on_delete=models.PROTECT, related_name="+", null=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "slug"], name="one_question_per_slug_in_a_pack")
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "position"], name="question_by_topic"),
            # Lists and counts of the bank are read from here alone: it holds all they ask for, its condition too.
            models.Index(
                fields=["topic", "position", "id", "kind", "level", "skill", "current", "pack", "retired_at"],
                condition=models.Q(retired_at=None),
                name="question_in_the_bank",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Version(models.Model):
    """What a question said at one time. Rows are added, never changed: answers point here."""

    class Change(models.TextChoices):
        """How a version differs from the one before it."""

        FIRST = "first"
        COSMETIC = "cosmetic"
        CLARIFICATION = "clarification"
        KEY = "key"
        MEANING = "meaning"

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    spec: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    spec_hash = models.CharField(max_length=64)
    change = models.CharField(max_length=13, choices=Change.choices)
    source_line = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="one_version_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} v{self.number}"


class Searchable(models.Model):
    """The words of a question's current version that can be searched, blanks between them; written by bank.search.

    Both databases index this table by means of their own, made in the migrations: SQLite keeps an FTS5 table up to
    date by triggers, PostgreSQL a generated column. A migration that alters this table on SQLite has to make its
    triggers again.
    """

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, primary_key=True, related_name="searchable"
    )
    prompt = models.TextField()
    about = models.TextField()
    explanation = models.TextField()

    def __str__(self) -> str:
        return f"words of question {self.question_id}"
