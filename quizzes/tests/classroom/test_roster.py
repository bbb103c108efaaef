from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.classroom.roster import (
    Fate,
    KnownAddresses,
    RosterError,
    RosterRow,
    as_csv,
    decode,
    read_roster,
    settle,
)


def facts(rows: list[RosterRow]) -> list[tuple[str, str, str]]:
    return [(row.email, row.name, row.group) for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.org\nbob@example.org",
        "Ann <ann@example.org>, Bob <bob@example.org>",
        "ann@example.org; bob@example.org;",
        "mailto:ann@example.org\n\n  bob@example.org  \n",
        "\ufeffe-mail\nann@example.org\nBOB@example.org".removeprefix("\ufeff"),
    ],
)
def test_addresses_are_read_however_they_were_pasted(text: str) -> None:
    assert [row.email for row in read_roster(text)] == ["ann@example.org", "bob@example.org"]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee\tann@example.org\tRed",
        "Ann Lee;ann@example.org;Red",
        '"Ann Lee", ann@example.org ,Red',
        "Surname,First name,Section,E-mail\nLee,Ann,Red,ann@example.org",
        "name,email,group\nAnn   Lee,Ann@Example.org,Red",
        "ann@example.org,Ann Lee,Red",
    ],
)
def test_a_row_gives_address_name_and_group_with_and_without_headings(text: str) -> None:
    assert facts(read_roster(text)) == [("ann@example.org", "Ann Lee", "Red")]


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ("Bob Diaz", "e-mail", "“Bob Diaz” holds no address"),
        ("Bob,bob@example", "e-mail", "“bob@example” ends without a full domain"),
        ("Bob,bob@@example.org", "e-mail", "“bob@@example.org” has 2 signs @"),
        ("Bob,bob diaz@example.org", "e-mail", "“bob diaz@example.org” holds a blank"),
        ("Bob,bob@exa_mple..org", "e-mail", "“bob@exa_mple..org” is not an e-mail address"),
        (f"{'x' * 121},bob@example.org", "name", "the name has 121 characters"),
        (f"Bob,bob@example.org,{'x' * 81}", "group", "the group’s name has 81 characters"),
    ],
)
def test_a_bad_row_says_its_line_field_reason_and_mend_and_leaves_the_others_alone(
    row: str, field: str, reason: str
) -> None:
    good, bad, last = read_roster(f"Ann,ann@example.org\n{row}\nCy,cy@example.org")
    assert (good.fate, last.fate) == (Fate.NEW, Fate.NEW)
    assert (bad.fate, bad.line, bad.field, bad.reason) == (Fate.BAD, 2, field, reason)
    assert bad.mend


def test_with_headings_a_row_without_address_is_bad_and_counted_from_the_first_line() -> None:
    rows = read_roster("name,email\n\nAnn,\nBob,bob@example.org")
    assert [(row.line, row.fate) for row in rows] == [(3, Fate.BAD), (4, Fate.NEW)]


def test_an_address_that_comes_again_is_a_repetition_that_names_the_first_row() -> None:
    first, again = read_roster("ann@example.org\nANN@example.org")
    assert (first.fate, again.fate) == (Fate.NEW, Fate.REPEATED)
    assert "row 1" in again.reason


def test_members_and_invited_are_told_apart_from_new_ones() -> None:
    rows = read_roster("a@example.org\nb@example.org\nc@example.org\nd")
    known = KnownAddresses(members=frozenset({"a@example.org"}), invited=frozenset({"b@example.org"}))
    settled = settle(rows, known)
    assert [row.fate for row in settled] == [Fate.IN, Fate.INVITED, Fate.NEW, Fate.BAD]


def test_too_long_a_roster_is_refused_with_its_length() -> None:
    with pytest.raises(RosterError, match="1,001 rows"):
        read_roster("\n".join(f"a{n}@example.org" for n in range(1001)))


def test_files_are_read_in_the_encodings_spreadsheets_write() -> None:
    text = "Zoë,zoe@example.org"
    for content in (text.encode(), text.encode("utf-8-sig"), text.encode("cp1252"), text.encode("utf-16")):
        assert facts(read_roster(decode(content))) == [("zoe@example.org", "Zoë", "")]


def test_a_spreadsheets_own_format_is_refused_with_the_mend() -> None:
    with pytest.raises(RosterError, match="CSV UTF-8"):
        decode(b"PK\x03\x04 anything")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('"Ann Lee, ann@example.org\nBob,bob@example.org', [("ann@", "Ann Lee"), ("bob@", "Bob")]),
        ('"Ann\nLee",ann@example.org\r\nBob,bob@example.org', [("ann@", "Ann Lee"), ("bob@", "Bob")]),
        ("ann@example.org\nBob, bob@example.org", [("ann@", ""), ("bob@", "Bob")]),
        ("Ann;ann@example.org\nBob,bob@example.org", [("ann@", "Ann"), ("bob@", "Bob")]),
        (
            "Lee, Ann <ann@example.org>; Diaz, Bob <bob@example.org>",
            [("ann@", "Lee, Ann"), ("bob@", "Diaz, Bob")],
        ),
        (
            '"Lee, Ann" <ann@example.org>, bob@example.org, Cy <cy@example.org>',
            [("ann@", "Lee, Ann"), ("bob@", ""), ("cy@", "Cy")],
        ),
        ("\ufeffname,e-mail\nAnn,ann@example.org", [("ann@", "Ann")]),
        ("Ann,\u200bann@example.org\u2060", [("ann@", "Ann")]),
        ("Ann\u2028Lee,ann@example.org", [("ann@", "Ann Lee")]),
        (",ann@example.org,Red", [("ann@", "")]),
        ('Ann "Annie" Lee\tann@example.org', [("ann@", 'Ann "Annie" Lee')]),
    ],
)
def test_rows_are_read_as_their_writer_meant_them(text: str, read: list[tuple[str, str]]) -> None:
    rows = read_roster(text)
    assert [(row.email, row.name) for row in rows] == [(f"{email}example.org", name) for email, name in read]
    assert {row.fate for row in rows} == {Fate.NEW}


def test_a_line_break_inside_an_address_is_not_closed_up_in_silence() -> None:
    (row,) = read_roster('Ann,"ann@exa\nmple.org"')
    assert (row.fate, row.reason) == (Fate.BAD, "“ann@exa mple.org” holds a blank")


def test_what_was_meant_as_an_address_is_told_what_it_lacks() -> None:
    (row,) = read_roster("Ann,ann.example.org,Red")
    assert (row.fate, row.name, row.group) == (Fate.BAD, "Ann", "Red")
    assert row.reason == "“ann.example.org” has no @"


def test_a_row_that_never_ends_is_bad_and_leaves_the_others_alone() -> None:
    bad, good = read_roster(f'"{"x" * 200_000}\nann@example.org')
    assert (bad.fate, bad.field, good.fate) == (Fate.BAD, "row", Fate.NEW)


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x01\x02", b"%PDF-1.7\n\x01\xe2\xe3", b"\x7fELF\x02\x01"]
)
def test_a_file_that_is_no_text_is_refused_with_the_mend(content: bytes) -> None:
    with pytest.raises(RosterError, match="not text"):
        decode(content)


names = st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="@<>"), max_size=20).map(
    lambda name: " ".join(name.split())
)


@given(st.lists(st.tuples(names, names), max_size=8))
def test_good_rows_written_as_csv_are_read_again_as_they_were(people: list[tuple[str, str]]) -> None:
    rows = [
        RosterRow(n, "", Fate.NEW, f"a{n}@example.org", name, group)
        for n, (name, group) in enumerate(people, start=2)
    ]
    assert facts(read_roster(as_csv(rows))) == facts(rows)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        rows = read_roster(text)
    except RosterError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 -- either outcome is fine, silence is not
    else:
        assert all(row.mend for row in rows if row.fate is Fate.BAD)
