"""What is written on the pages of this room."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from quizzes.reports.models import QuestionReport


class ReplyForm(forms.Form):
    """The reply to a report."""

    reply = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Your reply",
        help_text="Up to 2,000 characters. The learner reads it beside their report.",
        error_messages={"required": "Write what the learner should know."},
    )


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What is the matter with a question. “Something else” has to be said in words."""

    class Meta:
        model = QuestionReport
        fields: ClassVar = ["kind", "text"]
        widgets: ClassVar = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 3})}

    kind = forms.ChoiceField(
        choices=QuestionReport.Kind.choices,
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

    def clean(self) -> dict[str, object]:
        """Asks for words where the choice alone says nothing."""
        said = super().clean() or {}
        if said.get("kind") == QuestionReport.Kind.OTHER and not said.get("text"):
            self.add_error("text", "Say what is the matter: “something else” alone does not tell.")
        return said
