"""What allauth asks us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import drafts
from accounts.models import User

SENT = "account/messages/email_confirmation_sent.txt"
LATE = (
    "The mail server does not answer just now. The letter to {email} is kept and leaves as soon as it does: "
    "there is no need to ask for it again."
)
REFUSED = "The mail server refuses letters to {email}: {reason}. Is the address right?"
# How long a letter without a code is of use to someone who waits for it.
USEFUL_FOR = timedelta(days=1)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's behaviour, but an address is taken at its word where no letter leaves the machine.

    Its letters come in the style of the house, with links from BASE_URL, and say until when they are of use.
    """

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

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; what was typed before stays for this account alone."""
        super().login(request, user)
        drafts.hand_over(request, user.pk)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter someone waits for; when it does not leave at once, the page says so."""
        message = self.render_mail(
            template_prefix, email, {"request": self.request, "email": email, **context}
        )
        try:
            left = message.send()
        except SMTPException as fault:
            messages.error(self.request, REFUSED.format(email=email, reason=fault))
        else:
            if not left:
                messages.warning(self.request, LATE.format(email=email))

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """The letter as plain text and, from the same text, as HTML."""
        context = {
            key: _from_here(value) if key.endswith("_url") else value for key, value in context.items()
        } | {"site": settings.BASE_URL}
        code = context.get("code")
        useful = timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT) if code else USEFUL_FOR
        expires = {"Expires": format_datetime(timezone.now() + useful)}
        message: EmailMultiAlternatives = super().render_mail(
            template_prefix, email, context, expires | (headers or {})
        )
        text, _, small = str(message.body).partition("\n\n--\n")
        parts = {
            "subject": message.subject,
            "paragraphs": list(_paragraphs(text, code)),
            "small": list(_paragraphs(small, None)),
        }
        message.attach_alternative(render_to_string("account/email/letter.html", parts), "text/html")
        return message


def _paragraphs(text: str, code: str | None) -> Iterator[tuple[str, str]]:
    """Each paragraph with what it is: a link or a code standing alone, or text."""
    for paragraph in filter(None, (part.strip() for part in text.split("\n\n"))):
        if paragraph == code:
            yield "code", paragraph
        elif paragraph.startswith(("http://", "https://")) and len(paragraph.split()) == 1:
            yield "link", paragraph
        else:
            yield "text", paragraph


def _from_here(url: str) -> str:
    """The same page at the configured BASE_URL: a letter's links never follow the request's host."""
    base = urlsplit(settings.BASE_URL)
    return urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))


def _letters_stay_here() -> bool:
    return bool(app_settings.EMAIL_VERIFICATION == app_settings.EmailVerificationMethod.NONE)
