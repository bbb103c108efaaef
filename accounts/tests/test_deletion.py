import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_account_goes_only_with_its_password(signed_in: Client, ann: User) -> None:
    answer = signed_in.post("/settings/delete/", {"password": "wrong password"})
    assert answer.status_code == 422
    assert "This is not your password. Nothing was deleted." in answer.content.decode()
    assert User.objects.filter(pk=ann.pk).exists()


def test_the_account_is_gone_and_signed_out(signed_in: Client, ann: User) -> None:
    other = User.objects.create_user("bob@example.org", PASSWORD)
    answer = signed_in.post("/settings/delete/", {"password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert list(User.objects.all()) == [other]
    assert "_auth_user_id" not in signed_in.session


def test_asking_changes_nothing(signed_in: Client, ann: User) -> None:
    assert signed_in.get("/settings/delete/").status_code == 200
    assert User.objects.filter(pk=ann.pk).exists()


def test_a_visitor_is_sent_to_the_login(client: Client) -> None:
    assert (
        client.post("/settings/delete/", {"password": PASSWORD})
        .headers["Location"]
        .startswith("/accounts/login/")
    )
