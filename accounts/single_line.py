"""Text of one line that people write: names, titles, search words. What it may hold, and how headers take it."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

# What moves text around a reader without being seen (Unicode Standard Annex 9, explicit directional formatting).
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
# Controls (C0, delete, C1) and the separators of lines and paragraphs.
_BREAKS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_REFUSED = re.compile(f"[{_BREAKS}{_DIRECTIONS}]")
# What mail programs make a link of when it stands after a dot: codes of countries, common other endings, some of
# them in other letters.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by "
    "bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj "
    "fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io "
    "iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg "
    "mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph "
    "pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx "
    "sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt "
    "za zm zw"
)
_OTHERS = (
    "com org net info biz edu gov int mil name mobi pro app dev page web site website online shop store xyz "
    "top link click live space cloud tech club vip icu work world today news email support help blog fun win "
    "bid loan date zone tel asia cat jobs travel example"
)
_ENDINGS = "|".join(
    (*_COUNTRIES.split(), *_OTHERS.split(), "xn--[a-z0-9-]+", "рф", "укр", "中国", "中國", "한국", "भारत")
)
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S"  # a scheme
    r"|\bwww\.\S"
    r"|\S@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}"  # an e-mail address
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S|:\d)"  # a host with a path or a port
    rf"|\b[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})\b",
    re.IGNORECASE,
)


def fault_of_line(text: str) -> str:
    """Returns why the text is no single line, as a sentence that says how to fix it; empty when it is one."""
    found = _REFUSED.search(text)
    if found is None:
        return ""
    sign = found[0]
    if sign in "\r\n\u0085\u2028\u2029":
        return f"Write it in one line: it holds a line break after {found.start()} characters."
    if sign == "\t":
        return f"Write blanks instead of the tab after {found.start()} characters."
    return (
        f"Take out the invisible sign U+{ord(sign):04X} after {found.start()} characters; writing the words again by "
        "hand does it."
    )


def one_line(text: str) -> None:
    """Refuses text that holds line breaks, control characters or signs that turn the direction of reading.

    Raises ValidationError with the place and the mend.
    """
    if fault := fault_of_line(text):
        raise ValidationError(fault, code="one_line")


def no_address(text: str) -> None:
    """Refuses text with a web or e-mail address. Raises ValidationError with the mend."""
    if holds_address(text):
        raise ValidationError(
            "This stands in e-mails to other people, so it may hold no web or e-mail address. Take the address out.",
            code="address",
        )


def holds_address(text: str) -> bool:
    """Returns whether mail programs may show a part of the text as a link."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return _ADDRESS.search(unicodedata.normalize("NFKC", seen).replace("。", ".")) is not None


def flat(text: str) -> str:
    """Returns the text as one line, for what was stored before it had to be one: refused signs become blanks."""
    return " ".join(_REFUSED.sub(" ", text).split())


class LineField(forms.CharField):
    """Text of one line in a form."""

    default_validators = [one_line]  # noqa: RUF012 -- as the class above has it


class TitleField(LineField):
    """What something is called that others may be written to about."""

    default_validators = [one_line, no_address]  # noqa: RUF012 -- as the class above has it


class SearchField(forms.CharField):
    """Words to search for: what cannot be printed becomes a blank, for a search asks and stores nothing."""

    def to_python(self, value: object) -> str:
        """Returns the signs that can be printed, with single blanks between words."""
        text = str(super().to_python(value) or "")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
