"""Real sites in processes of their own, on free ports and in fresh data folders, gone when the block ends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nnprep.tests import servers

ROOT = Path(__file__).resolve().parents[3]
START_WITHIN = 60.0
# A site of the tests is an embedded one, whatever the machine's environment says.
FOREIGN = (
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "DEBUG",
    "SECRET_KEY",
    "BASE_URL",
    "PORT",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, and the environment in which its commands run."""

    url: str
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """Run a Python program of the repository on the site's data; what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout


@contextmanager
def site_up() -> Iterator[Site]:
    """The site as one person runs it, with the built-in bank: `manage.py up`, from a folder of its own."""
    with _prepared() as site:
        folder = Path(site.environment["DATA_DIR"])
        with _serving(site, [sys.executable, str(ROOT / "manage.py"), "up"], folder=folder):
            yield site


@contextmanager
def site_with(packs: Sequence[Path]) -> Iterator[Site]:
    """The site in its parts, with these packs alone, and the web process without the clock."""
    with _prepared() as site:
        site.run("manage.py", "migrate", "--verbosity=0")
        site.run("manage.py", "load_bank", *map(str, packs))
        site.run("manage.py", "collectstatic", "--no-input", "--verbosity=0")
        address = site.url.removeprefix("http://")
        command = [
            sys.executable, "-m", "gunicorn", "nnprep.wsgi", "--bind", address, "--worker-class", "gthread",
            "--threads", "8", "--keep-alive", "15", "--no-control-socket", "--log-level", "warning",
        ]  # fmt: skip
        with _serving(site, command):
            yield site


@contextmanager
def _prepared() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="nnprep-site-") as folder:
        port = str(servers.free_port())
        own = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        yield Site(f"http://127.0.0.1:{port}", own | {"DATA_DIR": folder, "PORT": port, "LOG_LEVEL": "ERROR"})


@contextmanager
def _serving(site: Site, command: Sequence[str], *, folder: Path = ROOT) -> Iterator[None]:
    log = Path(site.environment["DATA_DIR"]) / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=site.environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(site, process, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(site: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{site.url}/readyz", timeout=5).close()  # noqa: S310 -- our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not answer: {log.read_text(errors='replace')[-2000:]}")
