import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create_user("ann@example.org", PASSWORD)


@pytest.fixture
def signed_in(ann: User) -> Client:
    client = Client()
    client.force_login(ann)
    return client
