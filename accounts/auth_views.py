"""allauth's views, where nnprep's differ: what the visitor came for survives, and who tries too often is told when to
come back."""

from __future__ import annotations

from contextlib import nullcontext

from allauth.account import app_settings, views
from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.stages import LoginStage
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from accounts import anonymous_session
from accounts.actions import end_sessions, restore_address
from accounts.adapter import CHANGED, LIMITED, emails_stay_here
from accounts.email_restore import read
from accounts.http import next_address, with_next
from accounts.limits import say_when
from accounts.models import User

TOO_MANY_CODES = (
    "Too many tries: that code no longer works. If the address is yours, sign in with it and the password you chose; "
    "we send a new code."
)
TOO_MANY_CODES_FOR_CHANGE = (
    "Too many tries: that code no longer works, and your address stays as it was. Ask for a new code here."
)


class _Limited:
    """A form that was sent too often answers 429, not 200."""

    request: HttpRequest

    def form_invalid(self, form: Form) -> HttpResponseBase:
        """Shows the form with its errors."""
        response: HttpResponseBase = super().form_invalid(form)  # type: ignore[misc]  # a mixin
        errors = (error for among in form.errors.as_data().values() for error in among)
        return (
            say_when(self.request, response) if any(error.code == LIMITED for error in errors) else response
        )


class _PendingStage:
    """Who has a code to write first is led there, and from there on to what they came for."""

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponseRedirect | None:
        there: HttpResponseRedirect | None = super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc]
        return there and HttpResponseRedirect(with_next(there.url, next_address(request)))


class Login(_Limited, _PendingStage, views.LoginView):  # type: ignore[misc]  # allauth has no types
    """Sign in."""


class Signup(_PendingStage, views.SignupView):  # type: ignore[misc]  # allauth has no types
    """Create an account."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Returns what the page shows: how many answers of before go along."""
        context: dict[str, object] = super().get_context_data(**kwargs)
        return context | {"kept": len(anonymous_session.kept(self.request))}


class Reauthenticate(_Limited, views.ReauthenticateView):  # type: ignore[misc]  # allauth has no types
    """Ask for the password once more."""


class PasswordReset(views.PasswordResetView):  # type: ignore[misc]  # allauth has no types
    """Ask for an e-mail with a link to a new password."""

    def get_success_url(self) -> str:
        """Returns the page that says where to look; allauth would skip it for `next`, which needs a login."""
        return with_next(reverse("account_reset_password_done"), next_address(self.request))


class PasswordResetFromKey(views.PasswordResetFromKeyView):  # type: ignore[misc]  # allauth has no types
    """Choose a new password."""

    def get_success_url(self) -> str:
        """Returns the page that leads to the login; allauth would skip it for `next`, which needs a login."""
        return with_next(reverse("account_reset_password_from_key_done"), next_address(self.request))


class _ChangesAddress:
    """A change of the account's address ends all other sessions of the account."""

    request: HttpRequest

    def form_valid(self, form: Form) -> HttpResponseBase:
        """Does what the form asks for."""
        user = self.request.user
        if not isinstance(user, User):  # signing up: there is no session yet
            return super().form_valid(form)  # type: ignore[misc,no-any-return]  # a mixin
        before = user.email
        # Where an e-mail leaves, it is owed before all else is done: no transaction may be around it.
        with transaction.atomic() if emails_stay_here() else nullcontext():
            response: HttpResponseBase = super().form_valid(form)  # type: ignore[misc]  # a mixin
            changed = User.objects.get(pk=user.pk)
            if changed.email == before:
                return response
            end_sessions(user=changed)
        update_session_auth_hash(self.request, changed)
        self.request.user = changed
        self.notify(changed, before)
        return response

    def notify(self, user: User, before: str) -> None:
        """Tells the address of before, where allauth has not done so."""


class Email(_ChangesAddress, views.EmailView):  # type: ignore[misc]  # allauth has no types
    """Change the account's address. Where no e-mail leaves the machine, it is changed at once."""

    def notify(self, user: User, before: str) -> None:
        """Tells the address of before. allauth tells proven addresses only, and here none was proven."""
        said = {"from_email": before, "to_email": user.email}
        get_adapter().send_notification_mail(CHANGED, user, said, email=before)


class ConfirmCode(_ChangesAddress, views.ConfirmEmailVerificationCodeView):  # type: ignore[misc]
    """Take the code from the e-mail, at sign-up and when the address changes."""

    def form_invalid(self, form: Form) -> HttpResponseBase:
        """Counts a wrong code; after the last one the code is gone, and a new one is asked for where it came from."""
        if self._action != "verify" or self._process.record_invalid_attempt():
            return FormView.form_invalid(self, form)
        if self.request.user.is_authenticated:
            messages.error(self.request, TOO_MANY_CODES_FOR_CHANGE)
            return HttpResponseRedirect(reverse("account_email"))
        messages.error(self.request, TOO_MANY_CODES)
        return HttpResponseRedirect(with_next(reverse("account_signup"), next_address(self.request)))

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Returns what the page shows: the same whether or not the address had an account before."""
        context: dict[str, object] = super().get_context_data(**kwargs)
        return context | {"can_change": False}


@login_not_required
def email_verification_sent(request: HttpRequest) -> HttpResponse:
    """Asks for the code, or say that an e-mail with a link was sent."""
    by_code = app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED
    view = ConfirmCode if by_code else views.EmailVerificationSentView
    response: HttpResponse = view.as_view()(request)
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restore_email(request: HttpRequest, token: str) -> HttpResponse:
    """Makes the address of before the account's again, then asks for a new password. The token came by e-mail to it."""
    template = "accounts/restore_email.html"
    former = read(token)
    if former is None:
        return render(request, template, {}, status=410)
    if request.method != "POST":
        return render(request, template, {"email": former.email})
    user = restore_address(former=former)
    if user is None:
        return render(request, template, {}, status=410)
    key = default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=key)
