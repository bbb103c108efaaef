"""What an assignment asks, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quizzes.classroom.models import Assignment


@dataclass(frozen=True, slots=True)
class Terms:
    """Three moments and what is asked. `goal_value`: a share for RECALL, minutes a day for MINUTES, else None."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime | None
    goal: str = Assignment.Goal.SEEN
    goal_value: float | None = None
    late: str = Assignment.Late.MARK
