"""What a new edition of a pack would do to the questions that are there; nothing is written here."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from quizzes.bank.changes import change_between
from quizzes.bank.loading.matching import Said, match, suggest
from quizzes.bank.models import Pack, Question, Version
from quizzes.bank.packs.build import PackDraft, QuestionDraft
from quizzes.bank.shapes import JsonObject, Stored
from quizzes.markup.api import asked_below, saying


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One question of the new edition and, when it is not new, the stored question it is.

    `change` is how its text differs (None: it does not). `back`: it was retired. `moved`: it stands elsewhere among its
    neighbours. `renamed` is the id it had, where the author gave it another one. `maybe`: stored questions it could be.
    """

    place: int
    draft: QuestionDraft
    question: Question | None = None
    change: Version.Change | None = None
    back: bool = False
    moved: bool = False
    renamed: str = ""
    maybe: Sequence[Question] = ()

    @property
    def prompt(self) -> str:
        """The prompt as it will be."""
        return str(self.draft.spec["prompt"])

    @property
    def what(self) -> list[str]:
        """Which parts of a stored question's text differ, as words for a page; of a new one none."""
        if self.question is None or self.question.current is None:
            return []
        before, after = self.question.current.spec, self.draft.spec
        return [word for word, names in _PARTS.items() if any(before.get(n) != after.get(n) for n in names)]

    @property
    def prompt_before(self) -> str:
        """The prompt as it was, where it differs; else ""."""
        if self.question is None or self.question.current is None:
            return ""
        before = str(self.question.current.spec["prompt"])
        return before if before != self.prompt else ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to every question: each of the new edition is in one of new, changed, back and same."""

    pack: Pack | None
    lines: Sequence[PlanEntry]
    gone: Sequence[Question]
    other_kind: Sequence[PlanEntry] = field(default=())

    @property
    def new(self) -> list[PlanEntry]:
        """Questions nobody has met."""
        return [line for line in self.lines if line.question is None]

    @property
    def changed(self) -> list[PlanEntry]:
        """Questions that get a new version, some of them back from retirement."""
        return [line for line in self.lines if line.change is not None]

    @property
    def back(self) -> list[PlanEntry]:
        """Retired questions that are asked again as they were."""
        return [line for line in self.lines if line.back and line.change is None]

    @property
    def same(self) -> list[PlanEntry]:
        """Questions that stay as they are."""
        return [
            line for line in self.lines if line.question is not None and line.change is None and not line.back
        ]

    @property
    def moved(self) -> list[PlanEntry]:
        """Questions that stay as they are, elsewhere in the file."""
        return [line for line in self.same if line.moved]

    @property
    def renamed(self) -> list[PlanEntry]:
        """Questions whose author gave them another id, or their first."""
        return [line for line in self.lines if line.renamed]


def stored_questions(packs: Collection[Pack]) -> dict[int, list[Question]]:
    """Returns every question of the packs, retired ones too, with its current version, by the pack's id; one query."""
    found: dict[int, list[Question]] = {pack.pk: [] for pack in packs}
    rows = Question.objects.filter(pack__in=found).select_related("current").order_by("position", "pk")
    for question in rows:
        found[question.pack_id].append(question)
    return found


def plan_of(
    draft: PackDraft,
    pack: Pack | None,
    stored: Sequence[Question],
    *,
    pairs: Mapping[int, UUID] | None = None,
    suggesting: bool = False,
) -> Plan:
    """Returns the plan for a draft as the next edition of `pack`, or as a new pack when there is none.

    `pairs` says which new question (by its place in the draft, from 0) is which stored one, where the author decided;
    a pair of other kind, or with a stored question that is matched by itself, is left out. With `suggesting` the
    new questions say which stored ones they could be.
    """
    new = [_said(one.spec, slug=one.slug, named=one.named) for one in draft.questions]
    old = [
        _said(
            one.current.spec if one.current else _NOTHING | {"kind": one.kind},
            slug=one.slug,
            named=one.named,
            live=one.retired_at is None,
        )
        for one in stored
    ]
    matched = match(new, old)
    _add_pairs(matched, pairs or {}, draft, stored)
    maybe = suggest(new, old, matched) if suggesting else {}
    settled = _longest_run([matched[place] for place in sorted(matched)])
    lines = []
    for place, one in enumerate(draft.questions):
        question = stored[matched[place]] if place in matched else None
        lines.append(
            PlanEntry(
                place=place,
                draft=one,
                question=question,
                change=_change(question, one),
                back=question is not None and question.retired_at is not None,
                moved=place in matched and matched[place] not in settled,
                renamed=question.slug
                if question is not None and one.named and question.slug != one.slug
                else "",
                maybe=[stored[other] for other in maybe.get(place, ())],
            )
        )
    taken = set(matched.values())
    return Plan(
        pack=pack,
        lines=lines,
        gone=[one for at, one in enumerate(stored) if at not in taken and one.retired_at is None],
        other_kind=[
            line
            for line in lines
            if line.question is not None and line.question.kind != line.draft.spec["kind"]
        ],
    )


_PARTS = {
    "the prompt": ("prompt",),
    "the text below it": ("stem",),
    "the answers": ("payload", "params", "lets"),
    "the model answer": ("model_answer",),
    "the explanation": ("explanation", "hint", "say_it", "follow_ups", "mistakes"),
    "level, skill, tags or sources": ("level", "skill", "covers", "sources", "tags", "review_by", "seconds"),
}
_NOTHING: JsonObject = {"prompt": "", "stem": "", "model_answer": "", "payload": {}}


def _said(spec: Stored, *, slug: str, named: bool, live: bool = True) -> Said:
    prompt = str(spec["prompt"])
    answer = str(spec["model_answer"]) or json.dumps(spec["payload"], ensure_ascii=False, sort_keys=True)
    if not named and not saying(prompt):
        # Stored before the line below such a heading was read as its question.
        asked, rest = asked_below(answer)
        prompt, answer = asked or prompt, rest
    return Said(
        slug=slug,
        named=named,
        kind=str(spec["kind"]),
        prompt=prompt,
        answer=f"{spec['stem']}\n{answer}",
        live=live,
    )


def _add_pairs(
    matched: dict[int, int], pairs: Mapping[int, UUID], draft: PackDraft, stored: Sequence[Question]
) -> None:
    places = {question.public_id: at for at, question in enumerate(stored)}
    for place, public_id in sorted(pairs.items()):
        at = places.get(public_id)
        if at is None or place in matched or place >= len(draft.questions) or at in matched.values():
            continue
        one, other = draft.questions[place], stored[at]
        if other.kind == one.spec["kind"] and not (one.named and other.named):
            matched[place] = at


def _change(question: Question | None, draft: QuestionDraft) -> Version.Change | None:
    if question is None:
        return None
    if question.current is None:
        return Version.Change.FIRST
    if question.kind != draft.spec["kind"] or question.current.spec_hash == draft.spec_hash:
        return None
    return change_between(question.current.spec, draft.spec)


def _longest_run(places: Sequence[int]) -> set[int]:
    """Returns the most places that already stand in ascending order: all others have moved (patience sorting)."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(tails, place)
        before[place] = tails[at - 1] if at else None
        tails[at : at + 1] = [place]
    run: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        run.add(last)
        last = before[last]
    return run
