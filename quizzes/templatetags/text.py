"""Template filters for authored text: `markdown`, `markdown_inline` and `highlight`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from quizzes.bank import text

register = template.Library()


@register.filter
def markdown(value: object) -> SafeString:
    """Markdown as HTML blocks; None is nothing."""
    return text.render("" if value is None else str(value))


@register.filter
def markdown_inline(value: object) -> SafeString:
    """One line of Markdown as HTML without blocks; None is nothing."""
    return text.render_inline("" if value is None else str(value))


@register.filter
def highlight(value: object, language: str = "") -> SafeString:
    """Code in a scrollable region, coloured for the language; None is nothing."""
    return text.highlight("" if value is None else str(value), language)
