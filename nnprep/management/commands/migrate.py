"""`manage.py migrate`: Django's, one at a time."""

from __future__ import annotations

from django.core.management.commands import migrate
from django.db import connections

from nnprep.preparing import alone


class Command(migrate.Command):
    """Migrates while nobody else does: of two machines started together, the second one finds all done."""

    def handle(self, *args: str, database: str, **options: object) -> str | None:
        with alone(connections[database]):
            return super().handle(*args, database=database, **options)
