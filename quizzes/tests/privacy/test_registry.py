from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, Model

from accounts.models import User
from quizzes.classroom.models import Membership
from quizzes.privacy.personal_tables import PersonalTable
from quizzes.privacy.registry import TABLES, WITHHELD


def hops(model: type[Model], path: str) -> Iterator[Field]:  # type: ignore[type-arg]
    """The columns a path goes over, from `model` on."""
    for name in path.split("__"):
        found = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if not found.concrete:
            model = found.related_model  # type: ignore[assignment]
            continue
        yield found
        if not found.is_relation:
            return
        model = found.related_model  # type: ignore[assignment]


def name_of(column: Field) -> str:  # type: ignore[type-arg]
    return f"{column.model._meta.label}.{column.name}"


def told(table: PersonalTable) -> set[str]:
    """The columns of the table's own model that its rows tell, or by which they are found."""
    paths = [path for path in (*table.columns.values(), *table.whose) if path not in table.worked_out]
    columns = (next(hops(table.model, path), None) for path in paths)
    return {name_of(column) for column in columns if column is not None and column.model is table.model}


EXPORTED = set().union(*(told(table) for table in TABLES))


@pytest.mark.parametrize("model", apps.get_models(include_auto_created=True), ids=lambda m: m._meta.label)
def test_every_column_is_in_the_file_or_withheld_with_a_reason(model: type[Model]) -> None:
    if model._meta.label in WITHHELD:
        return
    columns = [
        column for column in model._meta.concrete_fields if not column.primary_key or column.is_relation
    ]
    missing = [name_of(column) for column in columns if name_of(column) not in EXPORTED | WITHHELD.keys()]
    assert not missing, f"say in quizzes/privacy/*_tables.py or registry.py what becomes of {missing}"


# Each once, in one order: every process that runs tests has to collect the same.
MODELS = list(dict.fromkeys(table.model for table in TABLES))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_whoever_a_row_names_finds_it_in_their_file(model: type[Model]) -> None:
    followed = {path.split("__")[0] for table in TABLES if table.model is model for path in table.whose}
    names = {c.name for c in model._meta.concrete_fields if c.related_model in (User, Membership)}
    assert names - followed <= {
        label.rsplit(".")[-1] for label in WITHHELD if label.startswith(model._meta.label)
    }


def test_what_is_withheld_exists_has_a_reason_and_is_in_no_file() -> None:
    models = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    for label, reason in WITHHELD.items():
        assert reason
        model = models.get(label)
        if model is not None:
            assert model not in {table.model for table in TABLES}, label
        else:
            owner, column = label.rsplit(".", 1)
            assert models[owner]._meta.get_field(column)
            assert label not in EXPORTED, label


def test_names_in_the_file_are_plain_and_stand_once() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    for table in TABLES:
        assert all(re.fullmatch(r"[a-z_]+", name) for name in (table.name, *table.columns))
