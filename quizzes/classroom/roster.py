"""Reading a roster, pasted or from a CSV file: each row becomes someone to invite, or is told what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from io import StringIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.api import fault_of_line

MOST_ROWS = 1000
LONGEST_NAME = 120
LONGEST_GROUP = 80
LONGEST_EMAIL = 254
LONGEST_ROW = 5_000
# A quoted cell may hold line breaks, but not the rest of the roster.
MOST_LINES_OF_A_ROW = 5

_EMAIL_HEADS = frozenset({"email", "e-mail", "mail", "address", "e-mail address", "email address"})
_NAME_HEADS = ("name", "full name", "learner", "student")
_FIRST_HEADS = ("first name", "given name", "firstname")
_LAST_HEADS = ("last name", "family name", "surname", "lastname")
_GROUP_HEADS = frozenset({"group", "section", "team"})
_ANGLES = re.compile(r"<([^<>]*)>")
_DOTTED = re.compile(r"[^\s@]+\.[^\s@.]{2,}$")
# What no text holds; the null alone stands between the letters of UTF-16.
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1b\x7f]")
# Signs nobody sees that come along from pages and files: byte order mark, blanks of no width, null.
_UNSEEN = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\x00"))


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    INVITED = "invited already"
    IN = "in already"
    DECLINED = "declined an invitation before"
    REPEATED = "a repetition"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class RosterRow:
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
    """Why nothing of a roster can be read, as a sentence that says how to fix it."""


def decode(content: bytes) -> str:
    """Returns the text of a file. Raises RosterError for what is no text, such as a spreadsheet's own format."""
    if content.startswith((b"PK", b"\xd0\xcf")):
        raise RosterError(
            "This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and choose that file."
        )
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets on Windows write unless told otherwise.
        text = content.decode("cp1252", errors="replace")
    if _CONTROLS.search(text):
        raise RosterError("This file is not text. Save the roster as “CSV UTF-8” and choose that file.")
    return text


def read_roster(*texts: str) -> list[RosterRow]:
    """Returns every row that is not empty, NEW or BAD; a second row of an address, in any text, is a REPEATED one.

    A row is an address, `Name <address>`, or cells between commas, semicolons or tabs. Without a line of headings, the
    cell with the @ is the address, the next one the name, the one after that the group. Several addresses in a row are
    several rows. A quoted cell may hold line breaks; a quotation mark nothing closes is a sign like any other.
    RosterError for more than MOST_ROWS rows.
    """
    rows = [row for text in texts for row in _rows(text)]
    if len(rows) > MOST_ROWS:
        raise _too_many(len(rows))
    return _without_repetitions(rows)


def _too_many(rows: int) -> RosterError:
    return RosterError(f"This list has {rows:,} rows; at most {MOST_ROWS:,} can be read at once. Divide it.")


def as_csv(rows: Iterable[RosterRow]) -> str:
    """Returns rows that can be read again as they were."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "e-mail", "group"])
    writer.writerows([row.name, row.email, row.group] for row in rows)
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class KnownAddresses:
    """Addresses, in lower case, of a class's members, of those invited there, and of those who declined."""

    members: frozenset[str] = frozenset()
    invited: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


def settle(rows: Iterable[RosterRow], known: KnownAddresses, *, again: bool = False) -> list[RosterRow]:
    """Returns the rows with their fate in a class; a refusal is NEW only where it is to be asked `again`."""
    settled = []
    for row in rows:
        fate = row.fate
        if fate is Fate.NEW and row.email in known.members:
            fate = Fate.IN
        elif fate is Fate.NEW and row.email in known.invited:
            fate = Fate.INVITED
        elif fate is Fate.NEW and row.email in known.declined and not again:
            fate = Fate.DECLINED
        settled.append(replace(row, fate=fate))
    return settled


@dataclass(frozen=True, slots=True)
class _Record:
    """One row as it was written, beginning at `line`, and its cells between `sign`."""

    line: int
    text: str
    cells: Sequence[str]


def _rows(text: str) -> list[RosterRow]:
    lines = re.split(r"\r\n|\r|\n", text.translate(_UNSEEN))
    if (many := sum(bool(line.strip()) for line in lines)) > MOST_ROWS * MOST_LINES_OF_A_ROW:
        raise _too_many(many)
    first = next(_records(lines, None), None)
    heads = [cell.lower() for cell in first.cells] if first else []
    if first is None or not _EMAIL_HEADS.intersection(heads):
        return [row for record in _records(lines, None) for row in _one_row(record)]
    records = list(_records(lines, _sign_of(first.text)))[1:]
    return [
        _checked(record.line, _said(record), *_by_heads(record.cells, heads))
        if len(record.text) <= LONGEST_ROW
        else _too_long(record)
        for record in records
    ]


def _sign_of(line: str) -> str:
    """Returns what stands between the cells of a row."""
    return next((sign for sign in "\t;" if sign in line), ",")


def _records(lines: Sequence[str], sign: str | None) -> Iterator[_Record]:
    """Returns the rows that hold anything. Without a `sign` for all, each row has its own."""
    at = 0
    while at < len(lines):
        line, between = at + 1, sign or _sign_of(lines[at])
        text = lines[at]
        at += 1
        if _is_open(text, between):
            joined = _closed(text, lines[at : at + MOST_LINES_OF_A_ROW], between)
            at += joined.count("\n")
            text = joined
        # A quotation mark that nothing closes must not swallow the rows below.
        unclosed = _is_open(text, between)
        cells = text.replace('"', " ").split(between) if unclosed else _split(text, between)
        stripped = [" ".join(cell.split()) for cell in cells]
        if any(stripped):
            yield _Record(line, text, stripped)


def _closed(text: str, below: Sequence[str], sign: str) -> str:
    """Returns the row with the lines its quoted cell runs over; alone where these close nothing or are rows."""
    joined = text
    for line in below:
        joined = f"{joined}\n{line}"
        if joined.count("@") > 1:
            return text
        if not _is_open(joined, sign):
            return joined
    return text


def _is_open(text: str, sign: str) -> bool:
    """Returns whether a quoted cell of the row goes on in the next line."""
    if '"' not in text or len(text) > LONGEST_ROW:
        return False
    return len(list(csv.reader([text, "."], delimiter=sign, skipinitialspace=True))) == 1


def _split(text: str, sign: str) -> list[str]:
    if len(text) > LONGEST_ROW:
        return [text]
    return next(csv.reader([text], delimiter=sign, skipinitialspace=True), [])


def _said(record: _Record) -> str:
    return ", ".join(cell for cell in record.cells if cell)


def _too_long(record: _Record) -> RosterRow:
    reason = f"the row has {len(record.text):,} characters"
    return RosterRow(
        record.line,
        _short(record.text),
        Fate.BAD,
        field="row",
        reason=reason,
        mend="write one learner in a row: name, address and group",
    )


def _one_row(record: _Record) -> list[RosterRow]:
    if len(record.text) > LONGEST_ROW:
        return [_too_long(record)]
    found = _in_angles(record.text) if _ANGLES.search(record.text) else _in_cells(record.cells)
    if len(found) == 1:
        return [_checked(record.line, _said(record), *found[0])]
    return [
        _checked(record.line, f"{name} <{email}>" if name else email, name, email, group)
        for name, email, group in found
    ]


def _in_cells(cells: Sequence[str]) -> list[tuple[str, str, str]]:
    """Returns name, address and group of a row without headings; of several addresses each alone."""
    with_at = [at for at, cell in enumerate(cells) if "@" in cell]
    if len(with_at) > 1:
        return [("", _address(cells[at]), "") for at in with_at]
    # Of a row without one, what looks most like an address: its reader is told what it lacks.
    at = with_at[0] if with_at else next((n for n, cell in enumerate(cells) if _DOTTED.match(cell)), -1)
    email = _address(cells[at]) if at >= 0 else ""
    others = [cell for n, cell in enumerate(cells) if n != at]
    if at > 1:
        others = [cell for cell in others if cell]
    name, group, *_ = [*others, "", ""]
    return [(name, email, group)]


def _in_angles(text: str) -> list[tuple[str, str, str]]:
    """Returns name and address of every `Name <address>`, commas in names included; and what stands alone."""
    found: list[tuple[str, str, str]] = []
    before = 0
    for match in _ANGLES.finditer(text):
        name, alone = _apart(text[before : match.start()])
        found += [("", email, "") for email in alone]
        found.append((name, match[1].strip(), ""))
        before = match.end()
    rest, alone = _apart(text[before:])
    if len(found) == 1 and not alone:
        return [(found[0][0], found[0][1], rest)]
    return found + [("", email, "") for email in alone]


def _apart(text: str) -> tuple[str, list[str]]:
    """Returns what is said in the text besides the addresses, and the addresses."""
    cells = [" ".join(cell.split()) for cell in re.split(r"([\t;,])", text)]
    alone = [_address(cell) for cell in cells if "@" in cell]
    said = "".join(f"{cell} " if cell in {",", ";"} else cell for cell in cells if "@" not in cell)
    return said.strip(" ,;\"'"), alone


def _address(cell: str) -> str:
    return cell.removeprefix("mailto:")


def _by_heads(row: Sequence[str], heads: Sequence[str]) -> tuple[str, str, str]:
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
    match = _ANGLES.search(cell)
    return (cell[: match.start()].strip(" \"'"), match[1].strip()) if match else ("", _address(cell))


def _checked(line: int, text: str, name: str, email: str, group: str) -> RosterRow:
    def bad(field: str, reason: str, mend: str) -> RosterRow:
        return RosterRow(line, text, Fate.BAD, email, name, group, field=field, reason=reason, mend=mend)

    if not email:
        if name and "@" not in text:
            return bad("e-mail", f"“{_short(text)}” holds no address", "add one, such as ann@example.org")
        return bad("e-mail", "there is no address", "add one, such as ann@example.org")
    fault = _fault_of_address(email)
    if fault:
        return bad("e-mail", *fault)
    for what, said in (("name", name), ("group", group)):
        if unseen := fault_of_line(said):
            mend = unseen[0].lower() + unseen[1:].rstrip(".")
            return bad(what, f"the {what} holds a sign nobody sees", mend)
    if len(name) > LONGEST_NAME:
        return bad("name", f"the name has {len(name)} characters", f"shorten it to {LONGEST_NAME}")
    if len(group) > LONGEST_GROUP:
        return bad("group", f"the group’s name has {len(group)} characters", f"shorten it to {LONGEST_GROUP}")
    return RosterRow(line, text, Fate.NEW, email.lower(), name, group)


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


def _without_repetitions(rows: Iterable[RosterRow]) -> list[RosterRow]:
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
