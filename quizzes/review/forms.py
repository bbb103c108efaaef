"""How a learner studies, as a form."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from quizzes.review.models import Flag, StudySettings
from quizzes.scheduling.memory import RETENTION_BOUNDS

LOWEST, HIGHEST = (round(100 * bound) for bound in RETENTION_BOUNDS)


def _whole_number(low: int, high: int) -> dict[str, str]:
    sentence = f"Write a whole number from {low} to {high}."
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)


class MinutesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """How long a study day may be."""

    class Meta:
        model = StudySettings
        fields: ClassVar = ["minutes_a_day"]

    minutes_a_day = forms.IntegerField(
        min_value=5,
        max_value=240,
        label="Minutes a day",
        help_text="From 5 to 240. While reviews fill them, nothing new is added.",
        error_messages=_whole_number(5, 240),
    )


class StudyForm(MinutesForm):
    """How the learner studies. `retention` is a percentage on the page and a share in the row."""

    class Meta(MinutesForm.Meta):
        fields: ClassVar = ["minutes_a_day", "new_per_day", "interview_on"]

    new_per_day = forms.IntegerField(
        min_value=0,
        max_value=100,
        label="New questions a day",
        help_text="From 0 to 100. Each one brings about ten reviews in its first year.",
        error_messages=_whole_number(0, 100),
    )
    retention = forms.IntegerField(
        min_value=LOWEST,
        max_value=HIGHEST,
        label="Retention in %",
        help_text=(
            "The chance that you still know a question on the day it comes back, from 70 to 97. "
            "Against 90 %, 97 % takes about twice the time, 95 % half as much again, and 80 % a quarter less."
        ),
        error_messages=_whole_number(LOWEST, HIGHEST),
    )

    interview_on = forms.DateField(
        required=False,
        label="The interview is on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Year, month and day, as in 2026-11-30.",
        error_messages={"invalid": "Write a date as year, month and day: 2026-11-30."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["retention"] = round(100 * self.instance.desired_retention)

    def clean_retention(self) -> int:
        """The percentage; the row takes the share."""
        percent: int = self.cleaned_data["retention"]
        self.instance.desired_retention = percent / 100
        return percent


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What is the matter with a question. “Something else” has to be said in words."""

    class Meta:
        model = Flag
        fields: ClassVar = ["kind", "text"]
        widgets: ClassVar = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 3})}

    kind = forms.ChoiceField(
        choices=Flag.Kind.choices,
        widget=forms.RadioSelect,
        label="What is the matter with it?",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what is the matter."),
    )
    text = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="What did you notice?",
        help_text="Up to 1,000 characters. Whoever answers sees the question, what you answered, and this.",
        error_messages={"max_length": "Write at most 1,000 characters; these are %(show_value)d."},
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the choice alone says nothing."""
        said = super().clean() or {}
        if said.get("kind") == Flag.Kind.OTHER and not said.get("text"):
            self.add_error("text", "Say what is the matter: “something else” alone does not tell.")
        return said
