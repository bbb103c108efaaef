"""Whether this process can serve, for a load balancer that asks often: /readyz.

Not ready is only what makes every page or every answer fail here: the database. What else is wrong is told, but it is
no reason to take the site away from its learners. Anyone may ask, so that nothing is told that a stranger should not
know, and asking often costs nothing more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache as once
from typing import ClassVar

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from quizzes.jobs.api import health, in_a_line

# What a stranger is told about a problem of the clock; `manage.py clock status` tells the rest.
TOLD = {
    "mail": "e-mails do not leave",
    "disk": "the disk is nearly full",
}
CLOCK = "its jobs do not run or fail"
# Seconds. SQLite waits up to 20 for another writer, which is no fault.
ANSWERS_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is wrong, by part of the site: `faults` make this process unable to serve, `degraded` do not."""

    faults: dict[str, str] = field(default_factory=dict)
    degraded: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """One word: ok, degraded or faulty."""
        return "faulty" if self.faults else "degraded" if self.degraded else "ok"


def look() -> Readiness:
    """Looks at the database, the cache and the clock. Takes a constant number of queries and writes one row."""
    degraded = {} if getattr(cache, "answers", lambda: True)() else {"cache": "Redis does not answer"}
    try:
        if missing := _missing_migrations():
            return Readiness(
                {"database": f"{missing} migrations are waiting: run manage.py migrate"}, degraded
            )
        problems = health(timezone.now()).problems
    except DatabaseError as fault:
        return Readiness({"database": f"it cannot be read: {_public(fault)}"}, degraded)
    faults = {}
    for problem in problems:
        if problem.name == "database":
            faults["database"] = f"it cannot be written: {_public(problem.fault)}"
        else:
            part = problem.name if problem.name in TOLD else "clock"
            degraded[part] = TOLD.get(problem.name, CLOCK)
    return Readiness(faults, degraded)


def _missing_migrations() -> int:
    applied = MigrationRecorder(connection).applied_migrations()
    return sum(leaf not in applied for leaf in _wanted_migrations())


@once
def _wanted_migrations() -> tuple[tuple[str, str], ...]:
    """Returns the last migration of each app: they do not change while a process lives."""
    return tuple(MigrationLoader(None).graph.leaf_nodes())


def _public(fault: Exception | None) -> str:
    """Returns what a database said, where that names no host, account or path."""
    if fault is None or connection.vendor != "sqlite":
        return type(fault).__name__
    return in_a_line(fault)


class Kept:
    """The latest answer of this process; one request at a time looks again, the others are told what it was."""

    _looking: ClassVar = threading.Lock()
    _latest: ClassVar[tuple[float, Readiness] | None] = None
    _began: ClassVar[float | None] = None

    @classmethod
    def readiness(cls, look: Callable[[], Readiness] = look) -> Readiness:
        """Returns what was found at most READYZ_KEPT_FOR seconds ago; older while another request is looking.

        A look that takes longer than ANSWERS_WITHIN waits for a database that hangs: others are told so meanwhile.
        """
        latest = cls._latest
        if latest and time.monotonic() - latest[0] < settings.READYZ_KEPT_FOR:
            return latest[1]
        if latest and cls._looking.locked():
            began = cls._began
            if began is not None and (waited := time.monotonic() - began) > ANSWERS_WITHIN:
                return Readiness({"database": f"it has not answered for {waited:.0f} s"})
            return latest[1]
        with cls._looking:
            newest = cls._latest
            if newest is None or newest is latest:
                cls._began = time.monotonic()
                try:
                    newest = cls._latest = time.monotonic(), look()
                finally:
                    cls._began = None
            return newest[1]
