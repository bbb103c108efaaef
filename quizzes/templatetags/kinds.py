"""What the templates of the kinds need: a field's error, fields in running text, blanks in code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from quizzes.bank.api import MARK_IN_CODE, fill_marks, text

register = template.Library()

_BLANK = re.compile(rf"{MARK_IN_CODE}(\d+){MARK_IN_CODE}")


@register.filter
def sentence_for(errors: object, name: str) -> str:
    """Returns the sentence that says what is wrong with a field, or "" when nothing is."""
    return str(errors.get(name, "")) if isinstance(errors, Mapping) else ""


@register.filter
def is_first(errors: object, name: str) -> bool:
    """Returns whether the field is the first one with an error: the focus goes there."""
    return isinstance(errors, Mapping) and next(iter(errors), None) == name


@register.simple_tag(takes_context=True)
def gapped(context: Context, markdown: str, gaps: Sequence[object], partial: str) -> SafeString:
    """Returns Markdown with marks, as HTML: in the place of each mark the partial, rendered with its `gap`."""
    contents = _contents(context, gaps, partial)
    return mark_safe(fill_marks(text.render(markdown), contents))  # noqa: S308 - both parts are escaped already


@register.simple_tag
def blanked(code: str, language: str) -> SafeString:
    """Returns highlighted code with a numbered blank in the place of each mark."""
    html = text.highlight(code, language)
    return mark_safe(  # noqa: S308 - only digits are put in
        _BLANK.sub(lambda match: f'<span class="blank">▢{int(match[1]) + 1}</span>', html)
    )


@register.simple_tag(takes_context=True)
def gapped_code(
    context: Context, code: str, language: str, gaps: Sequence[object], partial: str
) -> SafeString:
    """Returns highlighted code with the partial, rendered with its `gap`, in the place of each mark."""
    contents = _contents(context, gaps, partial)
    html = text.highlight(code, language)
    return mark_safe(_BLANK.sub(lambda match: contents[int(match[1])], html))  # noqa: S308 - both are escaped already


def _contents(context: Context, gaps: Sequence[object], partial: str) -> list[str]:
    """Returns the partial, once for each gap."""
    shared = {"errors": context.get("errors")}
    return [render_to_string(partial, shared | {"gap": gap}).strip() for gap in gaps]
