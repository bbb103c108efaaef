"""Which of an author's packs a document may be the next edition of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from django.db.models import Count, Q

from accounts.models import User
from quizzes.bank.loading.plan import Plan, plan_of, stored_questions
from quizzes.bank.models import Pack, Question
from quizzes.bank.packs.build import PackDraft
from quizzes.markup.api import name_of, prompt_digest, saying

MOST_OFFERED = 5
MANY_SHARED = 3


@dataclass(frozen=True, slots=True)
class EditionCandidate:
    """A pack the document may be the next edition of, what that would do, and why it is offered."""

    pack: Pack
    plan: Plan
    reasons: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether the document's text is that of the pack."""
        return self.reasons[0] == SAME_TEXT


SAME_TEXT = "the same text"


def earlier_editions(owner: User, draft: PackDraft, name: str) -> list[EditionCandidate]:
    """Returns the author's packs that look like an earlier edition, the likeliest first, at most MOST_OFFERED; four
    queries.

    They declare the same id, or have the same title, file name or text, or three questions (or a third of those of the
    smaller one) ask the same.
    """
    asked = {prompt_digest(one.spec["prompt"]) for one in draft.questions} - {""}
    mine = Pack.objects.filter(private=True, owner=owner).select_related("topic")
    packs = list(mine.annotate(size=Count("questions", filter=Q(questions__retired_at=None))))
    held = Question.objects.filter(pack__in=mine.order_by(), prompt_digest__in=asked).order_by()
    shared = dict(
        held.values("pack").annotate(many=Count("prompt_digest", distinct=True)).values_list("pack", "many")
    )
    found = []
    for pack in packs:
        reasons = _reasons(pack, pack.size, shared.get(pack.pk, 0), draft, name)
        if reasons:
            found.append((reasons[0] != SAME_TEXT, -shared.get(pack.pk, 0), -pack.pk, pack, reasons))
    found.sort(key=lambda one: one[:3])
    offered = [(pack, reasons) for *_, pack, reasons in found[:MOST_OFFERED]]
    stored = stored_questions([pack for pack, _ in offered])
    return [
        EditionCandidate(pack, plan_of(draft, pack, stored[pack.pk]), tuple(reasons))
        for pack, reasons in offered
    ]


def _reasons(pack: Pack, size: int, shared: int, draft: PackDraft, name: str) -> list[str]:
    stem = PurePath(name).stem
    reasons = []
    if pack.digest and pack.digest == draft.digest:
        reasons.append(SAME_TEXT)
    if draft.pack and pack.slug == draft.pack:
        reasons.append(f"the same id, {draft.pack}")
    if saying(pack.title) == saying(draft.title or stem):
        reasons.append("the same title")
    if draft.plain and name_of(stem) and pack.slug == name_of(stem):
        reasons.append("the same file name")
    if shared >= min(MANY_SHARED, max(1, min(size, len(draft.questions)) // 3)):
        reasons.append(
            "1 question that asks the same" if shared == 1 else f"{shared} questions that ask the same"
        )
    return reasons
