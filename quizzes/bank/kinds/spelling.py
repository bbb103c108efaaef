"""Comparing typed words: what is folded away, how many slips are forgiven, when a near miss wins.

The distance is optimal string alignment (Damerau's restricted edit distance): insert, leave out, replace one letter
or swap two neighbours, no part edited twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from quizzes.bank.kinds.patterns import Pattern, any_matches
from quizzes.markup.api import normalized

_DASH = "[-‐‑‒–—―−_]+"
_DASHES = re.compile(rf"(?<=\S){_DASH}|{_DASH}(?!\d)")  # a dash that begins a number is a sign
_ARTICLES = re.compile(r"\b(?:a|an|the) ")
_ISE = re.compile(r"(?<=[a-z]{2}[iy])s(?=(?:e[ds]?|ers?|ing|ations?|able)\b)")
_EDGES = " .,;:!?\"'`“”‘’"


@dataclass(frozen=True, slots=True)
class SpellingMatch:
    """Whether a text is accepted, whether a slip was forgiven, and which near miss it is (position, or None)."""

    accepted: bool
    slip: bool = False
    reject: int | None = None


def plain(text: str) -> str:
    """Returns the text in Unicode NFKC with single blanks and without quotes or full stops around it."""
    line = " ".join(normalized("NFKC", text).split())
    return line.strip(_EDGES) or line


def lowered(text: str) -> str:
    """Returns the text without what does not count in words: case, hyphens, articles."""
    words = _DASHES.sub(" ", plain(text).casefold().replace("’", "'"))
    return _ARTICLES.sub("", " ".join(words.split()))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Returns the lowered text, with -ise and its forms written -ize."""
    return _ISE.sub("z", lowered(text))


def compact(text: str) -> str:
    """Returns the folded text without blanks, so that “drop-out”, “drop out” and “dropout” are one."""
    return fold(text).replace(" ", "")


def slips_allowed(word: str) -> int:
    """How many slips are forgiven in a compact text: none below 5 letters or with digits, one up to 9, then two."""
    if any(character.isdigit() for character in word):
        return 0
    letters = sum(character.isalpha() for character in word)
    return 0 if letters < 5 else 1 if letters < 10 else 2


def distance(one: str, other: str, limit: int) -> int:
    """Returns the optimal string alignment distance, or `limit` + 1 when it is greater than `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    older: list[int] = []
    old = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        new = [i]
        for j, b in enumerate(other, start=1):
            best = min(old[j] + 1, new[j - 1] + 1, old[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            new.append(best)
        if min(new) > limit:
            return limit + 1
        older, old = old, new
    return min(old[-1], limit + 1)


def judge(
    given: str, aliases: Sequence[str], patterns: Sequence[Pattern], rejects: Sequence[Sequence[str]]
) -> SpellingMatch:
    """Compare a typed text with what is accepted and with the near misses, each a group of spellings.

    A near miss loses against nothing but an alias written without a slip.
    """
    text = compact(given)
    missed, miss_distance = _nearest_reject(text, rejects)
    if not text or (missed is not None and miss_distance == 0):
        return SpellingMatch(accepted=False, reject=missed)
    best = min(
        (_slips(text, compact(alias)) for alias in aliases), default=None, key=lambda n: (n is None, n or 0)
    )
    if best == 0 or any_matches(patterns, plain(given)):
        return SpellingMatch(accepted=True)
    if missed is not None and (best is None or miss_distance <= best):
        return SpellingMatch(accepted=False, reject=missed)
    return SpellingMatch(accepted=best is not None, slip=best is not None)


def _nearest_reject(text: str, rejects: Sequence[Sequence[str]]) -> tuple[int | None, int]:
    nearest: int | None = None
    best = 3
    for index, group in enumerate(rejects):
        for spelling in group:
            slips = _slips(text, compact(spelling))
            if slips is not None and slips < best:
                nearest, best = index, slips
    return nearest, best


def _slips(text: str, target: str) -> int | None:
    """Returns how many forgivable slips lie between a text and what it should be, or None when it is something else."""
    if text == target:
        return 0
    if not text or not target or text[0] != target[0] or any(character.isdigit() for character in text):
        return None
    allowed = slips_allowed(target)
    found = distance(text, target, allowed)
    return found if found <= allowed else None
