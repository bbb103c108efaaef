"""Values of environment variables, refused by name when they make no sense."""

from __future__ import annotations

import warnings

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):  # type: ignore[misc]  # django-environ has no types
    """django-environ, whose faults say which variable to set right."""

    def whole(self, name: str, *, default: int) -> int:
        """Returns a whole number."""
        try:
            return int(self.str(name, default=str(default)))
        except ValueError as fault:
            raise ImproperlyConfigured(f"{name} is not a whole number. Example: {name}={default}") from fault

    def yes(self, name: str, *, default: bool) -> bool:
        """Returns a truth value."""
        word = self.str(name, default=str(default)).lower()
        if word not in {"true", "false", "1", "0", "yes", "no", "on", "off", ""}:
            raise ImproperlyConfigured(f"{name} is {word}, neither true nor false. Example: {name}=true")
        return word in {"true", "1", "yes", "on"}

    def database(self, name: str, *, default: str) -> dict[str, object]:
        """Returns the settings of an SQLite or PostgreSQL database from its URL."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found: dict[str, object] = self.db_url(name, default=default)
            except (ValueError, ImproperlyConfigured):
                found = {}
        if found.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
            raise ImproperlyConfigured(
                f"{name} names no database we know. Example: {name}=postgres://user:password@host:5432/nnprep"
            )
        return found

    def mail(self, name: str) -> dict[str, object]:
        """Returns Django's EMAIL_ settings from a mail server's URL."""
        try:
            found: dict[str, object] = self.email_url(name)
        except (KeyError, ValueError, ImproperlyConfigured) as fault:
            raise ImproperlyConfigured(
                f"{name} names no mail server. Example: {name}=smtp+tls://user:password@mail.example:587"
            ) from fault
        if not found["EMAIL_PORT"]:
            found["EMAIL_PORT"] = (
                465 if found.get("EMAIL_USE_SSL") else 587 if found.get("EMAIL_USE_TLS") else 25
            )
        return found
