"""Every job of the clock, whatever its room: how it is scheduled, and what it does when it runs again."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import time_machine
from celery import Task
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Max
from django.utils import timezone
from pytest_django import Settings

from nnprep.celery import app
from quizzes import tasks
from quizzes.jobs.models import JobRun, Mark
from quizzes.notifications.models import NotificationPreferences
from quizzes.tests.privacy.lives import lived

SCHEDULE: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
# What tells how much of a batch may be done at once: rows, or time.
BOUNDS = {"limit", "seconds"}
# Tables in which the jobs write down that they ran.
DIARY = (JobRun, Mark)


def task_of(name: str) -> Task[..., None]:
    app.loader.import_default_modules()
    found: Task[..., None] = app.tasks[SCHEDULE[name]["task"]]
    return found


def test_every_task_is_scheduled_once() -> None:
    app.loader.import_default_modules()
    ours = sorted(name for name in app.tasks if not name.startswith("celery."))
    assert sorted(entry["task"] for entry in SCHEDULE.values()) == ours, (
        "a task of quizzes/tasks.py stands in no entry of CELERY_BEAT_SCHEDULE, or an entry names none"
    )


def test_a_job_is_stopped_after_it_should_have_stopped_by_itself() -> None:
    assert tasks.SECONDS < app.conf.task_soft_time_limit < app.conf.task_time_limit


@pytest.mark.parametrize("name", SCHEDULE)
def test_it_has_a_plain_interval_and_expires_before_the_next_one(name: str) -> None:
    entry = SCHEDULE[name]
    assert entry.keys() == {"task", "schedule", "options"}
    assert isinstance(entry["schedule"], float)
    assert 0 < entry["options"]["expires"] <= entry["schedule"]


@pytest.mark.parametrize("name", SCHEDULE)
def test_it_takes_nothing_and_bears_whatever_a_message_brings(name: str) -> None:
    taken = inspect.signature(task_of(name).run).parameters.values()
    assert all(
        parameter.kind == inspect.Parameter.VAR_KEYWORD or parameter.default is not inspect.Parameter.empty
        for parameter in taken
    )
    assert any(parameter.kind == inspect.Parameter.VAR_KEYWORD for parameter in taken)


@pytest.mark.parametrize("name", SCHEDULE)
def test_it_goes_in_bounded_batches(name: str) -> None:
    body = ast.parse(inspect.getsource(task_of(name).run))
    given = {
        keyword.arg for node in ast.walk(body) if isinstance(node, ast.Call) for keyword in node.keywords
    }
    assert given & BOUNDS, f"{SCHEDULE[name]['task']} calls nothing with {' or '.join(sorted(BOUNDS))}"


@pytest.fixture
def busy(db: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A site to which everything has happened, an evening on which there is something to do, e-mails in a folder."""
    settings.EMAIL_FOLDER = tmp_path
    lived()
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now())
    due = NotificationPreferences.objects.aggregate(Max("next_due_at"))["next_due_at__max"]
    with time_machine.travel(due + timedelta(minutes=30), tick=False):
        yield


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All there is in the database but the jobs' own diary."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model not in DIARY
    }


@pytest.mark.parametrize("name", SCHEDULE)
def test_it_may_run_twice_or_five_times_and_is_done_after_the_first(name: str, busy: None) -> None:
    # In their order, so that each finds what those before it leave for it.
    for other in takewhile(lambda other: other != name, SCHEDULE):
        task_of(other).run()
    before = rows()
    task_of(name).run()
    run = JobRun.objects.filter(name=name).first()
    assert run, (
        f"its door in quizzes/tasks.py does not call itself “{name}” to _run, as CELERY_BEAT_SCHEDULE does"
    )
    assert run.error == ""
    once = rows()
    assert run.done > 0, (
        "nothing was left for it to do, which proves nothing: let quizzes/tests/privacy/lives.py leave it something, "
        "or let it stand in CELERY_BEAT_SCHEDULE after the job that does"
    )
    assert once != before
    task_of(name).run()
    assert rows() == once
    assert JobRun.objects.get(name=name).done == 0
    for _ in range(3):
        task_of(name).run()
    assert rows() == once
