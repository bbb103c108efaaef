"""Every address of the site, as the URLconf has it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve


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


# The pages past which the browser walks: that of the site (browser/test_pages.py) and that of classes
# (browser/test_classroom.py); each of the two says when this is not so.
SITE = {
    "", "account_change_password", "account_email", "account_login", "account_logout",
    "account_reset_password", "account_reset_password_done", "account_restore_email", "account_signup",
    "landing", "quizzes:attempt_feedback", "quizzes:bank", "quizzes:delete_account", "quizzes:feedback",
    "quizzes:letters", "quizzes:outbox", "quizzes:plan", "quizzes:practice", "quizzes:practice_summary",
    "quizzes:progress", "quizzes:question", "quizzes:review", "quizzes:settings", "quizzes:summary",
    "quizzes:today", "quizzes:topic", "quizzes:trial", "quizzes:trial_feedback", "quizzes:trial_summary",
    "quizzes:welcome",
}  # fmt: skip
CLASSROOM = {
    "account_login", "account_restore_email", "account_signup", "quizzes:archive_class",
    "quizzes:assign", "quizzes:assignment", "quizzes:assignment_terms", "quizzes:class",
    "quizzes:class_settings", "quizzes:classes", "quizzes:delete_set", "quizzes:flags",
    "quizzes:gradebook", "quizzes:items", "quizzes:join", "quizzes:join_by", "quizzes:leave_class",
    "quizzes:members", "quizzes:never", "quizzes:new_class", "quizzes:new_pack", "quizzes:new_set",
    "quizzes:packs", "quizzes:preview", "quizzes:print_set", "quizzes:ready", "quizzes:retire_pack",
    "quizzes:roster", "quizzes:set", "quizzes:sets", "quizzes:today", "quizzes:upload",
    "quizzes:welcome", "quizzes:withdraw_assignment",
}  # fmt: skip


def name_of(address: str) -> str:
    """Returns the name of the page at an address; empty where there is none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
