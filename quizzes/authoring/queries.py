"""What authors see of their packs and sets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.db.models.functions import Length

from accounts.models import User
from quizzes.bank.models import Edition, Pack, Question, QuestionSet
from quizzes.classroom.models import Assignment
from quizzes.review.models import Card, Review, Target


def maker_of(question_set: QuestionSet, colleagues: Collection[int]) -> str:
    """Returns who made a set, as others are told: the address to those who teach with them, to everyone else its
    outline.
    """
    owner = question_set.owner
    if owner is None:
        return "an account that is gone"
    if owner.pk in colleagues:
        return owner.email
    name, _, domain = owner.email.partition("@")
    return f"{name[0]}…@{domain}"


def joined_sets(user: User) -> set[UUID]:
    """Returns the public ids of what asks the user for questions without a date: the sets they joined."""
    return set(
        Target.objects.filter(user=user, due_at=None).order_by().values_list("source", flat=True).distinct()
    )


def joined_by(question_set: QuestionSet) -> int:
    """Returns the number of learners have joined the set."""
    return Target.objects.filter(source=question_set.public_id).order_by().values("user").distinct().count()


@dataclass(frozen=True, slots=True)
class OwnPack:
    """One of the author's packs: how many of its questions are asked, and its last change, if that is known."""

    pack: Pack
    questions: int
    did: str = ""
    can_be_taken_back: bool = False
    has_text: bool = False


def own_packs(user: User) -> list[OwnPack]:
    """Returns the user's packs by title, the last loaded first where titles are equal; three queries."""
    packs = list(Pack.objects.filter(private=True, owner=user).order_by("title", "-loaded_at", "pk"))
    live = Question.objects.filter(pack__in=packs, retired_at=None).order_by()
    counts = dict(live.values("pack").annotate(many=Count("pk")).values_list("pack", "many"))
    editions = Edition.objects.filter(pack__in=packs).annotate(
        size=Length("text"), known=ExpressionWrapper(Q(before__isnull=False), BooleanField())
    )
    changes = {one.pack_id: one for one in editions.defer("text", "before")}
    rows = []
    for pack in packs:
        change = changes.get(pack.pk)
        if change is None:
            rows.append(OwnPack(pack, counts.get(pack.pk, 0)))
            continue
        undoable = change.known and change.revision == pack.revision
        rows.append(OwnPack(pack, counts.get(pack.pk, 0), change.did, undoable, bool(change.size)))
    return rows


def memories_of(pack: Pack) -> dict[int, tuple[int, int]]:
    """By question of the pack: learners with a memory of it, and their recorded answers; two queries."""
    cards = Card.objects.filter(question__pack=pack, reps__gt=0).order_by()
    learners = dict(cards.values("question").annotate(many=Count("pk")).values_list("question", "many"))
    reviews = Review.objects.filter(card__question__pack=pack, undone_at=None).order_by()
    answers = dict(
        reviews.values("card__question").annotate(many=Count("pk")).values_list("card__question", "many")
    )
    return {pk: (learners.get(pk, 0), answers.get(pk, 0)) for pk in learners.keys() | answers.keys()}


def in_use(pack: Pack) -> tuple[int, int]:
    """Returns the number of of the pack's questions can be asked, and how many running assignments hold any of them."""
    live = Question.objects.filter(pack=pack, retired_at=None)
    given = Assignment.objects.filter(
        withdrawn_at=None, classroom__archived_at=None, items__question__in=live.values("pk")
    )
    return live.count(), given.distinct().count()
