"""The rules of the room: who is owed a letter, who sends it, what became of it. Every action is told the time."""

from quizzes.reminders.actions.bouncing import take_bounce
from quizzes.reminders.actions.class_letters import owe_for_classes
from quizzes.reminders.actions.keeping import keep_house, note_start, note_sweep
from quizzes.reminders.actions.owing import owe_due
from quizzes.reminders.actions.sending import send_owed
from quizzes.reminders.actions.server import it_took_one
from quizzes.reminders.actions.wishes import move, never_write, save_reminder, stop, write_again

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
