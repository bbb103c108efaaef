"""The two databases' own means of searching `quizzes_searchable`, and its rows for the questions there are."""

import re
import unicodedata
from typing import Any

from django.db import migrations

SQLITE = (
    """
    CREATE VIRTUAL TABLE quizzes_search USING fts5(
        prompt, about, explanation,
        content='quizzes_searchable', content_rowid='question_id', tokenize='porter unicode61', prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER quizzes_search_insert AFTER INSERT ON quizzes_searchable BEGIN
        INSERT INTO quizzes_search(rowid, prompt, about, explanation)
        VALUES (new.question_id, new.prompt, new.about, new.explanation);
    END
    """,
    """
    CREATE TRIGGER quizzes_search_delete AFTER DELETE ON quizzes_searchable BEGIN
        INSERT INTO quizzes_search(quizzes_search, rowid, prompt, about, explanation)
        VALUES ('delete', old.question_id, old.prompt, old.about, old.explanation);
    END
    """,
    """
    CREATE TRIGGER quizzes_search_update AFTER UPDATE ON quizzes_searchable BEGIN
        INSERT INTO quizzes_search(quizzes_search, rowid, prompt, about, explanation)
        VALUES ('delete', old.question_id, old.prompt, old.about, old.explanation);
        INSERT INTO quizzes_search(rowid, prompt, about, explanation)
        VALUES (new.question_id, new.prompt, new.about, new.explanation);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER quizzes_search_insert",
    "DROP TRIGGER quizzes_search_delete",
    "DROP TRIGGER quizzes_search_update",
    "DROP TABLE quizzes_search",
)
POSTGRESQL = (
    """
    ALTER TABLE quizzes_searchable ADD COLUMN document tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.english', prompt), 'A')
        || setweight(to_tsvector('pg_catalog.english', about), 'B')
        || setweight(to_tsvector('pg_catalog.english', explanation), 'C')
    ) STORED
    """,
    "CREATE INDEX quizzes_search ON quizzes_searchable USING gin (document)",
)
POSTGRESQL_BACK = (
    "DROP INDEX quizzes_search",
    "ALTER TABLE quizzes_searchable DROP COLUMN document",
)


def make(_apps: Any, editor: Any) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def unmake(_apps: Any, editor: Any) -> None:
    for statement in SQLITE_BACK if editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        editor.execute(statement)


def words(*texts: str) -> str:
    """As quizzes.bank.search did when this was written."""
    text = re.sub(r"\{\{=.*?\}\}", " ", " ".join(texts))
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(word[:40] for word in re.findall(r"[^\W_]+", plain))


def fill(apps: Any, _editor: Any) -> None:
    question_model, searchable = (
        apps.get_model("quizzes", "Question"),
        apps.get_model("quizzes", "Searchable"),
    )
    questions = list(question_model.objects.filter(current__isnull=False).select_related("topic", "current"))
    rows = []
    for question in questions:
        spec = question.current.spec
        question.skill = spec["skill"]
        rows.append(
            searchable(
                question=question,
                prompt=words(spec["prompt"]),
                about=words(question.topic.title, spec["stem"], *spec["tags"], question.slug),
                explanation=words(spec["explanation"]),
            )
        )
    question_model.objects.bulk_update(questions, ["skill"], batch_size=200)
    searchable.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0003_browsing")]

    operations = [
        migrations.RunPython(make, unmake, elidable=False),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
