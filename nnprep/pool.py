"""PostgreSQL connections of a pool that notices a restart of the server once, not once for each of them."""

from __future__ import annotations

from typing import Any

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


# The signature of `execute` is psycopg’s: overloads for every form a query has, of which this passes each on.
class PooledConnection(Connection[Any]):
    """When the pool's check finds it broken, the others of the pool are looked at too, and replaced.

    The pool itself waits after each broken one, twice as long each time: with eight of them, longer than a request may.
    """

    _pool: ConnectionPool[Any] | None

    # Any: psycopg's own signature, whose overloads say the same for each kind of row.
    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs a query; the pool's check (psycopg_pool.ConnectionPool.check_connection) is an empty one."""
        try:
            return super().execute(query, *args, **kwargs)
        except OperationalError:
            if query == "" and self._pool is not None:
                self._pool.check()
            raise
