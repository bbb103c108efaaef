"""Numbers with their nouns."""

from __future__ import annotations


def counted(number: int, word: str = "question", plural: str = "") -> str:
    """Returns such as “1 learner”, “1,200 learners”."""
    return f"{number:,} {word if number == 1 else plural or f'{word}s'}"
