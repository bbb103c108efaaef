"""The YAML between two lines of `---` at the top of a pack."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from quizzes.markup.attributes import closest
from quizzes.markup.diagnostics import Report
from quizzes.markup.grammar import Grammar
from quizzes.markup.source import LAST

KEYS = {
    "pack": 64,
    "title": 120,
    "number": 5,
    "summary": 400,
    "topic": 64,
    "version": 20,
    "lang": 20,
    "license": 60,
}
REQUIRED = ("pack", "title")
LIMIT = 4_000
BRACKETS_LIMIT = 50  # the time to read nested lists grows with the square of their depth
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields as written, and how many lines of the file they took (0: there is none)."""

    fields: dict[str, str] = field(default_factory=dict)
    lines: int = 0


def read_front_matter(lines: list[str], grammar: Grammar, report: Report) -> FrontMatter:
    """Reads and checks the front matter; every value is a text, so `lang: no` and `version: 1.10` stay what they
    are.
    """
    if not lines or lines[0].rstrip() != "---":
        _look_for_misplaced(lines, report)
        return FrontMatter()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        report.error(
            "NN010", "the front matter is never closed", mend="add a line --- after its last key", line=1
        )
        end = next((n for n, line in enumerate(lines[1:], 1) if line.startswith("#")), len(lines)) - 1
    fields = _read_fields("\n".join(lines[1:end]), grammar, report)
    for key in REQUIRED:
        if key not in fields:
            report.error("NN012", f"the front matter has no “{key}”", mend=f"add a line “{key}: …”", line=1)
    return FrontMatter({key: value for key, (value, _) in fields.items()}, end + 1)


def _look_for_misplaced(lines: list[str], report: Report) -> None:
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None or first + 1 >= len(lines):
        return
    rule, key = lines[first].strip() == "---", re.match(r"(pack|title)\s*:", lines[first + 1].strip())
    if rule and key:
        cause = "front matter must begin on the first line of the file, without blanks before ---"
        report.error("NN016", cause, mend="remove what stands before it", line=first + 1)
    elif re.match(r"pack\s*:\s*\S", lines[first]):
        report.error("NN016", "front matter must begin with a line ---", mend="add it above", line=first + 1)


def _read_fields(text: str, grammar: Grammar, report: Report) -> dict[str, tuple[str, int]]:
    if len(text) > LIMIT:
        report.error(
            "NN011", f"the front matter is longer than {LIMIT} characters", mend="shorten it", line=1
        )
        return {}
    if text.count("[") + text.count("{") > BRACKETS_LIMIT:
        cause = f"the front matter holds more than {BRACKETS_LIMIT} opening brackets"
        report.error("NN011", cause, mend="write “key: value” lines", line=1)
        return {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        cause = f"the front matter is not YAML: {error.problem or error.context}"
        mend = "write “key: value” lines, and quote values that hold “: ” or begin with a sign"
        report.error(
            "NN011",
            cause,
            mend=mend,
            line=mark.line + 2 if mark else 1,
            column=mark.column + 1 if mark else 1,
        )
        return {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 2
        report.error("NN011", "the front matter is not YAML", mend="write “key: value” lines", line=line)
        return {}
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        report.error("NN011", "the front matter is no list of keys", mend="write “key: value” lines", line=2)
        return {}
    fields: dict[str, tuple[str, int]] = {}
    for key_node, value_node in root.value:
        _read_field(key_node, value_node, fields, grammar, report)
    return fields


def _read_field(
    key_node: yaml.Node,
    value_node: yaml.Node,
    fields: dict[str, tuple[str, int]],
    grammar: Grammar,
    report: Report,
) -> None:
    line, column = key_node.start_mark.line + 2, key_node.start_mark.column + 1
    key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
    if key not in KEYS:
        near = closest(key, KEYS)
        mend = f"did you mean “{near}”? Then write that" if near else f"use one of {', '.join(KEYS)}"
        report.error("NN013", f"unknown front matter key “{key}”", mend=mend, line=line, column=column)
        return
    if key in fields:
        cause = f"“{key}” is given twice (first on line {fields[key][1]})"
        report.error("NN015", cause, mend="keep one of the two", line=line, column=column)
        return
    column = value_node.start_mark.column + 1
    if not isinstance(value_node, yaml.ScalarNode):
        report.error(
            "NN014",
            f"“{key}” must be one value, no list",
            mend=f"write “{key}: value”",
            line=line,
            column=column,
        )
        return
    value = value_node.value.strip()
    fault = _fault(key, value, grammar)
    if fault:
        report.error("NN014", fault[0], mend=fault[1], line=line, column=column)
    fields[key] = (value, line)


def _fault(key: str, value: str, grammar: Grammar) -> tuple[str, str] | None:
    if not value:
        return f"“{key}” is empty", "give it a value or remove the line"
    if len(value) > KEYS[key]:
        return f"“{key}” has {len(value)} characters, {KEYS[key]} are allowed", "shorten it"
    if key in {"pack", "topic"} and not SLUG.fullmatch(value):
        return f"“{value}” is no slug", "use small letters, digits and single hyphens"
    if key == "number" and not (re.fullmatch(r"[0-9]+", value) and int(value) <= LAST):
        return f"“{value}” is no whole number", f"write a number from 0 to {LAST}"
    if key in {"title", "summary"}:
        # A summary may be written over several lines.
        line = value.replace("\n", " ") if key == "summary" else value
        if fault := grammar.fault_of_line(line):
            return f"“{key}” is no single line of plain signs", fault[0].lower() + fault[1:].rstrip(".")
    if any(
        (ord(character) < 32 and character != "\n") or 0xD800 <= ord(character) < 0xE000
        for character in value
    ):
        return f"“{key}” holds a control character", "remove it"
    return None
