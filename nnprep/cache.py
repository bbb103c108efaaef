"""The shared cache, which nobody has to wait for: what it does not answer at once counts as not there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")


class ForgivingRedisCache(RedisCache):
    """Django's, but a Redis that is down or hangs costs rate limits their memory, not people their page."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it was stored; True when nobody can tell, as for a key that was free."""
        return _forgiving(super().add, *args, **kwargs, otherwise=True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default`."""
        return _forgiving(super().get, key, default, version, otherwise=default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store the value, if that can be done."""
        _forgiving(super().set, *args, **kwargs, otherwise=None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key was there."""
        return _forgiving(super().touch, *args, **kwargs, otherwise=False)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key was there."""
        return _forgiving(super().delete, *args, **kwargs, otherwise=False)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """The values that are there."""
        return _forgiving(super().get_many, *args, **kwargs, otherwise={})

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key is there."""
        return _forgiving(super().has_key, *args, **kwargs, otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """The sum; `delta` when nobody can tell what it was before. Raises ValueError for a key that is not there."""
        return _forgiving(super().incr, key, delta, version, otherwise=delta)

    def answers(self) -> bool:
        """Whether Redis is there."""
        try:
            super().get("answers")
        except (RedisError, OSError):
            return False
        return True


def _forgiving(ask: Callable[..., T], *args: Any, otherwise: T, **kwargs: Any) -> T:
    try:
        return ask(*args, **kwargs)
    except (RedisError, OSError) as fault:
        logger.warning("the cache does not answer: %s", fault)
        return otherwise
