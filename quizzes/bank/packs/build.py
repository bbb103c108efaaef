"""From a pack's text to specs: the kind is inferred, the kind reads its part, the common fields are filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from accounts.api import flat
from quizzes.bank.kinds import GRAMMAR, KINDS
from quizzes.bank.kinds.base import AnyKind, Json
from quizzes.bank.packs.formulas import check_formulas
from quizzes.bank.packs.leftovers import check_braces
from quizzes.bank.packs.parameters import read_parameters
from quizzes.bank.shapes import SCHEMA_KEY, Stored
from quizzes.bank.spec import Spec
from quizzes.markup.api import (
    LEVELS,
    CheckStoppedError,
    PackSource,
    QuestionSource,
    Report,
    Section,
    read_pack,
)


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question ready to be stored. `named` says that the author gave the id; else it is made from the text."""

    slug: str
    named: bool
    line: int
    spec: Json
    spec_hash: str


@dataclass(frozen=True, slots=True)
class PackDraft:
    """A file without errors, ready to be stored. `digest` is of the text; fields left out are ""."""

    pack: str
    title: str
    topic: str
    number: int
    summary: str
    release: str
    plain: bool
    digest: str
    questions: tuple[QuestionDraft, ...]


def lint(text: str) -> tuple[PackDraft | None, Report]:
    """Reads a whole file. The draft is None when the report has errors; all of them are in it.

    The check ends early, with an error that says so, where its work or its list of errors reaches its limit.
    """
    report = Report()
    try:
        source = read_pack(text, GRAMMAR, report)
        report.questions = len(source.questions)
        drafts = [_build(question, report) for question in source.questions if not question.oversized]
    except CheckStoppedError:
        return None, report
    if report.errors:
        return None, report
    return _draft(source, [draft for draft in drafts if draft is not None], digest(text)), report


def digest(text: str) -> str:
    """Returns SHA-256 of a file's text, whatever its line ends."""
    return sha256("\n".join(text.splitlines()).encode("utf-8", "surrogatepass")).hexdigest()


def spec_hash(spec: Stored) -> str:
    """Returns SHA-256 of a spec as canonical JSON: equal specs have equal hashes, whatever the order of their keys.

    The number of the schema does not count: what a question says is the same in another shape.
    """
    said = {key: value for key, value in spec.items() if key != SCHEMA_KEY}
    return sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _draft(source: PackSource, questions: list[QuestionDraft], text_digest: str) -> PackDraft:
    return PackDraft(
        pack=source.pack,
        title=flat(source.title) if source.plain else source.title,
        topic=source.topic,
        number=source.number,
        summary=source.summary,
        release=source.version,
        plain=source.plain,
        digest=text_digest,
        questions=tuple(questions),
    )


def _build(source: QuestionSource, report: Report) -> QuestionDraft | None:
    source, parameters = read_parameters(source, report)
    kind = _kind(source, report)
    if kind is None:
        check_braces(source, report, gaps_in_text=True, gaps_in_code=True)
        return None
    _check_owners(source, kind, report)
    payload = kind.parse(source, report)
    check_braces(source, report, gaps_in_text=kind.gaps_in_text, gaps_in_code=kind.gaps_in_code)
    check_formulas(source, report)
    if payload is None:
        return None
    level = _value(source, "level")
    seconds = _value(source, "seconds")
    spec = Spec(
        kind=kind.name,
        prompt=source.prompt,
        stem=kind.stem(source).strip(),
        payload=payload.to_json(),
        hint=_text(source, "hint"),
        explanation=_text(source, "explanation"),
        model_answer=_text(source, "answer"),
        say_it=_text(source, "say it"),
        follow_ups=_points(source.sections.get("follow-ups")),
        mistakes=_points(source.sections.get("common mistakes")),
        level=int(level) if level in LEVELS else 1,
        skill=_value(source, "skill") or "concept",
        covers=_list(_value(source, "covers"), ","),
        sources=_list(_value(source, "sources"), ";"),
        tags=_list(_value(source, "tags"), ","),
        review_by=_value(source, "review_by") or None,
        seconds=int(seconds) if seconds.isdecimal() else None,
        params=parameters.params,
        lets=tuple(parameters.lets),
    ).to_json()
    return QuestionDraft(source.id, not source.plain, source.line, spec, spec_hash(spec))


# Any, in AnyKind: whatever kind the registry holds.
def _check_owners(source: QuestionSource, kind: AnyKind, report: Report) -> None:
    """Reports attributes that only another kind knows."""
    for owner in KINDS.values():
        for name in (owner.attributes - kind.attributes) & source.attributes.keys():
            attribute = source.attributes[name]
            cause = f"“{name}” belongs to a question of kind {owner.name}, this one is of kind {kind.name}"
            mend = f"remove it, or write {owner.asks_for}"
            report.error("NN031", cause, mend=mend, line=attribute.line, column=attribute.column)


# Any, in AnyKind: whatever kind the registry holds.
def _kind(source: QuestionSource, report: Report) -> AnyKind | None:
    """Returns the kind that is named, or else the first that the structure looks like; None after an error was
    reported.

    A kind that does not exist was reported with the attributes.
    """
    if "type" in source.attributes:
        return KINDS.get(source.attributes["type"].value)
    for kind in KINDS.values():
        if kind.claims(source):
            return kind
    ways = list(dict.fromkeys(kind.asks_for for kind in KINDS.values() if kind.asks_for))
    report.error(
        "NN070",
        "this question has no answer structure",
        mend=f"add {', '.join(ways[:-1])} or {ways[-1]}",
        line=source.line,
    )
    return None


def _value(source: QuestionSource, key: str) -> str:
    return source.attributes[key].value if key in source.attributes else ""


def _list(value: str, divider: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in value.split(divider) if item.strip())


def _text(source: QuestionSource, name: str) -> str:
    section = source.sections.get(name)
    return section.text if section else ""


def _points(section: Section | None) -> tuple[str, ...]:
    """Returns the items of a section's lists; where there is no list, its paragraphs."""
    if section is None:
        return ()
    items = tuple(
        f"{item.text}\n\n{item.rest}".strip()
        for block in section.blocks
        for item in block.items
        if item.text or item.rest
    )
    return items or tuple(block.text for block in section.blocks if block.text)
