"""What may be done to an account, besides signing in and out."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from accounts.models import FormerAddress, User


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Deletes the account and everything that belongs to it: cards, reviews, sessions, settings, addresses."""
    user.delete()


def end_sessions(*, user: User) -> None:
    """Signs the account out everywhere; the caller renews the session that stays, from the same `user`."""
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db()


@transaction.atomic
def restore_address(*, former: FormerAddress) -> User | None:
    """Makes an address of before the account's again, voids its password and ends all its sessions.

    Of several addresses of before, the older one has precedence: its use voids the notices of all later changes, and
    no later one voids it. So nobody who took an account over can spend its owner's way back. Returns the account; None
    when it is gone, `former` was used before, or another account has the address by now.
    """
    if User.objects.filter(email=former.email).exclude(pk=former.user_id).exists():
        return None
    later = FormerAddress.objects.filter(user=former.user_id, pk__gt=former.pk)
    claimed, _ = FormerAddress.objects.filter(pk=former.pk).delete()
    if not claimed:
        return None
    later.delete()
    User.objects.filter(pk=former.user_id).update(
        email=former.email,
        password=make_password(None),
        session_generation=F("session_generation") + 1,
    )
    user = User.objects.get(pk=former.user_id)
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=former.email, verified=True, primary=True)
    return user
