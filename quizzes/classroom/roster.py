"""Reading a roster, pasted or from a CSV file: each row becomes someone to invite, or is told what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from enum import StrEnum
from io import StringIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_ROWS = 1000
LONGEST_NAME = 120
LONGEST_GROUP = 80
LONGEST_EMAIL = 254

_EMAIL_HEADS = frozenset({"email", "e-mail", "mail", "address", "e-mail address", "email address"})
_NAME_HEADS = ("name", "full name", "learner", "student")
_FIRST_HEADS = ("first name", "given name", "firstname")
_LAST_HEADS = ("last name", "family name", "surname", "lastname")
_GROUP_HEADS = frozenset({"group", "section", "team"})


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    INVITED = "invited already"
    IN = "in already"
    REPEATED = "a repetition"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a roster: `line` counts from 1; `text` is the row as it was given.

    A bad one names the field, the reason and the mend.
    """

    line: int
    text: str
    fate: Fate
    email: str = ""
    name: str = ""
    group: str = ""
    field: str = ""
    reason: str = ""
    mend: str = ""


class RosterError(Exception):
    """Why nothing of a roster can be read, as a sentence that says how to mend it."""


def decode(content: bytes) -> str:
    """The text of a file. RosterError for what is no text, such as a spreadsheet's own format."""
    if content.startswith((b"PK", b"\xd0\xcf")):
        raise RosterError(
            "This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and choose that file."
        )
    try:
        return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on Windows write unless told otherwise.
        return content.decode("cp1252", errors="replace")


def read_roster(*texts: str) -> list[Row]:
    """Every row that is not empty, NEW or BAD; a second row of an address, in any of the texts, is a REPEATED one.

    A row is an address, `Name <address>`, or cells between commas, semicolons or tabs. Without a line of headings, the
    cell with the @ is the address, the next one the name, the one after that the group. Several addresses in a row are
    several rows. RosterError for more than MOST_ROWS rows.
    """
    rows = [row for text in texts for row in _rows(text)]
    if len(rows) > MOST_ROWS:
        raise RosterError(
            f"This list has {len(rows):,} rows; at most {MOST_ROWS:,} can be read at once. Divide it."
        )
    return _without_repetitions(rows)


def as_csv(rows: Iterable[Row]) -> str:
    """Rows that can be read again as they were."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "e-mail", "group"])
    writer.writerows([row.name, row.email, row.group] for row in rows)
    return text.getvalue()


def settle(rows: Iterable[Row], *, members: frozenset[str], invited: frozenset[str]) -> list[Row]:
    """The rows with their fate in a class whose members and open invitations have these addresses (lower case)."""
    settled = []
    for row in rows:
        fate = row.fate
        if fate is Fate.NEW and row.email in members:
            fate = Fate.IN
        elif fate is Fate.NEW and row.email in invited:
            fate = Fate.INVITED
        settled.append(replace(row, fate=fate))
    return settled


def _rows(text: str) -> list[Row]:
    cells = _cells(text.replace("\x00", "").splitlines())
    heads = _heads(cells)
    if heads is not None:
        cells = cells[1:]
    return [row for line, row_cells in cells for row in _one_row(line, row_cells, heads)]


def _cells(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    first = next((line for line in lines if line.strip()), "")
    delimiter = max("\t;,", key=first.count)
    found = []
    try:
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
        before = 0
        for row in reader:
            stripped = [" ".join(cell.split()) for cell in row]
            if any(stripped):
                found.append((before + 1, stripped))
            before = reader.line_num
    except csv.Error as fault:
        raise RosterError(
            f"Row {before + 1} cannot be read as CSV ({fault}). Mend its quotation marks."
        ) from fault
    return found


def _heads(cells: Sequence[tuple[int, list[str]]]) -> list[str] | None:
    if not cells:
        return None
    heads = [cell.lower() for cell in cells[0][1]]
    return heads if any(head in _EMAIL_HEADS for head in heads) else None


def _one_row(line: int, row: list[str], heads: list[str] | None) -> list[Row]:
    text = ", ".join(cell for cell in row if cell)
    if heads is not None:
        return [_checked(line, text, *_by_heads(row, heads))]
    with_at = [cell for cell in row if "@" in cell]
    if len(with_at) > 1:
        return [_checked(line, cell, *_name_and_address(cell), "") for cell in with_at]
    if not with_at:
        return [_checked(line, text, row[0] if len(row) == 1 else "", "", "")]
    name, email = _name_and_address(with_at[0])
    others = [cell for cell in row if cell and cell != with_at[0]]
    if not name and others:
        name = others.pop(0)
    return [_checked(line, text, name, email, others[0] if others else "")]


def _by_heads(row: list[str], heads: list[str]) -> tuple[str, str, str]:
    said = dict(zip(heads, row, strict=False))
    name = next((said[head] for head in _NAME_HEADS if said.get(head)), "")
    if not name:
        both = (*_FIRST_HEADS, *_LAST_HEADS)
        parts = [said[head] for head in both if said.get(head)]
        name = " ".join(parts)
    email = next((said[head] for head in heads if head in _EMAIL_HEADS and said.get(head)), "")
    group = next((said[head] for head in heads if head in _GROUP_HEADS and said.get(head)), "")
    inner, address = _name_and_address(email)
    return name or inner, address, group


def _name_and_address(cell: str) -> tuple[str, str]:
    if re.search(r"<.*>", cell):
        name, address = parseaddr(cell)
        return (name, address) if address else ("", cell)
    return "", cell.removeprefix("mailto:")


def _checked(line: int, text: str, name: str, email: str, group: str) -> Row:
    def bad(field: str, reason: str, mend: str) -> Row:
        return Row(line, text, Fate.BAD, email, name, group, field=field, reason=reason, mend=mend)

    if not email:
        if name and "@" not in text:
            return bad("e-mail", f"“{_short(text)}” holds no address", "add one, such as ann@example.org")
        return bad("e-mail", "there is no address", "add one, such as ann@example.org")
    fault = _fault_of_address(email)
    if fault:
        return bad("e-mail", *fault)
    if len(name) > LONGEST_NAME:
        return bad("name", f"the name has {len(name)} characters", f"shorten it to {LONGEST_NAME}")
    if len(group) > LONGEST_GROUP:
        return bad("group", f"the group’s name has {len(group)} characters", f"shorten it to {LONGEST_GROUP}")
    return Row(line, text, Fate.NEW, email.lower(), name, group)


def _fault_of_address(email: str) -> tuple[str, str] | None:
    shown = _short(email)
    if len(email) > LONGEST_EMAIL:
        return f"the address has {len(email)} characters", f"an address has at most {LONGEST_EMAIL}"
    if " " in email:
        return f"“{shown}” holds a blank", "take the blank out"
    if email.count("@") != 1:
        many = email.count("@")
        return (
            f"“{shown}” has {f'{many} signs' if many else 'no'} @",
            "write it with one @, such as ann@example.org",
        )
    domain = email.rpartition("@")[2]
    if "." not in domain:
        return (
            f"“{shown}” ends without a full domain",
            f"write the domain out, such as @{domain or 'example'}.org",
        )
    try:
        validate_email(email)
    except ValidationError:
        return (
            f"“{shown}” is not an e-mail address",
            "compare it with the original: a sign is missing or too many",
        )
    return None


def _without_repetitions(rows: Iterable[Row]) -> list[Row]:
    first: dict[str, int] = {}
    kept = []
    for row in rows:
        if row.fate is Fate.NEW and row.email in first:
            kept.append(
                replace(row, fate=Fate.REPEATED, reason=f"row {first[row.email]} has the same address")
            )
            continue
        if row.fate is Fate.NEW:
            first[row.email] = row.line
        kept.append(row)
    return kept


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
