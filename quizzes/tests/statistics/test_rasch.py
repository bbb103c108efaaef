"""Abilities and difficulties from first attempts."""

from __future__ import annotations

from math import exp, sqrt
from statistics import NormalDist, fmean

import pytest

from quizzes.scheduling.prng import draw
from quizzes.statistics.rasch import ANYONE, ANYTHING, NODES, LogOdds, Rasch, chance, expected, fit

NORMAL = NormalDist()


def quantiles(many: int, spread: float = 1.0) -> list[float]:
    return [spread * NORMAL.inv_cdf((number + 0.5) / many) for number in range(many)]


def attempts(
    abilities: list[float], difficulties: list[float], *, of: float = 1.0
) -> list[tuple[int, int, bool]]:
    return [
        (learner, question, draw(f"{learner}:{question}") < 1 / (1 + exp(hard - able)))
        for learner, able in enumerate(abilities)
        for question, hard in enumerate(difficulties)
        if draw(f"{learner}:{question}:met") < of
    ]


def test_without_answers_half_of_everything_is_expected() -> None:
    found = fit([])
    assert found == Rasch()
    assert found.ability(7) == ANYONE
    assert found.difficulty(7) == ANYTHING
    assert expected(ANYONE, ANYTHING) == pytest.approx(0.5)


def test_the_nodes_are_those_of_a_standard_normal() -> None:
    for power, moment in ((0, 1.0), (1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0)):
        assert sum(weight * node**power for node, weight in NODES) == pytest.approx(moment)


def test_the_chance_is_rasch_s_where_the_question_is_known() -> None:
    assert chance(1.3, LogOdds(0.3, 0.0)) == pytest.approx(1 / (1 + exp(-1.0)))


@pytest.mark.parametrize("mean", [-2.0, -0.5, 0.0, 1.0])
def test_what_is_not_known_of_a_question_is_averaged_over(mean: float) -> None:
    exact = fmean(1 / (1 + exp(mean + off)) for off in quantiles(4001))
    assert chance(0.0, LogOdds(mean, 1.0)) == pytest.approx(exact, abs=0.005)


def test_abilities_and_difficulties_behind_the_answers_are_found_within_their_errors() -> None:
    abilities, difficulties = quantiles(120), quantiles(80)
    found = fit(attempts(abilities, difficulties, of=0.5))
    for true, estimates in ((abilities, found.abilities), (difficulties, found.difficulties)):
        off = [(estimates[n].mean - value) / estimates[n].deviation for n, value in enumerate(true)]
        assert 0.8 < sqrt(fmean(z * z for z in off)) < 1.25


def test_how_far_learners_are_apart_is_learnt_from_them() -> None:
    alike, apart = (
        fit(attempts(quantiles(100, spread), quantiles(60))).anyone.deviation for spread in (0.3, 2.0)
    )
    assert 0.2 < alike < 0.6
    assert 1.5 < apart < 2.3


def test_who_met_the_hard_questions_is_not_taken_for_the_weaker_one() -> None:
    rows = [
        (n, question, (n + question) % 10 < (3 if question < 10 else 7))
        for n in range(60)
        for question in range(20)
    ]
    rows += [(60 + n, question, n % 2 == 0) for n in range(20) for question in range(20)]
    hard = [(100, question, question % 2 == 0) for question in range(10)]
    easy = [(200, question, question % 2 == 0) for question in range(10, 20)]
    found = fit(rows + hard + easy)
    assert expected(found.ability(100), found.anything) > 0.55
    assert expected(found.ability(200), found.anything) < 0.45


def test_few_answers_are_shrunk_to_those_of_all() -> None:
    rows = [(n, question, (n + question) % 2 == 0) for n in range(40) for question in range(20)]
    one_wrong = fit([*rows, (99, 0, False)])
    assert 0.35 < expected(one_wrong.ability(99), one_wrong.anything) < 0.5
    assert one_wrong.ability(99).deviation > one_wrong.ability(0).deviation


@pytest.mark.parametrize("right", [True, False])
def test_a_learner_who_is_always_right_or_always_wrong_has_an_ability_too(right: bool) -> None:
    found = fit([(1, question, right) for question in range(200)])
    share = expected(found.ability(1), found.anything)
    assert share > 0.85 if right else share < 0.15
