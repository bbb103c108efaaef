"""A table of two columns: find the right cell for every left one, or sort into groups."""

from __future__ import annotations

import math
from collections.abc import Iterator

from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, Part, Parts, Read, Seen, Wrong
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.gaps import holds_gap
from quizzes.bank.kinds.options import LETTERS
from quizzes.bank.kinds.spelling import plain
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.shapes import Shape
from quizzes.bank.shuffling import shuffled
from quizzes.markup.api import Block, Cell, QuestionSource, Report, answered_elsewhere, of_type, stem_without

MAX_PAIRS = 12
MANY_PAIRS = 7
"""From so many pairs on, unless they are sorted into two groups, four in five pass: one slip in a long table does not
show that the rest is not known. Such an answer is partly right."""


class Table(Shape, frozen=True):
    """The cells, and for each left one the place of its right one; a right that no left wants is a distractor."""

    headers: tuple[str, ...]
    lefts: tuple[str, ...]
    rights: tuple[str, ...]
    answer: tuple[int, ...]

    @property
    def is_sort(self) -> bool:
        """Whether several lefts share a right, so that the rights are groups."""
        return len(set(self.answer)) < len(self.answer)

    @property
    def needed(self) -> int:
        """How many pairs must be right to pass: all, or four in five of MANY_PAIRS and more.

        Of two groups all must be right, however many the pairs: half of them are right by tossing a coin.
        """
        count = len(self.lefts)
        two_groups = len(set(self.answer)) <= 2
        return count if count < MANY_PAIRS or two_groups else -(-4 * count // 5)


class Columns(Shape, frozen=True):
    """The places of both columns' cells in the order on the page."""

    lefts: tuple[int, ...]
    rights: tuple[int, ...]


class Paired(Shape, frozen=True):
    """The place of the right cell chosen for each left one, in the payload's order; a draft may lack some."""

    pairs: tuple[int | None, ...] | None = None

    def chosen(self, payload: Table) -> tuple[int | None, ...]:
        """Returns one for each left cell, None where nothing was chosen."""
        return self.pairs or (None,) * len(payload.lefts)


class PairPart(Part, frozen=True):
    """Whether a pair is right."""

    given: int | None


class Match(Kind[Table, Columns, Paired, PairPart]):
    """Match, or sort."""

    name = "match"
    label = "Match"
    rank = 70
    Payload = Table
    Presented = Columns
    Response = Paired
    Part = PairPart
    words = Parts("pairs")
    codes = {
        "K150": "there is no table to match",
        "K151": "the table to match does not have two columns",
        "K152": "a right cell is empty",
        "K153": "a left cell stands there twice",
        "K154": "too few or too many pairs",
        "K155": "a distractor is a right cell too",
        "K156": "there is a second table of two columns",
        "K157": "every row has the same right cell",
    }
    asks_for = "a table"
    paper = "quizzes/bank/kinds/match/paper.html"

    def claims(self, source: QuestionSource) -> bool:
        """A table of two columns, where nothing else in the body says what is asked for."""
        if answered_elsewhere(source) or any(
            holds_gap(block.text) for block in source.body if block.type != "fence"
        ):
            return False
        return any(len(block.header) == 2 for block in of_type(source, "table"))

    def parse(self, source: QuestionSource, report: Report) -> Table | None:
        """Returns the pairs."""
        tables = of_type(source, "table")
        pairs = [block for block in tables if len(block.header) == 2]
        if not pairs:
            cause = "the table must have two columns" if tables else "there is no table"
            line = tables[0].line if tables else source.line
            report.error(
                "K151" if tables else "K150",
                cause,
                mend="write “| left | right |”, one pair a row",
                line=line,
            )
            return None
        for extra in pairs[1:]:
            cause = f"there is a second table of two columns (the first is on line {pairs[0].line})"
            report.error(
                "K156",
                cause,
                mend="join the tables, or give the one in the stem a third column",
                line=extra.line,
            )
        payload = _pairs(pairs[0], report)
        return payload if len(pairs) == 1 else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the table of pairs."""
        return stem_without(source, [block for block in of_type(source, "table") if len(block.header) == 2])

    def present(self, payload: Table, *, seed: str) -> Columns:
        """Returns the order of both columns."""
        return Columns(
            tuple(shuffled(range(len(payload.lefts)), seed=f"{seed}:lefts")),
            tuple(shuffled(range(len(payload.rights)), seed=f"{seed}:rights")),
        )

    def ask(self, payload: Table, seen: Seen[Columns], draft: Paired) -> Context:
        """Returns the context of ask.html: `headers`, `sort`, `pairs` (a select each) with `choices`, `rights`."""
        kept = draft.chosen(payload)
        choices = [
            (number, unmarked(seen.fill(payload.rights[place])), place)
            for number, place in enumerate(seen.own.rights)
        ]
        return {
            "headers": payload.headers,
            "sort": payload.is_sort,
            "rights": [
                {
                    "value": number,
                    "letter": LETTERS[number : number + 1],
                    "text": seen.fill(payload.rights[place]),
                }
                for number, place in enumerate(seen.own.rights)
            ],
            "pairs": [
                {
                    "name": f"pair-{number}",
                    "text": seen.fill(payload.lefts[left]),
                    "choices": [
                        {"value": value, "text": text, "selected": place == kept[left]}
                        for value, text, place in choices
                    ],
                }
                for number, left in enumerate(seen.own.lefts)
            ],
        }

    def read(self, payload: Table, seen: Seen[Columns], fields: Fields) -> Read[Paired]:
        """Returns one choice for every left cell."""
        rights = seen.own.rights
        pairs: list[int | None] = [None] * len(payload.lefts)
        errors: dict[str, str] = {}
        for number, place in enumerate(seen.own.lefts):
            typed = one(fields, f"pair-{number}")
            chosen = position(typed, len(rights))
            if chosen is not None:
                pairs[place] = rights[chosen]
            elif typed:
                errors[f"pair-{number}"] = "That choice is not on this page: choose one of those shown."
            else:
                errors[f"pair-{number}"] = "Choose one for this row too."
        paired = Paired(tuple(pairs))
        return Read(errors=errors, draft=paired) if errors else Read(response=paired)

    def mark(self, payload: Table, seen: Seen[Columns], response: Paired) -> Marked[PairPart]:
        """Returns the share of right pairs; passed when as many are right as are `needed`."""
        parts = [
            PairPart(f"pair-{place}", float(chosen == wanted), chosen)
            for place, (chosen, wanted) in enumerate(
                zip(response.chosen(payload), payload.answer, strict=True)
            )
        ]
        right = sum(part.score == 1 for part in parts)
        return Marked(right / len(parts), right >= payload.needed, parts)

    def describe(self, payload: Table, seen: Seen[Columns], response: Paired) -> str:
        """Returns the pairs, left → right."""
        if response.pairs is None:
            return DONT_KNOW
        told = [
            f"{left} → {payload.rights[chosen] if chosen is not None else '–'}"
            for left, chosen in zip(payload.lefts, response.pairs, strict=True)
        ]
        return clip(unmarked(seen.fill("; ".join(told))))

    def feedback(
        self, payload: Table, seen: Seen[Columns], response: Paired, marked: Marked[PairPart]
    ) -> Context:
        """Returns the context of feedback.html: `pairs` with given and expected, unused `distractors`, `skipped`."""
        given = response.chosen(payload)
        rights = [seen.fill(text) for text in payload.rights]
        pairs = []
        for place in seen.own.lefts:
            chosen, right = given[place], marked.parts[place].score == 1
            pairs.append(
                {
                    "text": seen.fill(payload.lefts[place]),
                    "given": "" if chosen is None else rights[chosen],
                    "expected": rights[payload.answer[place]],
                    "state": "missed" if response.pairs is None else "right" if right else "wrong",
                }
            )
        return {
            "skipped": response.pairs is None,
            "headers": payload.headers,
            "pairs": pairs,
            "distractors": [text for place, text in enumerate(rights) if place not in payload.answer],
        }

    def guess_rate(self, payload: Table) -> float:
        """Returns the chance that enough pairs are right by chance.

        In a sort each is drawn alone, in a match each right is used once.
        """
        count, choices = len(payload.lefts), len(payload.rights)
        enough = range(payload.needed, count + 1)
        if not payload.is_sort:
            ways = sum(
                math.comb(count, right) * _all_wrong(count - right, choices - right) for right in enough
            )
            return ways / math.perm(choices, count)
        chance = 1 / choices
        return sum(
            math.comb(count, right) * chance**right * (1 - chance) ** (count - right) for right in enough
        )

    def key(self, payload: Table) -> Context:
        """Returns the pairs, in whatever order they are listed."""
        pairs = zip(payload.lefts, payload.answer, strict=True)
        return {"pairs": sorted([left, payload.rights[place]] for left, place in pairs)}

    def right(self, payload: Table, seen: Seen[Columns]) -> Form:
        """Returns the right pairs."""
        rights = seen.own.rights
        return {
            f"pair-{n}": [str(rights.index(payload.answer[left]))] for n, left in enumerate(seen.own.lefts)
        }

    def wrong(self, payload: Table, seen: Seen[Columns]) -> Iterator[Wrong]:
        """Every row has the next cell; then one row only is wrong."""
        right = self.right(payload, seen)
        count = len(seen.own.rights)
        yield Wrong({name: [str((int(given) + 1) % count)] for name, (given,) in right.items()})
        for name, (given,) in right.items():
            yield Wrong({**right, name: [str((int(given) + 1) % count)]})


def _pairs(table: Block, report: Report) -> Table | None:
    faults = len(report.errors)
    lefts: dict[str, Cell] = {}
    rights: list[str] = []
    answer: list[int] = []
    distractors: list[Cell] = []
    for row in table.rows:
        left, right = row[0], row[1]
        if not right.text.strip():
            mend = "write what belongs to the left one; only a left cell may be empty"
            report.error("K152", "the right cell is empty", mend=mend, line=right.line, column=right.column)
        elif not left.text.strip():
            distractors.append(right)
        elif plain(left.text) in lefts:
            cause = f"“{left.text.strip()}” stands on the left twice (first on line {lefts[plain(left.text)].line})"
            mend = "join the two right cells, or word one left cell otherwise"
            report.error("K153", cause, mend=mend, line=left.line, column=left.column)
        else:
            lefts[plain(left.text)] = left
            answer.append(_place(rights, right.text.strip()))
    for cell in distractors:
        if cell.text.strip() in rights:
            cause = f"the distractor “{cell.text.strip()}” is a right cell too"
            report.error("K155", cause, mend="change one of them", line=cell.line, column=cell.column)
        _place(rights, cell.text.strip())
    if not 2 <= len(lefts) <= MAX_PAIRS:
        cause = f"there are {len(lefts)} pairs"
        report.error("K154", cause, mend=f"give 2 to {MAX_PAIRS} rows with a left cell", line=table.line)
    elif len(rights) < 2:
        cause = "every row has the same right cell"
        report.error("K157", cause, mend="give at least two groups", line=table.line)
    if len(report.errors) > faults:
        return None
    return Table(
        headers=tuple(cell.text.strip() for cell in table.header),
        lefts=tuple(cell.text.strip() for cell in lefts.values()),
        rights=tuple(rights),
        answer=tuple(answer),
    )


def _place(texts: list[str], text: str) -> int:
    if text not in texts:
        texts.append(text)
    return texts.index(text)


def _all_wrong(count: int, choices: int) -> int:
    """Returns the ways to give each of `count` lefts another one of `choices` rights, none of them its own.

    By inclusion and exclusion: R. P. Stanley, Enumerative Combinatorics 1 (2012), section 2.2.
    """
    return sum(
        (-1) ** own * math.comb(count, own) * math.perm(choices - own, count - own)
        for own in range(count + 1)
    )


KIND = Match()
