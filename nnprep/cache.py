"""The shared cache, which nobody has to wait for: what it does not answer at once counts as not there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

# What is said of a key when nobody can tell.
FREE, ABSENT = True, False


class ForgivingRedisCache(RedisCache):
    """Django's, but a Redis that is down or hangs costs rate limits their memory, not people their page."""

    def add(
        self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Returns whether it was stored. Returns True when nobody can tell, as for a key that was free."""
        return _forgiving(FREE, super().add, key, value, timeout, version)

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        """Returns the value, or `default`."""
        return _forgiving(default, super().get, key, default, version)

    def set(
        self, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Stores the value, if that can be done."""
        _forgiving(None, super().set, key, value, timeout, version)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Returns whether the key was there."""
        return _forgiving(ABSENT, super().touch, key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Returns whether the key was there."""
        return _forgiving(ABSENT, super().delete, key, version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, object]:
        """Returns the values that are there."""
        return _forgiving({}, super().get_many, keys, version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Returns whether the key is there."""
        return _forgiving(ABSENT, super().has_key, key, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Returns the sum; `delta` when nobody can tell what it was before. Raises ValueError for a key that is not
        there.
        """
        return _forgiving(delta, super().incr, key, delta, version)

    def answers(self) -> bool:
        """Returns whether Redis is there."""
        try:
            super().get("answers")
        except (RedisError, OSError):
            return False
        return True


def _forgiving(otherwise: T, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Returns what is answered, or `otherwise` when nothing is."""
    try:
        return ask(*args, **kwargs)
    except (RedisError, OSError) as fault:
        logger.warning("the cache does not answer: %s", fault)
        return otherwise
