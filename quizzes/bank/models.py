"""Topics, packs, questions, their immutable versions, the words by which they are found; sets of questions."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.deletion import Collector

from prepared.api import ImmutableJSONField


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
    """A Markdown file of questions, as it was last loaded. It is known by `public_id`: names may be equal.

    A private one is its owner's: its questions reach others only through sets. It stays private when its owner's
    account is gone, for learners who answered its questions keep their history. A built-in one is found by its slug.
    `revision` counts its changes, so that none is made to a pack that is no longer what its author saw.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="packs"
    )
    private = models.BooleanField(default=False)
    slug = models.SlugField(max_length=64)
    title = models.CharField(max_length=120)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="packs")
    release = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(private=False), name="one_built_in_pack_per_slug"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Question(models.Model):
    """The stable identity of something that can be asked. Its kind never changes.

    `named`: its author gave the slug as an id, and it is found again by that. Else the slug is made, and it is found
    by what it says. `prompt_digest` is `packs.numbering.prompt_digest` of its current prompt.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="questions")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="questions")
    slug = models.CharField(max_length=64)
    named = models.BooleanField(default=True)
    prompt_digest = models.CharField(max_length=32, blank=True, default="")
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


class Edition(models.Model):
    """The last change of a private pack: its text since, and how it was before, so that the change can be taken back.

    `before` is what `loading.undoing.state_of` gave, None for a pack that was not there. It can be taken back while the
    pack's revision is `revision`. It goes with its owner's account.
    """

    class Did(models.TextChoices):
        """What the change was."""

        LOADED = "loaded", "Loaded"
        RETIRED = "retired", "Retired"
        TAKEN_BACK = "taken-back", "Taken back"

    pack = models.OneToOneField(Pack, on_delete=models.CASCADE, related_name="edition")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    did = models.CharField(max_length=10, choices=Did.choices)
    text = models.TextField(blank=True)
    before: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    revision = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.did} {self.pack_id}"


class Upload(models.Model):
    """A document between its upload and its author's word what to make of it. `pack` is what was made, once.

    The clock throws it away after a day.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField(db_index=True)
    loaded_at = models.DateTimeField(null=True)
    pack = models.ForeignKey(Pack, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


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
    spec = ImmutableJSONField()
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


def keep_public_sets(
    collector: Collector,
    field: models.ForeignKey[Any, Any],  # Any: of whatever sets belong to
    sets: models.QuerySet[QuestionSet],
    using: str,
) -> None:
    """When an account goes, its public sets stay, for others joined them; nobody could see the rest any more."""
    public = models.Q(visibility=QuestionSet.Visibility.PUBLIC)
    models.SET_NULL(collector, field, sets.filter(public), using)
    models.CASCADE(collector, field, sets.exclude(public), using)


class QuestionSet(models.Model):
    """An ordered selection of questions, by hand (items) and by rule (rules); what is assigned or joined.

    A public one outlives its owner's account. What was assigned from any stays assigned.
    """

    class Visibility(models.TextChoices):
        """Who besides the owner may see, copy and assign it."""

        PRIVATE = "private", "Only me"
        CLASS = "class", "Those who teach with me"
        PUBLIC = "public", "Everyone; learners may join it"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=keep_public_sets, null=True, related_name="question_sets"
    )
    title = models.CharField(max_length=120)
    about = models.CharField(max_length=400, blank=True)
    visibility = models.CharField(max_length=7, choices=Visibility.choices, default=Visibility.PRIVATE)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # When it became public last.
    public_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-changed_at"], name="set_by_owner"),
            models.Index(fields=["visibility", "-changed_at"], name="set_by_visibility"),
        ]

    def __str__(self) -> str:
        return self.title


class SetItem(models.Model):
    """One question's place in a set, chosen by hand. Lower positions come first and may leave room between them."""

    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="items")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="set_items")
    position = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question_set", "question"], name="one_set_item_per_question")
        ]
        indexes: ClassVar = [models.Index(fields=["question_set", "position"], name="set_item_order")]

    def __str__(self) -> str:
        return f"{self.question_id} in set {self.question_set_id}"


class SetRule(models.Model):
    """So many questions of a set chosen by rule, each time the set is assigned.

    `filters` holds what a question must be: {"topics": [slug], "kinds": [kind], "levels": [level], "tags": [tag],
    "unassigned": bool}; an empty or missing entry asks for nothing. `unassigned`: not yet assigned to the class.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="rules")
    filters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    pick = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.pick} by rule in set {self.question_set_id}"


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
