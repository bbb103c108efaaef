"""The wiring, as an application, so that its commands are found."""

from django.apps import AppConfig


class NnprepConfig(AppConfig):
    """Commands that start the site."""

    name = "nnprep"
