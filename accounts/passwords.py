"""What a password has to be, in our words."""

from __future__ import annotations

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    get_default_password_validators,
)


class NotTheAddress(UserAttributeSimilarityValidator):
    """Refuses a password that is like the account's e-mail address."""

    def get_error_message(self) -> str:
        """Returns the sentence for the form."""
        return "The password is too similar to your e-mail address."


def hint() -> str:
    """Returns in one sentence what the validators of the settings ask for."""
    least = max(
        one.min_length for one in get_default_password_validators() if isinstance(one, MinimumLengthValidator)
    )
    return f"At least {least} characters; no password that many people use, and nothing like your e-mail address."
