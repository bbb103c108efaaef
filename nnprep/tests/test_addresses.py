"""No page is forgotten: each stands in one of the browsers' walks, or in a table that says why not."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from accounts.models import User
from nnprep.tests.addresses import CLASSROOM, FORMER, NOT_WALKED, SITE, named_patterns

NAMED = {"uuid": uuid.UUID(int=7), "slug": "x", "string": "x"}


def answers_to_get(client: Client, name: str, pattern: URLPattern) -> bool:
    """Whether it is no address that takes forms only: these say so before they look anything up."""
    kinds = {key: type(found).__name__ for key, found in pattern.pattern.converters.items()}
    given = {key: NAMED[kind.removesuffix("Converter").lower()] for key, kind in kinds.items()}
    try:
        address = reverse(name, kwargs=given)
    except NoReverseMatch:
        # Addresses of allauth that are regular expressions: all of them pages.
        return True
    return client.get(address).status_code != 405


@pytest.mark.django_db
def test_every_page_is_in_a_walk_or_excused() -> None:
    client = Client()
    client.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    pages = {
        name
        for name, _, pattern in named_patterns()
        if FORMER not in name and answers_to_get(client, name, pattern)
    }
    named = SITE | CLASSROOM | NOT_WALKED.keys()
    assert pages - named == set(), (
        "let a browser's walk pass these and name them in SITE or CLASSROOM of nnprep/tests/addresses.py, "
        "or say in NOT_WALKED there why none does"
    )
    assert named - pages == set(), "take these out of nnprep/tests/addresses.py: nothing answers to GET there"
    assert not (SITE | CLASSROOM) & NOT_WALKED.keys()
