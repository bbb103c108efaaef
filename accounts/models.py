"""The account: an e-mail address that signs in, and where and when its owner's days are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the e-mail address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Saves and returns an account. Raises ValueError without an address.

        A program that makes an account also chooses its time zone (`fields`, else UTC), so the account counts as
        welcomed unless `welcomed_at` says otherwise. Sign-up does not come here.
        """
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(**{"email": email.strip().lower(), "welcomed_at": timezone.now(), **fields})
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """Saves and returns an account that may do everything; its owner is still asked for a time zone."""
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, "welcomed_at": None, **fields}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in with an e-mail address."""

    class Theme(models.TextChoices):
        """Which colours pages take."""

        AUTO = "auto", "As the device says"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(max_length=254, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    rollover_hour = models.PositiveSmallIntegerField(default=4)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    # When the owner chose the time zone; empty until then, and then the welcome page comes before any other.
    welcomed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Part of what every session is checked against: raising it ends the account's sessions.
    session_generation = models.PositiveIntegerField(default=0, editable=False)
    # A simulated person, there to be looked at and to be removed again: no e-mails, no sign-in.
    is_demo = models.BooleanField(default=False, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
            models.CheckConstraint(
                condition=models.Q(rollover_hour__range=(4, 6)), name="rollover_hour_is_4_to_6"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """Returns what every session of the account has to carry; it changes with the password and the generation."""
        return self._of_generation(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yields the same for each former secret key."""
        yield from map(self._of_generation, super().get_session_auth_fallback_hash())

    def _of_generation(self, of_password: str) -> str:
        # Sessions of before the first change carry Django's value alone.
        return f"{of_password}.{self.session_generation}" if self.session_generation else of_password


class FormerAddress(models.Model):
    """An address an account had until `replaced_at`; its notice makes it the account's again while the row is there."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_addresses")
    email = models.EmailField(max_length=254)
    replaced_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"former address {self.pk} of account {self.user_id}"
