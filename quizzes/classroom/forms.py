"""Classes, rosters, links and codes as forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import ClassVar, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from accounts.api import LineField, TitleField, zones
from quizzes.classroom.models import Classroom
from quizzes.classroom.roster import RosterError, RosterRow, as_csv, decode, read_roster

LARGEST_FILE = 1_000_000
# Nobody prepares for what is further away, and forecasts would have to walk there day by day.
FURTHEST = timedelta(days=366)
TOO_FAR = "Choose a day within a year from now."
# Moments of other years may not exist in every zone.
YEARS = range(2000, 2201)
# What a form is filled with: the fields that were sent, or what stands in them at first.
Data: TypeAlias = Mapping[str, object] | None


class ClassForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What a class is called, where its dates are said, and what it prepares for."""

    class Meta:
        model = Classroom
        fields: ClassVar = ["title", "about", "time_zone", "exam_on"]
        error_messages: ClassVar = {"title": {"required": "Give the class a name its learners will know."}}

    title = TitleField(
        label="Name of the class",
        max_length=120,
        error_messages={"required": "Give the class a name its learners will know."},
    )
    about = LineField(
        label="What it is about",
        max_length=400,
        required=False,
        help_text="Learners read it before they join.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone of its dates", choices=lambda: [(name, name.replace("_", " ")) for name in zones()]
    )
    exam_on = forms.DateField(
        label="Day of the interview or exam",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Write a day, such as 2026-12-01."},
    )

    def __init__(
        self,
        data: Data = None,
        *,
        now: datetime,
        initial: Data = None,
        instance: Classroom | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), instance=instance)
        self._last = (now + FURTHEST).date()

    def clean_exam_on(self) -> date | None:
        """Returns a day that is not too far away; one that is past may stay."""
        day: date | None = self.cleaned_data["exam_on"]
        if day is not None and (day > self._last or day.year not in YEARS):
            raise forms.ValidationError(TOO_FAR)
        return day


class RosterForm(forms.Form):
    """A roster, pasted or as a file, and rows of it that were mended. `rows` is what was read."""

    roster = forms.CharField(
        label="Learners",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=(
            "One a row: an address, or name, address and group. Paste it from a spreadsheet as it is. "
            "Before anything is written you see what becomes of each row."
        ),
    )
    file = forms.FileField(
        label="or a CSV file",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )
    mended = forms.CharField(
        label="Fix them here, or leave them out",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        help_text="Rows that are still wrong are left out; all others go in.",
    )
    again = forms.BooleanField(label="Invite those who declined once more", required=False)

    def __init__(
        self,
        data: Data = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        initial: Data = None,
        must: bool = True,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        self.must = must
        self.rows: list[RosterRow] = []

    def clean(self) -> dict[str, object]:
        """Reads the roster, pasted or from the file."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        try:
            text = cleaned.get("roster", "")
            if upload is not None:
                if upload.size > LARGEST_FILE:
                    raise RosterError(
                        "This file is larger than 1 MB. A roster has one short row for each learner."
                    )
                text = decode(upload.read())
            mended = cleaned.get("mended", "")
            self.rows = read_roster(text, mended)
            if upload is not None or mended:
                self._keep(self.rows)
        except RosterError as fault:
            self.add_error("file" if upload is not None else "roster", str(fault))
        if self.must and not self.errors and not self.rows:
            self.add_error("roster", "Paste at least one address, or choose a file.")
        return cleaned

    def _keep(self, rows: list[RosterRow]) -> None:
        """Shows what was read where it can be seen: a browser sends no file a second time."""
        self.data = {**self.data, "roster": as_csv(rows)}


class LinkForm(forms.Form):
    """How long and how often a join link may be used."""

    days = forms.TypedChoiceField(
        label="Valid for",
        coerce=int,
        choices=[(1, "1 day"), (7, "7 days"), (30, "30 days"), (120, "120 days")],
        initial=7,
    )
    max_uses = forms.IntegerField(
        label="Number of learners, at most", min_value=1, max_value=1000, initial=60
    )


class CodeForm(forms.Form):
    """A join code, as it was typed."""

    code = LineField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text="Eight letters and digits, from whoever teaches the class.",
        error_messages={"required": "Write the code you were given."},
    )
