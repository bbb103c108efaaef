"""Template filters for authored text: `markdown`, `markdown_inline`, `highlight`, and those for sources."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from quizzes.bank.api import sources, text

register = template.Library()


@register.filter
def markdown(value: object) -> SafeString:
    """Returns Markdown as HTML blocks; None is nothing."""
    return text.render("" if value is None else str(value))


@register.filter
def markdown_inline(value: object) -> SafeString:
    """Returns one line of Markdown as HTML without blocks; None is nothing."""
    return text.render_inline("" if value is None else str(value))


@register.filter
def highlight(value: object, language: str = "") -> SafeString:
    """Returns code in a scrollable region, coloured for the language; None is nothing."""
    return text.highlight("" if value is None else str(value), language)


@register.filter
def works(value: Sequence[str]) -> list[str]:
    """Returns the sources that can be looked up."""
    return sources.works(value)


@register.filter
def runs(value: Sequence[str]) -> list[str]:
    """Returns what the question was run with."""
    return sources.runs(value)


@register.filter
def source(value: str) -> SafeString:
    """Returns a source with its links."""
    return sources.linked(value)
