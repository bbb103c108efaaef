"""The pages of a list: `{% pager page %}`."""

from __future__ import annotations

from django import template
from django.core.paginator import Page
from django.template import Context

register = template.Library()


@register.inclusion_tag("pager.html", takes_context=True)
def pager(
    context: Context, page: Page[object], *, key: str = "page", at: str = "", named: str = "Pages"
) -> dict[str, object]:
    """Ways to the pages before and after; nothing where there is only one.

    `key` is the page's name in the address, whose other parameters are kept; `at` the address of the list, where what
    is shown has another one; `named` what the list is for those who hear it.
    """

    def address(number: int) -> str:
        parameters = context["request"].GET.copy()
        parameters[key] = str(number)
        return f"{at}?{parameters.urlencode()}"

    return {
        "page": page,
        "named": named,
        "back": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
