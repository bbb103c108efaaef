"""What allauth asks us."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

SENT = "account/messages/email_confirmation_sent.txt"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's behaviour, but an address is taken at its word where no letter leaves the machine."""

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:  # noqa: FBT001 -- allauth's signature
        """Ask for proof of the address, or confirm it at once when proof could not arrive."""
        if _letters_stay_here():
            emailconfirmation.confirm(request)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str, *args: Any, **kwargs: Any
    ) -> None:
        """Say what happened, but not that a letter is on its way when none is."""
        if not (message_template == SENT and _letters_stay_here()):
            super().add_message(request, level, message_template, *args, **kwargs)


def _letters_stay_here() -> bool:
    return bool(app_settings.EMAIL_VERIFICATION == app_settings.EmailVerificationMethod.NONE)
