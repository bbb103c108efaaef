"""JSON that is written once is read once."""

from __future__ import annotations

import pytest

from quizzes.bank.models import Version

pytestmark = pytest.mark.django_db


def test_a_content_is_one_object_however_often_it_is_read(bank: None) -> None:
    first, again = (Version.objects.order_by("pk")[:1].get() for _ in range(2))
    assert first.spec is again.spec
    other = Version.objects.order_by("pk")[1]
    assert other.spec is not first.spec
    assert other.spec["prompt"] != first.spec["prompt"]


def test_a_part_of_a_content_is_what_stands_there(bank: None) -> None:
    version = Version.objects.order_by("pk")[:1].get()
    names = ("prompt", "covers", "seconds")
    parts = Version.objects.values_list(*(f"spec__{name}" for name in names)).get(pk=version.pk)
    assert parts == tuple(version.spec[name] for name in names)
