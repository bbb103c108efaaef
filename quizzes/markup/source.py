"""What a pack's text says, block by block, before any kind has given it a meaning.

Lines and columns count from 1 and point into the file as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from quizzes.markup.grammar import Grammar

BlockType = Literal[
    "paragraph", "bullets", "numbers", "tasks", "table", "fence", "quote", "math", "heading", "rule"
]


@dataclass(frozen=True, slots=True)
class Attribute:
    """`key=value` in braces; a bare word has the value ""."""

    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list.

    `text` is its first paragraph in Markdown, without the check box and without a closing `{…}`;
    `note` is the quote below it ("" when there is none); `rest` is whatever else it holds, as Markdown.
    `checked` is None outside task lists. Attributes nobody knows have been reported already.
    """

    text: str
    line: int
    column: int
    checked: bool | None = None
    note: str = ""
    rest: str = ""
    attributes: dict[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of Markdown.

    `text` is its source as written (for a fence the code only, for a quote the text without `>`).
    `items` is filled for lists, `header` and `rows` for tables, `info` for fences ("python cloze").
    `column` is where the text begins on its first line. Code of a fence begins on the line after `line`.
    A paragraph is cut before every line that starts with a directive of the grammar (“Answer”, “Params”) and a colon
    (a number or a name in brackets may stand between), so that each of them is a block.
    """

    type: BlockType
    text: str
    line: int
    column: int = 1
    info: str = ""
    items: tuple[ListItem, ...] = ()
    header: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    def place(self, position: int) -> tuple[int, int]:
        """Returns line and column in the file of a position in `text`."""
        newline = self.text.rfind("\n", 0, position)
        line = self.line + (1 if self.type == "fence" else 0) + self.text.count("\n", 0, position)
        return line, position - newline if newline >= 0 else self.column + position


@dataclass(frozen=True, slots=True)
class Section:
    """A `###` section; `name` is the reserved name in lower case ("key points")."""

    name: str
    line: int
    blocks: tuple[Block, ...]
    text: str


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A question as written: heading, attributes, body and reserved sections.

    `plain` is true in a document without front matter, where ids are made and nothing is required: the body is
    empty, and the sections "key points" and "answer" are made from the text below the heading.
    `oversized` is true when one of its texts is too long, which was reported: nothing else in it is looked at.
    `grammar` holds the words it was read with.
    """

    id: str
    line: int
    column: int
    prompt: str
    attributes: dict[str, Attribute]
    body: tuple[Block, ...]
    sections: dict[str, Section]
    plain: bool = False
    oversized: bool = False
    grammar: Grammar = field(default_factory=Grammar)


LAST = 32_767


@dataclass(frozen=True, slots=True)
class PackSource:
    """A whole file. Fields left out are "", `topic` is then the pack's slug and `number` the last."""

    pack: str
    title: str
    questions: tuple[QuestionSource, ...]
    number: int = LAST
    summary: str = ""
    topic: str = ""
    version: str = ""
    lang: str = "en"
    license: str = ""
    plain: bool = False
