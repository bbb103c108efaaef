"""The Markdown we speak: CommonMark with tables, strikethrough and dollar mathematics, and no HTML.

One parser cuts packs into blocks, another turns texts into pages; both are made here so that they agree.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_NESTING = 50
TEXT_LIMIT = 20_000
BRACKETS_LIMIT = 1_000
"""Opening brackets of a text in which links are looked for."""


def block_parser() -> MarkdownIt:
    """Returns a parser that finds blocks and their lines and leaves the text inside them alone.

    Underlined headings and link definitions are off: in a pack `---` is a rule, and every line stays visible.
    """
    parser = _parser()
    parser.disable(["lheading", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def page_parser(*, links: bool = True) -> MarkdownIt:
    """Returns a parser for texts that become HTML; looking for links takes time that grows with the square of the
    brackets.
    """
    parser = _parser()
    parser.disable(["lheading"] if links else ["lheading", "link", "image"])
    return parser


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    dollarmath_plugin(parser, allow_labels=False, allow_blank_lines=False, double_inline=True)
    parser.inline.ruler.at("math_inline", _inline_math)
    return parser


def _inline_math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (the parser calls it so)
    """`$…$` and `$$…$$` by pandoc's rule: no blank just inside either dollar, no digit after the closing one.

    So "$5 and $6" stays a price. The dollarmath plugin's own rule looks at the last character of the text when the
    formula stands first, and searches the rest of the text again for every dollar that is never closed.
    """
    source, start = state.src, state.pos
    if source[start] != "$":
        return False
    marker = "$$" if source.startswith("$$", start) else "$"
    if state.env.get(marker) is source:  # an earlier one was never closed, so this one is not either
        return False
    opening = start + len(marker)
    if opening >= state.posMax or (marker == "$" and source[opening].isspace()):
        return False
    end = opening
    while True:
        end = source.find(marker, end, state.posMax)
        if end < 0:
            state.env[marker] = source
            return False
        after = source[end + len(marker) : end + len(marker) + 1]
        if _escaped(source, end) or (marker == "$" and (source[end - 1].isspace() or after.isdigit())):
            end += len(marker)
            continue
        break
    content = source[opening:end]
    if not content.strip():
        return False
    if not silent:
        token = state.push("math_inline_double" if marker == "$$" else "math_inline", "math", 0)
        token.content = content
        token.markup = marker
    state.pos = end + len(marker)
    return True


def _escaped(source: str, position: int) -> bool:
    backslashes = 0
    while position > backslashes and source[position - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1
