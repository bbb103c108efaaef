from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import CASCADE, CharField, EmailField, JSONField, TextField
from django.utils import timezone

from accounts.actions import delete_account
from accounts.models import FormerAddress, User
from quizzes.classroom.models import Membership
from quizzes.jobs.actions import purge_expired
from quizzes.privacy.registry import TABLES, WITHHELD
from quizzes.tests.privacy.lives import lived

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["member", "owner"])
def test_every_row_goes_with_the_account_but_those_said_to_stay(who: str) -> None:
    world, *_ = lived()
    user = world.users[who]
    before = [(table, set(table.rows(user).values_list("pk", flat=True))) for table in TABLES]
    delete_account(user=user)
    left = {
        table.name
        for table, rows in before
        if not table.stays and table.model._default_manager.filter(pk__in=rows).exists()
    }
    assert not left


@pytest.mark.parametrize("who", ["member", "owner"])
def test_nothing_that_stays_names_the_person(who: str) -> None:
    world, *_ = lived()
    user = world.users[who]
    pk, address = user.pk, user.email
    delete_account(user=user)
    for table in TABLES:
        for path in table.whose:
            assert not table.model._default_manager.filter(**{path: pk}).exists(), (table.name, path)
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            if isinstance(column, CharField | EmailField | TextField | JSONField):
                named = model._default_manager.filter(**{f"{column.name}__icontains": address})
                # A roster's entry is its teacher's; it says so on the page of deletion.
                assert not named.exists() or model._meta.label == "quizzes.Invitation", column


@pytest.mark.parametrize("label", [label for label in WITHHELD if label.count(".") == 1])
def test_a_table_in_no_file_loses_its_rows_with_the_account_they_name(label: str) -> None:
    model = apps.get_model(label)
    for column in model._meta.concrete_fields:
        if column.related_model in (User, Membership):
            assert column.remote_field.on_delete is CASCADE, f"{column}: its rows would outlive the account"


def test_a_stranger_loses_nothing() -> None:
    world, *_ = lived()
    stranger = world.users["stranger-instructor"]
    before = {table.name: table.rows(stranger).count() for table in TABLES}
    delete_account(user=world.users["owner"])
    assert {table.name: table.rows(stranger).count() for table in TABLES} == before
    assert User.objects.filter(pk=stranger.pk).exists()


def test_addresses_of_before_are_kept_no_longer_than_their_way_back_is_good_for() -> None:
    now = timezone.now()
    ann = User.objects.create_user("ann@example.org")
    FormerAddress.objects.create(user=ann, email="before@example.org", replaced_at=now)
    purge_expired(now=now + timedelta(days=7) - timedelta(seconds=1), limit=10)
    assert FormerAddress.objects.count() == 1
    purge_expired(now=now + timedelta(days=7, seconds=1), limit=10)
    assert FormerAddress.objects.count() == 0
