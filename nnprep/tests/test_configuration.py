import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

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
        return bool(reverse(f"mail:{name}", args=args))
    except NoReverseMatch:
        return False
def routed(path):
    try:
        return bool(resolve(path))
    except Resolver404:
        return False
print(settings.OUTBOX, known("outbox"), known("outbox-email", "x"), known("outbox-html", "x"), routed("/outbox/"),
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


def test_a_folder_of_emails_under_its_former_name_is_taken_over(tmp_path: Path) -> None:
    former = tmp_path / "data" / "letters"
    former.mkdir(parents=True)
    (former / "20260302T190000-0123456789ab.eml").write_text("Subject: Kept\n\nText")
    for _ in range(2):
        assert manage(tmp_path, "check").returncode == 0
        assert [path.name for path in (tmp_path / "data" / "emails").iterdir()] == [
            "20260302T190000-0123456789ab.eml"
        ]
    assert not former.exists()


def test_the_embedded_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    manage(tmp_path, "check")
    path = tmp_path / "data" / "secret_key"
    key = path.read_text()
    manage(tmp_path, "check")
    assert path.read_text() == key
    assert path.stat().st_mode & 0o777 == 0o600


def modes(folder: Path) -> dict[str, str]:
    """The rights to the folder and to all of the database in it."""
    found = {path.name: path for path in folder.glob("nnprep.sqlite3*")} | {"": folder}
    return {name: f"{path.stat().st_mode & 0o777:o}" for name, path in found.items()}


KEPT = {"": "700", "nnprep.sqlite3": "600", "nnprep.sqlite3-wal": "600", "nnprep.sqlite3-shm": "600"}
# Leaves without closing the database, as a process that is killed: what SQLite keeps beside it stays.
WRITE_AND_DIE = """
import os
from django.db import connection
connection.cursor().execute("CREATE TABLE IF NOT EXISTS kept (id integer)")
os._exit(0)
"""


def test_the_embedded_data_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    manage(tmp_path, "shell", "--no-imports", "--command", WRITE_AND_DIE)
    assert modes(tmp_path / "data") == KEPT


def test_data_that_others_could_read_is_closed_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    manage(tmp_path, "shell", "--no-imports", "--command", WRITE_AND_DIE)
    for path in (folder, *folder.glob("nnprep.sqlite3*")):
        path.chmod(path.stat().st_mode | 0o055)
    assert modes(folder) != KEPT
    manage(tmp_path, "check")
    assert modes(folder) == KEPT


def test_a_folder_that_everyone_shares_stays_shared(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o1777)
    assert manage(tmp_path, "check").returncode == 0
    assert (tmp_path / "data").stat().st_mode & 0o7777 == 0o1777


def test_a_database_elsewhere_is_closed_too(tmp_path: Path) -> None:
    manage(tmp_path, "check", DATABASE_URL=f"sqlite:///{tmp_path}/other.sqlite3")
    assert (tmp_path / "other.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_production_passes_the_deployment_check(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "nnprep.example, *"}, "ALLOWED_HOSTS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"BASE_URL": "http://nnprep.example"}, "BASE_URL"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "dummymail://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "filemail:///tmp"}, "EMAIL_URL"),
        ({"EMAIL_URL": "mystery://host"}, "EMAIL_URL"),
        ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR"),
        ({"PORT": "eighty"}, "PORT"),
        ({"DATABASE_URL": "mysterious"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////nowhere/nnprep.sqlite3"}, "DATABASE_URL"),
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
        ({"BASE_URL": "http://localhost:8000"}, True),
        ({"BASE_URL": "https://nnprep.example"}, False),
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
