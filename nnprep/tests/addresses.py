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


# What the names of addresses begin with that lead on to where a page is now.
FORMER = ":former_"

# The pages past which the browser walks: that of the site (browser/test_pages.py) and that of classes
# (browser/test_classroom.py); each of the two says when this is not so.
SITE = {
    "account_change_password", "account_email", "account_login", "account_logout",
    "account_reset_password", "account_reset_password_done", "account_restore_email", "account_signup",
    "landing", "quizzes:attempt_feedback", "quizzes:bank", "quizzes:delete_account", "quizzes:feedback",
    "quizzes:emails", "mail:outbox", "quizzes:plan", "quizzes:practice", "quizzes:practice_summary",
    "quizzes:progress", "quizzes:question", "quizzes:review", "quizzes:settings", "quizzes:summary",
    "quizzes:today", "quizzes:topic", "quizzes:trial", "quizzes:trial_feedback", "quizzes:trial_summary",
    "quizzes:welcome",
}  # fmt: skip
CLASSROOM = {
    "account_login", "account_restore_email", "account_signup", "quizzes:archive_class",
    "quizzes:assign", "quizzes:assignment", "quizzes:assignment_terms", "quizzes:class",
    "quizzes:class_settings", "quizzes:classes", "quizzes:clock", "quizzes:delete_set",
    "quizzes:gradebook", "quizzes:items", "quizzes:join", "quizzes:join_by", "quizzes:leave_class",
    "quizzes:members", "quizzes:never", "quizzes:new_class", "quizzes:new_pack", "quizzes:new_set",
    "quizzes:packs", "quizzes:preview", "quizzes:print_set", "quizzes:ready", "quizzes:report",
    "quizzes:report_question", "quizzes:reports", "quizzes:retire_pack", "quizzes:roster", "quizzes:set",
    "quizzes:sets", "quizzes:today", "quizzes:upload", "quizzes:welcome", "quizzes:withdraw_assignment",
}  # fmt: skip

# What answers to GET and no browser walks past, with the reason.
NOT_WALKED = {
    "offline": "who opens it has a connection, and is sent to the start; `test_installing` reads it",
    "manifest": "no page: a file of the app",
    "service_worker": "no page: a script",
    "healthz": "no page: for machines",
    "readyz": "no page: for machines",
    "quizzes:data": "no page: a file",
    "quizzes:gradebook_csv": "no page: a file",
    "quizzes:pack_text": "no page: a file",
    "mail:outbox-html": "no page of ours: an e-mail as its reader sees it",
    "mail:outbox-email": "an e-mail as it leaves, in one block of text",
    "quizzes:note": "the form of a note alone, for whoever signs in again with one half written",
    "quizzes:stop_before": "leads on to `stop`",
    "quizzes:never_before": "leads on to `never`",
    "quizzes:stop": "a sentence and a button, as the page of `never`, which is walked",
    "account_inactive": "a sentence; no account of the walk is closed",
    "account_reauthenticate": "the password once more, as on the page of signing in",
    "account_set_password": "for accounts without a password, which are those of the demo",
    "account_email_verification_sent": "only where e-mails leave the machine",
    "account_confirm_email": "only where e-mails leave the machine",
    "account_confirm_login_code": "only where e-mails leave the machine",
    "account_reset_password_from_key": "the link of an e-mail; its form is that of a new password",
    "account_reset_password_from_key_done": "a sentence after the link of an e-mail",
}


def name_of(address: str) -> str:
    """Returns the name of the page at an address; empty where there is none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
