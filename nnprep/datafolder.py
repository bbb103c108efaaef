"""The data folder: where the embedded default keeps its database, key, letters and static files."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def open_data_folder(name: str) -> Path:
    """Return the folder, made if it was missing. Raises ImproperlyConfigured when nothing can be written there."""
    folder = Path(name).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as fault:
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be written ({fault.strerror}). "
            "Make it writable for this account or set DATA_DIR to a folder that is."
        ) from fault


def secret_key_in(folder: Path) -> str:
    """Return the folder's own secret key, made at the first start and readable by its owner only."""
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(key := secrets.token_urlsafe(50))
    return key
