import psycopg
import pytest
import redis


@pytest.mark.services
def test_a_real_postgresql_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 6 * 7").fetchone() == (42,)


@pytest.mark.services
def test_a_real_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("answer", "42")
        assert client.get("answer") == b"42"
