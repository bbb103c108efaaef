import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "nnprep.example",
    "BASE_URL": "https://nnprep.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
}
# Prints whether there is a page of e-mails, and the names under which its addresses are known.
ROUTES = """
from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse, Resolver404
def known(name, *args):
    try:
        return bool(reverse(f"quizzes:{name}", args=args))
    except NoReverseMatch:
        return False
def routed(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return False
print(settings.OUTBOX, known("outbox"), known("outbox-letter", "x"), known("outbox-html", "x"), routed("/outbox/"),
      routed("/outbox/x/"), routed("/outbox/x/html"))
"""


def manage(tmp_path: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *words],
        env=kept | {"DATA_DIR": str(tmp_path / "data")} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_embedded_default_needs_no_configuration(tmp_path: Path) -> None:
    assert manage(tmp_path, "check").returncode == 0


def test_the_embedded_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    manage(tmp_path, "check")
    path = tmp_path / "data" / "secret_key"
    key = path.read_text()
    manage(tmp_path, "check")
    assert path.read_text() == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_production_passes_the_deployment_check(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"BASE_URL": "http://nnprep.example"}, "BASE_URL"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "dummymail://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "filemail:///tmp"}, "EMAIL_URL"),
        ({"EMAIL_URL": "mystery://host"}, "EMAIL_URL"),
        ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR"),
        ({"PORT": "eighty"}, "PORT"),
        ({"DATABASE_URL": "mysterious"}, "DATABASE_URL"),
    ],
)
def test_a_faulty_configuration_is_one_line_that_names_the_variable(
    tmp_path: Path, change: dict[str, str], named: str
) -> None:
    done = manage(tmp_path, "check", **(PRODUCTION | change))
    assert done.returncode != 0
    assert named in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_deployment_check_misses_the_mail_server(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", **(PRODUCTION | {"EMAIL_URL": ""}))
    assert done.returncode != 0
    assert "EMAIL_URL" in done.stderr


@pytest.mark.parametrize(
    ("environment", "there"),
    [
        ({}, True),
        ({"TRUSTED_PROXIES": "1"}, False),
        ({"EMAIL_URL": PRODUCTION["EMAIL_URL"]}, False),
        (PRODUCTION, False),
        (PRODUCTION | {"ALLOWED_HOSTS": "nnprep.example,localhost"}, False),
    ],
)
def test_emails_are_shown_on_ones_own_machine_only(
    tmp_path: Path, environment: dict[str, str], there: bool
) -> None:
    done = manage(tmp_path, "shell", "--no-imports", "--command", ROUTES, **environment)
    assert done.stdout.split() == [str(there)] * 7, done.stderr


def test_a_busy_port_is_one_line_that_says_how_to_choose_another(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = manage(tmp_path, "up", "--port", port)
    assert done.returncode != 0
    assert port in done.stderr
    assert "PORT=" in done.stderr
    assert done.stderr.count("\n") == 1
