"""Sets, their filters and rules, and packs as forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from accounts.api import LineField, SearchField, TitleField
from quizzes.bank.api import LEVELS, Filters, asking
from quizzes.bank.models import QuestionSet, Topic

LARGEST_PACK = 1_000_000
MOST_PICKED = 200
MOST_OF_A_NAME = 200
_NO_NAME = re.compile(r"[^\w ]+")
_HEADING = re.compile(r"^#{1,2}[ \t](.*)", re.MULTILINE)


class SetForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """What a set is called and who may see it."""

    class Meta:
        model = QuestionSet
        fields: ClassVar = ["title", "about", "visibility"]

    title = TitleField(label="Title", max_length=120, error_messages={"required": "Give the set a title."})
    about = LineField(label="What it is for", max_length=400, required=False)
    visibility = forms.ChoiceField(
        label="Who may see and use it",
        choices=QuestionSet.Visibility.choices,
        initial=QuestionSet.Visibility.PRIVATE,
    )


class QuestionSearchForm(forms.Form):
    """What to look for in the bank; every field may be empty."""

    q = SearchField(
        label="Words in the question",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    topic = forms.MultipleChoiceField(
        label="Topic", required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    kind = forms.ChoiceField(label="Kind", required=False)
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[
            ("", "any"),
            ("1", LEVELS[1]),
            ("1,2", f"{LEVELS[2]}, or easier"),
            ("2", LEVELS[2]),
            ("3", LEVELS[3]),
        ],
    )
    tag = SearchField(label="Tags", max_length=100, required=False, help_text="Between commas; all of them.")
    unassigned = forms.BooleanField(label="Never assigned to a class of mine", required=False)

    def __init__(
        self, data: Mapping[str, object] | None = None, *, topics: list[Topic], auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, auto_id=auto_id)
        choices = {
            "topic": [(topic.slug, topic.title) for topic in topics],
            "kind": [
                ("", "any"),
                *asking.kinds().items(),
            ],
        }
        for name, pairs in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
            field.choices = pairs

    def filters(self) -> Filters:
        """Returns what was asked for; of a form that does not hold, what does."""
        said = self.cleaned_data
        kind, level = said.get("kind", ""), said.get("level", "")
        return Filters(
            topics=tuple(said.get("topic", ())),
            kinds=(kind,) if kind else (),
            levels=tuple(int(number) for number in level.split(",")) if level else (),
            tags=tuple(tag for tag in re.split(r"\s*,\s*", said.get("tag", "").strip()) if tag),
            text=said.get("q", "").strip(),
            unassigned=said.get("unassigned", False),
        )


class RuleForm(QuestionSearchForm):
    """A rule: what to look for, and how many of it."""

    pick = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MOST_PICKED,
        initial=10,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Write a whole number from 1 to {MOST_PICKED}.",
        ),
    )
    field_order = ("pick", "topic", "kind", "level", "tag", "q", "unassigned")

    def __init__(
        self, data: Mapping[str, object] | None = None, *, topics: list[Topic], auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, topics=topics, auto_id=auto_id)
        self.fields["unassigned"].label = "Not yet assigned to the class"


class PackForm(forms.Form):
    """A pack, pasted or as a file. `content` is its text and `name` what its file is called, or its first heading."""

    file = forms.FileField(
        label="A Markdown file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt,text/markdown,text/plain"}),
    )
    text = forms.CharField(
        label="or its text",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 20, "spellcheck": "false", "autocomplete": "off", "class": "code-field"}
        ),
    )
    content = ""
    name = "pasted.md"

    # Any: what Django's forms hold of their fields.
    def clean(self) -> dict[str, Any]:
        """Takes the text from wherever it came."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is None:
            self.content = cleaned.get("text", "").replace("\r\n", "\n")
            if not self.content.strip():
                self.add_error("text", "Paste a pack, or choose a file.")
            headings = (heading[1].strip() for heading in _HEADING.finditer(self.content))
            if heading := next(filter(None, headings), ""):
                self.name = _NO_NAME.sub(" ", heading[:MOST_OF_A_NAME]).strip() + ".md"
            return cleaned
        self.name = upload.name
        if upload.size > LARGEST_PACK:
            self.add_error("file", "This file is larger than 1 MB. Divide it into several packs.")
            return cleaned
        try:
            self.content = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            self.add_error("file", f"This file is not UTF-8 text (byte {fault.start + 1}). Save it as UTF-8.")
        return cleaned
