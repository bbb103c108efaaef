"""A learner with questions to answer, a mail server to send to, and a clock to turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from nnprep.tests.sink import Sink, sink
from quizzes.tests.notifications.writing import Post
from quizzes.tests.review.packs import load_choices


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


@pytest.fixture
def bank(db: None) -> None:
    load_choices(topics=4, each=6)


@pytest.fixture
def post(bank: None, mail_server: Sink) -> Post:
    """The clock, with its hand on the mail server."""
    return Post(mail_server)


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create_user("ann@example.org", "correct horse battery")


@pytest.fixture
def web(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client
