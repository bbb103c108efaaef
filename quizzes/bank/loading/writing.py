"""Writing a plan down: the pack's row and its topic's, questions, versions, the words by which they are found."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max, Q

from accounts.models import User
from quizzes.bank import search
from quizzes.bank.changes import change_between
from quizzes.bank.loading.plan import Plan, PlanEntry
from quizzes.bank.models import Pack, Question, Topic, Version
from quizzes.bank.packs.build import PackDraft
from quizzes.markup.api import name_of, prompt_digest

_COLUMNS = ["slug", "named", "prompt_digest", "topic", "level", "skill", "position", "retired_at"]


def write_pack(
    draft: PackDraft, pack: Pack | None, *, name: str, now: datetime, owner: User | None
) -> tuple[Pack, bool]:
    """Returns the pack's row, made or brought up to date, and whether its topic has another title than before.

    `name` is what a plain document without a title is called. Only a built-in pack that declares a topic's own name
    says what the topic is called; a private pack speaks for no topic but its own.
    """
    title = (draft.title or name)[:120]
    about: dict[str, str | int] = {"title": title, "summary": draft.summary, "number": draft.number}
    slug = draft.pack or (pack.slug if pack else free_slug(name_of(name) or name_of(title), owner))
    topic, renamed = _topic(draft, pack, slug, about, owner)
    if pack is None:
        pack = Pack(owner=owner, private=owner is not None)
    pack.slug, pack.title, pack.topic = slug, title, topic
    pack.release, pack.digest, pack.loaded_at = draft.release, draft.digest, now
    pack.save()
    return pack, renamed


def free_slug(name: str, owner: User | None) -> str:
    """Returns a pack's slug from a name; for a built-in pack one that neither a pack nor a topic has."""
    slug = name or f"pack-{secrets.token_hex(4)}"
    taken = owner is None and (
        Pack.objects.filter(slug=slug, private=False).exists() or Topic.objects.filter(slug=slug).exists()
    )
    return f"{slug}-{secrets.token_hex(4)}" if taken else slug


def _topic(
    draft: PackDraft, pack: Pack | None, slug: str, about: Mapping[str, str | int], owner: User | None
) -> tuple[Topic, bool]:
    declared = draft.topic or slug
    if owner is None:
        before = Topic.objects.filter(slug=declared).first()
        speaks = declared == slug and (before is None or not draft.plain or pack is not None)
        topic, _ = Topic.objects.get_or_create(slug=declared, defaults=about)
    else:
        before = _own_topic(pack)
        shared = Topic.objects.filter(slug=declared, packs__private=False).first() if draft.topic else None
        if shared is not None:
            return shared, False
        speaks = True
        # A name nobody else can meet: two instructors may both have a pack called “week-1”.
        topic = before or Topic.objects.create(slug=f"{slug[:50]}-{secrets.token_hex(6)}", **about)
    renamed = speaks and before is not None and before.title != about["title"]
    if speaks:
        Topic.objects.filter(pk=topic.pk).update(**about)
        topic.refresh_from_db()
    return topic, renamed


def _own_topic(pack: Pack | None) -> Topic | None:
    """Returns the topic only this private pack has, or None."""
    if pack is None:
        return None
    others = Pack.objects.filter(topic=pack.topic_id).exclude(pk=pack.pk)
    return None if others.exists() else pack.topic


def write_questions(plan: Plan, pack: Pack, stored: Sequence[Question], now: datetime) -> None:
    """Rows of questions, made, brought up to date and retired, with the versions of those that are new or changed."""
    _free_slugs(plan, stored)
    created: list[Question] = []
    touched: list[Question] = []
    questions: list[Question] = []
    taken = {question.slug for question in stored}
    for position, line in enumerate(plan.lines):
        question = line.question
        if question is None:
            slug = line.draft.slug
            if (
                not line.draft.named and slug in taken
            ):  # the text of an earlier question that says something else now
                slug = f"{slug[:50]}-{secrets.token_hex(4)}"
            question = Question(pack=pack, slug=slug, named=line.draft.named, kind=line.draft.spec["kind"])
            created.append(question)
        else:
            touched.append(question)
            if line.draft.named:
                question.slug, question.named = line.draft.slug, True
        taken.add(question.slug)
        question.prompt_digest = prompt_digest(line.draft.spec["prompt"])
        question.topic = pack.topic
        question.level = line.draft.spec["level"]
        question.skill = line.draft.spec["skill"]
        question.position = position
        question.retired_at = None
        questions.append(question)
    Question.objects.bulk_create(created)
    Question.objects.bulk_update(touched, _COLUMNS, batch_size=500)
    _write_versions(
        [
            (question, line)
            for question, line in zip(questions, plan.lines, strict=True)
            if line.question is None or line.change is not None
        ],
        now,
    )
    Question.objects.filter(pk__in=[question.pk for question in plan.gone]).update(retired_at=now)


def write_words(pack: Pack, *, renamed: bool) -> None:
    """The words by which the pack's questions are found; those of the whole topic when its title changed."""
    touched = Q(topic=pack.topic) if renamed else Q(pack=pack)
    search.write(Question.objects.filter(touched, retired_at=None))


def _free_slugs(plan: Plan, stored: Sequence[Question]) -> None:
    """Gives the made ids away that the author now uses for other questions. Nobody knows a question by a made id."""
    matched = {line.question.pk: line.draft for line in plan.lines if line.question is not None}
    wanted = {line.draft.slug for line in plan.lines if line.draft.named}
    moved = []
    for question in stored:
        draft = matched.get(question.pk)
        keeps = draft is not None and draft.named and draft.slug == question.slug
        if question.slug in wanted and not keeps and not question.named:
            question.slug = f"{question.slug[:50]}-{secrets.token_hex(4)}"
            moved.append(question)
    Question.objects.bulk_update(moved, ["slug"], batch_size=500)


def _write_versions(changed: Sequence[tuple[Question, PlanEntry]], now: datetime) -> None:
    """One more version each. Its number follows the highest there is: the current one need not be the last."""
    old = [question.pk for question, line in changed if line.question is not None]
    highest = dict(
        Version.objects.filter(question__in=old)
        .order_by()
        .values("question")
        .annotate(last=Max("number"))
        .values_list("question", "last")
    )
    versions = []
    for question, line in changed:
        current = question.current
        versions.append(
            Version(
                question=question,
                number=highest.get(question.pk, 0) + 1,
                spec=line.draft.spec,
                spec_hash=line.draft.spec_hash,
                change=change_between(current.spec, line.draft.spec) if current else Version.Change.FIRST,
                source_line=line.draft.line,
                created_at=now,
            )
        )
    for version in Version.objects.bulk_create(versions):
        version.question.current = version
    Question.objects.bulk_update([version.question for version in versions], ["current"], batch_size=500)
