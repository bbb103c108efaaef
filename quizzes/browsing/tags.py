"""What this room keeps of a question, where another room's page tells of it."""

from __future__ import annotations

from django import template
from django.template import Context

from quizzes.bank.models import Question
from quizzes.browsing import queries
from quizzes.browsing.models import Note

register = template.Library()


@register.simple_tag(takes_context=True)
def own_note(context: Context, question: Question) -> Note | None:
    """Returns the reader's note to self on the question, None where there is none; one query."""
    return queries.note_of(context["request"].user, question)
