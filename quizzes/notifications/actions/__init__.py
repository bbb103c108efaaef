"""The rules of the room: who is owed an e-mail, who sends it, what became of it. Every action is told the time."""

from mail.actions.bouncing import take_bounce
from mail.actions.outage import end_outage
from mail.actions.sending import send_pending
from quizzes.jobs.actions import purge_expired, record_run, record_start
from quizzes.notifications.actions.class_emails import enqueue_for_classes
from quizzes.notifications.actions.enqueueing import enqueue_due
from quizzes.notifications.actions.preferences import move, never_write, save_preferences, stop, write_again

__all__ = [
    "it_took_one",
    "keep_house",
    "move",
    "never_write",
    "note_start",
    "note_sweep",
    "owe_due",
    "owe_for_classes",
    "save_reminder",
    "send_owed",
    "stop",
    "take_bounce",
    "write_again",
]
