"""The clock's promises with real servers, workers and deaths: short versions of the commands in bench/faults."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.faults import jumps, kills, outage
from bench.faults import mail_server as misbehaving
from nnprep.tests.sink import Sink
from quizzes.tests.notifications.writing import EVENING

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True, timeout=120
    )
    (line,) = done.stdout.splitlines()
    figures: dict[str, Any] = json.loads(line)
    assert done.returncode == (0 if figures["held"] else 1)
    return figures


@pytest.mark.services
def test_workers_killed_again_and_again_lose_no_email_and_double_no_more_than_one_a_kill(
    postgres_url: str,
) -> None:
    figures = kills.kills(emails=120, workers=2, beats=2, kills=3, number=signal.SIGKILL, delay=0.03, gap=0.6)
    assert figures["kills"] == 3
    assert kills.held(figures), figures


@pytest.mark.services
def test_workers_stopped_with_all_their_processes_again_and_again_leave_nothing_behind(
    postgres_url: str,
) -> None:
    # The lease is longer than the whole run: no e-mail is saved by waiting for it.
    figures = kills.kills(
        emails=60,
        workers=2,
        beats=1,
        kills=2,
        number=signal.SIGTERM,
        delay=0.1,
        gap=0.2,
        group=True,
        lease=600,
    )
    assert figures["kills"] == 2
    assert (figures["twice"], figures["crashes"], figures["states"]) == (0, 0, {"sent": 60})
    assert kills.held(figures), figures


@pytest.mark.services
def test_two_beats_and_four_workers_send_each_email_once(postgres_url: str) -> None:
    figures = kills.kills(emails=200, workers=4, beats=2, kills=0, number=signal.SIGTERM, delay=0.0, gap=0)
    assert figures["twice"] == 0
    assert kills.held(figures), figures


@pytest.mark.services
@pytest.mark.parametrize("what", ["redis", "postgres"])
def test_what_is_owed_arrives_after_an_outage_and_answers_are_taken_all_the_while(
    postgres_url: str, what: str
) -> None:
    figures = outage.outage(what=what, seconds=3, emails=60, workers=2, beats=1, patience=90)
    assert outage.held(figures), figures


@pytest.mark.processes
def test_a_kill_at_any_of_five_steps_loses_nothing() -> None:
    figures = command("bench.faults.steps", "--times", "1")
    assert figures["held"], figures
    assert {step: row["twice"] for step, row in figures["steps"].items()} == {
        "leased": 0,
        "begun": 0,
        "receiver named": 0,
        "text announced": 0,
        "accepted": 1,
    }


@pytest.mark.processes
def test_an_email_that_kills_its_sender_is_given_up_after_five_tries_and_the_others_go_out() -> None:
    figures = command("bench.faults.steps", "--poison", "--emails", "20")
    assert figures["held"], figures
    assert figures["poison"]["attempts"] == 5


def test_through_a_misbehaving_mail_server_every_email_that_can_be_delivered_is(
    db: None, mail_server: Sink
) -> None:
    figures = misbehaving.mail_server(mail_server, emails=60, now=EVENING)
    assert misbehaving.held(figures), figures


@pytest.mark.parametrize("span", [0, pytest.param(3, marks=pytest.mark.thorough)])
def test_jumping_clocks_and_nights_with_a_clock_change_give_one_email_a_day(db: None, span: int) -> None:
    figures = jumps.jumps(jumps.SPANS[span : span + 1])
    assert figures["emails"] == figures["days"] == 20
    assert jumps.held(figures), figures
