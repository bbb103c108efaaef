"""Assignments as forms. Dates are wall time; what zone they are in, the form says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import ClassVar
from uuid import uuid4

from django import forms

from accounts.api import LineField, TitleField
from quizzes.classroom.forms import FURTHEST, TOO_FAR, YEARS, Data
from quizzes.classroom.models import Assignment, Group, Membership
from quizzes.classroom.policy import Terms
from quizzes.scheduling.api import moment_of, wall_time

_GROUP, _MEMBER = "group:", "member:"
_DUE_IN_DAYS = 7
_DUE_AT = time(18)


class WallTimeField(forms.DateTimeField):
    """A date and a time of day, as a datetime without a zone: the form knows whose clocks it is about."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    default_error_messages: ClassVar = {
        "invalid": "Write a day and a time, such as 2026-12-01 18:00.",
        "required": "Write a day and a time.",
    }

    def clean(self, value: object) -> datetime | None:
        """Returns the wall time, or None where the field was left empty and may be."""
        cleaned: datetime | None = super().clean(value)
        if cleaned and cleaned.year not in YEARS:
            raise forms.ValidationError(f"Write a year from {YEARS[0]} to {YEARS[-1]}.")
        return cleaned.replace(tzinfo=None) if cleaned else None


class WorkForm(forms.Form):
    """What is assigned, until when, and what is asked. Dates are wall time in the class's zone."""

    field_order: Iterable[str] | None = ("source", "due", "opens", "closes", "goal", "goal_value", "late")

    source = forms.ChoiceField(
        label="What to assign",
        error_messages={
            "required": "Choose a set or a topic.",
            "invalid_choice": "This set is no longer there. Choose another one.",
        },
    )
    due = WallTimeField(label="Due")
    opens = WallTimeField(label="Opens", required=False, help_text="Empty: at once.")
    closes = WallTimeField(
        label="Closes", required=False, help_text="Empty: never. From then on nothing is asked for any more."
    )
    goal = forms.ChoiceField(label="Goal", choices=Assignment.Goal.choices, required=False)
    goal_value = forms.FloatField(
        label="How much",
        required=False,
        min_value=1,
        max_value=240,
        help_text="Expected recall in %, 50 to 99; or minutes a day, 1 to 240.",
    )
    late = forms.ChoiceField(
        label="Answers after the due date", choices=Assignment.Late.choices, required=False, initial="mark"
    )

    # Names what is made, so that a form that is sent twice makes it once.
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def __init__(
        self,
        data: Data = None,
        *,
        sources: Sequence[tuple[str, list[tuple[str, str]]]],
        zone: str,
        now: datetime,
        optional: bool = False,
        initial: Data = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.zone, self.now, self.sources = zone, now, sources
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)  # noqa: S101 -- for the type checker
        source.choices = [("", "Nothing yet" if optional else "Choose a set or a topic"), *sources]
        source.required = not optional
        self.fields["due"].required = not optional
        today = wall_time(now, zone=zone).date()
        self.fields["due"].initial = datetime.combine(today + timedelta(days=_DUE_IN_DAYS), _DUE_AT)

    def clean_goal_value(self) -> float | None:
        """Returns a share for recall, minutes for minutes, None for other goals."""
        value: float | None = self.cleaned_data.get("goal_value")
        goal = self.cleaned_data.get("goal") or Assignment.Goal.SEEN
        if goal == Assignment.Goal.SEEN:
            return None
        if value is None:
            raise forms.ValidationError("Say how much this goal asks for.")
        if goal == Assignment.Goal.RECALL:
            if not 50 <= value <= 99:
                raise forms.ValidationError("Write an expected recall from 50 to 99 %.")
            return value / 100
        return value

    def clean(self) -> dict[str, object]:
        """Checks that the due date is to come, and the order of the dates."""
        cleaned = super().clean() or {}
        if not cleaned.get("source") or self.errors:
            return cleaned
        if self.terms().due_at <= self.now:
            self.add_error("due", "This moment is past. Choose a later one.")
        else:
            self.check_order()
        return cleaned

    def check_order(self) -> None:
        """Adds an error to each date that comes too late or too early for the others."""
        terms = self.terms()
        if terms.opens_at >= terms.due_at:
            self.add_error("opens", "It would open after it is due. Choose an earlier moment.")
        if terms.closes_at is not None and terms.closes_at < terms.due_at:
            self.add_error(
                "closes", "It would close before it is due. Choose a later moment, or leave it empty."
            )
        for name, moment in (("due", terms.due_at), ("closes", terms.closes_at)):
            if moment is not None and moment > self.now + FURTHEST:
                self.add_error(name, TOO_FAR)

    def terms(self) -> Terms:
        """Returns the dates as moments, with goal and late policy; only of a form whose fields are valid."""
        said = self.cleaned_data
        return Terms(
            opens_at=self._moment(said["opens"]) or self.now,
            due_at=self._moment(said["due"]) or self.now,
            closes_at=self._moment(said["closes"]),
            goal=said["goal"] or Assignment.Goal.SEEN,
            goal_value=said.get("goal_value"),
            late=said["late"] or Assignment.Late.MARK,
        )

    def source_in_words(self) -> str:
        """Returns what was chosen, as the form's choices call it; "" for nothing."""
        titles = {value: title for _, choices in self.sources for value, title in choices}
        return titles.get(self.cleaned_data["source"], "")

    def _moment(self, wall: datetime | None) -> datetime | None:
        return None if wall is None else moment_of(wall, zone=self.zone)


class AssignForm(WorkForm):
    """A whole assignment: also what it is called, and for whom it is."""

    title = TitleField(
        label="Title", max_length=120, required=False, help_text="Empty: the title of the set."
    )
    assigned_to = forms.MultipleChoiceField(
        label="For",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="Choose nobody for the whole class, those who join later included.",
    )
    field_order = ("source", "due", "assigned_to", "title", "opens", "closes", "goal", "goal_value", "late")

    def __init__(
        self,
        data: Data = None,
        *,
        sources: Sequence[tuple[str, list[tuple[str, str]]]],
        zone: str,
        now: datetime,
        groups: Sequence[Group],
        learners: Sequence[Membership],
        initial: Data = None,
    ) -> None:
        super().__init__(data, sources=sources, zone=zone, now=now, initial=initial)
        self._groups = {f"{_GROUP}{group.public_id}": group for group in groups}
        self._learners = {f"{_MEMBER}{place.public_id}": place for place in learners}
        assigned_to = self.fields["assigned_to"]
        assert isinstance(assigned_to, forms.ChoiceField)  # noqa: S101 -- for the type checker
        named = [
            ("Groups", [(key, group.title) for key, group in self._groups.items()]),
            ("Learners", [(key, place.name or place.user.email) for key, place in self._learners.items()]),
        ]
        assigned_to.choices = [(label, choices) for label, choices in named if choices]

    def groups(self) -> list[Group]:
        """Returns the groups that were chosen."""
        return [self._groups[key] for key in self.cleaned_data["assigned_to"] if key in self._groups]

    def members(self) -> list[Membership]:
        """Returns the learners that were chosen."""
        return [self._learners[key] for key in self.cleaned_data["assigned_to"] if key in self._learners]


class TermsForm(WorkForm):
    """Title, dates, goal and late policy of an assignment that is there; its questions stay."""

    title = TitleField(label="Title", max_length=120)
    field_order = ("title", "due", "opens", "closes", "goal", "goal_value", "late")

    def __init__(self, data: Data = None, *, assignment: Assignment, now: datetime) -> None:
        zone = assignment.classroom.time_zone
        value = assignment.goal_value
        recall = assignment.goal == Assignment.Goal.RECALL
        initial = {
            "title": assignment.title,
            "due": wall_time(assignment.due_at, zone=zone),
            "opens": wall_time(assignment.opens_at, zone=zone),
            "closes": wall_time(assignment.closes_at, zone=zone) if assignment.closes_at else None,
            "goal": assignment.goal,
            "goal_value": round(100 * value) if value is not None and recall else value,
            "late": assignment.late,
        }
        super().__init__(data, sources=[], zone=zone, now=now, optional=True, initial=initial)
        del self.fields["source"], self.fields["key"]
        self.fields["due"].required = True

    def clean(self) -> dict[str, object]:
        """Checks the order of the dates; a due date that is past may stay."""
        cleaned = forms.Form.clean(self) or {}
        if not self.errors:
            self.check_order()
        return cleaned


class ExtensionForm(forms.Form):
    """Other dates for some learners. What is left empty stays as it is for all."""

    due = WallTimeField(label="Due", required=False)
    opens = WallTimeField(label="Opens", required=False)
    closes = WallTimeField(label="Closes", required=False)
    reason = LineField(
        label="Reason",
        max_length=400,
        help_text="Those who teach with you read it.",
        error_messages={"required": "Say why: whoever teaches with you will want to know."},
    )

    def __init__(self, data: Data = None, *, assignment: Assignment, now: datetime) -> None:
        super().__init__(data)
        self.assignment, self.now = assignment, now

    def clean(self) -> dict[str, object]:
        """Checks that there is at least one date, and the order of all three."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        moments = self.moments()
        if not any(moments.values()):
            self.add_error("due", "Write at least one date that is to be another one.")
            return cleaned
        opens = moments["opens_at"] or self.assignment.opens_at
        due = moments["due_at"] or self.assignment.due_at
        closes = moments["closes_at"] or self.assignment.closes_at
        if opens >= due:
            self.add_error("opens" if moments["opens_at"] else "due", "It would open after it is due.")
        if closes is not None and closes < due:
            self.add_error(
                "closes" if moments["closes_at"] else "due",
                "It would close before it is due. Write a later closing date as well.",
            )
        for name in ("due", "closes"):
            moment = moments[f"{name}_at"]
            if moment is not None and moment > self.now + FURTHEST:
                self.add_error(name, TOO_FAR)
        return cleaned

    def moments(self) -> dict[str, datetime | None]:
        """Returns the three dates as moments, by the names of an assignment's columns."""
        zone = self.assignment.classroom.time_zone
        return {
            f"{name}_at": moment_of(self.cleaned_data[name], zone=zone) if self.cleaned_data[name] else None
            for name in ("opens", "due", "closes")
        }
