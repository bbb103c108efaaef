"""What can be assigned, as the choices of a form: sets, and whole topics of the bank, which become sets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import User
from quizzes.bank.api import add_questions, create_set, live_questions, topics_with_counts
from quizzes.bank.models import QuestionSet, Topic
from quizzes.classroom.queries import sets_for, sizes_of

SET, TOPIC = "set:", "topic:"
Choices = list[tuple[str, list[tuple[str, str]]]]


def choices_for(user: User) -> Choices:
    """Returns sets and topics someone may assign, in groups; four queries, however many they are."""
    own: list[tuple[str, str]] = []
    shared: list[tuple[str, str]] = []
    sets = list(sets_for(user))
    sizes = sizes_of(sets)
    for question_set in sets:
        choice = (f"{SET}{question_set.public_id}", f"{question_set.title} ({sizes[question_set.pk]})")
        (own if question_set.owner_id == user.pk else shared).append(choice)
    topics = [(f"{TOPIC}{topic.slug}", f"{topic.title} ({many})") for topic, many in topics_with_counts()]
    groups = [("Your sets", own), ("Sets of others", shared), ("Topics of the bank", topics)]
    return [(label, choices) for label, choices in groups if choices]


def set_of(source: str, *, user: User, now: datetime) -> QuestionSet:
    """Returns the set a choice names; a topic becomes a set of its questions, the user's own.

    Raises QuestionSet.DoesNotExist or Topic.DoesNotExist for what the user may not assign.
    """
    if source.startswith(TOPIC):
        topic = Topic.objects.get(slug=source.removeprefix(TOPIC))
        questions = live_questions().filter(topic=topic).values_list("public_id", flat=True)
        made = create_set(owner=user, title=topic.title, about="", visibility="private", now=now)
        add_questions(question_set=made, public_ids=list(questions), now=now)
        return made
    return sets_for(user).get(public_id=UUID(source.removeprefix(SET)))
