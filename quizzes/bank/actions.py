"""Loading packs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts.models import User
from quizzes.bank import search
from quizzes.bank.changes import change_between
from quizzes.bank.loading_lock import wait_for_turn
from quizzes.bank.models import Pack, Question, Topic, Version
from quizzes.bank.packs.build import PackDraft, QuestionDraft, digest, lint
from quizzes.bank.packs.diagnostics import Diagnostic, Report
from quizzes.bank.packs.plain import slug_of


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What loading a file did. `updated` counts new versions and questions that came back.

    With an error among the diagnostics nothing was stored and all counts are 0.
    """

    created: int
    updated: int
    unchanged: int
    retired: int
    diagnostics: Sequence[Diagnostic]
    pack: str = ""

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
) -> LoadResult:
    """Store a file's questions: all of them or, when anything is wrong with it, none.

    Questions are found again by pack and id. An unchanged one gets no new version, a changed one gets one, one that is
    no longer in the file is retired, one that is back is revived. The kind of an id never changes: that is an error.
    A plain document is the pack named like its file. A pack in `taken` (slug to file) is refused: two files of one pack
    would retire each other's questions. With an `owner` the pack is private, found among theirs alone, and speaks for
    no topic but its own. The number of queries does not depend on the number of questions.
    """
    wait_for_turn(owner)
    text_digest = digest(text)
    packs = packs_of(owner)
    known = packs.filter(digest=text_digest, slug=_plain_slug(path)).first()
    if known is None and text.lstrip("\ufeff").startswith("---"):
        known = packs.filter(digest=text_digest).first()
    if known is not None:
        unchanged = known.questions.filter(retired_at=None).count()
        return LoadResult(0, 0, unchanged, 0, [], known.slug)
    draft, report = lint(text)
    if draft is None:
        return LoadResult(0, 0, 0, 0, report.in_order)
    slug = _plain_slug(path) if draft.plain else draft.pack
    if taken and slug in taken:
        report.error(
            "NN081", f"“{slug}” is already the pack of {taken[slug]}", mend="rename one of them", line=1
        )
        return LoadResult(0, 0, 0, 0, report.in_order)
    return _store(draft, slug, path, report, now=now, owner=owner)


def packs_of(owner: User | None) -> QuerySet[Pack]:
    """The private packs of `owner`; without one, the built-in packs."""
    return (
        Pack.objects.filter(private=False)
        if owner is None
        else Pack.objects.filter(private=True, owner=owner)
    )


def retire_pack(*, pack: Pack, now: datetime) -> int:
    """Ask none of the pack's questions any more; how many that were. Loading the pack again brings them back.

    Answers and memories stay. The text is forgotten, so that loading the same file is a change.
    """
    with transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(digest="")
        return pack.questions.filter(retired_at=None).update(retired_at=now)


def bring_back_pack(*, pack: Pack, now: datetime) -> int:
    """Ask the questions again that the pack's last retirement took away. Returns their number; 0 where some are asked.

    `now` is when it is done; what was retired on its own before stays retired.
    """
    with transaction.atomic():
        Pack.objects.select_for_update().filter(pk=pack.pk).first()
        if pack.questions.filter(retired_at=None).exists():
            return 0
        last = pack.questions.filter(retired_at__lte=now).aggregate(last=Max("retired_at"))["last"]
        return pack.questions.filter(retired_at=last, retired_at__isnull=False).update(retired_at=None)


def _plain_slug(path: Path) -> str:
    return slug_of(path.stem, set())


def _store(
    draft: PackDraft, slug: str, path: Path, report: Report, *, now: datetime, owner: User | None
) -> LoadResult:
    there = (
        Question.objects.select_for_update(of=("self",))
        .filter(pack__in=packs_of(owner).filter(slug=slug))
        .select_related("current")
    )
    existing = {question.slug: question for question in there}
    for new in draft.questions:
        old = existing.get(new.slug)
        if old is not None and old.kind != new.spec["kind"]:
            cause = f"the question “{new.slug}” is of kind {old.kind} and cannot become {new.spec['kind']}"
            mend = "give it a new id, so that old answers keep their question"
            report.error("NN080", cause, mend=mend, line=new.line)
    if report.errors:
        return LoadResult(0, 0, 0, 0, report.in_order)
    pack, renamed = _upsert_pack(draft, slug, path, now, owner)
    fresh = [new for new in draft.questions if new.slug not in existing]
    changed = [
        new for new in draft.questions if new.slug in existing and _differs(existing[new.slug], new.spec_hash)
    ]
    kept = {new.slug for new in draft.questions}
    gone = [old.pk for old in existing.values() if old.slug not in kept and old.retired_at is None]
    revived = sum(
        existing[slug].retired_at is not None
        for slug in kept & existing.keys() - {new.slug for new in changed}
    )
    _write_questions(draft.questions, existing, pack)
    _write_versions(fresh, changed, existing, now)
    Question.objects.filter(pk__in=gone).update(retired_at=now)
    # The topic's title is among the words by which its questions are found, those of other packs too.
    touched = Q(topic=pack.topic) if renamed else Q(pack=pack)
    search.write(Question.objects.filter(touched, retired_at=None))
    updated = len(changed) + revived
    unchanged = len(kept) - len(fresh) - updated
    return LoadResult(len(fresh), updated, unchanged, len(gone), report.in_order, slug)


def _differs(question: Question, spec_hash: str) -> bool:
    return question.current is None or question.current.spec_hash != spec_hash


def _upsert_pack(
    draft: PackDraft, slug: str, path: Path, now: datetime, owner: User | None
) -> tuple[Pack, bool]:
    """The pack's row with its topic's, and whether the topic has another title than before.

    Only the pack that is named like a topic says what the topic is called.
    """
    title = (draft.title or path.stem)[:120]
    about = {"title": title, "summary": draft.summary, "number": draft.number}
    topic_slug = draft.topic or slug
    before = Topic.objects.filter(slug=topic_slug).first()
    if owner is not None:
        mine = packs_of(owner).filter(slug=slug)
        before = Topic.objects.filter(packs__in=mine).first()
        topic = _private_topic(topic_slug, about, mine)
    elif topic_slug == slug:
        topic, _ = Topic.objects.update_or_create(slug=topic_slug, defaults=about)
    else:
        topic, _ = Topic.objects.get_or_create(slug=topic_slug, defaults=about)
    fields = {
        "title": title,
        "topic": topic,
        "release": draft.release,
        "digest": draft.digest,
        "loaded_at": now,
    }
    pack, _ = packs_of(owner).update_or_create(
        slug=slug, owner=owner, private=owner is not None, defaults=fields
    )
    return pack, before is not None and before.title != topic.title


def _private_topic(slug: str, about: Mapping[str, Any], packs: QuerySet[Pack]) -> Topic:
    """Where a private pack's questions belong: a built-in topic they name, else one of the pack's own.

    Its own gets a name nobody else can meet: two instructors may both have a pack called “week-1”.
    """
    shared = Topic.objects.filter(slug=slug, packs__private=False).first()
    if shared is not None:
        return shared
    own = Topic.objects.filter(packs__in=packs).exclude(packs__private=False).first()
    if own is None:
        return Topic.objects.create(slug=f"{slug[:50]}-{secrets.token_hex(6)}", **about)
    topic, _ = Topic.objects.update_or_create(pk=own.pk, defaults=about)
    return topic


def _write_questions(drafts: Sequence[QuestionDraft], existing: dict[str, Question], pack: Pack) -> None:
    """Create and update the questions' rows; new ones are added to `existing`."""
    created: list[Question] = []
    touched: list[Question] = []
    for position, draft in enumerate(drafts):
        question = existing.get(draft.slug)
        if question is None:
            question = Question(pack=pack, slug=draft.slug, kind=draft.spec["kind"])
            created.append(question)
        else:
            touched.append(question)
        question.topic = pack.topic
        question.level = draft.spec["level"]
        question.skill = draft.spec["skill"]
        question.position = position
        question.retired_at = None
    Question.objects.bulk_create(created)
    Question.objects.bulk_update(touched, ["topic", "level", "skill", "position", "retired_at"])
    existing.update({question.slug: question for question in created})


def _write_versions(
    fresh: Sequence[QuestionDraft],
    changed: Sequence[QuestionDraft],
    existing: dict[str, Question],
    now: datetime,
) -> None:
    versions = []
    for draft in [*fresh, *changed]:
        question = existing[draft.slug]
        current = question.current
        versions.append(
            Version(
                question=question,
                number=current.number + 1 if current else 1,
                spec=draft.spec,
                spec_hash=draft.spec_hash,
                change=change_between(current.spec, draft.spec) if current else Version.Change.FIRST,
                source_line=draft.line,
                created_at=now,
            )
        )
    for version in Version.objects.bulk_create(versions):
        version.question.current = version
    Question.objects.bulk_update([version.question for version in versions], ["current"])
