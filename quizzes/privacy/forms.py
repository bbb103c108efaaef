"""What is asked before an account is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms

from accounts.api import DeletionForm
from accounts.models import User


class _Ticks(forms.MultipleChoiceField):
    """Boxes of which one may have gone since the page was shown."""

    def validate(self, value: list[str]) -> None:
        """Refuses nothing: what is no choice any more is to be passed over."""


class LeavingForm(DeletionForm):
    """The password, and a tick for each class that is archived because nobody would lead it any more.

    `alone` holds value and label of each such class; without any, only the password is asked.
    """

    archive = _Ticks(label="Archive", required=False, widget=forms.CheckboxSelectMultiple)
    field_order = ("archive", "password")

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        user: User,
        alone: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, user=user)
        ticks = self.fields["archive"]
        if not isinstance(ticks, _Ticks) or not alone:
            del self.fields["archive"]
            return
        ticks.choices = alone

    def clean_archive(self) -> list[str]:
        """Returns the ticked values. Refuses to go on while one of the classes is not ticked."""
        ticked: list[str] = self.cleaned_data["archive"]
        ticks = self.fields["archive"]
        left = [label for value, label in ticks.choices if value not in ticked]  # type: ignore[attr-defined]
        if left:
            raise forms.ValidationError(
                f"{', '.join(left)}: hand it on to someone, or tick that it is archived. Nothing was deleted."
            )
        return ticked
