"""A mail server to send to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from nnprep.tests.sink import Sink, sink


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[Sink]:
    """A real mail server that e-mails go to."""
    with sink() as server:
        settings.EMAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_FOLDER = None
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 2
        settings.EMAIL_PATIENCE = 1
        settings.EMAIL_BACKEND = "mail.backend.OutboxBackend"
        settings.BASE_URL = "https://nnprep.example"
        yield server
