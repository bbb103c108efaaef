"""Leaving for good."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.api import delete_account
from accounts.models import User
from quizzes.classroom.api import archive
from quizzes.privacy.queries import led_alone


class LeftAloneError(Exception):
    """A class with others in it would run on with nobody who leads it."""


@transaction.atomic
def leave_for_good(*, user: User, archiving: Collection[str], now: datetime) -> None:
    """Deletes the account, and first archives the running classes that nobody else leads.

    `archiving` holds public ids; those of classes that others lead are passed over. Raises LeftAloneError when others
    are in a class that nobody else leads and that is not among them.
    """
    for alone in led_alone(user, now):
        if alone.people and str(alone.classroom.public_id) not in archiving:
            raise LeftAloneError
        archive(classroom=alone.classroom, actor=user, now=now)
    delete_account(user=user)
