"""Texts that are dear to check or to show, one for each construct of the format; each grows to the size asked for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, islice

FRONT = "---\npack: hostile\ntitle: Hostile\n---\n"
TAIL = "\n\n### Explanation\n\nSo.\n\n"
CHOICE = "- [x] Yes\n- [ ] No\n  > Why.\n"
LINES = 29_900

Shape = Callable[[int], str]
"""From a number of characters to a file of about that size."""


def _repeat(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def _numbered(unit: Callable[[int], str], size: int) -> str:
    return "".join(islice((unit(n) for n in count()), max(1, size // len(unit(10_000)))))[:size]


def _spread(question: Callable[[int, int], str], each: int = 19_000) -> Shape:
    """Questions (from a number and a size to Markdown) of `each` characters, as many as a file may hold."""

    def whole(size: int) -> str:
        first = question(0, min(each, size))
        many = max(1, min(size // len(first), LINES // max(first.count("\n"), 1)))
        return FRONT + "".join(question(n, min(each, size)) for n in range(many))

    return whole


def _body(text: Callable[[int], str]) -> Shape:
    return _spread(lambda n, size: f"## What is {n}? {{#q{n}}}\n\n{text(size)}\n\n{CHOICE}{TAIL}")


def _asked(text: Callable[[int], str]) -> Shape:
    return _spread(lambda n, size: f"## What is {n}? {{#q{n}}}\n\n{text(size)}{TAIL}")


def _attributed(text: Callable[[int], str], each: int = 3_900) -> Shape:
    return _spread(lambda n, size: f"## What? {{#q{n} {text(size)}}}\n\n{CHOICE}{TAIL}", each)


def _repeated(unit: str) -> Shape:
    return _body(lambda size: _repeat(unit, size))


def _counted(unit: Callable[[int], str], before: str = "", after: str = "") -> Shape:
    return _body(lambda size: before + _numbered(unit, size) + after)


def _questions(question: Callable[[int], str]) -> Shape:
    return _spread(lambda n, _: question(n))


def _front_matter(yaml: Callable[[int], str]) -> Shape:
    return lambda size: (
        f"---\npack: hostile\ntitle: Hostile\n{yaml(min(size, 3_900))}\n---\n## What? {{#q}}\n\n{CHOICE}{TAIL}"
    )


def _bomb(size: int) -> str:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 80))
    return f"a0: &a0 x\n{levels}"[:size]


def _seeded(n: int) -> str:
    return (
        f"## Add {{{{=a}}}} and {{{{=b}}}}. {{#q{n}}}\n\nParams: a = 1..1000; b = 1..1000\n\n"
        f"Answer: {{{{=a+b}}}}\n\n### Explanation\n\nIt is {{{{=a+b}}}}.\n\n"
    )


def _limits(n: int) -> str:
    """A question that is just within every limit of expressions."""
    long = "+".join(["a"] * 8)
    lets = "; ".join(f"x{k} = {'x' + str(k - 1) if k else 'a'} + {long} - {long}" for k in range(50))
    shown = " ".join(f"{{{{={long} - {k}}}}}" for k in range(60))
    return (
        f"## Add. {{#q{n}}}\n\nParams: a = 1..1000\n\nLet: {lets}\n\nAnswer: {{{{=x49}}}}\n\n"
        f"### Explanation\n\n{shown}\n\n"
    )


def _deep(n: int) -> str:
    return "  " * (n % 50) + "- x\n"


SHAPES: dict[str, Shape] = {
    "lets": _counted(lambda n: f"x{n} = a + {n}; ", "Params: a = 1..2\n\nLet: ", "z = a"),
    "chained lets": _counted(lambda n: f"x{n + 1} = x{n} + 1; ", "Params: x0 = 1..2\n\nLet: ", "z = x0"),
    "params": _counted(lambda n: f"x{n} = 1..9; ", "Params: "),
    "a wide set of numbers": _counted(lambda n: f"{n}, ", "Params: a = {", "0}"),
    "placeholders": _body(lambda size: "Params: a = 1..1000\n\n" + _repeat("{{=a+1:.2f}} ", size)),
    "different placeholders": _counted(lambda n: f"{{{{=a+{n}}}}} ", "Params: a = 1..1000\n\n"),
    "open placeholders": _repeated("{{=a"),
    "open gaps": _repeated("{{a "),
    "closed gaps": _repeated("{{a}} "),
    "closing braces": _repeated("}} "),
    "huge numbers": _body(lambda size: "Params: a = {" + "9" * size + "}"),
    "huge answer": _asked(lambda size: "Answer: " + "9" * size),
    "answer of braces": _asked(lambda size: "Answer: {{=" + "}}" * (size // 2)),
    "alternatives": _asked(lambda size: "Answer: " + _numbered(lambda n: f"a{n} | ", size) + "z"),
    "patterns": _asked(lambda size: "Answer: " + _numbered(lambda n: f"/a{n}?(b|c)/ | ", size) + "z"),
    "slashes": _asked(lambda size: "Answer: " + _repeat("/a", size)),
    "rejects": _asked(lambda size: "Answer: z\n\n" + _numbered(lambda n: f"Reject: b{n}\n\n", size)),
    "traps": _asked(lambda size: "Answer: 1\n\n" + _numbered(lambda n: f"Trap: {n}\n\n", size)),
    "named answers": _asked(lambda size: _numbered(lambda n: f"Answer (p{n}): {n}\n\n", size)),
    "directives": _repeated("Answer: 1\n"),
    "options": _asked(lambda size: "- [x] a\n" + _numbered(lambda n: f"- [ ] b{n}\n", size)),
    "equal options": _asked(lambda size: "- [x] a\n" + _repeat("- [ ] b\n", size)),
    "lists of options": _repeated("- [ ] b\n\n* [ ] c\n\n"),
    "steps": _asked(lambda size: _numbered(lambda n: f"{n}. step {n}\n", size)),
    "pairs": _asked(lambda size: "| a | b |\n|---|---|\n" + _numbered(lambda n: f"| l{n} | r{n} |\n", size)),
    "key points": _asked(
        lambda size: (
            "### Key points\n\n" + _numbered(lambda n: f'- p{n} {{weight=2 cues="a{n}|b,c"}}\n', size)
        )
    ),
    "cues": _asked(lambda size: '### Key points\n\n- p {cues="' + _repeat("a|b,", size) + '"}'),
    "wide table": _body(
        lambda size: "| " * (size // 9) + "|\n" + "|---" * (size // 9) + "|\n" + "| a " * (size // 9)
    ),
    "long table": _body(lambda size: "| a | b | c |\n|---|---|---|\n" + _repeat("| x | y | z |\n", size)),
    "bars": _repeated("|"),
    "table delimiters": _repeated("|-"),
    "bar lines": _repeated("| a |\n"),
    "attributes": _attributed(lambda size: _numbered(lambda n: f"k{n}=v ", size)),
    "equal attributes": _attributed(lambda size: _repeat("level=1 ", size)),
    "bare words": _attributed(lambda size: _repeat("abc ", size)),
    "tags": _attributed(lambda size: 'tags="' + _repeat("a,", size) + 'b"'),
    "quotes of an attribute": _attributed(lambda size: "sources=" + _repeat('"a" ', size)),
    "opening braces": _repeated("{"),
    "braced items": _repeated("- a {fixed}\n"),
    "headings": _repeated("## What?\n\n"),
    "level-1 headings": _repeated("# What\n\n"),
    "sections": _repeated("### Hint\n\nx\n\n"),
    "misspelt sections": _repeated("### Explaination\n\n"),
    "strange headings": _repeated("#### abc\n\n"),
    "long prompt": _spread(lambda n, size: f"## {_repeat('what ', size)}? {{#q{n}}}\n\n{CHOICE}{TAIL}", 900),
    "long heading": _spread(lambda n, size: f"## a{' ' * size}b {{#q{n}}}\n\n{CHOICE}{TAIL}"),
    "questions": _questions(lambda n: f"## What {n}? {{#q{n}}}\n\n{CHOICE}\n### Explanation\n\nSo.\n\n"),
    "seeded questions": _questions(_seeded),
    "questions within every limit": _questions(_limits),
    "equal ids": _questions(lambda n: f"## What {n}? {{#q}}\n\n{CHOICE}\n### Explanation\n\nSo.\n\n"),
    "plain document": lambda size: _numbered(lambda n: f"## What is {n}?\n\n- It is {n}.\n\n", size),
    "plain document, one heading": lambda size: _repeat("## What?\n\nx\n\n", size),
    "plain document, many points": lambda size: "## What?\n\n" + _numbered(lambda n: f"- p{n}\n", size),
    "paragraphs": _repeated("a\n\n"),
    "lines": _repeated("a\n"),
    "blank lines": _repeated("\n"),
    "long line": _repeated("a"),
    "blanks": _repeated(" "),
    "tabs": _repeated("\tx\n"),
    "tabs in a line": _repeated("\t"),
    "rules": _repeated("---\n\n"),
    "lists": _repeated("- x\n"),
    "loose lists": _repeated("- x\n\n  y\n\n"),
    "deep lists": _counted(_deep),
    "deep list on a line": _repeated("- "),
    "deep quotes": _repeated(">"),
    "deep quotes of lines": _body(lambda size: _repeat(">" * 60 + " x\n", size)),
    "lazy quotes": _repeated("> x\ny\n"),
    "quotes and lists": _repeated("> - "),
    "numbers": _repeated("1. "),
    "backticks": _repeated("`"),
    "backtick runs": _counted(lambda n: "`" * (n % 700 + 1) + "a"),
    "open code spans": _repeated("`a "),
    "tildes": _repeated("~~a "),
    "brackets": _repeated("["),
    "links": _repeated("[a](b) "),
    "open links": _repeated("[a]("),
    "link titles": _repeated('[a](b "'),
    "images": _repeated("![a](b)"),
    "reference definitions": _repeated("[a]: b\n"),
    "emphasis": _repeated("*a _b "),
    "stars": _repeated("*"),
    "emphasis runs": _repeated("*a**b***c"),
    "underscores": _repeated("_a"),
    "autolinks": _repeated("<http://a"),
    "angle brackets": _repeated("<"),
    "html": _repeated("<div><!-- "),
    "entities": _repeated("&amp;&#0;&"),
    "backslashes": _repeated("\\"),
    "dollars": _repeated("$"),
    "single dollars": _repeated("$a "),
    "open display formulas": _repeated("$$a "),
    "formulas": _counted(lambda n: f"$x_{{{n}}}$ "),
    "long formula": _body(lambda size: "$" + _repeat(r"\frac{a}{b}", size) + "$"),
    "deep formulas": _body(lambda size: _repeat("$" + "{" * 450 + "}" * 450 + "$ ", size)),
    "roots": _body(lambda size: _repeat("$" + r"\sqrt{" * 120 + "x" + "}" * 120 + "$ ", size)),
    "matrices": _body(
        lambda size: _repeat(r"$\begin{matrix}" + r"a&b\\" * 150 + r"\end{matrix}$" + " ", size)
    ),
    "display blocks": _repeated("$$\nx\n$$\n\n"),
    "open display blocks": _repeated("$$\n"),
    "fences": _repeated("```python\nx = 1\n```\n\n"),
    "long fence": _body(lambda size: "```python\n" + _repeat("x = [(1, 'a')]\n", size) + "\n```"),
    "fence of one line": _body(lambda size: "```python\n" + _repeat("'", size) + "\n```"),
    "open fence": _body(lambda size: "```python\n" + _repeat("x\n", size)),
    "fences in a fence": _body(lambda size: "````\n" + _repeat("```python\n", size) + "\n````"),
    "code with gaps": _asked(lambda size: "```python cloze\n" + _repeat("x = {{1}}\n", size) + "\n```"),
    "a gap among formulas": _asked(
        lambda size: "{{a}} " + _numbered(lambda n: rf"$\frac{{a_{{{n}}}}}{{b^2}}$ ", size)
    ),
    "a gap among emphasis": _asked(lambda size: "{{a}} " + _repeat("*a* ", size)),
    "a gap among links": _asked(lambda size: "{{a}} " + _repeat("[a](https://a/) ", size)),
    "a gap before code": _asked(
        lambda size: "{{a}}\n\n" + _repeat("```python\n" + "x=[(1,'a')]\n" * 300 + "```\n\n", size)
    ),
    "a gap in deep lists": _asked(lambda size: "{{a}}\n\n" + _numbered(_deep, size)),
    "long comparisons": _body(
        lambda size: (
            "Params: a = 1..1000\n\n" + "{{=" + "<".join("a" * 50) + "}} " + _repeat("x ", size - 200)
        )
    ),
    "nested choices": _questions(
        lambda n: (
            f"## Add. {{#q{n}}}\n\nParams: a = 0..99999; b = 1..99999\n\nLet: z = "
            + "(a if a<b else " * 18
            + "a"
            + ")" * 18
            + "\n\nAnswer: {{=z}}\n\n### Explanation\n\n"
            + "{{=z/b:.99f}} " * 90
            + "\n\n"
        )
    ),
    "values that never are": _questions(
        lambda n: (
            f"## Add. {{#q{n}}}\n\nParams: "
            + "; ".join(f"p{k} = 0.1..9999 step 0.1" for k in range(19))
            + "\n\nLet: z = 1/(p1-p1)\n\nAnswer: {{=z}}\n\n### Explanation\n\nSo.\n\n"
        )
    ),
    "huge powers": _questions(
        lambda n: (
            f"## Add. {{#q{n}}}\n\nParams: a = 1..9\n\nLet: z = "
            + "+".join(["(9.9**30)**0.9"] * 18)
            + "\n\nAnswer: {{=z+a}}\n\n### Explanation\n\nSo.\n\n"
        )
    ),
    "many wide ranges": _questions(
        lambda n: (
            f"## Add. {{#q{n}}}\n\nParams: "
            + "; ".join(f"p{k} = 0..99999" for k in range(20))
            + "\n\nAnswer: {{="
            + "+".join(f"p{k}" for k in range(20))
            + "}}\n\n### Explanation\n\nSo.\n\n"
        )
    ),
    "long sets of numbers": _questions(
        lambda n: (
            f"## Add. {{#q{n}}}\n\nParams: "
            + "; ".join(f"p{k} = {{{', '.join(str(v) for v in range(200))}}}" for k in range(20))
            + "\n\nAnswer: {{=p0}}\n\n### Explanation\n\nSo.\n\n"
        )
    ),
    "table in key points": _asked(
        lambda size: "### Key points\n\n- p\n\n| a | b |\n|---|---|\n" + _repeat("| x | y |\n", size)
    ),
    "sources": _attributed(lambda size: 'sources="' + _repeat("a;", size) + 'b"'),
    "covers": _attributed(lambda size: 'covers="' + _repeat("a,", size) + 'b"'),
    "patterns of classes": _questions(
        lambda n: f"## What? {{#q{n}}}\n\nAnswer: /([\\p{{L}}a-z0-9]{{1,60}} ?){{1,12}}{n}/{TAIL}"
    ),
    "patterns of folded alternatives": _questions(
        lambda n: (
            f"## What? {{#q{n}}}\n\nAnswer: "
            + " | ".join(f"/(a|b|c|é){{0,30}}{n}{k}/" for k in range(5))
            + TAIL
        )
    ),
    "reasons": _asked(
        lambda size: "- [x] True\n\n### Reasons\n\n" + _numbered(lambda n: f"- [ ] r{n}\n", size)
    ),
    "truth with statements": _asked(
        lambda size: "Answer: true\n\n### Reasons\n\n" + _numbered(lambda n: f"- r{n}\n", size)
    ),
    "bugs": _asked(
        lambda size: "```python bug\n" + _numbered(lambda n: f"x = {n}\n", size) + "\n```\n\nAnswer: 1"
    ),
    "outputs": _asked(
        lambda size: "```python\nx\n```\n\n```output\n" + _numbered(lambda n: f"{n}\n", size) + "\n```"
    ),
    "follow-ups": _body(lambda size: "x\n\n### Follow-ups\n\n" + _repeat("- a\n", size)),
    "every category": _counted(
        lambda n: chr(0x20 + n * 37 % 0x2F000) if not 0xD800 <= 0x20 + n * 37 % 0x2F000 < 0xE000 else " "
    ),
    "letters that fold": _repeated("\u1e9e\u0149\ufb03\u0390"),
    "right to left": _repeated("\u202e\u05d0\u2067"),
    "check boxes": _repeated("- [ ] "),
    "broken check boxes": _repeated("-[ ] x\n"),
    "combining characters": _repeated("a\u0301\u0327\u0328"),
    "long grapheme": _body(lambda size: "a" + "\u0301" * size),
    "two combining classes": _body(lambda size: "a" + _repeat("\u0301\u0327", size)),
    "expanding characters": _repeated("\ufdfa"),
    "zero-width characters": _repeated("\u200b"),
    "wide capitals": _repeated("\u0130"),
    "line ends of old": _repeated("a\r"),
    "line ends of others": _repeated("a\r\n"),
    "nul characters": _repeated("\0"),
    "control characters": _repeated("\x01\x02"),
    "separators": _repeated("a\u2028b\x0b\x0c\x85"),
    "front matter of keys": _front_matter(lambda size: _numbered(lambda n: f"k{n}: v\n", size)),
    "front matter, deep": _front_matter(lambda size: "summary: " + "[" * size),
    "front matter, braces": _front_matter(lambda size: "summary: " + "{" * size),
    "front matter, bomb": _front_matter(_bomb),
    "front matter, folded": _front_matter(lambda size: "summary: >\n" + _repeat("  a\n", size)),
    "front matter never closed": lambda size: "---\n" + _repeat("a: b\n", size),
}
