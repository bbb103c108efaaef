"""What others ask a learner to have seen: set, changed and dropped for many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql import Query

from quizzes.review import places
from quizzes.review.models import Item, Session, Target

_TABLE = "quizzes_target"
_KEY = "user_id, question_id, source"
_COLUMNS = ("user_id", "question_id", "source", "label", "opens_at", "due_at", "closes_at")


class Rows(Protocol):
    """A queryset, whatever table its rows begin in."""

    @property
    def query(self) -> Query:
        """What it asks the database."""


@transaction.atomic
def set_targets(
    *, sources: Collection[UUID], rows: Rows, now: datetime, users: Collection[int] | None = None
) -> None:
    """Makes the targets of `sources`, all of them or only those of `users`, exactly what `rows` selects.

    `rows` is a queryset of tuples (user id, question id, source, label, opens_at, due_at, closes_at) within that scope,
    each user, question and source once. However many they are, it takes a constant number of statements.
    """
    try:
        select, params = rows.query.sql_with_params()
    except EmptyResultSet:
        _drop(_scope(sources, users))
        return
    columns = ", ".join(_COLUMNS)
    changes = ", ".join(f"{column} = excluded.{column}" for column in (*_COLUMNS[3:], "changed_at"))
    with connection.cursor() as cursor:
        # Without WHERE, SQLite takes ON CONFLICT for a join's condition.
        cursor.execute(
            f"INSERT INTO {_TABLE} ({columns}, changed_at) "  # noqa: S608 -- every name in it is ours
            f"SELECT wanted.*, %s FROM ({select}) AS wanted WHERE 1 = 1 "
            f"ON CONFLICT ({_KEY}) DO UPDATE SET {changes}",
            [connection.ops.adapt_datetimefield_value(now), *params],
        )
    gone = RawSQL(  # noqa: S611 -- every name in it is ours
        f"({_KEY}) NOT IN (WITH wanted ({columns}) AS ({select}) SELECT {_KEY} FROM wanted)",  # noqa: S608
        params,
        output_field=BooleanField(),
    )
    _drop(_scope(sources, users).filter(gone))


@transaction.atomic
def drop_targets(*, sources: Collection[UUID], users: Collection[int] | None = None) -> None:
    """Forgets the targets of `sources`, all of them or only those of `users`. What was answered stays answered."""
    _drop(_scope(sources, users))


def _scope(sources: Collection[UUID], users: Collection[int] | None) -> QuerySet[Target]:
    targets = Target.objects.filter(source__in=list(sources))
    return targets if users is None else targets.filter(user__in=list(users))


def _drop(targets: QuerySet[Target]) -> None:
    """Deletes the targets; private questions nobody asks for any more leave the sessions that have not begun them.

    The learners' last sessions are marked: what nobody has begun of them is planned anew when they are opened.
    """
    learners = list(targets.order_by().values_list("user", flat=True).distinct())
    if not learners:
        return
    targets.delete()
    later = Session.objects.filter(user=OuterRef("user"), study_day__gt=OuterRef("study_day"))
    latest = Session.objects.filter(~Exists(later), user__in=learners)
    # In one order: two who drop targets of the same learners wait for each other and do not deadlock.
    held = list(latest.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Session.objects.filter(pk__in=held).update(outdated=True)
    wanted = Target.objects.filter(user=OuterRef("card__user"), question=OuterRef("card__question"))
    nobodys = Item.objects.filter(
        ~Exists(wanted), card__user__in=learners, card__reps=0, card__question__pack__private=True
    )
    places.give_up(nobodys.filter(done_at=None))
