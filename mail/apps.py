"""What leaves by e-mail."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The outbox and the way from there to the mail server."""

    name = "mail"
    default_auto_field = "django.db.models.BigAutoField"
