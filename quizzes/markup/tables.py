"""Tables, read from the raw lines: Markdown drops surplus cells without a word."""

from __future__ import annotations

import re

from quizzes.markup.diagnostics import Report
from quizzes.markup.source import Cell

CELLS_A_UNIT = 4
_BAR = re.compile(r"(?<!\\)\|")
_DELIMITERS = re.compile(r"\|?:?-+:?(?:\|:?-+:?)*\|?")


def read_table(
    raw: list[str], line: int, report: Report
) -> tuple[tuple[Cell, ...], tuple[tuple[Cell, ...], ...]]:
    """Returns the header and the rows; a row whose cells do not match the header is reported and cut or filled."""
    header = split_row(raw[0], line)
    rows = []
    for number, text in enumerate(raw[2:], line + 2):
        row = split_row(text, number)
        if len(row) != len(header):
            report.error(
                "NN052",
                f"this row has {len(row)} cells but the header has {len(header)}",
                mend=r"write \| for a literal bar" if len(row) > len(header) else "add the missing cells",
                line=number,
                column=row[len(header)].column if len(row) > len(header) else 1,
            )
        missing = len(header) - len(row)
        rows.append(
            (*row, *[Cell("", number, len(text) + 1)] * missing) if missing > 0 else row[: len(header)]
        )
    return header, tuple(rows)


def split_row(text: str, line: int) -> tuple[Cell, ...]:
    r"""Returns the cells of one line, divided at bars that no backslash escapes; `\|` becomes a bar."""
    cells = []
    start = 0
    for end in [*(bar.start() for bar in _BAR.finditer(text)), len(text)]:
        raw = text[start:end]
        column = start + len(raw) - len(raw.lstrip()) + 1
        cells.append(Cell(raw.strip().replace("\\|", "|"), line, column))
        start = end + 1
    stripped = text.strip()
    if stripped.startswith("|"):
        cells = cells[1:]
    if len(stripped) > 1 and stripped.endswith("|") and not stripped.endswith("\\|"):
        cells = cells[:-1]
    return tuple(cells)


def report_broken_table(raw: list[str], line: int, report: Report) -> None:
    """Says why lines that look like a table are an ordinary paragraph."""
    for number, text in enumerate(raw):
        if "|" in text and "-" in text and _DELIMITERS.fullmatch("".join(text.split())):
            report.spend((text.count("|") + raw[number - 1].count("|")) // CELLS_A_UNIT, line + number)
            above = len(split_row(raw[number - 1], line)) if number else 0
            cells = len(split_row(text, line))
            cause = f"this line has {cells} cells but the header above has {above}, so there is no table"
            if above == cells:
                cause = "the text right above this table makes it a paragraph"
            mend = "give the header and the line of dashes the same number of cells, after an empty line"
            report.error("NN053", cause, mend=mend, line=line + number)
            return
    if len(raw) > 1 and all(text.strip().startswith("|") and text.strip().endswith("|") for text in raw):
        cause = "these lines look like a table but the line of dashes is missing"
        report.error("NN053", cause, mend="write |---|---| below the header", line=line)
