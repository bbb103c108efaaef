"""A mail server, and the learners whose e-mails the clock sends."""

from mail.tests.fixtures import mail_server
from quizzes.tests.notifications.conftest import ann, bank, post, web

__all__ = ["ann", "bank", "mail_server", "post", "web"]
