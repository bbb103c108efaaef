"""The rules of the room: what the clock's jobs did, and what nobody needs any more. Every action is told the time."""

from quizzes.jobs.actions.purging import purge_expired
from quizzes.jobs.actions.runs import record_run, record_start

__all__ = ["purge_expired", "record_run", "record_start"]
