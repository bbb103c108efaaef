"""The product."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """Questions, reviews and progress."""

    name = "quizzes"
    default_auto_field = "django.db.models.BigAutoField"
