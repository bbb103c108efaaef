"""The welcome page comes first, and behind it what was answered before there was an account."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts.api import anonymous_session, with_next
from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing.api import trial
from quizzes.review.api import import_visitor_answers, note_keys_shown

View = Callable[..., HttpResponseBase]
# Pages of the product that need no time zone.
WITHOUT_ZONE = {"quizzes:welcome", "quizzes:data"}


class WelcomeFirst:
    """Leads whoever has not chosen a time zone to the welcome page, and from there to the page they wanted.

    How the account was made or signed in does not matter: `User.welcomed_at` says whether its owner was asked. What is
    posted is not held up, so that nothing typed is lost.

    Once the zone is chosen, and before the first page that plans a day, the answers of the trial become the account's
    first reviews: their study day depends on the zone.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Changes nothing: the redirect needs the view's name."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: object, _named: object
    ) -> HttpResponse | None:
        """Returns a redirect where the welcome page comes first, None where the view answers."""
        match = request.resolver_match
        if match is None or match.app_name != "quizzes" or not getattr(view, "login_required", True):
            return None
        user = request.user
        if not isinstance(user, User):
            return None
        if user.welcomed_at is not None:
            _import_answers(request, user)
            return None
        if (
            request.method not in ("GET", "HEAD")
            or request.headers.get("HX-Request") == "true"
            or match.view_name in WITHOUT_ZONE
        ):
            return None
        return HttpResponseRedirect(with_next(reverse("quizzes:welcome"), request.get_full_path()))


def _import_answers(request: HttpRequest, user: User) -> None:
    """Makes what was answered before the account its first reviews, and says so once.

    An account that was used before gets no review; but its owner was shown what is right.
    """
    rows = anonymous_session.kept(request)
    if not rows:
        return
    now, tried = timezone.now(), trial.tried_in(rows)
    reviews = []
    with transaction.atomic():
        if anonymous_session.shown_only(request):
            questions = Question.objects.filter(public_id__in=[one.question for one in tried])
            note_keys_shown(user=user, questions=list(questions.values_list("pk", flat=True)), now=now)
        else:
            reviews = import_visitor_answers(user=user, tried=tried, now=now)
    anonymous_session.forget(request)
    if reviews:
        messages.info(request, _counted(len(reviews)))


def _counted(many: int) -> str:
    if many == 1:
        return "The question you answered before you signed up counts: it comes back when its time has come."
    return f"The {many} questions you answered before you signed up count: they come back when their time has come."
