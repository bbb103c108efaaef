"""Documents between their upload and the word what to make of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts.models import User
from quizzes.bank.actions import LoadResult, load_pack
from quizzes.bank.models import Pack, Upload

MOST_UPLOADS = 10
UPLOADS_KEPT = timedelta(days=1)


class AlreadyLoadedError(Exception):
    """The upload has been loaded before: nothing was done again."""


@transaction.atomic
def keep_upload(*, owner: User, name: str, text: str, now: datetime) -> Upload:
    """Keeps a document until its author decides. Of more than MOST_UPLOADS the oldest are thrown away."""
    upload = Upload.objects.create(owner=owner, name=name[:200], text=text, created_at=now)
    old = Upload.objects.filter(owner=owner).order_by("-created_at", "-pk").values_list("pk", flat=True)
    Upload.objects.filter(pk__in=list(old[MOST_UPLOADS:])).delete()
    return upload


@transaction.atomic
def load_upload(
    *, upload: Upload, into: Pack | None, pairs: Mapping[int, UUID] | None, now: datetime
) -> LoadResult:
    """Makes a new pack of the upload, or the next edition of `into`; once, however often it is asked for.

    AlreadyLoadedError for the second time, PackChangedError when `into` is no longer at the revision it was read at.
    """
    if not Upload.objects.filter(pk=upload.pk, loaded_at=None).update(loaded_at=now):
        raise AlreadyLoadedError
    result = load_pack(
        text=upload.text, path=Path(upload.name), now=now, owner=upload.owner, into=into, pairs=pairs
    )
    if result.failed:
        Upload.objects.filter(pk=upload.pk).update(loaded_at=None)
    else:
        Upload.objects.filter(pk=upload.pk).update(pack=result.loaded)
    return result
