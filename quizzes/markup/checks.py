"""Checks of a file's signs and of the values of a question's attributes."""

from __future__ import annotations

import re
from datetime import date

from quizzes.markup.attributes import ID, closest
from quizzes.markup.diagnostics import Report
from quizzes.markup.grammar import Grammar
from quizzes.markup.markdown import TEXT_LIMIT
from quizzes.markup.source import Attribute

SKILLS = ("concept", "number", "code", "debug", "judgement")
LEVELS = ("1", "2", "3")
SECONDS = range(5, 3601)
QUESTION_ID = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
ID_LIMIT = 64
FILE_LIMIT = 1_000_000
LINES_LIMIT = 30_000
WORDS_A_UNIT = 6

_WORD = re.compile(r"\s*[\w.+-]{1,64}\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def clean_text(text: str, report: Report) -> str:
    """Returns the text with `\\n` line ends and no byte order mark; what had to be mended or cannot be is reported."""
    if text.startswith("\ufeff"):
        report.note(
            "NN002", "the file begins with a byte order mark", mend="save it as UTF-8 without BOM", line=1
        )
        text = text[1:]
    if "\r" in text:
        line = text.replace("\r\n", "\r").split("\r", 1)[0].count("\n") + 1
        report.note("NN003", "lines end with CR", mend="save the file with Unix line ends (LF)", line=line)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for match in _CONTROL.finditer(text):
        line, column = _place(text, match.start())
        cause = f"the control character U+{ord(match[0]):04X} cannot be stored"
        report.error("NN005", cause, mend="remove it", line=line, column=column)
        if len(report.errors) >= 20:
            cause = "there are 20 control characters; the rest of the file was not checked"
            report.stop("NN008", cause, mend="remove them first", line=line)
    return _CONTROL.sub(" ", text)


def check_size(lines: list[str], report: Report) -> None:
    """Stops where a file has more lines, or a longer one, than any check should read."""
    if len(lines) > LINES_LIMIT:
        cause = f"the file has {len(lines):,} lines, {LINES_LIMIT:,} are allowed"
        report.stop("NN007", cause, mend="divide it", line=LINES_LIMIT + 1)
    for number, line in enumerate(lines, 1):
        if len(line) > TEXT_LIMIT:
            cause = f"this line has {len(line):,} characters, {TEXT_LIMIT:,} are allowed"
            report.stop("NN028", cause, mend="divide it", line=number)


def _place(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def check_tabs(lines: list[str], report: Report) -> None:
    """Tabs at the beginning of lines outside code mean different things to different readers."""
    fence = ""
    for number, line in enumerate(lines, 1):
        opening = re.match(r"\s*(?:>\s*)*(`{3,}|~{3,})", line)
        if opening and (not fence or line.strip(" >\t").startswith(fence)):
            fence = "" if fence else opening[1]
        elif not fence and "\t" in line[: len(line) - len(line.lstrip())]:
            column = line.index("\t") + 1
            report.note(
                "NN004", "this line is indented by a tab", mend="use blanks", line=number, column=column
            )


def check_attributes(attributes: dict[str, Attribute], grammar: Grammar, report: Report) -> None:
    """Reports unknown keys and values that mean nothing."""
    for key, attribute in attributes.items():
        report.spend(attribute.value.count(",") // WORDS_A_UNIT, attribute.line)
        cause, mend, code = "", "", "NN032"
        if key == ID:
            if not QUESTION_ID.fullmatch(attribute.value) or len(attribute.value) > ID_LIMIT:
                code, cause = "NN022", f"“{attribute.value}” cannot be an id"
                mend = f"use letters and digits with single hyphens between them, at most {ID_LIMIT}"
        elif key not in grammar.attributes:
            near = closest(key, grammar.attributes)
            code, cause = "NN031", f"unknown attribute “{key}”"
            known = ", ".join(sorted(grammar.attributes))
            mend = f"did you mean “{near}”? Then write that" if near else f"use {known}"
        elif not attribute.value.strip():
            cause, mend = f"“{key}” has no value", f"write {key}=value or leave it out"
        else:
            cause, mend = _value_fault(key, attribute.value, grammar)
        if cause:
            report.error(code, cause, mend=mend, line=attribute.line, column=attribute.column)


def _value_fault(key: str, value: str, grammar: Grammar) -> tuple[str, str]:
    choices = {"type": grammar.kinds, "level": LEVELS, "skill": SKILLS}.get(key, ())
    if choices and value not in choices:
        near = closest(value, choices)
        mend = f"did you mean “{near}”? Then write that" if near else f"use one of {', '.join(choices)}"
        return f"“{value}” is no {'kind' if key == 'type' else key}", mend
    if key == "review_by":
        try:
            if date.fromisoformat(value).isoformat() == value:
                return "", ""
        except ValueError:
            pass
        return f"“{value}” is no date", "write year-month-day, as in 2027-06-30"
    if key == "seconds" and not (re.fullmatch(r"[0-9]{1,5}", value) and int(value) in SECONDS):
        return (
            f"“{value}” is no number of seconds",
            f"write a whole number from {SECONDS[0]} to {SECONDS[-1]}",
        )
    if key in {"covers", "tags"}:
        for item in value.split(","):
            if not _WORD.fullmatch(item):
                return (
                    f"“{item.strip()}” cannot be one of “{key}”",
                    "divide words by commas; a word has no blanks",
                )
    return "", ""
