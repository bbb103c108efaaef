"""What allauth asks us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from smtplib import SMTPException
from typing import ClassVar, Protocol
from urllib.parse import urlsplit, urlunsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts import anonymous_session, drafts
from accounts.email_restore import GOOD_FOR, token_for
from accounts.http import is_own_address, next_address, with_next
from accounts.models import User

SENT = "account/messages/email_confirmation_sent.txt"
# Who signs in or proves an address sees on the next page that it worked.
UNSAID = {"account/messages/logged_in.txt", "account/messages/email_confirmed.txt"}
LATE = (
    "The mail server does not answer just now. The e-mail to {email} is kept and leaves as soon as it does: "
    "there is no need to ask for it again."
)
REFUSED = "The mail server refuses e-mails to {email}: {reason}. Is the address right?"
CHANGED = "account/email/email_changed"
# allauth's name for the error of a form that was sent too often.
LIMITED = "too_many_login_attempts"
# How long an e-mail without a code is of use to someone who waits for it.
USEFUL_FOR = timedelta(days=1)


class Confirmation(Protocol):
    """What allauth asks the proof of an address with."""

    def confirm(self, request: HttpRequest) -> object:
        """Takes the address as proven."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's behaviour, but an address is taken at its word where no e-mail leaves the machine.

    Its e-mails look like all others, with links from BASE_URL, and say until when they are of use. What the
    visitor came for (`next`) goes along on every way, the links in e-mails included.
    """

    error_messages: ClassVar[dict[str, str]] = {
        code: re.sub(r"\bemail\b", "e-mail", str(text))
        for code, text in DefaultAccountAdapter.error_messages.items()
    } | {
        LIMITED: "Too many failed login attempts. Wait five minutes, then try again.",
    }

    def is_safe_url(self, url: str) -> bool:
        """Returns whether a form may lead on to the address: only paths of this site."""
        return is_own_address(url)

    def respond_email_verification_sent(
        self,
        request: HttpRequest,
        user: AbstractBaseUser | None,  # noqa: ARG002 -- allauth's signature
    ) -> HttpResponseBase:
        """Goes on to the page that takes the code."""
        return redirect(with_next(reverse("account_email_verification_sent"), next_address(request)))

    def send_confirmation_mail(
        self,
        request: HttpRequest,
        emailconfirmation: Confirmation,
        signup: bool,  # noqa: FBT001 -- allauth's signature
    ) -> None:
        """Asks for proof of the address, or confirm it at once when proof could not arrive."""
        if emails_stay_here():
            emailconfirmation.confirm(request)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def add_message(  # noqa: PLR0917 -- allauth's signature
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, object] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Says what happened, but not what the next page shows, nor that an e-mail is on its way when none is."""
        if message_template not in UNSAID and not (message_template == SENT and emails_stay_here()):
            super().add_message(request, level, message_template, message_context, extra_tags, message)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, object] | None = None,
        email: str | None = None,
    ) -> None:
        """Tells of a change; the notice of another address also holds the way back to the one of before."""
        if template_prefix == CHANGED and email and isinstance(user, User):
            back = reverse("account_restore_email", args=[token_for(user, email, timezone.now())])
            context = {**(context or {}), "restore_url": back, "days": GOOD_FOR.days}
        super().send_notification_mail(template_prefix, user, context, email)

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in; what was typed before stays for this account alone, what was tried before for a new one."""
        super().login(request, user)
        drafts.hand_over(request, user.pk)
        anonymous_session.hand_over(request, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Sends an e-mail someone waits for; when it does not leave at once, the page says so."""
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
        context: dict[str, object],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Returns the e-mail as plain text and, from the same text, as HTML."""
        context = {
            key: with_next(_from_here(str(value)), next_address(self.request))
            if key.endswith("_url")
            else value
            for key, value in context.items()
        } | {"site": settings.BASE_URL}
        code = str(context.get("code") or "")
        useful = timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT) if code else USEFUL_FOR
        expires = {"Expires": format_datetime(timezone.now() + useful)}
        message: EmailMultiAlternatives = super().render_mail(
            template_prefix, email, context, expires | (headers or {})
        )
        text, _, small = str(message.body).partition("\n\n--\n")
        parts = {
            "subject": message.subject,
            "paragraphs": list(_paragraphs(text, code)),
            "small": list(_paragraphs(small, "")),
        }
        message.attach_alternative(render_to_string("account/email/email.html", parts), "text/html")
        return message


def _paragraphs(text: str, code: str) -> Iterator[tuple[str, str]]:
    """Yields each paragraph with what it is: a link or a code standing alone, or text."""
    for paragraph in filter(None, (part.strip() for part in text.split("\n\n"))):
        if paragraph == code:
            yield "code", paragraph
        elif paragraph.startswith(("http://", "https://")) and len(paragraph.split()) == 1:
            yield "link", paragraph
        else:
            yield "text", paragraph


def _from_here(url: str) -> str:
    """Returns the same page at the configured BASE_URL: an e-mail's links never follow the request's host."""
    base = urlsplit(settings.BASE_URL)
    return urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))


def emails_stay_here() -> bool:
    """Returns whether addresses are taken at their word, because no e-mail could prove them."""
    return bool(app_settings.EMAIL_VERIFICATION == app_settings.EmailVerificationMethod.NONE)
