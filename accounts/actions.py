"""What may be done to an account, besides signing in and out."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.restoring import Former


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Delete the account and everything that belongs to it: cards, reviews, sessions, settings, addresses."""
    user.delete()


def end_sessions(*, user: User) -> None:
    """Signs the account out everywhere; the caller renews the session that stays, from the same `user`."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db()


@transaction.atomic
def restore_address(*, former: Former) -> User | None:
    """Makes an address of before the account's again, voids its password and ends all its sessions.

    Returns the account; None when it is gone, was restored before, or another account has the address by now.
    """
    if User.objects.filter(email=former.email).exclude(pk=former.user).exists():
        return None
    claimed = User.objects.filter(pk=former.user, restorations=former.restorations).update(
        email=former.email,
        password=make_password(None),
        restorations=F("restorations") + 1,
        session_generation=F("session_generation") + 1,
    )
    if not claimed:
        return None
    user = User.objects.get(pk=former.user)
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=former.email, verified=True, primary=True)
    return user
