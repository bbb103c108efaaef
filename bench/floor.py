"""The floor: the least a Django site does for one answered question, as anyone would write it.

A site of its own: Django's sessions, forms and accounts with their three middlewares, two small tables, one page. One
request is one answer: the card is claimed and moved on and a line is added to the log, in one transaction, and the
next card comes back as a fragment. It knows no kinds, no days, no second click and no feedback. It runs under the
product's web server (`nnprep.supervisor.web_command`) as `bench.floor:application`, on the database FLOOR_URL names.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any, ClassVar

import django
import environ
from django.conf import settings

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
}
FORM = """<form id="answer-form" method="post" action="/answer/" hx-post="/answer/" hx-target="#stage">
  {% csrf_token %}
  <input type="hidden" name="card" value="{{ card.pk }}">
  <h1>{{ card.question }}</h1>
  {% for option in card.options %}
    <label><input type="radio" name="rating" value="{{ forloop.counter }}"> {{ option }}</label>
  {% endfor %}
  <button>Answer</button>
</form>
"""
PAGE = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Review</title></head>
  <body><main id="stage">{% include "form.html" %}</main></body>
</html>
"""


def database(url: str) -> dict[str, Any]:
    """Returns Django's settings of the database; its connections stay open."""
    found: dict[str, Any] = environ.Env.db_url_config(url)
    own = {"OPTIONS": SQLITE} if found["ENGINE"].endswith("sqlite3") else {}
    return found | own | {"CONN_MAX_AGE": None}


settings.configure(
    SECRET_KEY="the floor keeps no secret",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="bench.floor",
    USE_TZ=True,
    USE_I18N=False,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": database(os.environ["FLOOR_URL"])},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "bench.floor",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {"form.html": FORM, "page.html": PAGE},
                            )
                        ],
                    )
                ],
                "context_processors": ["django.template.context_processors.request"],
            },
        }
    ],
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402 -- the settings must stand before what reads them
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.http import require_POST, require_safe  # noqa: E402


class Card(models.Model):
    """One learner's memory of one question."""

    learner = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    question = models.TextField()
    options: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    due = models.DateTimeField()
    stability = models.FloatField(default=5.0)
    difficulty = models.FloatField(default=5.0)
    answered_at = models.DateTimeField(null=True)
    answers = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Card]] = models.Manager()

    class Meta:
        app_label = "floor"
        indexes: ClassVar = [models.Index(fields=["learner", "due"], name="card_due")]

    def __str__(self) -> str:
        return f"card {self.pk}"


class ReviewLog(models.Model):
    """One answer."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, db_index=False)
    learner = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    rating = models.PositiveSmallIntegerField()
    answered_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[ReviewLog]] = models.Manager()

    class Meta:
        app_label = "floor"
        indexes: ClassVar = [models.Index(fields=["learner", "answered_at"], name="log_by_time")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


@require_safe
@login_required
def review(request: HttpRequest) -> HttpResponse:
    """Asks the card that has been due longest."""
    return _ask(request, "page.html", timezone.now())


@require_POST
@login_required
def answer(request: HttpRequest) -> HttpResponse:
    """Takes one answer and asks the next card; the one answered goes to the back of the queue, which never ends."""
    now = timezone.now()
    rating = int(request.POST["rating"])
    with transaction.atomic():
        card = Card.objects.select_for_update().get(pk=int(request.POST["card"]), learner=request.user.pk)
        card.stability = min(365.0, card.stability * (1 + rating))
        card.due = now
        card.answered_at = now
        card.answers += 1
        card.save(update_fields=["stability", "due", "answered_at", "answers"])
        ReviewLog.objects.create(card=card, learner_id=request.user.pk, rating=rating, answered_at=now)
    return _ask(request, "form.html", now)


def healthz(_request: HttpRequest) -> HttpResponse:
    """Says that the site is up."""
    return HttpResponse("ok")


def _ask(request: HttpRequest, template: str, now: datetime) -> HttpResponse:
    card = Card.objects.filter(learner=request.user.pk, due__lte=now).order_by("due").first()
    return render(request, template, {"card": card})


urlpatterns = [path("review/", review), path("answer/", answer), path("healthz", healthz)]

application = get_wsgi_application()

__all__ = ["Card", "ReviewLog", "User", "application"]
