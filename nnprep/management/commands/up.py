"""`manage.py up`: bring the whole site up on this machine."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from nnprep.preparing import alone
from nnprep.supervisor import supervise, web_command
from quizzes.jobs.api import record_start

# A web server whose supervisor was killed finishes what it had begun for so many seconds, and a little more.
DRAINED_WITHIN = 8.0


class Command(BaseCommand):
    """Prepare the database and the files, then run web and clock until Ctrl-C."""

    help = (
        "Bring the site up: migrations, built-in bank, static files, then web and clock under one supervisor."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="port to listen on (default PORT or 8000)"
        )
        parser.add_argument(
            "--workers", type=int, default=int(os.environ.get("WEB_WORKERS", "1")), help="web processes"
        )
        parser.add_argument(
            "--threads", type=int, default=int(os.environ.get("WEB_THREADS", "12")), help="threads in each"
        )
        parser.add_argument(
            "--reload",
            action="store_true",
            help="for who changes the code (`make dev`): web and clock begin anew when a file changes; wants DEBUG",
        )

    def handle(
        self,
        *,
        host: str,
        port: int,
        workers: int,
        threads: int,
        reload: bool,
        **options: object,  # noqa: ARG002
    ) -> None:
        if reload and not settings.DEBUG:
            raise CommandError("--reload is for who changes the code: set DEBUG=1, or use `make dev`.")
        self._wait_for_port(host, port)
        began = time.monotonic()
        self._say("Preparing the database…")
        call_command("migrate", verbosity=0)
        with alone(connection):
            self._say("Loading the built-in questions…")
            call_command("load_bank", stdout=self.stdout)
            if not reload:
                self._say("Preparing static files…")
                call_command("collectstatic", interactive=False, verbosity=0)
        record_start(now=timezone.now())
        self._say(f"Ready in {time.monotonic() - began:.1f} s.")
        self._say(f"\n    nnprep is at http://{host}:{port}    (Ctrl-C stops it)\n")
        status = supervise(
            _reloading(f"{host}:{port}")
            if reload
            else {
                "web": web_command(f"{host}:{port}", workers=workers, threads=threads),
                "clock": [sys.executable, "-m", "nnprep.clock"],
            },
            say=self._say,
            environment=os.environ | {"PYTHONPATH": _importable()},
        )
        self._say("Stopped.")
        sys.exit(status)

    def _wait_for_port(self, host: str, port: int) -> None:
        """Waits until the port is free, as it is a few seconds after a site before us was killed."""
        deadline = time.monotonic() + DRAINED_WITHIN
        said = False
        while fault := _in_use(host, port):
            if fault.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise CommandError(
                    f"Port {port} on {host} cannot be used ({fault.strerror}). "
                    f"Stop what is listening there or choose another: PORT={port + 1} make run"
                ) from fault
            if not said:
                self._say(f"Port {port} is in use; waiting up to {DRAINED_WITHIN:.0f} s for it…")
                said = True
            time.sleep(0.2)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _reloading(bind: str) -> dict[str, list[str]]:
    """Returns the commands of web and clock that begin anew when a file changes. Static files come from their
    source.
    """
    return {
        "web": [sys.executable, str(settings.BASE_DIR / "manage.py"), "runserver", bind],
        "clock": [sys.executable, "-m", "nnprep.clock", "--reload"],
    }


def _importable() -> str:
    """Returns PYTHONPATH with which the children find the project from whatever folder this was started in."""
    return os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")]))


def _in_use(host: str, port: int) -> OSError | None:
    """Returns why nobody can listen there now. Returns None when one can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            return fault
    return None
