"""LaTeX to MathML that can be trusted, or the LaTeX itself as code.

The converter passes `\\text{<script>}` and `\\href{javascript:…}` through. So what it gives is read again as XML, every
element and attribute must be on a list, and anything else is thrown away.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from latex2mathml.converter import convert
from lxml import etree

FORMULA_LIMIT = 1_000

_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_TOKENS = frozenset({"mi", "mn", "mo", "ms", "mtext", "mspace"})
_CONTAINERS = frozenset(
    {
        "math", "menclose", "mfrac", "mmultiscripts", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow",
        "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtr", "munder", "munderover", "none",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {
        "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "display", "displaystyle",
        "fence", "form", "height", "largeop", "linebreak", "linethickness", "lspace", "mathsize", "mathvariant",
        "maxsize", "minsize", "movablelimits", "notation", "rowlines", "rowspacing", "rspace", "scriptlevel",
        "separator", "stretchy", "symmetric", "voffset", "width",
    }
)  # fmt: skip
_VALUE = re.compile(r"[A-Za-z0-9 .+%-]{0,60}")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=False)


@lru_cache(maxsize=4096)
def render_formula(latex: str, *, block: bool) -> str:
    """Returns safe HTML of one formula: MathML, or `<code class="tex">` with the LaTeX where it cannot be set."""
    mathml = _mathml(latex, block=block)
    if mathml is not None:
        return mathml
    marker = "$$" if block else "$"
    return f'<code class="tex">{escape(marker + latex + marker)}</code>'


def can_be_set(latex: str) -> bool:
    """Returns whether the formula becomes MathML."""
    return _mathml(latex, block=False) is not None


def _mathml(latex: str, *, block: bool) -> str | None:
    if len(latex) > FORMULA_LIMIT:
        return None
    try:
        root = etree.fromstring(convert(latex, display="block" if block else "inline"), _PARSER)
        root.set("alttext", latex.strip())
    except Exception:  # noqa: BLE001  (the converter raises whatever Python raises on unlikely LaTeX)
        return None
    if not all(_allowed(element) for element in root.iter()):
        return None
    return etree.tostring(root, encoding="unicode", with_tail=False)


def _allowed(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or not element.tag.startswith(_SPACE):
        return False
    name = element.tag.removeprefix(_SPACE)
    if (name == "math") != (element.getparent() is None):
        return False
    text = element.text or ""
    token = name in _TOKENS and len(element) == 0 and "\\" not in text
    return (
        (token or (name in _CONTAINERS and not text.strip()))
        and not (element.tail or "").strip()
        and all(_allowed_attribute(name, str(key), str(value)) for key, value in element.attrib.items())
    )


def _allowed_attribute(element: str, name: str, value: str) -> bool:
    """`alttext` is ours: the LaTeX, for those who cannot see the formula."""
    return (element, name) == ("math", "alttext") or (name in _ATTRIBUTES and bool(_VALUE.fullmatch(value)))
