"""What may be done to an account, besides signing in and out."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Delete the account and everything that belongs to it: cards, reviews, sessions, settings, addresses."""
    user.delete()
