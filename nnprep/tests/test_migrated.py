import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from nnprep.tests import migrated

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite's database is kept as a file"
)


def tables_of(database: Path) -> set[str]:
    with closing(sqlite3.connect(database)) as file:
        return {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_database_of_tests_is_the_one_that_is_filled(db: None) -> None:
    assert connection.settings_dict["NAME"] == migrated.IN_MEMORY


def test_what_is_kept_has_all_tables_and_nothing_is_left_of_other_migrations(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    (tmp_path / "before.sqlite3").touch()
    with django_db_blocker.unblock():
        migrated.keep(tmp_path / "now.sqlite3")
        names = connection.introspection.table_names()
    assert [path.name for path in tmp_path.iterdir()] == ["now.sqlite3"]
    assert tables_of(tmp_path / "now.sqlite3") >= set(names)


def test_another_migration_makes_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = migrated.key_of_migrations()
    assert before == migrated.key_of_migrations()
    monkeypatch.setattr("quizzes.migrations.__path__", [str(tmp_path)])
    assert (none_left := migrated.key_of_migrations()) != before
    (tmp_path / "0001_initial.py").write_text("")
    assert migrated.key_of_migrations() not in {before, none_left}
