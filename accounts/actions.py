"""What may be done to an account, besides signing in and out."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import User


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Delete the account and everything that belongs to it: cards, reviews, sessions, settings, addresses."""
    user.delete()


def end_sessions(*, user: User) -> None:
    """Signs the account out everywhere; the caller renews the session that stays, from the same `user`."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db()
