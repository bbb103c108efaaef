"""Forms of the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from allauth.account.fields import EmailField, PasswordField
from allauth.account.internal.userkit import filter_users_by_email
from django import forms
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from accounts.adapter import emails_stay_here
from accounts.http import next_address, with_next
from accounts.models import User
from accounts.passwords import hint

# As the column of accounts.models.User has it.
LONGEST_EMAIL = 254


class _OurWords:
    """A form of allauth whose fields say what they want once and plainly: a hint, or where it failed the error."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, EmailField):
                field.label = "E-mail"
                field.error_messages |= {
                    "required": "Write your e-mail address.",
                    "invalid": "Write a whole e-mail address, as in ada@example.org.",
                    "max_length": f"An e-mail address has at most {LONGEST_EMAIL} characters.",
                }
                field.validators.append(MaxLengthValidator(LONGEST_EMAIL))
            elif isinstance(field, PasswordField):
                field.error_messages |= {"required": "Write the password."}
            if name == "password1":
                field.help_text = hint()

    def full_clean(self) -> None:
        """Checks the form; a new password that does not hold has its reason in place of the hint."""
        super().full_clean()  # type: ignore[misc]  # a mixin
        if "password1" in self.fields and self.has_error("password1"):  # type: ignore[attr-defined]
            self["password1"].help_text = ""  # type: ignore[index]


class LoginForm(_OurWords, allauth.LoginForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form, whose way to a new password leads on to what the visitor came for."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = format_html(
            '<a href="{}">Forgot your password?</a>',
            with_next(reverse("account_reset_password"), next_address(self.request)),
        )


class DetectedZone(forms.CharField):
    """The name of a time zone that the browser said, "" where it is none: nobody typed it, so nobody is to fix it."""

    def clean(self, value: object) -> str:
        """Returns the name of a zone we know, or ""."""
        said: str = super().clean(value)
        return said if said in zones() else ""


class SignupForm(_OurWords, allauth.SignupForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form, which takes the same time whether or not the address has an account.

    The browser says in which time zone it is; where it does not, the account begins in UTC, until its owner says more.
    """

    time_zone = DetectedZone(
        required=False, widget=forms.HiddenInput(attrs={"data-detect-zone": True, "autocomplete": "off"})
    )

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Keeps the time zone; allauth calls it once the account is saved."""
        super().custom_signup(request, user)
        if zone := self.cleaned_data["time_zone"]:
            user.time_zone = zone
            user.save(update_fields=["time_zone"])

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Makes the account; where the address has one, hashes the password in vain, as long as making one takes."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        tried: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return tried


class ResetPasswordForm(_OurWords, allauth.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form that asks for a link to a new password."""


class ResetPasswordKeyForm(_OurWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form for the new password."""


class ChangePasswordForm(_OurWords, allauth.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form for another password."""


class SetPasswordForm(_OurWords, allauth.SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form for the first password."""


class AddEmailForm(_OurWords, allauth.AddEmailForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form for another address."""

    def __init__(self, user: User | None = None, *args: object, **kwargs: object) -> None:
        super().__init__(user, *args, **kwargs)

    def clean_email(self) -> str:
        """Refuses an address that another account has, where no e-mail could prove whose it is."""
        email: str = super().clean_email()
        if emails_stay_here() and any(user != self.user for user in filter_users_by_email(email)):
            raise forms.ValidationError("Another account has this address. Choose another one.")
        return email


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Where the account's owner's days are."""

    class Meta:
        model = User
        fields: ClassVar = ["time_zone"]

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(name, name.replace("_", " ")) for name in zones()],
        widget=forms.Select(attrs={"data-detect-zone": True}),
        help_text="Your days follow the clock there.",
        error_messages={
            "required": "Choose a time zone.",
            "invalid_choice": "“%(value)s” is not a time zone we know. Choose one with the same clock as yours.",
        },
    )


class DayForm(ZoneForm):
    """Where and when the account's owner's days are, and which colours pages take."""

    class Meta(ZoneForm.Meta):
        fields: ClassVar = ["time_zone", "rollover_hour", "theme"]
        labels: ClassVar = {"theme": "Colours"}

    rollover_hour = forms.TypedChoiceField(
        label="A new day begins at",
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in (4, 5, 6)],
        help_text="Answers before this hour still count for the day before.",
        error_messages={"invalid_choice": "A day can begin at 4, 5 or 6 o’clock."},
    )


class DeletionForm(forms.Form):
    """The password, asked once more before everything is deleted."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        """Refuses a password that is not the account's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password. Nothing was deleted.")
        return password


def zones() -> list[str]:
    """Returns the names of the time zones one can live in, in alphabetical order, UTC first."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ["UTC", *sorted(name for name in available_timezones() if name.startswith(regions))]
