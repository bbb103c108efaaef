"""Deleting what nobody needs any more, in batches."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from accounts.api import GOOD_FOR
from accounts.models import FormerAddress
from mail.api import file_backend
from mail.models import CLOSED, OutboundEmail
from quizzes.bank.api import UPLOADS_KEPT
from quizzes.bank.models import Upload
from quizzes.classroom.api import archive_unled

# Longer than it takes to see that e-mails go unanswered.
EMAILS_KEPT = timedelta(days=90)
FILES_KEPT = timedelta(days=30)


def purge_expired(*, now: datetime, limit: int) -> int:
    """Deletes what nobody needs any more, up to `limit` of each. Returns the number of rows and files that went.

    Expired browser sessions, closed e-mails of old, uploads a day old, addresses of before whose way back has ended,
    old e-mail files. Running classes that nobody leads any more are archived, and counted too.
    """
    sessions = Session.objects.filter(expire_date__lt=now).order_by("expire_date")
    emails = OutboundEmail.objects.filter(due_at__lt=now - EMAILS_KEPT, state__in=CLOSED).order_by("due_at")
    files = file_backend.delete_filed(before=now - FILES_KEPT)
    uploads = Upload.objects.filter(created_at__lt=now - UPLOADS_KEPT).order_by("created_at")
    former = FormerAddress.objects.filter(replaced_at__lt=now - GOOD_FOR).order_by("replaced_at")
    deleted = files + sum(_delete(rows, limit) for rows in (sessions, emails, uploads, former))
    return deleted + archive_unled(now=now, limit=limit)


# Any: rows of any table.
def _delete(rows: QuerySet[Any], limit: int) -> int:
    keys = list(rows.values_list("pk", flat=True)[:limit])
    rows.filter(pk__in=keys).delete()
    return len(keys)
