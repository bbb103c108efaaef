"""Packs as files: bytes become text, or one clear diagnostic."""

from __future__ import annotations

from pathlib import Path

from quizzes.markup.checks import FILE_LIMIT
from quizzes.markup.diagnostics import Report


def read_file(path: Path, report: Report) -> str | None:
    """Returns the text of a UTF-8 file with its line ends as they are, or None after one error was reported."""
    try:
        if path.is_dir():
            report.error("NN001", "this is a folder", mend=f"name the files in it: {path / '*.md'}", line=1)
            return None
        with path.open("rb") as file:
            data = file.read(4 * FILE_LIMIT + 1)
    except FileNotFoundError:
        report.error("NN001", "there is no such file", mend="check the name", line=1)
        return None
    except OSError as error:
        reason = error.strerror or "the system refused"
        report.error("NN001", f"the file cannot be read: {reason}", mend="check its rights", line=1)
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        cause = f"the file is not UTF-8: byte 0x{data[error.start]:02X}"
        report.error("NN001", cause, mend="save it as UTF-8", line=line, column=column)
        return None
