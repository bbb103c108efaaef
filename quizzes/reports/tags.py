"""What became of a learner's reports, where another room's page tells of it."""

from __future__ import annotations

from django import template
from django.template import Context

from quizzes.reports import queries
from quizzes.review.api import presenters

register = template.Library()


@register.inclusion_tag("quizzes/reports/replies.html", takes_context=True)
def replies_to_reports(context: Context) -> dict[str, object]:
    """Shows the replies to the reader's reports that they have not dismissed; one query."""
    unread = queries.unread_replies(context["request"].user)
    return {
        "replies": [(report, presenters.prompt(report.review)) for report in unread],
        "csrf_token": context.get("csrf_token"),
    }
