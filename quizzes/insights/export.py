"""All my data: what the site holds about one learner, as JSON, read row by row so that memory does not grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from accounts.models import User
from quizzes.bank.models import QuestionSet
from quizzes.browsing.models import Attempt, Note
from quizzes.classroom.models import Membership
from quizzes.review.models import Card, Flag, Item, Review, Session, StudySettings, Target

FORMAT = "nnprep-data-1"

# Each table: the names in the file and where they stand in the database.
Columns = dict[str, str]


def _same(*names: str) -> Columns:
    return {name: name for name in names}


ACCOUNT = _same("email", "time_zone", "rollover_hour", "theme", "joined_at", "welcomed_at", "last_login")
STUDY_SETTINGS = _same("minutes_a_day", "new_per_day", "desired_retention", "interview_on")
# Letters are another room's, beside this one: they are read as what belongs to the account.
LETTER_WISHES = {
    name: f"reminder__{name}"
    for name in (
        "hour",
        "evening",
        "countdown",
        "weekly",
        "assignment",
        "reply",
        "chosen_at",
        "paused_at",
        "refused_address",
        "refused_because",
    )
}
LETTERS = _same("kind", "local_date", "due_at", "state", "sent_at", "attempts", "error")
CARDS = {"pack": "question__pack__slug", "question": "question__slug"} | _same(
    "seq", "stability", "difficulty", "last_day", "due", "interval", "reps", "lapses", "suspended_at"
)
SESSIONS = _same("study_day", "opened_at")
ITEMS = {
    "study_day": "session__study_day",
    "pack": "card__question__pack__slug",
    "question": "card__question__slug",
} | _same("position", "is_new", "misses", "done_at")
REVIEWS = {
    "id": "public_id",
    "pack": "card__question__pack__slug",
    "question": "card__question__slug",
    "version": "version__number",
    "prompt": "version__spec__prompt",
} | _same(
    *(
        "seq",
        "presented",
        "response",
        "summary",
        "parts",
        "score",
        "passed",
        "confidence",
        "hinted",
        "milliseconds",
    ),
    *("rating", "study_day", "answered_at", "first_of_day", "predicted", "retention_target"),
    *("due_after", "stability_after", "difficulty_after", "undone_at"),
)
CLASSES = {"title": "klass__title"} | _same("role", "name", "joined_at", "left_at")
SETS = _same("title", "about", "visibility", "created_at", "changed_at")
TARGETS = {"from": "label", "pack": "question__pack__slug", "question": "question__slug"} | _same(
    "opens_at", "due_at", "closes_at"
)
NOTES = {"pack": "question__pack__slug", "question": "question__slug"} | _same("text", "changed_at")
PRACTICE = {
    "id": "public_id",
    "practice": "exercise__practice__public_id",
    "title": "exercise__practice__title",
    "pack": "exercise__question__pack__slug",
    "question": "exercise__question__slug",
    "version": "version__number",
    "prompt": "version__spec__prompt",
} | _same(
    *("presented", "response", "summary", "parts", "score", "passed", "confidence", "hinted"),
    *("study_day", "answered_at"),
)

FLAGS = {"review": "review__public_id"} | _same("kind", "text", "created_at", "reply", "replied_at")


def all_my_data(user: User, *, now: datetime) -> Iterator[str]:
    """One JSON object in pieces: format, written_at, account, study_settings, letter_wishes, and each table as a list.

    The tables: cards, sessions, items, reviews, notes, practice (the answers given in it), classes, sets, targets,
    flags, letters.
    """
    account = next(_rows(User.objects.filter(pk=user.pk), ACCOUNT))
    settings = next(_rows(StudySettings.objects.filter(user=user), STUDY_SETTINGS), "null")
    wishes = next(_rows(User.objects.filter(pk=user.pk, reminder__isnull=False), LETTER_WISHES), "null")
    yield f'{{"format": {_json(FORMAT)}, "written_at": {_json(now)}, "account": {account}, "study_settings": {settings}'
    yield f', "letter_wishes": {wishes}'
    yield from _table("cards", Card.objects.filter(user=user).order_by("pk"), CARDS)
    yield from _table("sessions", Session.objects.filter(user=user).order_by("study_day"), SESSIONS)
    yield from _table("items", Item.objects.filter(session__user=user).order_by("pk"), ITEMS)
    yield from _table("reviews", Review.objects.filter(user=user).order_by("answered_at", "pk"), REVIEWS)
    yield from _table("classes", Membership.objects.filter(user=user).order_by("pk"), CLASSES)
    yield from _table("sets", QuestionSet.objects.filter(owner=user).order_by("pk"), SETS)
    yield from _table("targets", Target.objects.filter(user=user).order_by("pk"), TARGETS)
    yield from _table("notes", Note.objects.filter(user=user).order_by("pk"), NOTES)
    yield from _table("practice", Attempt.objects.filter(user=user).order_by("answered_at", "pk"), PRACTICE)
    yield from _table("flags", Flag.objects.filter(user=user).order_by("created_at", "pk"), FLAGS)
    yield from _table("letters", user.letters.order_by("due_at", "pk"), LETTERS)
    yield "}\n"


def _table(name: str, rows: QuerySet[Any], columns: Columns) -> Iterator[str]:
    yield f', "{name}": ['
    for index, row in enumerate(_rows(rows, columns)):
        yield ("\n" if index == 0 else ",\n") + row
    yield "]"


def _rows(rows: QuerySet[Any], columns: Columns) -> Iterator[str]:
    for values in rows.values_list(*columns.values()).iterator():
        yield _json(dict(zip(columns, values, strict=True)))


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
