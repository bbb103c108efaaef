"""What pages say about e-mails that stay on this machine."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def emails_stay_here() -> bool:
    """Returns whether e-mails are kept on this machine."""
    return settings.EMAIL_FOLDER is not None


@register.simple_tag
def outbox_is_open() -> bool:
    """Returns whether those e-mails can be read at /outbox/."""
    return bool(settings.OUTBOX)
