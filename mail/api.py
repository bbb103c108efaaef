"""What this room offers the others: they import nothing else of it but its tables."""

from mail import file_backend, queries
from mail.actions import free_keys
from mail.composer import Cancelled, Compose, Composer
from mail.messages import absolute, message_of
from mail.queries import Backlog

__all__ = [
    "Backlog",
    "Cancelled",
    "Compose",
    "Composer",
    "absolute",
    "file_backend",
    "free_keys",
    "message_of",
    "queries",
]
