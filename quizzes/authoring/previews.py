"""What the page shows of a document before it is loaded, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from quizzes.authoring import queries
from quizzes.bank.api import LoadResult, Plan, PlanEntry, asking
from quizzes.bank.models import Question, Version
from quizzes.classroom.api import counted

MOST_SHOWN = 200
MOST_NAMED = 3

HOW = {
    Version.Change.FIRST: "its first text",
    Version.Change.COSMETIC: "only case, punctuation or blanks",
    Version.Change.CLARIFICATION: "wording, but neither the question nor what counts as right",
    Version.Change.KEY: "what counts as right",
    Version.Change.MEANING: "what is asked",
}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One question of the preview. `line` is in the new document, or, for one that is gone, in its old one."""

    prompt: str
    line: int
    place: int = 0
    before: str = ""
    how: str = ""
    what: Sequence[str] = ()
    renamed: str = ""
    back: bool = False
    maybe: Sequence[tuple[str, str]] = ()
    chosen: str = ""
    learners: int = 0
    answers: int = 0


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One part of the preview: the first MOST_SHOWN of its rows, and how many there are.

    `gone`: its questions would be retired. `touches_memories`: what learners remember is changed or no longer asked.
    """

    many: int
    rows: Sequence[PreviewRow]
    gone: bool = False
    touches_memories: bool = False

    @property
    def more(self) -> int:
        """Rows that are left out."""
        return self.many - len(self.rows)


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan, part by part."""

    new: PreviewPart
    changed: PreviewPart
    gone: PreviewPart
    back: PreviewPart
    moved: PreviewPart
    renamed: PreviewPart
    same: PreviewPart


def preview_of(plan: Plan, pairs: Mapping[int, UUID] | None = None) -> Preview:
    """Returns the parts of a plan with their prompts, and the memories that hang on what changes or goes.

    `pairs` is what the author has said already: the page offers it again.
    """
    memories = queries.memories_of(plan.pack) if plan.pack is not None else {}
    return Preview(
        new=_shown(plan.new, memories, pairs=pairs),
        changed=_shown(plan.changed, memories, touches_memories=True),
        gone=PreviewPart(
            len(plan.gone),
            [_gone(one, memories) for one in plan.gone[:MOST_SHOWN]],
            gone=True,
            touches_memories=True,
        ),
        back=_shown(plan.back, memories),
        moved=_shown(plan.moved, memories),
        renamed=_shown(plan.renamed, memories),
        same=_shown(plan.same, memories),
    )


def told(result: LoadResult, title: str) -> str:
    """Returns what was done, as sentences that name the first few questions of each sort."""
    plan = result.plan
    if plan is None or not (plan.new or plan.changed or plan.back or plan.gone):
        return f"“{title}” is loaded: nothing in its questions has changed."
    parts = [
        _told(plan.new, "is new", "are new"),
        _told(plan.changed, "changed", "changed"),
        _told(plan.back, "is back", "are back"),
        _named([_prompt(one) for one in plan.gone], "is no longer asked", "are no longer asked"),
    ]
    if plan.same:
        parts.append(f"{len(plan.same)} {'stays' if len(plan.same) == 1 else 'stay'} as before")
    return f"“{title}” is loaded. " + ". ".join(part for part in parts if part) + "."


def _shown(
    lines: Sequence[PlanEntry],
    memories: Mapping[int, tuple[int, int]],
    *,
    pairs: Mapping[int, UUID] | None = None,
    touches_memories: bool = False,
) -> PreviewPart:
    rows = [_row(line, memories, pairs or {}) for line in lines[:MOST_SHOWN]]
    return PreviewPart(len(lines), rows, touches_memories=touches_memories)


def _row(line: PlanEntry, memories: Mapping[int, tuple[int, int]], pairs: Mapping[int, UUID]) -> PreviewRow:
    learners, answers = memories.get(line.question.pk, (0, 0)) if line.question is not None else (0, 0)
    return PreviewRow(
        prompt=asking.prompt(line.draft.spec),
        line=line.draft.line,
        place=line.place,
        before=line.prompt_before,
        how=HOW[line.change] if line.change is not None else "",
        what=line.what if line.change is not None else (),
        renamed=f"{line.renamed} → {line.draft.slug}" if line.renamed else "",
        back=line.back,
        maybe=[(str(one.public_id), _prompt(one)) for one in line.maybe],
        chosen=str(pairs.get(line.place, "")),
        learners=learners,
        answers=answers,
    )


def _gone(question: Question, memories: Mapping[int, tuple[int, int]]) -> PreviewRow:
    learners, answers = memories.get(question.pk, (0, 0))
    line = question.current.source_line if question.current is not None else 0
    return PreviewRow(prompt=_prompt(question), line=line, learners=learners, answers=answers)


def _prompt(question: Question) -> str:
    return asking.prompt(question.current.spec) if question.current is not None else question.slug


def _told(lines: Iterable[PlanEntry], one: str, several: str) -> str:
    return _named([asking.prompt(line.draft.spec) for line in lines], one, several)


def _named(prompts: Sequence[str], one: str, several: str) -> str:
    if not prompts:
        return ""
    named = ", ".join(f"“{_short(prompt)}”" for prompt in prompts[:MOST_NAMED])
    more = f" and {len(prompts) - MOST_NAMED} more" if len(prompts) > MOST_NAMED else ""
    return f"{counted(len(prompts))} {one if len(prompts) == 1 else several}: {named}{more}"


def _short(prompt: str) -> str:
    return prompt if len(prompt) <= 60 else f"{prompt[:59]}…"
