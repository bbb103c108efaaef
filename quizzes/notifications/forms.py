"""Which e-mails a learner wants and when, as a form."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from quizzes.notifications.models import NotificationPreferences, Switch


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """The hour and the kinds of e-mails."""

    class Meta:
        model = NotificationPreferences
        fields: ClassVar = ["hour", *Switch.values]
        labels: ClassVar = {
            "evening": "Evening e-mail",
            "countdown": "Interview countdown",
            "weekly": "Weekly summary",
            "assignment": "New assignments",
            "reply": "Replies to your reports",
        }
        help_texts: ClassVar = {
            "evening": "Only on days with something left to answer: how many questions, minutes, which topics.",
            "countdown": "Seven days, three days and one day before the interview, in place of the evening e-mail.",
            "weekly": "On Sunday, after a week in which you answered something.",
            "assignment": "When a class you are in gives you something to do: once, with its date. At any hour.",
            "reply": "When somebody answered what you reported about a question. At any hour.",
        }

    hour = forms.TypedChoiceField(
        label="Send e-mails at",
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text="By the clock of your time zone: all of these but those that come at any hour.",
        error_messages={
            "required": "Choose a full hour from 00:00 to 23:00.",
            "invalid_choice": "E-mails can come at a full hour from 00:00 to 23:00, not at %(value)s.",
        },
    )
