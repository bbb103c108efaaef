"""Choosing questions from the bank: filters, the rules of a set, and what a set holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet

from accounts.models import User
from quizzes.bank.models import Question, QuestionSet, SetRule
from quizzes.bank.queries import LEVELS, askable_questions, live_questions, questions_for
from quizzes.bank.shapes import JsonObject, Shape, Stored
from quizzes.scheduling.api import draw


class Filters(Shape, frozen=True):
    """What a question must be; what is empty asks for nothing. `text` stands in the prompt, whatever the case."""

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    text: str = ""
    unassigned: bool = False

    @classmethod
    def of(cls, stored: Stored) -> Filters:
        """Returns the filters of a rule as it is stored; what it does not know is left out."""
        return cls.from_json(stored)

    def stored(self) -> JsonObject:
        """Returns the filters as a rule stores them: only what asks for something."""
        return self.to_json()

    def in_words(self, topics: Mapping[str, str]) -> str:
        """Returns what is asked for, as the end of a sentence; `topics` gives titles by slug."""
        said = []
        if self.topics:
            said.append("of " + ", ".join(topics.get(slug, slug) for slug in self.topics))
        if self.kinds:
            said.append("of kind " + " or ".join(self.kinds))
        if self.levels:
            said.append("at level " + " or ".join(LEVELS[level].lower() for level in self.levels))
        if self.tags:
            said.append("tagged " + ", ".join(self.tags))
        if self.text:
            said.append(f"that say “{self.text}”")
        if self.unassigned:
            said.append("not yet assigned to the class")
        return ", ".join(said) or "of the whole bank"


def matching(questions: QuerySet[Question], filters: Filters) -> QuerySet[Question]:
    """Returns those of `questions` that are what the filters ask for; `unassigned` is the caller's to hold."""
    if filters.topics:
        questions = questions.filter(topic__slug__in=filters.topics)
    if filters.kinds:
        questions = questions.filter(kind__in=filters.kinds)
    if filters.levels:
        questions = questions.filter(level__in=filters.levels)
    for tag in filters.tags:
        # A list of texts as JSON holds each of them in double quotes, on every database.
        questions = questions.filter(current__spec__tags__icontains=f'"{tag}"')
    if filters.text:
        questions = questions.filter(current__spec__prompt__icontains=filters.text)
    return questions


def set_questions(question_set: QuestionSet) -> QuerySet[Question]:
    """Returns the questions chosen by hand that can still be asked, in the set's order."""
    return (
        askable_questions().filter(set_items__question_set=question_set).order_by("set_items__position", "pk")
    )


def resolve(question_set: QuestionSet, *, assigned: Collection[int], seed: str) -> list[int]:
    """Returns the ids of the questions a set stands for now: those chosen by hand, then what its rules pick.

    `assigned`: what the class was assigned before, for rules that want something new. One seed picks the same again.
    A rule picks from what the set's owner may see (in a public set from the built-in questions), none that is in the
    set already, and fewer than it wants where there are no more. One query, and one for each rule.
    """
    chosen = list(set_questions(question_set).values_list("pk", flat=True))
    for rule in question_set.rules.order_by("pk"):
        chosen += pick(rule, question_set, without=chosen, assigned=assigned, seed=seed)
    return chosen


def pick(
    rule: SetRule,
    question_set: QuestionSet,
    *,
    without: Collection[int],
    assigned: Collection[int],
    seed: str,
) -> list[int]:
    """Returns what one rule picks, in the bank's order."""
    filters = Filters.of(rule.filters)
    left_out = {*without, *(assigned if filters.unassigned else ())}
    public = question_set.visibility == QuestionSet.Visibility.PUBLIC
    pool = live_questions() if public else questions_for(question_set.owner)
    found = matching(pool, filters).values_list("pk", flat=True)
    candidates = [question for question in found if question not in left_out]
    picked = sorted(candidates, key=lambda question: draw(f"{seed}:{rule.pk}:{question}"))[: rule.pick]
    kept = set(picked)
    return [question for question in candidates if question in kept]


def visible_sets(user: User, colleagues: QuerySet[User] | None = None) -> QuerySet[QuestionSet]:
    """Returns the sets someone may see, copy and assign: their own, public ones, and those shared by `colleagues`."""
    seen = Q(owner=user) | Q(visibility=QuestionSet.Visibility.PUBLIC)
    if colleagues is not None:
        seen |= Q(visibility=QuestionSet.Visibility.CLASS, owner__in=colleagues)
    return QuestionSet.objects.filter(seen)
