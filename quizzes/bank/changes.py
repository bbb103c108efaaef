"""How a version differs from the one before it."""

from __future__ import annotations

import re

from quizzes.bank.models import Version
from quizzes.bank.shapes import Stored
from quizzes.bank.spec import payload_of
from quizzes.markup.api import normalized

Change = Version.Change

_NOTES = frozenset({"note", "notes"})
# Punctuation that carries no meaning: not next to a digit (1.5), and no signs of arithmetic or code.
_PUNCTUATION = re.compile(r"""(?<![0-9])[.,;:!?'"‘’“”„…–—-]+(?![0-9])""")


def change_between(old: Stored, new: Stored) -> Version.Change:
    """Returns the class of the change between two specs of one question.

    Cosmetic: only case, punctuation or blanks. Key: what decides marking. Meaning: prompt, stem or options.
    Clarification: the rest, such as notes, hints and explanations.
    """
    old_key, new_key = _key(old), _key(new)
    # Where the learner types what the key holds, a sign more or less may decide.
    typed = payload_of(new)[0].typed
    if _folded(old) == _folded(new) and (old_key == new_key or not typed):
        return Change.COSMETIC
    if _folded(old_key) != _folded(new_key) or (old_key != new_key and typed):
        return Change.KEY
    if _folded(_question(old)) != _folded(_question(new)):
        return Change.MEANING
    return Change.CLARIFICATION


def _key(spec: Stored) -> Stored:
    kind, payload = payload_of(spec)
    return {"key": kind.key(payload), "params": spec["params"], "lets": spec["lets"]}


def _question(spec: Stored) -> list[object]:
    return [spec["prompt"], spec["stem"], _without_notes(spec["payload"])]


def _without_notes(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_notes(item) for key, item in value.items() if key not in _NOTES}
    return [_without_notes(item) for item in value] if isinstance(value, list) else value


def _folded(value: object) -> object:
    """Returns the value with case, blanks and meaningless punctuation taken out of its texts."""
    if isinstance(value, dict):
        return {key: _folded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_folded(item) for item in value]
    if isinstance(value, str):
        text = normalized("NFKC", value).casefold()
        return "".join(_PUNCTUATION.sub("", text).split())
    return value
