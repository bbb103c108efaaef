"""Numbers in words people read."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Returns a share from 0 to 1 as a whole percentage, "80 %", that no line breaks; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.0f}\u00a0%"


@register.filter
def points(difference: float | None) -> str:
    """Returns a difference of shares in points, with its sign; a dash where there is none."""
    return "–" if difference is None else f"{100 * difference:+.0f}".replace("-", "−")


@register.filter
def correlation(r: float) -> str:
    """Returns a correlation, from -1 to 1, with two places and a true minus sign."""
    return f"{r:.2f}".replace("-", "−")
