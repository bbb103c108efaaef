"""From Markdown tokens to blocks with lines, and the faults Markdown itself is silent about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from quizzes.markup.attributes import (
    closest,
    looks_like_attributes,
    read_attributes,
    split_closing_braces,
)
from quizzes.markup.diagnostics import Report
from quizzes.markup.grammar import Grammar
from quizzes.markup.markdown import block_parser
from quizzes.markup.source import Attribute, Block, BlockType, ListItem
from quizzes.markup.tables import read_table, report_broken_table

_TYPES: dict[str, BlockType] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "bullets",
    "ordered_list_open": "numbers",
    "table_open": "table",
    "fence": "fence",
    "code_block": "fence",
    "blockquote_open": "quote",
    "math_block": "math",
    "hr": "rule",
}
_BOX = re.compile(r"\[([^\]\n]{0,2})\]([^\s(\[:]?)[ \t]?")
_BOXES_MEANT = frozenset(
    {"", "*", "v", "V", "✓", "✔", "✗", "-", "+", "o", "х", "Х", " x", "x ", "X ", " X", "  ", "xx"}
)
_QUOTE_MARK = re.compile(r"^[ \t]*> ?", re.MULTILINE)
_ITEM_MARK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_NO_BLANK_BEFORE_BOX = re.compile(r"\s{0,3}(?:[-*+]\[[^\]\n]{0,2}\]|\[[ xX]\]\s)")
_CODE_SPAN = re.compile(r"`+[^`]*`+")
_REPORT, _BARS = "report", "bars"


def _meter(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  (the parser calls it so)
    """Is asked first at every line where a block may begin or end, takes its work off, and is never a block itself.

    A table makes a cell in every row for every bar of its header; a quote in a quote reads every line once more.
    """
    first = state.bMarks[start] + state.tShift[start]
    units = 1 if silent else 4
    if not silent:
        below = start + 1
        may_be_table = below < end and state.src.startswith(
            ("|", ":", "-"), state.bMarks[below] + state.tShift[below]
        )
        state.env[_BARS] = state.src.count("|", first, state.eMarks[start]) if may_be_table else 0
        if state.parentType == "blockquote" and state.src.startswith(">", first):
            units += (end - start) // 2
    state.env[_REPORT].spend(units + 3 * state.env[_BARS] // 2 + state.level // 4, start + 1)
    return False


_PARSER = block_parser()
_PARSER.block.ruler.before("table", "meter", _meter, {"alt": ["paragraph", "blockquote", "list"]})


def read_blocks(lines: list[str], grammar: Grammar, report: Report) -> list[Block]:
    """Returns every top-level block of the file in order; headings carry their level in `info` ("2")."""
    tokens = _PARSER.parse("\n".join(lines), {_REPORT: report, _BARS: 0})
    _report_open_fences(tokens, lines, report)
    blocks: list[Block] = []
    for group in _groups(tokens):
        report.spend(len(group) // 6, (group[0].map or [0])[0] + 1)
        blocks.extend(_blocks_of(group, lines, grammar, report))
    _report_broken_lists(blocks, lines, report)
    return blocks


def _groups(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yields top-level blocks, each with everything inside it."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def _raw(token: Token, lines: list[str]) -> list[str]:
    start, end = token.map or (0, 0)
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _column(line: str) -> int:
    return len(line) - len(line.lstrip()) + 1


def _blocks_of(group: list[Token], lines: list[str], grammar: Grammar, report: Report) -> list[Block]:
    first = group[0]
    kind = _TYPES[first.type]
    raw = _raw(first, lines)
    line = (first.map or [0])[0] + 1
    text, column = "\n".join(raw), _column(raw[0]) if raw else 1
    if kind == "paragraph":
        return _paragraphs(raw, line, grammar, report)
    if kind == "heading":
        return [Block(kind, text, line, column, info=first.tag[1:])]
    if kind == "fence":
        if first.type == "code_block":
            report.note(
                "NN058",
                "this text is indented by four blanks and therefore shown as code",
                mend="write code between ``` lines, and begin other text at the margin",
                line=line,
            )
        return [Block(kind, first.content.removesuffix("\n"), line, column, info=first.info.strip())]
    if kind == "quote":
        return [Block(kind, _QUOTE_MARK.sub("", text), line, column)]
    if kind == "table":
        header, rows = read_table(raw, line, report)
        return [Block(kind, text, line, column, header=header, rows=rows)]
    if kind in {"bullets", "numbers"}:
        items = tuple(_items(group, lines, grammar, report, ordered=kind == "numbers"))
        if kind == "bullets" and any(item.checked is not None for item in items):
            _report_mixed(items, report)
            kind = "tasks"
        return [Block(kind, text, line, column, items=items)]
    return [Block(kind, text, line, column)]


def _paragraphs(raw: list[str], line: int, grammar: Grammar, report: Report) -> list[Block]:
    blocks: list[Block] = []
    start = 0
    for number in range(1, len(raw) + 1):
        if number == len(raw) or grammar.begins_paragraph.match(raw[number].lstrip()):
            text = "\n".join(part.lstrip() for part in raw[start:number]).rstrip()
            blocks.append(Block("paragraph", text, line + start, _column(raw[start])))
            start = number
    for number, part in enumerate(raw):
        if _NO_BLANK_BEFORE_BOX.match(part):
            report.error(
                "NN054",
                "this looks like an option but is no list item",
                mend="write “- [ ] …” or “- [x] …” with a blank after the dash and after the box",
                line=line + number,
                column=_column(part),
            )
        if re.match(r"\s{0,3}#{2,6}[^\s#]", part):
            report.error(
                "NN027",
                "this looks like a heading but has no blank after #",
                mend="write a blank between # and the text",
                line=line + number,
                column=_column(part),
            )
    report_broken_table(raw, line, report)
    if _CODE_SPAN.sub("", "\n".join(raw)).replace("\\$", "").count("$$") % 2:
        report.error(
            "NN059", "$$ is opened but never closed in this paragraph", mend="close it with $$", line=line
        )
    return blocks


def _items(
    group: list[Token], lines: list[str], grammar: Grammar, report: Report, *, ordered: bool
) -> Iterator[ListItem]:
    children: list[Token] = []
    for token in group:
        if token.type == "list_item_open" and token.level == 1:
            children = [token]
        elif token.type == "list_item_close" and token.level == 1:
            yield _item(children, lines, grammar, report, ordered=ordered)
        else:
            children.append(token)


def _item(
    tokens: list[Token], lines: list[str], grammar: Grammar, report: Report, *, ordered: bool
) -> ListItem:
    own, children = tokens[0], tokens[1:]
    line = (own.map or [0])[0] + 1
    text, column, rest, notes = "", _column(lines[line - 1]) + 2, [], []
    for index, child in enumerate(children):
        if child.level != own.level + 1 or child.nesting < 0 or child.map is None:
            continue
        raw = _raw(child, lines)
        if index == 0 and child.type == "paragraph_open":
            text = children[1].content
            line = child.map[0] + 1
            column = lines[line - 1].find(text.split("\n", 1)[0]) + 1
        elif child.type == "blockquote_open":
            notes.append(_QUOTE_MARK.sub("", _unmarked(raw)).strip())
        else:
            rest.append(_unmarked(raw))
    checked, text, skipped = _check_box(text, line, column, report, ordered=ordered)
    text, attributes = _item_attributes(
        text, line, column + skipped, lines, report, known=grammar.item_attributes
    )
    return ListItem(text, line, column + skipped, checked, "\n\n".join(notes), "\n\n".join(rest), attributes)


def _unmarked(raw: list[str]) -> str:
    """Returns lines without the list marker and the indentation they share."""
    if raw and _ITEM_MARK.match(raw[0]):
        raw = [_ITEM_MARK.sub(lambda mark: " " * len(mark[0]), raw[0]), *raw[1:]]
    shared = min((len(part) - len(part.lstrip()) for part in raw if part.strip()), default=0)
    return "\n".join(part[shared:].rstrip() for part in raw)


def _check_box(
    text: str, line: int, column: int, report: Report, *, ordered: bool
) -> tuple[bool | None, str, int]:
    """`(checked, text without the box, characters left out)`; checked is None where there is no box."""
    match = _BOX.match(text)
    if match is None:
        return None, text, 0
    good = match[1] in {" ", "x", "X"}
    if not good and match[1] not in _BOXES_MEANT:
        return None, text, 0
    if re.match(r"\[[^\]\n]*\][(\[:]", text):  # a link
        return None, text, 0
    cause = ""
    if not good:
        cause = f"a check box must be [ ] or [x], not [{match[1]}]"
    elif match[2]:
        cause = "a blank is missing after the check box"
    elif ordered:
        cause = "check boxes belong to bullets, not to numbers"
    if cause:
        report.error("NN054", cause, mend="write “- [ ] …” or “- [x] …”", line=line, column=max(column, 1))
    end = match.start(2) if match[2] else match.end()
    checked = match[1].strip() not in {"", "-", "o", "✗"}
    return checked if not ordered else None, text[end:].lstrip(), end


def _item_attributes(
    text: str, line: int, column: int, lines: list[str], report: Report, *, known: frozenset[str]
) -> tuple[str, dict[str, Attribute]]:
    parts = split_closing_braces(text)
    if parts is None or not looks_like_attributes(parts[1], known):
        return text, {}
    before, inner, start = parts
    at_line = line + text.count("\n", 0, start)
    at_column = lines[at_line - 1].find("{", column - 1 if at_line == line else 0) + 2
    if inner:
        at_column = max(lines[at_line - 1].rfind("{" + inner.split("\n", 1)[0]) + 2, 1)
    attributes = read_attributes(inner, report, line=at_line, column=at_column)
    for key, attribute in attributes.items():
        if key not in known:
            near = closest(key, known)
            report.error(
                "NN031",
                f"unknown attribute “{key}” of a list item",
                mend=f"did you mean “{near}”? Then write that" if near else f"use {', '.join(sorted(known))}",
                line=attribute.line,
                column=attribute.column,
            )
    return before, attributes


def _report_mixed(items: tuple[ListItem, ...], report: Report) -> None:
    for item in items:
        if item.checked is None:
            report.error(
                "NN055",
                "this item has no check box, others of the list have one",
                mend="begin it with [ ] or [x], or indent it to make it part of the option above",
                line=item.line,
                column=item.column,
            )


def _report_broken_lists(blocks: list[Block], lines: list[str], report: Report) -> None:
    for before, block in pairwise(blocks):
        touches = block.line > 1 and bool(lines[block.line - 2].strip())
        if before.type == "tasks" and block.type == "quote" and touches:
            report.error(
                "NN056",
                "this note is not indented, so it does not belong to the option above",
                mend="indent it by two blanks",
                line=block.line,
            )
        elif before.type == "tasks" and block.type == "tasks":
            report.error(
                "NN057",
                "a second list of options begins here, because the bullet changes",
                mend="begin every option with the same sign, “- ”",
                line=block.line,
            )


def _report_open_fences(tokens: list[Token], lines: list[str], report: Report) -> None:
    for token in tokens:
        if token.type != "fence" or token.map is None:
            continue
        start, end = token.map
        last = re.sub(r"^[\s>]*", "", lines[end - 1]).rstrip()
        closed = end - 1 > start and len(last) >= len(token.markup) and set(last) == {token.markup[0]}
        documents = token.info.strip() in {"markdown", "md"}
        swallowed = (
            None
            if documents
            else re.search(
                rf"^## .*{{#|^{token.markup[0]}{{{len(token.markup)}}} ?[a-z]+", token.content, re.MULTILINE
            )
        )
        cause = "" if closed else "this fence is never closed"
        if swallowed:
            other = start + 2 + token.content.count("\n", 0, swallowed.start())
            what = "question" if swallowed[0].startswith("#") else "fence"
            cause = f"this fence is still open where the {what} on line {other} begins"
        if cause:
            mend = f"add a line {token.markup} after the code"
            report.error("NN050", cause, mend=mend, line=start + 1)
