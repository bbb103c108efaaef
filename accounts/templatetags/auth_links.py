"""Links between the pages of sign-up and login."""

from __future__ import annotations

from django import template
from django.template import Context
from django.urls import reverse

from accounts.http import next_address, with_next

register = template.Library()


@register.simple_tag(takes_context=True)
def going_on(context: Context, name: str) -> str:
    """Returns the address of that name, which leads on to what the visitor came for."""
    return with_next(reverse(name), next_address(context["request"]))
