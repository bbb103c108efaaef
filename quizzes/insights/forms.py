"""What is written on the pages of this room."""

from __future__ import annotations

from django import forms


class ReplyForm(forms.Form):
    """The reply to a report."""

    reply = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Your reply",
        help_text="Up to 2,000 characters. The learner reads it beside their report.",
        error_messages={"required": "Write what the learner should know."},
    )
