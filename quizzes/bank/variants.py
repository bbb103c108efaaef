"""English words that are spelt in two ways, British and American: one spelling of each, for searching."""

from __future__ import annotations

import re

# The beginning of a word is folded as the word is, wherever it is cut off: one may search while typing.
_FOLDED = (
    (re.compile(r"(?<=[iy])z"), "s"),  # optimise, tokenisation, analyse
    (re.compile(r"(?<=[a-z]{3})ou(?=r|$)"), "o"),  # behaviour, neighbouring; not four, hour, your
    (re.compile(r"^(cent|theat|lit|met|fib|calib|spect)re(?=s?$)"), r"\1er"),
    (re.compile(r"^(cent)r(?=ed$|ing$)"), r"\1er"),
    (re.compile(r"(?<=[a-z]{2})ogue(?=s?$)"), "og"),  # catalogue, dialogue, analogue
    (re.compile(r"^(def|off|lic|pret)ence(?=s?$)"), r"\1ense"),
    (re.compile(r"^artef"), "artif"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^(judg|acknowledg)em"), r"\1m"),
    (re.compile(r"^programme(?=s?$)"), "program"),
)


def one_spelling(word: str) -> str:
    """Returns the word (lower case, no accents) in the one spelling of it that is searched; folding twice changes
    nothing.

    Further words fall together with none of another meaning that matters in a bank of questions: what is folded need
    not be a word, as long as texts and queries are folded alike. Doubled letters before an ending (labelled, modeling)
    are left to the databases' stemmers, which take them off.
    """
    for pattern, replacement in _FOLDED:
        word = pattern.sub(replacement, word)
    return word
