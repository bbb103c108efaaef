"""Every address of the site, as the URLconf has it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def named_patterns(
    resolver: URLResolver | None = None, prefix: str = "", route: str = "/"
) -> Iterator[tuple[str, str, URLPattern]]:
    """The name of each address with its namespace, its route from the root on, and its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_patterns(pattern, space, whole)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield prefix + pattern.name, whole, pattern
