"""What is looked for in the bank, and a note to self, as forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms

from accounts.api import SearchField
from quizzes.bank.api import LEVELS, SKILLS, asking
from quizzes.bank.models import Topic
from quizzes.browsing.models import Note
from quizzes.browsing.search import MINE, SearchFilters

LONGEST_SEARCH = 200


def _choice(label: str, every: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", every), *choices],
        error_messages={"invalid_choice": "“%(value)s” is none of these: choose one from the list."},
    )


class BankSearchForm(forms.Form):
    """Words and filters. What is left empty asks for nothing."""

    q = SearchField(
        label="Words",
        required=False,
        max_length=LONGEST_SEARCH,
        error_messages={"max_length": f"Search for at most {LONGEST_SEARCH} characters."},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    topic = _choice("Topic", "Every topic", [])
    kind = _choice("Kind", "Every kind", list(asking.kinds().items()))
    level = _choice("Level", "Every level", [(str(level), words) for level, words in LEVELS.items()])
    skill = _choice("Skill", "Every skill", list(SKILLS.items()))
    mine = _choice("For me", "Seen or not", [(name, words) for name, (words, _) in MINE.items()])

    def __init__(self, data: Mapping[str, object], *, topics: Sequence[Topic]) -> None:
        super().__init__(data)
        field = self.fields["topic"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Every topic"), *((topic.slug, topic.title) for topic in topics)]

    @property
    def wanted(self) -> SearchFilters:
        """What a valid form asks for."""
        return SearchFilters(**self.cleaned_data)


class NoteForm(forms.Form):
    """A note to self; an empty one is no note."""

    text = forms.CharField(
        label="Note to self",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": Note.LONGEST}),
        help_text="Markdown, formulas between $ signs. Only you can read it.",
    )

    def clean_text(self) -> str:
        """Returns the text with the line ends that were typed, not those a browser sends."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if len(text) > Note.LONGEST:
            raise forms.ValidationError(
                f"Your note has {len(text):,} characters; at most {Note.LONGEST:,} can be kept. Shorten it."
            )
        return text
