"""A learner with questions to answer, a mail server to send to, and a clock to turn."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from mail.tests.fixtures import mail_server
from nnprep.tests.sink import Sink
from quizzes.tests.notifications.writing import Post
from quizzes.tests.review.packs import load_choices

__all__ = ["ann", "bank", "mail_server", "post", "web"]


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
