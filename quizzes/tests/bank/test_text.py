"""Authored text to HTML: what it shows, and that nothing in it can run."""

import re
from html import unescape
from pathlib import Path

import lxml.html
import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank.mathematics import can_be_set
from quizzes.bank.text import LANGUAGES, highlight, highlight_inline, render, render_inline

STATIC = Path(__file__).parents[3] / "nnprep" / "static" / "css"
MATHML = {
    "math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts",
    "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext",
    "mtr", "munder", "munderover", "none",
}  # fmt: skip
HTML = {
    "a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "span",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def assert_harmless(html: str) -> None:
    """Walk the page as a parser sees it: only known elements, and only attributes that can do nothing."""
    page = lxml.html.document_fromstring(f"<!DOCTYPE html><body><main>{html}</main></body>")
    main = page.find(".//main")
    assert main is not None
    for element in main.iterdescendants():
        assert isinstance(element.tag, str), f"a comment or instruction in {html!r}"
        assert element.tag in HTML | MATHML, element.tag
        for name, value in ((str(key), str(value)) for key, value in element.attrib.items()):
            assert not name.startswith("on")
            assert name not in {
                "style",
                "src",
                "srcset",
                "id",
                "name",
                "form",
                "formaction",
                "action",
                "xlink:href",
            }
            if name == "href":
                assert element.tag == "a"
                assert re.match(r"(https?://|https?:|mailto:)", value.strip(), re.IGNORECASE), value
            if name == "class":
                assert (
                    value in {"table-wrap", "align-right", "align-center", "code", "tex"}
                    or element.tag == "span"
                )


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>",
    "<!-- comment --><!DOCTYPE html><?php ?>",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{</mtext></math><img src=x onerror=alert(1)>}$",
    "$\\text{<mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\href{https://example.org}{x}$",
    "$\\style{background:url(javascript:alert(1))}{x}$",
    "$\\class{answer-form}{x}$",
    "$\\text{&lt;script&gt;}$",
    "$\\mathbf{<b onclick=alert(1)>}$",
    "$\\begin{array}{<script>}1\\end{array}$",
    "$\\color{expression(alert(1))}{x}$",
    "$\\hspace{1em\" onclick=\"alert(1)}x$",
    "$$\\text{<math><mtext><table><mglyph><style><math><img src onerror=alert(1)>}$$",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.example)",
    "[x](/accounts/logout/)",
    "[x](https://e.org \"a\\\" onclick=alert(1) b\")",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](https://tracker.example/pixel.gif)",
    "![<img src=x onerror=alert(1)>](x)",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "```python\n\"</span><script>alert(1)</script>\"\n```",
    "``` \" onclick=alert(1)\nx\n```",
    "| <b> | $\\text{<i>}$ |\n|:-:|--:|\n| <script> | `</td>` |",
    "`</code><script>`",
    "# <script> {#id .class onclick=x}",
    "\u202e\u0000\ufffe <b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_not_run(text: str) -> None:
    assert_harmless(render(text))
    assert_harmless(render_inline(text))
    assert_harmless(highlight(text, "python"))
    assert_harmless(highlight(text, text))


PIECES = st.sampled_from(
    [piece for text in HOSTILE for piece in re.split(r"(?<=[>({])|(?=[<)}])", text) if piece]
    + [
        "$",
        "$$",
        "`",
        "```\n",
        "|",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "    ",
        "\\",
        "{",
        "}",
        "\\text{",
        "\\frac",
        "^",
        "_",
        "&",
    ]
)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=16).map("".join))
def test_no_text_at_all_gives_anything_that_can_run(text: str) -> None:
    assert_harmless(render(text))
    assert_harmless(render_inline(text))
    assert_harmless(render(f"$\\text{{{text}}}$ and $${text}$$"))


@settings(max_examples=examples(60), deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=60),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_highlighted_code_reads_as_it_was_written(code: str, language: str) -> None:
    html = highlight_inline(code, language)
    assert_harmless(html)
    shown = unescape(re.sub(r"<[^>]*>", "", html))
    assert shown.rstrip("\n") == code.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def test_plain_markdown_becomes_plain_elements() -> None:
    html = render("A **b** and *c* with `d` and [e](https://e.org).\n\n> quote\n\n1. one\n2. two\n\n~~gone~~")
    assert "<strong>b</strong>" in html
    assert "<em>c</em>" in html
    assert "<code>d</code>" in html
    assert '<a href="https://e.org" rel="noopener noreferrer nofollow">e</a>' in html
    assert "<blockquote>" in html
    assert "<ol>" in html
    assert "<s>gone</s>" in html


def test_the_upper_headings_belong_to_the_page() -> None:
    html = render("# One\n\n## Two\n\n#### Four")
    assert "<h3>One</h3>" in html
    assert "<h3>Two</h3>" in html
    assert "<h4>Four</h4>" in html


def test_no_line_begins_with_the_comma_after_a_formula() -> None:
    html = render_inline("$\\alpha$ and $\\eta$, the rate")
    assert html.count('<span class="unbroken"><math') == html.count("</math>,</span> the rate") == 1
    assert "</math> and <span" in html


def test_formulas_become_mathml_inline_and_on_lines_of_their_own() -> None:
    html = render("So $\\frac{1}{n}\\sum_i x_i$ and\n\n$$\n\\sqrt{2}\n$$\n\nand $$x^2$$ too.")
    assert html.count("<math") == 3
    assert html.count('display="block"') == html.count('tabindex="0"') == 2
    assert 'alttext="\\sqrt{2}"' in html
    assert "<mfrac>" in html
    assert "$" not in html


@pytest.mark.parametrize(
    "text", ["It costs $5 and $6.", "$5", "a $ b $ c", "\\$x\\$", "`$x$`", "from $1 to $2", "$ x$", "$x $"]
)
def test_prices_and_code_are_no_formulas(text: str) -> None:
    assert "<math" not in render(text)


def test_a_formula_at_the_start_is_one_whatever_ends_the_text() -> None:
    assert "<math" in render("$x$ equals 5")


@pytest.mark.parametrize(
    "latex", ["\\frac{", "\\nosuchthing", "\\text{a & b}", "x" * 1001, "\\class{a}{x}", "{" * 900]
)
def test_a_formula_that_cannot_be_set_is_shown_as_latex(latex: str) -> None:
    assert not can_be_set(latex)
    html = render(f"See ${latex}$ there.")
    assert '<code class="tex">' in html
    assert latex in unescape(html)


def test_tables_scroll_by_keyboard_and_their_headers_have_a_scope() -> None:
    html = render("| a | b |\n|--:|:-:|\n| 1 | 2 |")
    assert '<div class="table-wrap" tabindex="0" role="group" aria-label="Table"><table>' in html
    assert '<th class="align-right" scope="col">a</th>' in html
    assert '<td class="align-center">2</td>' in html
    assert "style" not in html


def test_code_scrolls_by_keyboard_and_is_coloured_by_class() -> None:
    html = render("```python\nimport torch\n```")
    assert html.startswith('<pre class="code" tabindex="0" role="group" aria-label="Code"><code>')
    assert '<span class="kn">import</span>' in html
    assert highlight("import torch", "python") == html


def test_a_fence_with_two_words_is_coloured_by_the_first() -> None:
    assert '<span class="kn">' in render("```python cloze\nimport torch\n```")


def test_an_unknown_language_is_shown_plain() -> None:
    assert '<span class="line">a &lt; b</span>' in highlight("a < b", "klingon")


CODE = 'def f(x):\n\n    """Says\n\tmore."""\n    if x < 1:\n        return  -x\n' + " " * 60 + "#\n"


@pytest.mark.parametrize("language", ["python", "klingon"])
def test_each_line_of_code_is_an_element_that_says_its_indentation(language: str) -> None:
    html = highlight(CODE, language)
    assert unescape(re.sub("<[^>]+>", "", html)) == CODE.rstrip()
    lines = html[html.index("<code>") + 6 : html.index("</code>")].split("\n")
    assert [re.match('<span class="([^"]*)">', line)[1] for line in lines] == [  # type: ignore[index]
        "line", "line", "line in-4", "line in-4", "line in-4", "line in-8", "line in-24",
    ]  # fmt: skip
    for line in lines:
        assert line.count("<span") == line.count("</span>")


def test_lines_cost_little_however_many_they_are() -> None:
    code = "x\n" * 9_000 + "y"
    assert len(highlight(code, "python")) < 20_000
    assert len(highlight("\n" * 499 + "y", "python")) < 60_000


def test_one_line_has_no_blocks() -> None:
    html = render_inline("# *a* $x$\n\n- b")
    assert "<em>a</em>" in html
    assert "<math" in html
    assert not re.search(r"<(p|h3|ul|li|div)", html)


LONG = [
    "[" * 20_000, "![" * 5_000, "*a_ " * 5_000, "`a``" * 5_000, "$a " * 6_000, "$$ a " * 4_000, "> " * 10_000,
    "- " * 10_000, "[a](" * 5_000, "<" * 20_000, "\\" * 20_000, "$" + "{" * 990 + "$", "$x^{" * 300, "|a" * 9_000,
    "".join(" " * depth + "- a\n" for depth in range(190)), "$x$ " * 5_000, "a" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=[text[:4].strip() for text in LONG])
def test_long_and_deep_text_comes_back(text: str) -> None:
    assert_harmless(render(text)[:200_000].rsplit("<", 1)[0])
    assert len(render_inline(text)) < 400_000


def test_beyond_the_limit_text_is_cut() -> None:
    html = render("a" * 30_000)
    assert html.count("a") == 20_000
    assert "…" in html


def test_the_template_filters_are_these_functions() -> None:
    template = Template(
        "{% load text %}{{ a|markdown }}{{ b|markdown_inline }}{{ c|highlight:'python' }}{{ d|markdown }}"
    )
    html = template.render(Context({"a": "*x*", "b": "*y*", "c": "1 < 2", "d": None}))
    assert html == render("*x*") + render_inline("*y*") + highlight("1 < 2", "python")


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_code_is_readable_on_its_ground_in_light_and_dark() -> None:
    (ground,) = re.findall(r"--sunken: light-dark\((#\w{6}), (#\w{6})\)", (STATIC / "tokens.css").read_text())
    colours = re.findall(r"--code-\w+: light-dark\((#\w{6}), (#\w{6})\)", (STATIC / "code.css").read_text())
    assert len(colours) >= 10
    for light, dark in colours:
        assert contrast(light, ground[0]) >= 4.5
        assert contrast(dark, ground[1]) >= 4.5


def test_every_class_the_highlighter_gives_has_a_rule() -> None:
    code = (
        "import a\n@b\nclass C(D):\n    '''doc'''\n    def f(self, x: int = 0x1F) -> None:\n"
        "        return f'{x!r}\\n' if not None else 1.5  # c\n"
    )
    given = set(re.findall(r'class="(\w+)"', highlight_inline(code, "python")))
    sheet = (STATIC / "code.css").read_text()
    assert {name for name in given if not re.search(rf"\.{name}\b", sheet)} <= {"n"}
