"""Free recall: write or say the answer, then tick the key points it held.

It is asked in two steps. The first form holds the text; reading it gives a draft, and asking with that draft shows the
model answer and the key points. The second form holds the ticks and the text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from quizzes.bank.kinds.base import (
    Context,
    Fields,
    Form,
    Kind,
    Marked,
    Nothing,
    Part,
    Parts,
    Read,
    Seen,
    Wrong,
)
from quizzes.bank.kinds.fields import many, one, positions
from quizzes.bank.kinds.options import CODES, FIXED
from quizzes.bank.kinds.spelling import fold, lowered
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.shapes import Shape
from quizzes.markup.api import KEY_POINTS, ListItem, QuestionSource, Report, as_markdown, prose

PASS_SCORE = 0.60
WRITE, TICK = "write", "tick"
MAX_TEXT = 10_000
MAX_POINTS = 40
MAX_PHRASES = 40
MAX_PHRASE = 80
_WEIGHTS = ("1", "2", "3")
_BEGINNING = re.compile(r"(?<!\w)(?=\w)")
_REST_OF_WORD = re.compile(r"\w*")
_SPLIT_NUMBER = re.compile(r"\d+(?:,\d+)+")
_WHOLE_ANSWER = "Says what the model answer says"


class Point(Shape, frozen=True):
    """A key point. Weights run from 1 to 3, an optional one has 0; `cues` are groups of phrases, all needed."""

    text: str
    weight: int
    must: bool
    cues: tuple[tuple[str, ...], ...]
    warn: tuple[str, ...]


class Points(Shape, frozen=True):
    """The key points, and the model answer in Markdown."""

    points: tuple[Point, ...]
    answer: str


class Recalled(Shape, frozen=True):
    """What was written, the places of the ticked points, whether it came easily; `stage` is a draft's."""

    text: str | None = None
    points: tuple[int, ...] | None = None
    easy: bool | None = None
    stage: str | None = None


class PointPart(Part, frozen=True):
    """Whether a point was ticked."""

    weight: int


class Recall(Kind[Points, Nothing, Recalled, PointPart]):
    """Free recall."""

    name = "recall"
    label = "Free recall"
    rank = 120
    Payload = Points
    Presented = Nothing
    Response = Recalled
    Part = PointPart
    words = Parts("key points", right="said", wrong_one="is missing", wrong_many="are missing")
    codes = {
        "K108": CODES["K108"],
        "K210": "there are no key points",
        "K211": "a weight is none of 1, 2, 3",
        "K212": "an optional key point that is a must or has a weight",
        "K213": "cues or warn hold an empty phrase",
        "K214": "a key point is empty or repeated",
        "K215": "every key point is optional",
        "K216": "note: there is no model answer",
        "K217": "there are too many key points",
        "K218": "note: a comma inside a number divides cues",
        "K219": "too many cues or warnings, or one that is too long",
    }
    sections = (KEY_POINTS,)
    item_attributes = frozenset({"weight", "must", "cues", "warn", "optional"})
    item_section = KEY_POINTS
    asks_for = "“### Key points”"
    practises = "explain"

    def claims(self, source: QuestionSource) -> bool:
        """A section Key points, or a document without front matter."""
        return source.plain or KEY_POINTS in source.sections

    def parse(self, source: QuestionSource, report: Report) -> Points | None:
        """Returns the key points and the model answer."""
        faults = len(report.errors)
        section = source.sections.get(KEY_POINTS)
        items = [
            item
            for block in (section.blocks if section else ())
            if block.type in {"bullets", "numbers", "tasks"}
            for item in block.items
        ]
        points = [_point(item, report) for item in items if item.text.strip() or not source.plain]
        answer = source.sections["answer"].text.strip() if "answer" in source.sections else ""
        if source.plain:
            points = points or [Point(_WHOLE_ANSWER, 1, must=False, cues=(), warn=())]
        elif not points:
            mend = (
                "add “### Key points”; for another kind give options, an Answer line, a table, steps or gaps"
            )
            line = section.line if section else source.line
            report.error("K210", "there are no key points", mend=mend, line=line)
        else:
            _check_points(items, points, answer, report)
        return Points(tuple(points), answer) if len(report.errors) == faults else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the whole body; in a document without front matter the text below the heading is the answer."""
        return "" if source.plain else as_markdown(prose(source))

    def present(self, payload: Points, *, seed: str) -> Nothing:
        """Nothing is drawn."""
        return Nothing()

    def ask(self, payload: Points, seen: Seen[Nothing], draft: Recalled) -> Context:
        """Returns the context of ask.html: `stage`, `text`; at the stage "tick" also `answer` and `points`."""
        text, ticked = (draft.text or "")[:MAX_TEXT], draft.points
        if draft.stage != TICK and ticked is None:
            return {"stage": WRITE, "text": text}
        written = _words_of(text)
        points = [
            {
                "value": place,
                "text": seen.fill(point.text),
                "weight": point.weight,
                "must": point.must,
                "words": _matching(point.cues, written),
                "warnings": [phrase for phrase in point.warn if _mention(phrase, written)],
                "checked": ticked is not None and place in ticked,
            }
            for place, point in enumerate(payload.points)
        ]
        return {"stage": TICK, "text": text, "answer": seen.fill(payload.answer), "points": points}

    def read(self, payload: Points, seen: Seen[Nothing], fields: Fields) -> Read[Recalled]:
        """Returns first the text, which may be empty (said aloud), then the ticks."""
        text = one(fields, "text").replace("\r\n", "\n").strip()
        ticking = one(fields, "stage") == TICK
        draft = Recalled(text=text[:MAX_TEXT], stage=TICK if ticking else WRITE)
        if len(text) > MAX_TEXT:
            return Read(errors={"text": f"Write at most {MAX_TEXT:,} characters."}, draft=draft)
        if not ticking:
            return Read(draft=replace(draft, stage=TICK))
        ticked = positions(many(fields, "point"), len(payload.points))
        if ticked is None:
            cause = "One of these key points is not on this page: tick those shown."
            return Read(errors={"point": cause}, draft=draft)
        return Read(response=Recalled(text, tuple(ticked), bool(one(fields, "easy"))))

    def unmoved(self, draft: Recalled) -> Recalled:
        """Returns the draft at the step of writing."""
        return replace(draft, stage=WRITE) if draft.stage is not None else draft

    def mark(self, payload: Points, seen: Seen[Nothing], response: Recalled) -> Marked[PointPart]:
        """Returns the ticked weight by all weight; passed from 0.60 unless a must is missing."""
        ticked = response.points or ()
        parts = [
            PointPart(f"point-{place}", float(place in ticked), point.weight)
            for place, point in enumerate(payload.points)
        ]
        weights = [point.weight for point in payload.points]
        score = sum(weight for place, weight in enumerate(weights) if place in ticked) / sum(weights)
        missed = any(point.must and place not in ticked for place, point in enumerate(payload.points))
        return Marked(
            score,
            score >= PASS_SCORE and not missed,
            parts,
            recall=True,
            must_missed=missed,
            easy=bool(response.easy),
        )

    def describe(self, payload: Points, seen: Seen[Nothing], response: Recalled) -> str:
        """Returns how many of the points that count were ticked, and how the text begins."""
        if response.points is None:
            return DONT_KNOW
        counting = [place for place, point in enumerate(payload.points) if point.weight]
        told = f"{sum(place in response.points for place in counting)} of {len(counting)} key points"
        return clip(f"{told}: {response.text}" if response.text else f"{told}, said aloud")

    def feedback(
        self, payload: Points, seen: Seen[Nothing], response: Recalled, marked: Marked[PointPart]
    ) -> Context:
        """Returns the context of feedback.html: `points`, `percent`, `must_missed`, the `text` written, `skipped`."""
        skipped = response.points is None
        return {
            "skipped": skipped,
            "points": [
                {"text": seen.fill(point.text), **_judged(point, ticked=part.score == 1, skipped=skipped)}
                for point, part in zip(payload.points, marked.parts, strict=True)
            ],
            "percent": round(100 * marked.score),
            "must_missed": marked.must_missed,
            "text": response.text or "",
        }

    def key(self, payload: Points) -> Context:
        """Returns the points with their weights and musts."""
        return {"points": [[point.text, point.weight, point.must] for point in payload.points]}

    def right(self, payload: Points, seen: Seen[Nothing]) -> Form:
        """Returns all points ticked, said aloud."""
        return _ticks(range(len(payload.points)))

    def wrong(self, payload: Points, seen: Seen[Nothing]) -> Iterator[Wrong]:
        """Nothing is ticked; then one point that counts is not."""
        places = range(len(payload.points))
        yield Wrong(_ticks(()))
        for missing, point in enumerate(payload.points):
            if point.weight:
                yield Wrong(_ticks([place for place in places if place != missing]), (point.text,))

    def untold(self, payload: Points) -> Iterator[str]:
        """Every point should have cues."""
        if not all(point.cues for point in payload.points):
            yield "cues"


def _ticks(places: Sequence[int]) -> Form:
    return {"stage": [TICK], "text": [""], "point": [str(place) for place in places]}


def _check_points(items: list[ListItem], points: list[Point], answer: str, report: Report) -> None:
    if not any(point.weight for point in points):
        mend = "take {optional} off at least one"
        report.error("K215", "every key point is optional", mend=mend, line=items[0].line)
    if len(points) > MAX_POINTS:
        cause = f"there are {len(points)} key points, more than {MAX_POINTS}"
        report.error("K217", cause, mend="join those that go together", line=items[MAX_POINTS].line)
    if not answer:
        mend = "add “### Answer”, so that there is something to compare with"
        report.note("K216", "there is no model answer", mend=mend, line=items[0].line)
    first: dict[str, int] = {}
    for item in items:
        text = fold(item.text)
        if not text:
            report.error("K214", "a key point is empty", mend="write it", line=item.line, column=item.column)
        elif text in first:
            cause = f"this key point equals the one on line {first[text]}"
            report.error("K214", cause, mend="change or drop one of them", line=item.line, column=item.column)
        first.setdefault(text, item.line)


def _point(item: ListItem, report: Report) -> Point:
    attributes = item.attributes
    weight = attributes.get("weight")
    if weight is not None and weight.value not in _WEIGHTS:
        cause = f"the weight “{weight.value}” is none"
        report.error("K211", cause, mend="write 1, 2 or 3", line=weight.line, column=weight.column)
    optional = attributes.get("optional")
    if optional is not None and (weight is not None or "must" in attributes):
        cause = "an optional key point can neither be a must nor have a weight"
        report.error("K212", cause, mend="take one of them out", line=optional.line, column=optional.column)
    if FIXED in attributes:
        place = attributes[FIXED]
        cause = "“fixed” means nothing on a key point"
        report.note("K108", cause, mend="take it out", line=place.line, column=place.column)
    groups = (
        [group.split("|") for group in attributes["cues"].value.split(",")] if "cues" in attributes else []
    )
    warn = attributes["warn"].value.split("|") if "warn" in attributes else []
    _check_phrases(item, "cues", [phrase for group in groups for phrase in group], report)
    _check_phrases(item, "warn", warn, report)
    _note_split_number(item, report)
    given = int(weight.value) if weight is not None and weight.value in _WEIGHTS else 1
    return Point(
        text="\n\n".join(part for part in (item.text.strip(), item.rest.strip()) if part),
        weight=given if optional is None else 0,
        must="must" in attributes,
        cues=tuple(tuple(phrase.strip() for phrase in group) for group in groups),
        warn=tuple(phrase.strip() for phrase in warn),
    )


def _check_phrases(item: ListItem, name: str, phrases: list[str], report: Report) -> None:
    if any(not fold(phrase) for phrase in phrases):
        cause = f"“{name}” holds an empty phrase"
        mend = "divide groups by single commas and alternatives by single bars"
        place = item.attributes[name]
        report.error("K213", cause, mend=mend, line=place.line, column=place.column)
    if len(phrases) > MAX_PHRASES or any(len(phrase) > MAX_PHRASE for phrase in phrases):
        cause = f"“{name}” holds more than {MAX_PHRASES} phrases, or one of more than {MAX_PHRASE} characters"
        place = item.attributes[name]
        mend = "keep those that tell most"
        report.error("K219", cause, mend=mend, line=place.line, column=place.column)


def _note_split_number(item: ListItem, report: Report) -> None:
    cues = item.attributes.get("cues")
    split = _SPLIT_NUMBER.search(cues.value) if cues is not None else None
    if cues is not None and split is not None:
        cause = f"the comma in “{split[0]}” divides it into two groups"
        mend = f"write “{split[0].replace(',', '')}”: it finds {split[0]} as well"
        report.note("K218", cause, mend=mend, line=cues.line, column=cues.column)


def matching_words(cues: Sequence[Sequence[str]], text: str) -> list[str]:
    """Returns the words of a text that match cues, one for each group; none unless every group is matched.

    A phrase matches at the beginning of a word, so “overfit” finds “overfitting”, “memoris” finds “memorizing”, and
    “1800” finds “1,800”.
    """
    return _matching(cues, _words_of(text))


def _matching(cues: Sequence[Sequence[str]], written: Words) -> list[str]:
    found = []
    for group in cues[:MAX_PHRASES]:
        mentions = [
            mention for mention in (_mention(phrase, written) for phrase in group[:MAX_PHRASES]) if mention
        ]
        if not mentions:
            return []
        found.append(mentions[0])
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """A lowered text with its numbers in one piece, whatever their commas; `marked` is as phrases are looked up."""

    plain: str
    marked: str


def _words_of(text: str) -> Words:
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", lowered(text))
    return Words(plain, _marked(_with_s(plain)))


def _marked(words: str) -> str:
    """Returns the words with a null at the beginning of each, so that a phrase is found there and nowhere else."""
    return _BEGINNING.sub("\0", words)


def _mention(phrase: str, written: Words) -> str:
    """Returns the words in which a text holds the phrase at the beginning of a word, or ""."""
    wanted = _marked(_with_s(lowered(phrase[:MAX_PHRASE])))
    place = written.marked.find(wanted) if wanted else -1
    if place < 0:
        return ""
    start = place - written.marked.count("\0", 0, place)
    end = start + len(wanted.replace("\0", ""))
    rest = _REST_OF_WORD.match(written.plain, end)
    return written.plain[start : rest.end() if rest else end]


def _with_s(words: str) -> str:
    """-ise and -yse for -ize and -yze, also in the cut-off words of cues; as long as before."""
    return words.replace("iz", "is").replace("yz", "ys")


def _judged(point: Point, *, ticked: bool, skipped: bool) -> Context:
    """Returns a key point's `state` ("right", "missed" or "") and the `word` for it."""
    if ticked:
        return {"state": "right", "word": "Held"}
    if skipped or not point.weight:
        return {"state": "", "word": "Must" if point.must else "" if point.weight else "Bonus"}
    return {"state": "missed", "word": "Missing, and a must" if point.must else "Missing"}


KIND = Recall()
