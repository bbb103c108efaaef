"""How a learner studies, as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from django import forms

from quizzes.bank.api import topics_of_the_bank
from quizzes.bank.models import Topic
from quizzes.review.decks import PlanPreferences
from quizzes.review.models import StudySettings
from quizzes.review.targets import LONGEST_DAY
from quizzes.scheduling.api import RETENTION_BOUNDS

# No interview lies further ahead.
FARTHEST = timedelta(days=183)
LOWEST, HIGHEST = (round(100 * bound) for bound in RETENTION_BOUNDS)


def _whole_number(low: int, high: int) -> dict[str, str]:
    sentence = f"Write a whole number from {low} to {high}."
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence)


class MinutesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """How long a study day may be, and for which day. `today` is the learner's study day."""

    class Meta:
        model = StudySettings
        fields: ClassVar = ["interview_on", "minutes_a_day"]

    interview_on = forms.DateField(
        required=False,
        label="Your interview is on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The plan aims at that morning. Leave it empty when there is no date yet.",
        error_messages={"invalid": "Write a date as year, month and day: 2026-11-30."},
    )
    minutes_a_day = forms.IntegerField(
        min_value=5,
        max_value=LONGEST_DAY,
        label="Minutes a day",
        help_text="From 5 to 240. A day’s plan takes no longer; new questions fill what reviews leave.",
        error_messages=_whole_number(5, LONGEST_DAY),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        instance: StudySettings | None = None,
        today: date,
    ) -> None:
        super().__init__(data, instance=instance)
        self.today = today
        # What was stored before a form writes into its row.
        self.interview_before = self.instance.interview_on
        # A day that is over is no proposal for the next one.
        if self.interview_before is not None and self.interview_before < today:
            self.initial["interview_on"] = None
        # The browser's own picker offers no other days.
        limits = {"min": today.isoformat(), "max": (today + FARTHEST).isoformat()}
        self.fields["interview_on"].widget.attrs.update(limits)

    def clean_interview_on(self) -> date | None:
        """Refuses a day that is over or too far away to plan for."""
        on: date | None = self.cleaned_data["interview_on"]
        if on is None or on == self.interview_before:
            return on
        if on < self.today:
            raise forms.ValidationError(
                f"{on:%-d %B %Y} is over. Choose a day from today on, or leave the field empty."
            )
        if on > self.today + FARTHEST:
            raise forms.ValidationError(
                "Choose a day within half a year: nothing further away can be planned well."
            )
        return on


class StudyForm(MinutesForm):
    """How the learner studies. `retention` is a percentage on the page and a share in the row."""

    class Meta(MinutesForm.Meta):
        fields: ClassVar = ["interview_on", "minutes_a_day", "practise", "new_per_day"]
        labels: ClassVar = {"practise": "Practise first"}
        help_texts: ClassVar = {"practise": "What the new questions of each topic begin with."}

    new_per_day = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        label="New questions a day, at most",
        help_text="From 0 to 100. Empty: as many as the minutes allow. What a class assigns comes in any case; sets "
        "you joined come within it.",
        error_messages=_whole_number(0, 100),
    )
    retention = forms.IntegerField(
        min_value=LOWEST,
        max_value=HIGHEST,
        label="Retention in %",
        help_text=(
            "Without an interview date: the chance, from 70 to 97, at which a question comes back. "
            "Against 90 %, 97 % takes about twice the time, 95 % half as much again, and 80 % a quarter less."
        ),
        error_messages=_whole_number(LOWEST, HIGHEST),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        instance: StudySettings | None = None,
        today: date,
    ) -> None:
        super().__init__(data, instance=instance, today=today)
        self.fields["practise"].required = False
        self.initial["retention"] = round(100 * self.instance.desired_retention)

    def clean_practise(self) -> str:
        """Returns what was chosen before where nothing is."""
        chosen: str = self.cleaned_data["practise"] or self.instance.practise
        return chosen

    def clean_retention(self) -> int:
        """Returns the percentage; the row takes the share."""
        percent: int = self.cleaned_data["retention"]
        self.instance.desired_retention = percent / 100
        return percent


class PlanForm(MinutesForm):
    """For when, how long and what the learner studies. `preferences` are those they have."""

    wanted = forms.ModelMultipleChoiceField(
        queryset=Topic.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Topics to prepare",
        help_text="Nothing new comes from a topic that is not ticked. None ticked: all of them.",
        error_messages={
            "invalid_choice": "There is no such topic. Choose from the list.",
            "invalid_pk_value": "There is no such topic. Choose from the list.",
        },
    )
    known = forms.ModelMultipleChoiceField(
        queryset=Topic.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Topics you know already",
        help_text="Their questions come after all others. What you know of them counts once you have answered some.",
        error_messages={
            "invalid_choice": "There is no such topic. Choose from the list.",
            "invalid_pk_value": "There is no such topic. Choose from the list.",
        },
    )

    def __init__(
        self,
        data: Mapping[str, object] | None,
        *,
        instance: StudySettings,
        today: date,
        preferences: PlanPreferences,
    ) -> None:
        super().__init__(data, instance=instance, today=today)
        self.topics = topics_of_the_bank()
        for name in ("wanted", "known"):
            self.fields[name].queryset = self.topics  # type: ignore[attr-defined]
        self.initial["wanted"] = [topic.slug for topic in self.topics if topic.pk not in preferences.left_out]
        self.initial["known"] = [topic.slug for topic in self.topics if topic.pk in preferences.known]
        self.preferences = preferences

    @property
    def left_out(self) -> list[Topic]:
        """The topics that are not ticked, none where none is."""
        wanted = {topic.pk for topic in self.cleaned_data["wanted"]}
        return [topic for topic in self.topics if wanted and topic.pk not in wanted]

    @property
    def known_topics(self) -> list[Topic]:
        """The topics that are ticked as known."""
        return list(self.cleaned_data["known"])

    @property
    def asked_for(self) -> PlanPreferences:
        """What the valid form asks for."""
        return replace(
            self.preferences,
            minutes=self.cleaned_data["minutes_a_day"],
            interview_on=self.cleaned_data["interview_on"],
            left_out=frozenset(topic.pk for topic in self.left_out),
            known=frozenset(topic.pk for topic in self.known_topics),
        )


class GoalForm(forms.Form):
    """How much is to be known on the day."""

    goal = forms.IntegerField(
        min_value=1,
        max_value=99,
        required=False,
        label="Goal: % known",
        help_text="Of all questions, on the day. Answered with the minutes a day it takes.",
        error_messages=_whole_number(1, 99),
    )
