"""A mail server, and the product's learners and clock: through these most e-mails come to be."""

from mail.tests.fixtures import mail_server
from quizzes.tests.notifications.conftest import ann, bank, post, web

__all__ = ["ann", "bank", "mail_server", "post", "web"]
