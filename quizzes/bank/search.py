"""Finding questions by their words, on SQLite (FTS5) and on PostgreSQL (tsvector).

Texts and queries are cut into words here, so that both databases see the same plain words and no sign of a query
language ever reaches them. What is searched: prompt; stem, topic, tags and id; explanation. Options and answers are
not, and nothing of what was found is shown but the prompt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum

from django.db import connection
from django.db.models import QuerySet

from quizzes.bank.braces import blanked
from quizzes.bank.models import Question, Searchable
from quizzes.bank.variants import one_spelling
from quizzes.markup.api import normalized

MOST_WORDS = 10
LONGEST_WORD = 40

_COLUMNS = ["prompt", "about", "explanation"]
_WORD = re.compile(r"[^\W_]+")
_PARAMETER = re.compile(r"\{\{=[^{}\n]*\}\}")
# Words that say nothing of what is searched for; PostgreSQL's English dictionary leaves out the same.
_STOPS = """
i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it its
itself they them their theirs themselves what which who whom this that these those am is are was were be been being have
has had having do does did doing a an the and but if or because as until while of at by for with about against between
into through during before after above below to from up down in out on off over under again further then once here there
when where why how all any both each few more most other some such no nor not only own same so than too very s t can
will just don should now
"""
_STOP_WORDS = frozenset(_STOPS.split())
_MATCH = "document @@ to_tsquery('pg_catalog.english', %s)"


class Where(Enum):
    """Where the words have to stand: all of them in the prompt, or anywhere but not all in the prompt, or anywhere."""

    PROMPT = "prompt"
    ELSEWHERE = "elsewhere"
    ANYWHERE = "anywhere"


def words_of(text: str) -> list[str]:
    """Returns the words of any text in lower case, without accents, in one spelling: letters and digits, nothing
    else.
    """
    folded = normalized("NFKD", text).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return [one_spelling(word[:LONGEST_WORD]) for word in _WORD.findall(plain)]


def searched(text: str) -> list[str]:
    """Returns the words of what someone typed that say something, at most MOST_WORDS; may be empty."""
    return [word for word in words_of(text) if word not in _STOP_WORDS][:MOST_WORDS]


def holding(
    words: Sequence[str], questions: QuerySet[Question], *, where: Where = Where.ANYWHERE, after: int = 0
) -> QuerySet[Question]:
    """Returns those of `questions` that hold all `words` (at least one), by their ids, beginning above the id `after`.

    Words are compared by their stem; the last may be the beginning of one, so that one may search while typing.
    Both databases find the first few of very many without looking at the others: hence the order.
    """
    if connection.vendor == "sqlite":
        # A join, not a subquery: FTS5 gives its rows in order and stops where the page is full.
        return questions.order_by().extra(
            tables=["quizzes_search"],
            where=[
                "quizzes_search.rowid = quizzes_question.id",
                "quizzes_search.rowid > %s",
                "quizzes_search MATCH %s",
            ],
            params=[after, _fts5(words, where)],
            order_by=["quizzes_search.rowid"],
        )
    held = Searchable.objects.extra(where=[_MATCH], params=[_tsquery(words, where)])  # noqa: S610 -- no text of anyone
    return questions.filter(pk__in=held.values("pk"), pk__gt=after).order_by("pk")


def _fts5(words: Sequence[str], where: Where) -> str:
    everywhere = " AND ".join(f'"{word}"' for word in words) + " *"
    prompt = f"{{prompt}} : ({everywhere})"
    return {
        Where.PROMPT: prompt,
        Where.ELSEWHERE: f"({everywhere}) NOT ({prompt})",
        Where.ANYWHERE: everywhere,
    }[where]


def _tsquery(words: Sequence[str], where: Where) -> str:
    everywhere = " & ".join(f"'{word}'" for word in words) + ":*"
    prompt = " & ".join(f"'{word}':A" for word in words) + "*"
    return {
        Where.PROMPT: prompt,
        Where.ELSEWHERE: f"({everywhere}) & !({prompt})",
        Where.ANYWHERE: everywhere,
    }[where]


def write(questions: QuerySet[Question]) -> None:
    """Writes down the words of the questions' current versions, in a few queries however many they are."""
    rows = [
        Searchable(
            question=question,
            # What a gap holds is the answer: it is not found either.
            prompt=_text(blanked(question.current.spec["prompt"])),
            about=_text(
                question.topic.title,
                blanked(question.current.spec["stem"]),
                *question.current.spec["tags"],
                question.slug,
            ),
            explanation=_text(question.current.spec["explanation"]),
        )
        for question in questions.select_related("topic", "current")
        if question.current is not None
    ]
    Searchable.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["question"],
        update_fields=_COLUMNS,
    )


def respell() -> int:
    """Writes what is stored in the spelling that is searched now; the number of questions whose words changed.

    It reads every row, and writes only rows that are still as they were read.
    """
    changed = 0
    for row in Searchable.objects.values("pk", *_COLUMNS).iterator(chunk_size=500):
        spelt = {name: " ".join(words_of(row[name])) for name in _COLUMNS}
        if any(spelt[name] != row[name] for name in _COLUMNS):
            changed += Searchable.objects.filter(**row).update(**spelt)
    return changed


def _text(*texts: str) -> str:
    return " ".join(words_of(_PARAMETER.sub(" ", " ".join(texts))))
