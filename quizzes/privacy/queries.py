"""What would be left without anybody when an account goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from quizzes.classroom.api import counted, led_alone_by, people_besides
from quizzes.classroom.models import Classroom


@dataclass(frozen=True, slots=True)
class LedAlone:
    """A running class that one account alone leads; who else is in it, in words, "" for nobody."""

    classroom: Classroom
    people: str


def led_alone(user: User, now: datetime) -> list[LedAlone]:
    """Returns the running classes that nobody but the user leads, by title; three queries."""
    classes = list(led_alone_by(user))
    besides = people_besides(user, classes, now)
    return [LedAlone(classroom, _in_words(*besides[classroom.pk])) for classroom in classes]


def _in_words(members: int, invited: int) -> str:
    said = [counted(members, "member")] if members else []
    if invited:
        said.append(counted(invited, "open invitation"))
    return ", ".join(said)
