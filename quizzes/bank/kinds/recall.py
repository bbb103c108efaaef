"""Free recall: write or say the answer, then tick the key points it held.

Payload: `{"points": [{"text", "weight", "must", "cues": [[phrase, …], …], "warn": [phrase, …]}], "answer": Markdown}`.
Weights run from 1 to 3; an optional point has weight 0. Response: `{"text", "points": [place, …], "easy": bool}`.

It is asked in two steps. The first form holds the text; reading it gives a draft, and asking with that draft shows the
model answer and the key points. The second form holds the ticks and the text again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.fields import many, one, positions
from quizzes.bank.kinds.spelling import fold, lowered
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import ListItem, QuestionSource
from quizzes.markup.structure import as_markdown, prose

NAME = "recall"
LABEL = "Free recall"
PARTS: Parts | None = Parts("key points", right="said", wrong_one="is missing", wrong_many="are missing")
PASS_SCORE = 0.60
TICK = "tick"
MAX_TEXT = 10_000
MAX_POINTS = 40
MAX_PHRASES = 40
MAX_PHRASE = 80
_WEIGHTS = ("1", "2", "3")
_SECTION = "key points"
_BEGINNING = re.compile(r"(?<!\w)(?=\w)")
_REST_OF_WORD = re.compile(r"\w*")
_SPLIT_NUMBER = re.compile(r"\d+(?:,\d+)+")
_WHOLE_ANSWER = "Says what the model answer says"


def claims(source: QuestionSource) -> bool:
    """A section Key points, or a document without front matter."""
    return source.plain or _SECTION in source.sections


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    section = source.sections.get(_SECTION)
    items = [
        item
        for block in (section.blocks if section else ())
        if block.type in {"bullets", "numbers", "tasks"}
        for item in block.items
    ]
    points = [_point(item, report) for item in items if item.text.strip() or not source.plain]
    answer = source.sections["answer"].text.strip() if "answer" in source.sections else ""
    if source.plain:
        points = points or [_whole_answer()]
    elif not points:
        mend = "add “### Key points”; for another kind give options, an Answer line, a table, steps or gaps"
        line = section.line if section else source.line
        report.error("K210", "there are no key points", mend=mend, line=line)
    else:
        _check_points(items, points, answer, report)
    return {"points": points, "answer": answer} if len(report.errors) == faults else None


def _check_points(items: list[ListItem], points: list[Json], answer: str, report: Report) -> None:
    if not any(point["weight"] for point in points):
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


def _whole_answer() -> Json:
    return {"text": _WHOLE_ANSWER, "weight": 1, "must": False, "cues": [], "warn": []}


def _point(item: ListItem, report: Report) -> Json:
    attributes = item.attributes
    weight = attributes.get("weight")
    if weight is not None and weight.value not in _WEIGHTS:
        cause = f"the weight “{weight.value}” is none"
        report.error("K211", cause, mend="write 1, 2 or 3", line=weight.line, column=weight.column)
    optional = attributes.get("optional")
    if optional is not None and (weight is not None or "must" in attributes):
        cause = "an optional key point can neither be a must nor have a weight"
        report.error("K212", cause, mend="take one of them out", line=optional.line, column=optional.column)
    if "fixed" in attributes:
        place = attributes["fixed"]
        cause = "“fixed” means nothing on a key point"
        report.note("K108", cause, mend="take it out", line=place.line, column=place.column)
    groups = (
        [group.split("|") for group in attributes["cues"].value.split(",")] if "cues" in attributes else []
    )
    warn = attributes["warn"].value.split("|") if "warn" in attributes else []
    for name, phrases in (("cues", [phrase for group in groups for phrase in group]), ("warn", warn)):
        if any(not fold(phrase) for phrase in phrases):
            cause = f"“{name}” holds an empty phrase"
            mend = "divide groups by single commas and alternatives by single bars"
            place = attributes[name]
            report.error("K213", cause, mend=mend, line=place.line, column=place.column)
        if len(phrases) > MAX_PHRASES or any(len(phrase) > MAX_PHRASE for phrase in phrases):
            cause = (
                f"“{name}” holds more than {MAX_PHRASES} phrases, or one of more than {MAX_PHRASE} characters"
            )
            place = attributes[name]
            mend = "keep those that tell most"
            report.error("K219", cause, mend=mend, line=place.line, column=place.column)
    _note_split_number(item, report)
    return {
        "text": "\n\n".join(part for part in (item.text.strip(), item.rest.strip()) if part),
        "weight": 0
        if optional is not None
        else int(weight.value)
        if weight and weight.value in _WEIGHTS
        else 1,
        "must": "must" in attributes,
        "cues": [[phrase.strip() for phrase in group] for group in groups],
        "warn": [phrase.strip() for phrase in warn],
    }


def _note_split_number(item: ListItem, report: Report) -> None:
    cues = item.attributes.get("cues")
    split = _SPLIT_NUMBER.search(cues.value) if cues is not None else None
    if cues is not None and split is not None:
        cause = f"the comma in “{split[0]}” divides it into two groups"
        mend = f"write “{split[0].replace(',', '')}”: it finds {split[0]} as well"
        report.note("K218", cause, mend=mend, line=cues.line, column=cues.column)


def stem(source: QuestionSource) -> str:
    """The whole body; in a document without front matter the text below the heading is the answer, so nothing."""
    return "" if source.plain else as_markdown(prose(source))


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """Nothing is drawn."""
    return {}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `stage`, the `text` typed; at the stage "tick" also `answer` and `points`."""
    values = presented["values"]
    kept = draft or {}
    text, ticked = str(kept.get("text", ""))[:MAX_TEXT], kept.get("points")
    if kept.get("stage") != TICK and ticked is None:
        return {"stage": "write", "text": text}
    points = []
    written = _words_of(text)
    for place, point in enumerate(payload["points"]):
        words = _matching(point["cues"], written)
        points.append(
            {
                "value": place,
                "text": fill(point["text"], values),
                "weight": point["weight"],
                "must": point["must"],
                "words": words,
                "warnings": [phrase for phrase in point["warn"] if _mention(phrase, written)],
                "checked": ticked is not None and place in ticked,
            }
        )
    return {"stage": TICK, "text": text, "answer": fill(payload["answer"], values), "points": points}


def matching_words(cues: list[list[str]], text: str) -> list[str]:
    """The words of a text that match cues, one for each group; none unless every group is matched.

    A phrase matches at the beginning of a word, so “overfit” finds “overfitting”, “memoris” finds “memorizing”, and
    “1800” finds “1,800”.
    """
    return _matching(cues, _words_of(text))


def _matching(cues: list[list[str]], written: Words) -> list[str]:
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
    """The words with a null at the beginning of each, so that a phrase is found there and nowhere else."""
    return _BEGINNING.sub("\0", words)


def _mention(phrase: str, written: Words) -> str:
    """The words in which a text holds the phrase at the beginning of a word, or ""."""
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


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """First the text, which may be empty (said aloud), then the ticks."""
    text = one(fields, "text").replace("\r\n", "\n").strip()
    ticking = one(fields, "stage") == TICK
    draft: Json = {"text": text[:MAX_TEXT], "stage": TICK if ticking else "write"}
    if len(text) > MAX_TEXT:
        return Reading(errors={"text": f"Write at most {MAX_TEXT:,} characters."}, draft=draft)
    if not ticking:
        return Reading(draft=draft | {"stage": TICK})
    ticked = positions(many(fields, "point"), len(payload["points"]))
    if ticked is None:
        cause = "One of these key points is not on this page: tick those shown."
        return Reading(errors={"point": cause}, draft=draft)
    return Reading(response={"text": text, "points": ticked, "easy": bool(one(fields, "easy"))})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """Ticked weight by all weight; passed from 0.60 unless a must is missing."""
    ticked = response.get("points", [])
    parts = [
        {"key": f"point-{place}", "score": float(place in ticked), "weight": point["weight"]}
        for place, point in enumerate(payload["points"])
    ]
    weights = [point["weight"] for point in payload["points"]]
    score = sum(weight for place, weight in enumerate(weights) if place in ticked) / sum(weights)
    missed = any(point["must"] and place not in ticked for place, point in enumerate(payload["points"]))
    return Marks(
        score,
        score >= PASS_SCORE and not missed,
        parts,
        recall=True,
        must_missed=missed,
        easy=bool(response.get("easy")),
    )


def describe(payload: Json, presented: Json, response: Json) -> str:
    """How many of the points that count were ticked, and how the text begins."""
    if "points" not in response:
        return DONT_KNOW
    counting = [place for place, point in enumerate(payload["points"]) if point["weight"]]
    told = f"{sum(place in response['points'] for place in counting)} of {len(counting)} key points"
    return clip(f"{told}: {response['text']}" if response["text"] else f"{told}, said aloud")


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `points`, `percent`, `must_missed`, the `text` written, `skipped`."""
    values = presented["values"]
    return {
        "skipped": not response,
        "points": [
            {
                "text": fill(point["text"], values),
                **_judged(point, ticked=part["score"] == 1, skipped=not response),
            }
            for point, part in zip(payload["points"], marks.parts, strict=True)
        ],
        "percent": round(100 * marks.score),
        "must_missed": marks.must_missed,
        "text": response.get("text", ""),
    }


def _judged(point: Json, *, ticked: bool, skipped: bool) -> Json:
    """A key point's `state` ("right", "missed" or "") and the `word` for it."""
    if ticked:
        return {"state": "right", "word": "Held"}
    if skipped or not point["weight"]:
        return {"state": "", "word": "Must" if point["must"] else "" if point["weight"] else "Bonus"}
    return {"state": "missed", "word": "Missing, and a must" if point["must"] else "Missing"}


def guess_rate(payload: Json) -> float:
    """Nothing: the learner judges."""
    return 0.0


def key(payload: Json) -> Json:
    """The points with their weights and musts."""
    return {"points": [[point["text"], point["weight"], point["must"]] for point in payload["points"]]}
