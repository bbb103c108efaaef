"""Authored text to HTML that cannot run anything.

Markdown with HTML off; formulas and code are set aside behind marks nobody can guess; the rest goes through an
allow-list sanitiser that knows no mathematics, pictures, forms or styles; then the marks are replaced by MathML that
was re-read strictly and by code whose every character was escaped. Pure and memoised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from secrets import token_hex

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from quizzes.bank.mathematics import render_formula
from quizzes.markup.api import BRACKETS_LIMIT, TEXT_LIMIT, page_parser

FORMULAS_LIMIT = 400
# Some lexers take time that grows with the square of a line, or of a run of empty lines.
COLOURED_LIMIT = 4_000
LINES_LIMIT = 500
DEEPEST = 24
_EMPTY_LINES = re.compile(r"(?:^[ \t]*\n){30}", re.MULTILINE)
_MANY_BLANKS = re.compile(r"[ \t]{400}")
LANGUAGES = frozenset(
    {
        "bash", "c", "console", "cpp", "cuda", "diff", "docker", "ini", "javascript", "json", "numpy", "pycon", "pytb",
        "python", "sh", "shell", "sql", "toml", "yaml",
    }
)  # fmt: skip

_BLOCKS = frozenset(
    {
        "blockquote", "div", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "table", "tbody", "td", "th", "thead", "tr",
        "ul",
    }
)  # fmt: skip
_INLINES = frozenset({"a", "br", "code", "em", "s", "strong"})
_TABLE_REGION = {"class": "table-wrap", "tabindex": "0", "role": "group", "aria-label": "Table"}
_NO_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CODE_START = '<pre class="code" tabindex="0" role="group" aria-label="Code"><code>'


def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags={"script", "style"},
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        tag_attribute_values={
            "div": {key: {value} for key, value in _TABLE_REGION.items() if key != "class"},
            "th": {"scope": {"col"}},
        },
        allowed_classes={
            "div": {"table-wrap"},
            "th": {"align-center", "align-right"},
            "td": {"align-center", "align-right"},
        },
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


# A line may break on both sides of a formula; nothing but this keeps a comma after one from beginning the next line.
_PUNCTUATED = re.compile(r'(<math(?![^>]*display="block")(?:(?!</math>).)*</math>[,.;:!?)\]’”]+)', re.DOTALL)
_PAGE = _cleaner(_BLOCKS | _INLINES)
_LINE = _cleaner(_INLINES)
_INDENTED = re.compile(r"(?:<span[^>]*>)?([ \t]+)")
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


@lru_cache(maxsize=4096)
def render(text: str) -> SafeString:
    """Returns Markdown as HTML blocks. Beyond 20,000 characters the text is cut; nesting deeper than 50 is shown flat.

    In a text of more than 1,000 opening brackets links are shown as they are written.
    """
    env = _env()
    html = _parser_for(text).render(_cut(text), env)
    return _finished(_PAGE.clean(html), env)


@lru_cache(maxsize=4096)
def render_inline(text: str) -> SafeString:
    """Returns one line of Markdown as HTML without any block: for prompts, options and cells."""
    env = _env()
    html = _parser_for(text).renderInline(_cut(text), env)
    return _finished(_LINE.clean(html), env)


def seen(text: str) -> str:
    """Returns what is read of Markdown, as plain text: without addresses and formulas. It takes less than rendering."""
    tokens = _parser_for(text).parse(_cut(text))
    leaves = (leaf for token in tokens for leaf in token.children or (token,))
    return "".join(leaf.content for leaf in leaves if not leaf.type.startswith("math_"))


@lru_cache(maxsize=2048)
def highlight(code: str, language: str = "") -> SafeString:
    """Returns code as a scrollable region with Pygments' classes; an unknown language is shown plain.

    Each line is an element that says by its class how far it is indented (`in-2`, `in-4`, … `in-24`), so that a long
    one can go on below its own beginning; in code of more than 500 lines none is.
    """
    html: str = highlight_inline(code.rstrip(), language)
    if html.count("\n") < LINES_LIMIT:
        html = "\n".join(map(_line, html.split("\n")))
    return mark_safe(f"{_CODE_START}{html}</code></pre>")  # noqa: S308


def _line(html: str) -> str:
    """Returns a line of coloured code; Pygments begins and ends its elements within a line."""
    found = _INDENTED.match(html)
    depth = min(len(found[1].expandtabs(4)) // 2 * 2, DEEPEST) if found else 0
    return f'<span class="line in-{depth}">{html}</span>' if depth else f'<span class="line">{html}</span>'


@lru_cache(maxsize=4096)
def highlight_inline(code: str, language: str = "") -> SafeString:
    """Only the coloured code, to stand inside an element that keeps white space."""
    code = _cut(code)
    if language not in LANGUAGES or not _quickly_coloured(code):
        return mark_safe(escape(code))  # noqa: S308
    lexer = get_lexer_by_name(language, stripnl=False)  # it adds a line end, without which some lexers crawl
    html = pygments_highlight(code, lexer, _FORMATTER)
    return mark_safe(html if code.endswith("\n") else html.removesuffix("\n"))  # noqa: S308


def _quickly_coloured(code: str) -> bool:
    return not (len(code) > COLOURED_LIMIT or _EMPTY_LINES.search(code) or _MANY_BLANKS.search(code))


def _cut(text: str) -> str:
    """Returns the text within the limit and without signs that HTML cannot hold."""
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT] + " …"
    return _NO_HTML.sub("\N{REPLACEMENT CHARACTER}", text)


def _env() -> EnvType:
    return {"secret": token_hex(16), "aside": []}


def _finished(html: str, env: EnvType) -> SafeString:
    """Returns replace the marks in sanitised HTML by what was set aside."""
    aside: list[str] = env["aside"]
    pattern = rf"{env['secret']}x(\d+)x"
    whole = re.sub(pattern, lambda mark: aside[int(mark[1])], html)
    return mark_safe(_PUNCTUATED.sub(r'<span class="unbroken">\1</span>', whole))  # noqa: S308


def _set_aside(html: str, env: EnvType) -> str:
    env["aside"].append(html)
    return f"{env['secret']}x{len(env['aside']) - 1}x"


def _code(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    return _set_aside(highlight(token.content, (token.info.split() or [""])[0]), env)


def _formula(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    block = token.type != "math_inline"
    if len(env["aside"]) >= FORMULAS_LIMIT:
        return escape(f"{token.markup}{token.content}{token.markup}")
    formula = render_formula(token.content.strip(), block=block)
    # One on a line of its own scrolls where it is too long, by keyboard too.
    return _set_aside(formula.replace("<math ", '<math tabindex="0" ', 1) if block else formula, env)


def _image(
    _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    """Pictures are never fetched from addresses in texts; what they would show is said."""
    return escape(tokens[index].content)


def _heading(
    self: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """Returns the two upper levels of headings belong to the page, not to texts on it."""
    token = tokens[index]
    token.tag = max(token.tag, "h3")
    return _plain(self, tokens, index, options, env)


def _cell(
    self: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    alignment = str(token.attrs.pop("style", "")).removeprefix("text-align:")
    if alignment in {"center", "right"}:
        token.attrSet("class", f"align-{alignment}")
    if token.type == "th_open":
        token.attrSet("scope", "col")
    return _plain(self, tokens, index, options, env)


def _table_start(
    self: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    region = " ".join(f'{key}="{value}"' for key, value in _TABLE_REGION.items())
    return f"<div {region}>{_plain(self, tokens, index, options, env)}"


def _table_end(
    self: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f"{_plain(self, tokens, index, options, env)}</div>"


def _plain(
    self: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return self.renderToken(tokens, index, options, env)  # type: ignore[attr-defined,no-any-return]


def _with_rules(parser: MarkdownIt) -> MarkdownIt:
    for types, rule in (
        (("fence", "code_block"), _code),
        (("math_inline", "math_inline_double", "math_block"), _formula),
        (("image",), _image),
        (("heading_open", "heading_close"), _heading),
        (("th_open", "td_open"), _cell),
        (("table_open",), _table_start),
        (("table_close",), _table_end),
    ):
        for name in types:
            parser.add_render_rule(name, rule)
    return parser


_PARSER = _with_rules(page_parser())
_WITHOUT_LINKS = _with_rules(page_parser(links=False))


def _parser_for(text: str) -> MarkdownIt:
    return _PARSER if text.count("[", 0, TEXT_LIMIT) <= BRACKETS_LIMIT else _WITHOUT_LINKS
