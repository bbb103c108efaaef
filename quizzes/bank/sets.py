"""Making and changing sets of questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet

from accounts.models import User
from quizzes.bank.models import Question, QuestionSet, SetItem, SetRule
from quizzes.bank.queries import BUILT_IN, questions_for
from quizzes.bank.selecting import Filters

MOST_QUESTIONS = 500
MOST_RULES = 10
MOST_PUBLIC_A_DAY = 10
POSITION_STEP = 1024
Direction = Literal["first", "up", "down", "last"]
PublicId = UUID | str
"""The public id of a question or a rule, as an address or a form names it."""


class SetRefusedError(Exception):
    """What cannot be done to a set, as a sentence that says how to mend it."""


def create_set(*, owner: User, title: str, about: str, visibility: str, now: datetime) -> QuestionSet:
    """Returns a new, empty set. Raises SetRefusedError when it is to be public and the owner made many public
    lately.
    """
    is_public = visibility == QuestionSet.Visibility.PUBLIC
    if is_public:
        _hold_to_measure(owner, now)
    return QuestionSet.objects.create(
        owner=owner,
        title=title,
        about=about,
        visibility=visibility,
        created_at=now,
        changed_at=now,
        public_since=now if is_public else None,
    )


def save_set(*, question_set: QuestionSet, title: str, about: str, visibility: str, now: datetime) -> None:
    """Changes what a set is called and who may see it.

    SetRefusedError when it would be shown to everyone but holds private questions that are not its owner's, or when
    its owner made many public lately.
    """
    if visibility == QuestionSet.Visibility.PUBLIC:
        foreign = _private_of_others(question_set)
        if foreign:
            raise SetRefusedError(
                f"{foreign} of its questions belong to someone else’s private pack. "
                "Take them out before everyone may see the set."
            )
        if question_set.visibility != visibility:
            _hold_to_measure(question_set.owner, now)
            question_set.public_since = now
    question_set.title, question_set.about, question_set.visibility = title, about, visibility
    question_set.changed_at = now
    question_set.save(update_fields=["title", "about", "visibility", "changed_at", "public_since"])


def _hold_to_measure(owner: User | None, now: datetime) -> None:
    """Refuses one more public set of the owner on a day on which MOST_PUBLIC_A_DAY became public."""
    lately = QuestionSet.objects.filter(owner=owner, public_since__gt=now - timedelta(days=1)).count()
    if lately >= MOST_PUBLIC_A_DAY:
        raise SetRefusedError(
            f"One account can make {MOST_PUBLIC_A_DAY} sets public within a day. Keep this one to yourself until "
            "tomorrow, or share it with those who teach with you."
        )


@transaction.atomic
def add_questions(*, question_set: QuestionSet, public_ids: Collection[PublicId], now: datetime) -> int:
    """Puts questions at the end of the set, in the bank's order. Returns the number that were not in it yet.

    Only what its owner may see goes in. Raises SetRefusedError when it would hold more than MOST_QUESTIONS.
    """
    allowed = questions_for(question_set.owner).filter(public_id__in=public_ids)
    new = list(allowed.exclude(set_items__question_set=question_set).values_list("pk", flat=True))
    held = SetItem.objects.filter(question_set=question_set).aggregate(last=Max("position"), many=Count("pk"))
    if held["many"] + len(new) > MOST_QUESTIONS:
        raise SetRefusedError(
            f"A set holds at most {MOST_QUESTIONS} questions, and this would make {held['many'] + len(new)}. "
            "Make a second set."
        )
    start = (held["last"] or 0) + POSITION_STEP
    SetItem.objects.bulk_create(
        [
            SetItem(question_set=question_set, question_id=question, position=start + place * POSITION_STEP)
            for place, question in enumerate(new)
        ],
        ignore_conflicts=True,
    )
    _touch(question_set, now)
    return len(new)


def remove_question(*, question_set: QuestionSet, public_id: PublicId, now: datetime) -> bool:
    """Takes one question out. Returns whether it was there."""
    gone, _ = SetItem.objects.filter(question_set=question_set, question__public_id=public_id).delete()
    _touch(question_set, now)
    return bool(gone)


@transaction.atomic
def move_question(
    *, question_set: QuestionSet, public_id: PublicId, direction: Direction, now: datetime
) -> None:
    """Moves one question by a place, or to an end. At the end it stays where it is.

    Raises SetItem.DoesNotExist for a question that is not in the set.
    """
    items = _in_order(question_set)
    at = _place_of(public_id, items)
    to = {"first": 0, "up": max(at - 1, 0), "down": at + 1, "last": len(items)}[direction]
    items.insert(to, items.pop(at))
    _keep_order(question_set, items, now)


@transaction.atomic
def place_question(
    *, question_set: QuestionSet, public_id: PublicId | None, before: PublicId | None, now: datetime
) -> None:
    """Puts one question right before another one, or with `before` None at the end; before itself it stays.

    Raises SetItem.DoesNotExist when one of the two is not in the set.
    """
    items = _in_order(question_set)
    moved = items.pop(_place_of(public_id, items))
    if before != public_id:
        items.insert(len(items) if before is None else _place_of(before, items), moved)
        _keep_order(question_set, items, now)


def add_rule(*, question_set: QuestionSet, filters: Filters, pick: int, now: datetime) -> SetRule:
    """Lets the set pick so many more questions each time it is assigned. SetRefusedError beyond MOST_RULES."""
    if question_set.rules.count() >= MOST_RULES:
        raise SetRefusedError(f"A set has at most {MOST_RULES} rules. Remove one first.")
    rule = SetRule.objects.create(question_set=question_set, filters=filters.stored(), pick=pick)
    _touch(question_set, now)
    return rule


def remove_rule(*, question_set: QuestionSet, public_id: PublicId, now: datetime) -> bool:
    """Takes a rule out. Returns whether it was there."""
    gone, _ = SetRule.objects.filter(question_set=question_set, public_id=public_id).delete()
    _touch(question_set, now)
    return bool(gone)


@transaction.atomic
def duplicate_set(*, question_set: QuestionSet, owner: User, now: datetime) -> QuestionSet:
    """Returns a private copy with the same questions and rules, the owner's to change."""
    title = f"Copy of {question_set.title}"[:120]
    copy = create_set(owner=owner, title=title, about=question_set.about, visibility="private", now=now)
    SetItem.objects.bulk_create(
        [
            SetItem(question_set=copy, question_id=question, position=position)
            for question, position in question_set.items.values_list("question_id", "position")
        ]
    )
    SetRule.objects.bulk_create(
        [
            SetRule(question_set=copy, filters=filters, pick=pick)
            for filters, pick in question_set.rules.order_by("pk").values_list("filters", "pick")
        ]
    )
    return copy


def delete_set(*, question_set: QuestionSet) -> None:
    """Deletes a set. What was assigned from it stays assigned."""
    question_set.delete()


def _private_of_others(question_set: QuestionSet) -> int:
    held: QuerySet[Question] = Question.objects.filter(set_items__question_set=question_set)
    return held.exclude(BUILT_IN).exclude(pack__owner=F("set_items__question_set__owner")).count()


def _in_order(question_set: QuestionSet) -> list[SetItem]:
    """Returns what the set holds, in its order, for whoever is about to change that."""
    return list(
        SetItem.objects.select_for_update(of=("self",), no_key=True)
        .filter(question_set=question_set)
        .select_related("question")
        .order_by("position", "question_id")
    )


def _place_of(public_id: PublicId | None, items: Sequence[SetItem]) -> int:
    for place, item in enumerate(items):
        if item.question.public_id == public_id:
            return place
    raise SetItem.DoesNotExist


def _keep_order(question_set: QuestionSet, items: Sequence[SetItem], now: datetime) -> None:
    moved = []
    for place, item in enumerate(items, start=1):
        if item.position != place * POSITION_STEP:
            item.position = place * POSITION_STEP
            moved.append(item)
    SetItem.objects.bulk_update(moved, ["position"])
    _touch(question_set, now)


def _touch(question_set: QuestionSet, now: datetime) -> None:
    QuestionSet.objects.filter(pk=question_set.pk).update(changed_at=now)
