"""What a pack was before its last change, kept so that the change can be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.dateparse import parse_datetime

from quizzes.bank.loading.writing import write_words
from quizzes.bank.models import Edition, Pack, Question, Topic
from quizzes.bank.shapes import JsonObject

_PACK = ("slug", "title", "topic_id", "release", "digest")
_QUESTION = ("slug", "named", "prompt_digest", "topic_id", "level", "skill", "position", "current_id")


class PackChangedError(Exception):
    """The pack is no longer what whoever decided had seen."""


def claim(pack: Pack, revision: int) -> None:
    """Begins a change of the pack as it was at `revision`; raises PackChangedError when it has changed since.

    Inside a transaction: whoever else would change the pack waits for its end, and then finds another revision.
    """
    if not Pack.objects.filter(pk=pack.pk, revision=revision).update(revision=F("revision") + 1):
        raise PackChangedError
    pack.refresh_from_db()


def state_of(pack: Pack) -> JsonObject:
    """Returns the pack, its topic's texts, every question's row and the text it was loaded from, as JSON."""
    edition = Edition.objects.filter(pack=pack).first()
    questions = Question.objects.filter(pack=pack).order_by("pk")
    return {
        "text": edition.text if edition else "",
        "pack": {name: getattr(pack, name) for name in _PACK},
        "loaded_at": pack.loaded_at.isoformat(),
        "topic": {"title": pack.topic.title, "summary": pack.topic.summary, "number": pack.topic.number},
        "questions": [
            {
                "id": one.pk,
                "retired_at": one.retired_at.isoformat() if one.retired_at else None,
                **{name: getattr(one, name) for name in _QUESTION},
            }
            for one in questions
        ],
    }


def keep(pack: Pack, *, did: str, text: str, before: JsonObject | None, now: datetime) -> None:
    """Writes down the pack's last change: what was done, its text since, and how it was before, if it was there."""
    assert pack.owner is not None  # noqa: S101 -- built-in packs are brought back by loading their file
    Edition.objects.update_or_create(
        pack=pack,
        defaults={
            "owner": pack.owner,
            "did": did,
            "text": text,
            "before": before,
            "revision": pack.revision,
            "made_at": now,
        },
    )


@transaction.atomic
def take_back(*, pack: Pack, revision: int, now: datetime) -> Edition | None:
    """Makes the pack exactly what it was before its last change; the change that was taken back, None without any.

    Questions get back their version, place and whether they are asked; those that were new are retired. Versions,
    answers and memories stay. Taking back is itself a change that can be taken back. PackChangedError as `claim`.
    """
    edition = Edition.objects.filter(pack=pack).first()
    if edition is None or edition.before is None:
        return None
    if edition.revision != revision:
        raise PackChangedError
    claim(pack, revision)
    now_state, before = state_of(pack), edition.before
    rows = {row["id"]: row for row in before["questions"]}
    questions = list(Question.objects.filter(pack=pack))
    # Ids may have changed hands: none is in the way of another while they go back.
    for question in questions:
        question.slug = f"-{question.pk}"
    Question.objects.bulk_update(questions, ["slug"], batch_size=500)
    for question, row in [(one, rows.get(one.pk)) for one in questions]:
        if row is None:
            question.retired_at = question.retired_at or now
            question.slug = f"taken-back-{question.public_id.hex[:16]}"
            question.named = False
            continue
        for name in _QUESTION:
            setattr(question, name, row[name])
        question.retired_at = parse_datetime(row["retired_at"]) if row["retired_at"] else None
    fields = [*_QUESTION, "retired_at"]
    Question.objects.bulk_update(questions, [name.removesuffix("_id") for name in fields], batch_size=500)
    for name in _PACK:
        setattr(pack, name, before["pack"][name])
    pack.loaded_at = parse_datetime(before["loaded_at"]) or pack.loaded_at
    pack.save()
    if not pack.topic.packs.exclude(pk=pack.pk).exists():
        Topic.objects.filter(pk=pack.topic_id).update(**before["topic"])
    pack.refresh_from_db()
    write_words(pack, renamed=True)
    keep(pack, did=Edition.Did.TAKEN_BACK, text=before["text"], before=now_state, now=now)
    return edition
