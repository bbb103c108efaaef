"""All my data, to take along; and the end of an account."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api import SignedInRequest, too_many_requests
from quizzes.privacy.actions import LeftAloneError, leave_for_good
from quizzes.privacy.export import all_my_data
from quizzes.privacy.forms import LeavingForm
from quizzes.privacy.queries import led_alone


@require_safe
def data(request: SignedInRequest) -> StreamingHttpResponse:
    """Hands out everything the site holds about the person who is signed in, as one JSON file."""
    response = StreamingHttpResponse(
        all_my_data(request.user, now=timezone.now()), content_type="application/json"
    )
    response["Content-Disposition"] = 'attachment; filename="nnprep-data.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest) -> HttpResponse:
    """Asks for the password, and what becomes of classes nobody else leads; then deletes the account and all it
    holds.
    """
    # Tries are counted together with those of the page that changes the password.
    if not ratelimit.consume(request, action="change_password", user=request.user):
        return too_many_requests(request)
    now = timezone.now()
    alone = [one for one in led_alone(request.user, now) if one.people]
    choices = [(str(one.classroom.public_id), one.classroom.title) for one in alone]
    form = LeavingForm(request.POST or None, user=request.user, alone=choices)
    if request.method == "POST" and form.is_valid():
        try:
            leave_for_good(user=request.user, archiving=form.cleaned_data.get("archive", ()), now=now)
        except LeftAloneError:
            messages.warning(
                request, "Who leads your classes has just changed. Look again. Nothing was deleted."
            )
            return redirect("quizzes:delete_account")
        logout(request)
        messages.success(request, "Your account is deleted, with your answers, cards, sessions and settings.")
        return redirect("landing")
    context = {"form": form, "alone": alone}
    return render(request, "quizzes/privacy/delete.html", context, status=422 if form.errors else 200)
