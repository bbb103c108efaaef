"""Who signs in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts and their security."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
