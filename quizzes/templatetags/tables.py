"""The numbers of a picture as a table: `{% folded_table "Questions a day" %}<thead>…</tbody>{% endfolded_table %}`."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def folded_table(content: SafeString, named: str, *, summary: str = "The same as a table") -> SafeString:
    """Puts head and body of a table behind a fold; `named` is what those hear who scroll it by keyboard."""
    return render_to_string("folded_table.html", {"content": content, "named": named, "summary": summary})
