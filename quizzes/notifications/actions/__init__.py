"""The rules of the room: who is owed which e-mail, and what learners want. Every action is told the time."""

from quizzes.notifications.actions.enqueueing import enqueue_due
from quizzes.notifications.actions.events import enqueue_for_classes
from quizzes.notifications.actions.preferences import move, never_write, save_preferences, stop, write_again

__all__ = [
    "enqueue_due",
    "enqueue_for_classes",
    "move",
    "never_write",
    "save_preferences",
    "stop",
    "write_again",
]
