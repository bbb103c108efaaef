"""What pages say about letters that stay on this machine."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def letters_stay_here() -> bool:
    """Whether letters are kept on this machine, to be read at /outbox/."""
    return settings.LETTER_FOLDER is not None
