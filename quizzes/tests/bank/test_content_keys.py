"""The keys of the built-in bank are worked out again, and a key that was spoilt is caught.

Questions whose code needs PyTorch are verified where it is installed: `make verify-content`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest
from django.conf import settings

from proof.bank import Checks, Item, read_bank, read_checks
from proof.mutate import mutants
from proof.verify import faults_of, must_have_function, verify


@pytest.fixture(scope="module")
def bank() -> list[Item]:
    return read_bank()


@pytest.fixture(scope="module")
def checks() -> Checks:
    return read_checks()


@pytest.mark.parametrize("draws", [3, pytest.param(60, marks=pytest.mark.thorough)])
def test_every_key_is_what_was_worked_out(bank: list[Item], checks: Checks, draws: int) -> None:
    tally = verify(bank, checks, draws=draws)
    assert tally.faults == []
    assert tally.counts["numbers"] >= 150
    assert tally.counts["traps"] >= 300


def test_every_number_code_and_bug_has_a_function(bank: list[Item], checks: Checks) -> None:
    needed = {item.slug for item in bank if must_have_function(item.spec["kind"])}
    assert needed <= checks.functions.keys() | checks.absent.keys()


def test_spoilt_keys_are_caught(bank: list[Item], checks: Checks) -> None:
    spoilt = mutants(bank, checks, count=15, rng=Random(11))
    assert len(spoilt) == 15
    missed = [(item.slug, told) for item, told in spoilt if not faults_of(item, checks, draws=20)]
    assert missed == []


def test_a_question_without_its_function_is_a_fault(bank: list[Item]) -> None:
    one = next(item for item in bank if item.spec["kind"] == "numeric")
    (fault,) = faults_of(one, Checks())
    assert fault.startswith(f"{one.place}: {one.slug} has no function")


def test_a_function_without_its_question_is_a_fault(checks: Checks) -> None:
    strangers = verify([], checks).faults
    assert f"content/checks: {next(iter(sorted(checks.functions)))} is no question of the bank" in strangers


def test_what_could_not_be_opened_is_named(bank: list[Item]) -> None:
    one = next(item for item in bank if item.spec["kind"] == "bug")
    tally = verify([one], Checks(absent={one.slug: "torch"}))
    assert (tally.faults, tally.unopened) == ([], {"torch": [one.slug]})


def test_the_programs_of_proof_start_by_themselves() -> None:
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    programs = "import proof.verify, proof.mutate, proof.report"
    subprocess.run([sys.executable, "-c", programs], cwd=settings.BASE_DIR, env=bare, check=True)
