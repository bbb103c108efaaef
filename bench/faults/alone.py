"""A site in one process, on SQLite in a fresh folder, for faults whose clock has to be turned by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from nnprep.tests.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "--inside"


class Clock:
    """A clock that stands until it is moved; call it to read it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


@contextmanager
def sending_to(sink: Sink, *, patience: float = 2.0) -> Iterator[None]:
    """E-mails go to the sink, which may take `patience` seconds for each step."""
    with override_settings(
        EMAIL_TRANSPORT="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_FOLDER=None,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=sink.port,
        EMAIL_TIMEOUT=patience,
    ):
        yield


def inside(module: str) -> bool:
    """Whether this process has the fresh folder; if not, run the module in one that has, and leave with its status."""
    if INSIDE in sys.argv:
        sys.argv.remove(INSIDE)
        call_command("migrate", verbosity=0)
        return True
    with tempfile.TemporaryDirectory(prefix="nnprep-faults-") as folder:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", module, *sys.argv[1:], INSIDE],
            cwd=ROOT,
            env=kept | {"DATA_DIR": folder, "LOG_LEVEL": "CRITICAL", "SQLITE_SYNCHRONOUS": "NORMAL"},
            check=False,
        )
    sys.exit(done.returncode)
