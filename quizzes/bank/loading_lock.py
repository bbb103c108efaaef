"""One load of packs at a time: two would each find the other's questions missing and write them twice."""

from __future__ import annotations

from django.db import connection

from accounts.models import User

# Of PostgreSQL's advisory locks, which are numbers: ours are of this class.
LOCK_CLASS = 7_040_901
BUILT_IN = 0


def wait_for_turn(owner: User | None) -> None:
    """Holds off other loads of the same owner's packs, or of the built-in ones, until the transaction ends.

    To be called first in a transaction: what is read afterwards is what the load before has written. SQLite needs
    nothing: its transactions begin by taking the only lock there is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            of = owner.pk % (1 << 31) if owner is not None else BUILT_IN
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, of])
