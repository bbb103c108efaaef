from typing import Any

import pytest
from django.db import connection

from quizzes.bank.models import Pack, Question, Searchable, Topic, Version
from quizzes.tests.review.loaded import load_once
from quizzes.tests.review.packs import choices, load

TABLES = (Topic, Pack, Question, Version, Searchable)


def rows() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def load_one() -> None:
    load(choices(topic="topic-1", number=1, many=60))


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL gives other ids to what is loaded again"
)
def test_what_was_loaded_once_is_written_again_to_the_letter(db: None) -> None:
    load_once("of this test", load_one)
    loaded = rows()
    assert [len(table) for table in loaded] == [1, 1, 60, 60, 60]
    Question.objects.update(current=None)
    for table in (Searchable, Version, Question, Pack, Topic):
        table.objects.all().delete()
    load_once("of this test", load_one)
    assert rows() == loaded


def test_into_a_bank_that_is_not_empty_it_is_loaded(db: None) -> None:
    load(choices(topic="another", number=2, many=1))
    load_once("of this test", load_one)
    assert Question.objects.count() == 61
