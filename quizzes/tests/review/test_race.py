from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(folder: Path, *command: str, **given: str) -> dict[str, Any]:
    """What a module says in JSON that is run in a process of its own on a fresh database."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR"} | given,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def race(folder: Path, **given: str) -> dict[str, Any]:
    """Sixteen clients race for five questions."""
    return run(folder, "bench.race", "--rounds", "5", "--clients", "16", **given)


def answer_and_change(folder: Path, **given: str) -> dict[str, Any]:
    """Answers race what changes their day."""
    return run(folder, "quizzes.tests.review.answer_and_change", **given)


def check(result: dict[str, Any], database: str) -> None:
    assert result["database"] == database
    assert result["recorded"] == result["attempts"] == 5
    assert result["faults"] == {}
    assert sum(result["statuses"].values()) == 80
    assert set(result["statuses"]) == {"200", "303", "409"}


@pytest.mark.processes
def test_of_sixteen_answers_at_once_one_counts_and_all_are_shown_it_on_sqlite(tmp_path: Path) -> None:
    check(race(tmp_path), "sqlite")


@pytest.mark.services
def test_of_sixteen_answers_at_once_one_counts_and_all_are_shown_it_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE race")
    server, _, _ = postgres_url.rpartition("/")
    check(race(tmp_path, DATABASE_URL=f"{server}/race"), "postgresql")


@pytest.mark.processes
def test_an_answer_and_a_change_of_its_day_at_once_both_count_on_sqlite(tmp_path: Path) -> None:
    result = answer_and_change(tmp_path)
    assert result["faults"] == []
    assert result["answers"] > 30


@pytest.mark.services
def test_an_answer_and_a_change_of_its_day_at_once_both_count_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE changes")
    server, _, _ = postgres_url.rpartition("/")
    result = answer_and_change(tmp_path, DATABASE_URL=f"{server}/changes")
    assert result["faults"] == []
    assert result["answers"] > 30
