"""The data folder: where the embedded default keeps its database, key, e-mails and static files."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def open_data_folder(name: str) -> Path:
    """Returns the folder, made if it was missing, for its owner alone: it holds passwords' hashes, sessions, e-mails.

    Raises ImproperlyConfigured when nothing can be written there.
    """
    folder = Path(name).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close_to_others(folder)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as fault:
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be written ({fault.strerror}). "
            "Make it writable for this account or set DATA_DIR to a folder that is."
        ) from fault


def folder_in(data: Path, name: str, *, before: str) -> Path:
    """Returns where a folder of the data folder is, not made yet; one that has its former name is renamed first."""
    folder = data / name
    if not folder.exists():
        # Missing: there never was one, or another process renamed it first.
        with suppress(FileNotFoundError):
            (data / before).rename(folder)
    return folder


def close_database(path: Path) -> None:
    """Leaves an SQLite database and the files beside it to its owner alone; makes it where it is missing.

    SQLite gives the files it makes later the mode of the database. Raises ImproperlyConfigured when it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
            _close_to_others(path.with_name(name))
    except OSError as fault:
        raise ImproperlyConfigured(
            f"The database {path} cannot be written ({fault.strerror}). "
            "Make it writable for this account or set DATABASE_URL to another one."
        ) from fault


def _close_to_others(path: Path) -> None:
    """Takes the rights of group and others away, where the path is ours alone to change."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    # A folder in which everyone may write, such as /tmp, is shared on purpose.
    if found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
        path.chmod(stat.S_IMODE(found.st_mode) & 0o700)


def secret_key_in(folder: Path) -> str:
    """Returns the folder's own secret key, made at the first start and readable by its owner only."""
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(key := secrets.token_urlsafe(50))
    return key
