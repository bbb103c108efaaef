"""Loading packs, retiring them, and taking the last change of one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from quizzes.bank.loading.plan import Plan, plan_of, stored_questions
from quizzes.bank.loading.undoing import PackChangedError, claim, keep, state_of, take_back
from quizzes.bank.loading.writing import write_pack, write_questions, write_words
from quizzes.bank.loading_lock import wait_for_turn
from quizzes.bank.models import Edition, Pack, Question
from quizzes.bank.packs.build import PackDraft, digest, lint
from quizzes.markup.api import Diagnostic, Report, name_of

__all__ = ["LoadResult", "PackChangedError", "load_pack", "packs_of", "retire_pack", "take_back"]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What loading a file did: questions made, given a new version, left alone, retired, and back as they were.

    With an error among the diagnostics nothing was stored and all counts are 0. `plan` names the questions; it is None
    for a refused file, and for one whose text is that of the pack already. `loaded` is the pack, None after a dry run
    that would make one.
    """

    created: int
    updated: int
    unchanged: int
    retired: int
    diagnostics: Sequence[Diagnostic]
    pack: str = ""
    back: int = 0
    plan: Plan | None = None
    loaded: Pack | None = None

    @property
    def failed(self) -> bool:
        """Whether the file was refused."""
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


@transaction.atomic
def load_pack(
    *,
    text: str,
    path: Path,
    now: datetime,
    taken: Mapping[str, Path] | None = None,
    owner: User | None = None,
    into: Pack | None = None,
    as_new: bool = False,
    pairs: Mapping[int, UUID] | None = None,
    dry_run: bool = False,
) -> LoadResult:
    """Stores a file's questions: all of them or, when anything is wrong with it, none; with `dry_run` only say what
    would happen.

    `into` is the pack the file is the next edition of; raises PackChangedError when it is no longer at the revision
    it was read at. Without it, a file with an `owner` is a new private pack, whatever it is called. Without an owner, a
    file with front matter is the built-in pack it declares; a plain document is a new one, refused (NN082) when a pack
    has the name of its file, unless it is `as_new`. Which question is which says `loading.matching`; `pairs` is as in
    `plan_of`. An unchanged question gets no new version, a changed one gets one, one that is no longer in the file is
    retired, one that is back is revived. The kind of a question never changes: that is an error. A built-in pack in
    `taken` (slug to file) is refused: two files of one pack would retire each other's questions. Queries are constant
    in number, but for one more of each update per 500 questions.
    """
    wait_for_turn(owner)
    if owner is None and into is None and not as_new:
        known = _same_text(text, path)
        if known is not None:
            unchanged = known.questions.filter(retired_at=None).count()
            return LoadResult(0, 0, unchanged, 0, [], known.slug, loaded=known)
    draft, report = lint(text)
    if draft is None:
        return LoadResult(0, 0, 0, 0, report.in_order)
    pack = into
    if owner is None:
        pack = _built_in(draft, path, into, report, as_new=as_new, taken=taken or {})
        if report.errors:
            return LoadResult(0, 0, 0, 0, report.in_order)
    stored = stored_questions([pack])[pack.pk] if pack is not None else []
    plan = plan_of(draft, pack, stored, pairs=pairs)
    _report_other_kinds(plan, report)
    if report.errors:
        return LoadResult(0, 0, 0, 0, report.in_order)
    if not dry_run:
        pack = _store(plan, draft, pack, stored, text=text, name=path.stem, owner=owner, now=now)
    return LoadResult(
        created=len(plan.new),
        updated=len(plan.changed),
        unchanged=len(plan.same),
        retired=len(plan.gone),
        diagnostics=report.in_order,
        pack=pack.slug if pack else draft.pack or name_of(path.stem),
        back=len(plan.back),
        plan=plan,
        loaded=pack,
    )


def _store(
    plan: Plan,
    draft: PackDraft,
    pack: Pack | None,
    stored: Sequence[Question],
    *,
    text: str,
    name: str,
    owner: User | None,
    now: datetime,
) -> Pack:
    """Writes the pack and its questions as planned, and keeps the edition of a private one."""
    before = None
    if pack is not None:
        # The questions were read after the revision: when that still holds, so does the plan.
        claim(pack, pack.revision)
        before = state_of(pack) if owner is not None else None
    pack, renamed = write_pack(draft, pack, name=name, now=now, owner=owner)
    write_questions(plan, pack, stored, now)
    write_words(pack, renamed=renamed)
    if owner is not None:
        keep(pack, did=Edition.Did.LOADED, text=text, before=before, now=now)
    return pack


def packs_of(owner: User | None) -> QuerySet[Pack]:
    """Returns the private packs of `owner`; without one, the built-in packs."""
    return (
        Pack.objects.filter(private=False)
        if owner is None
        else Pack.objects.filter(private=True, owner=owner)
    )


@transaction.atomic
def retire_pack(*, pack: Pack, now: datetime) -> int:
    """Asks none of a private pack's questions any more; the number that were asked. It can be taken back.

    Answers and memories stay. Loading the text again as its next edition brings the questions back, too.
    PackChangedError when the pack is no longer at the revision it was read at.
    """
    if not pack.questions.filter(retired_at=None).exists():
        return 0
    claim(pack, pack.revision)
    before = state_of(pack)
    retired = pack.questions.filter(retired_at=None).update(retired_at=now)
    keep(pack, did=Edition.Did.RETIRED, text=str(before["text"]), before=before, now=now)
    return retired


def _same_text(text: str, path: Path) -> Pack | None:
    """Returns the built-in pack that was loaded from this very text, if it is asked."""
    same = packs_of(None).filter(digest=digest(text))
    if text.lstrip("\ufeff").startswith("---"):
        return same.first()
    return same.filter(slug=name_of(path.stem)).first()


def _built_in(
    draft: PackDraft,
    path: Path,
    into: Pack | None,
    report: Report,
    *,
    as_new: bool,
    taken: Mapping[str, Path],
) -> Pack | None:
    """Returns the built-in pack the file is an edition of, None for a new one; or an error in the report."""
    slug = draft.pack or name_of(path.stem)
    if (into.slug if into else slug) in taken and not as_new:
        slug = into.slug if into else slug
        cause = f"“{slug}” is already the pack of {taken[slug]}"
        report.error("NN081", cause, mend="rename one of them", line=1)
        return None
    there = packs_of(None).filter(slug=slug).first()
    if into is not None:
        if draft.pack and there is not None and there.pk != into.pk:
            cause = f"the file is the pack “{draft.pack}”, which is there beside “{into.slug}”"
            report.error("NN081", cause, mend="change “pack:” in its front matter", line=1)
        return into
    if draft.plain and there is not None and not as_new:
        cause = (
            f"the name of this plain document, “{slug}”, is that of a pack that is there (“{there.title}”)"
        )
        mend = f"load it with --replace {slug} as its next edition, or with --new as another pack"
        report.error("NN082", cause, mend=mend, line=1)
    return None if as_new else there


def _report_other_kinds(plan: Plan, report: Report) -> None:
    for line in plan.other_kind:
        question, kind = line.question, line.draft.spec["kind"]
        assert question is not None  # noqa: S101 -- for the type checker
        cause = f"the question “{line.draft.slug}” is of kind {question.kind} and cannot become {kind}"
        mend = "give it a new id, so that old answers keep their question"
        report.error("NN080", cause, mend=mend, line=line.draft.line)
