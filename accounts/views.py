"""Pages of the account that allauth does not have."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.actions import delete_account
from accounts.forms import DeletionForm
from accounts.http import SignedInRequest
from accounts.limits import too_many_requests


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest) -> HttpResponse:
    """Asks for the password once more, then deletes the account with all it holds."""
    # Tries are counted together with those of the page that changes the password.
    if not ratelimit.consume(request, action="change_password", user=request.user):
        return too_many_requests(request)
    form = DeletionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        delete_account(user=request.user)
        logout(request)
        messages.success(request, "Your account is deleted, with your answers, cards, sessions and settings.")
        return redirect("landing")
    return render(request, "accounts/delete.html", {"form": form}, status=422 if form.errors else 200)
