"""Snapshots of a class's numbers, so that its pages are quick; forecasts, to be held against what answers showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypedDict
from uuid import UUID

from django.db import models

from quizzes.classroom.models import Assignment, Classroom, Membership


class About(models.TextChoices):
    """What numbers are about."""

    CLASS = "class", "The whole class"
    ASSIGNMENT = "assignment", "One assignment"


class ScopeColumns(TypedDict):
    """The columns by which a `Snapshot` or a `Forecast` holds its scope."""

    about: About
    scope: UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """What numbers are about: a class or one of its assignments, by public id. An id alone does not say which."""

    about: About
    public_id: UUID

    @classmethod
    def of(cls, thing: Classroom | Assignment) -> Scope:
        """Returns the scope of a whole class, or of an assignment."""
        return cls(About.CLASS if isinstance(thing, Classroom) else About.ASSIGNMENT, thing.public_id)

    @property
    def columns(self) -> ScopeColumns:
        """The scope as columns, for a filter or a new row."""
        return {"about": self.about, "scope": self.public_id}


class Snapshot(models.Model):
    """The numbers of one page about a class, as they were at `taken_at`. They can always be computed again.

    `scope` is the public id of what `about` says: the class or one of its assignments. `basis` says what the
    numbers were computed from: with another class, roster or assignment they no longer hold. `content` is JSON of the
    form that `schema` numbers (`snapshots.py`); of another form it is void.
    """

    class Subject(models.TextChoices):
        """What the content is about."""

        READINESS = "readiness"
        ITEMS = "items"
        ANSWERS = "answers"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="snapshots")
    subject = models.CharField(max_length=9, choices=Subject.choices)
    about = models.CharField(max_length=10, choices=About.choices)
    scope = models.UUIDField()
    basis = models.CharField(max_length=200)
    schema = models.PositiveSmallIntegerField()
    content: models.JSONField[object, object] = models.JSONField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "about", "scope"], name="one_snapshot_per_scope")
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.about} {self.scope}"


class Forecast(models.Model):
    """A forecast made on one day about one learner: the share of their questions known on a day to come.

    `stop` is that share if nothing more is done, `low` and `high` bound its 80 % interval; `plan` is the share if the
    plan is followed. The outcome is what answers showed: `answered` first answers of a study day were given to these
    questions near the day, `known` of them count as known (`backtest.NEAR`); both None until then. Forecasts about an
    assignment withdrawn since, or a learner who left, are dropped then.
    """

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="forecasts")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="forecasts")
    about = models.CharField(max_length=10, choices=About.choices)
    scope = models.UUIDField()
    made_on = models.DateField()
    for_day = models.DateField()
    questions = models.PositiveIntegerField()
    stop = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    plan = models.FloatField()
    answered = models.PositiveIntegerField(null=True)
    known = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["membership", "about", "scope", "made_on"], name="one_forecast_a_day"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["classroom", "for_day"], name="forecast_by_day")]

    def __str__(self) -> str:
        return f"forecast of {self.made_on} for {self.for_day}"
