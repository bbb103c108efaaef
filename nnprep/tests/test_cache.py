import json

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from nnprep.cache import ForgivingRedisCache
from nnprep.tests.servers import free_port


@pytest.fixture
def nobody() -> ForgivingRedisCache:
    """A cache whose Redis is not there."""
    return ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})


def test_a_redis_that_is_down_counts_as_empty(nobody: ForgivingRedisCache) -> None:
    nobody.set("key", 1)
    assert nobody.get("key", "nothing") == "nothing"
    assert nobody.add("key", 1)
    assert nobody.incr("key") == 1
    assert nobody.get_many(["key"]) == {}
    assert not nobody.has_key("key")
    assert not nobody.touch("key")
    assert not nobody.delete("key")
    assert not nobody.answers()


def test_nobody_who_signs_in_notices_that_redis_is_down(client: Client, settings: Settings, db: None) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "nnprep.cache.ForgivingRedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        }
    }
    answer = client.post("/accounts/login/", {"login": "ann@example.org", "password": "wrong"})
    assert answer.status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert json.loads(ready.content)["status"] == "degraded"
    assert json.loads(ready.content)["cache"] == "Redis does not answer"


@pytest.mark.services
def test_a_redis_that_is_there_remembers(redis_url: str, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "nnprep.cache.ForgivingRedisCache", "LOCATION": redis_url}}
    cache = caches["default"]
    assert isinstance(cache, ForgivingRedisCache)
    cache.set("key", 1)
    assert cache.incr("key") == 2
    assert cache.get("key") == 2
    assert not cache.add("key", 3)
    assert cache.answers()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("other")
