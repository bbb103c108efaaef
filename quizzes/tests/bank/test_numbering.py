"""Numbers in front of headings, and what prompts say without them."""

from __future__ import annotations

import unicodedata

import pytest

from quizzes.markup.numbering import prompt_digest, saying, unnumbered

NUMBERED = [
    ("Question 7: What?", "What?"),
    ("question 12) what?", "what?"),
    ("Q3. What", "What"),
    ("Q3.What", "What"),
    ("Q12 – What", "What"),
    ("1. What", "What"),
    ("2) what", "what"),
    ("(4) What", "What"),
    ("1.What is it", "What is it"),
    ("3.1.2 what", "what"),
    ("3.1.2. what", "what"),
    ("3.1 What is it", "What is it"),
    ("Frage 3: Was?", "Was?"),
    ("Вопрос 3. Что?", "Что?"),
    ("问题3：什么是卷积?", "什么是卷积?"),
    ("第3题：什么是卷积?", "什么是卷积?"),
    ("１．什么", "什么"),
    ("שאלה 4: מה?", "מה?"),
    ("**Q1: What is X?**", "**What is X?**"),
    ("**Question 1:** What is X?", "What is X?"),
    ("Question 7", ""),
    ("Question 7:", ""),
    ("7.", ""),
    ("**Q7**", ""),
]
UNTOUCHED = [
    "What does q4-k quantisation mean?",
    "What is listed in our FAQ 3: hashing?",
    "Q4-K quantisation: what does it mean?",
    "Q4.5 kernels",
    "1.5 bit quantisation",
    "1.58-bit models",
    "2:4 sparsity",
    "1:1 mapping or many?",
    "3D convolutions",
    "7 wonders of optimisation",
    "Q-learning: what is it?",
    "2024. Which model won?",
    "1 - p: what is it in dropout?",
    "Question the assumption 7: why?",
    "0.5 Dropout",
]


@pytest.mark.parametrize(("heading", "rest"), NUMBERED)
def test_a_number_at_the_beginning_is_left_out(heading: str, rest: str) -> None:
    assert unnumbered(heading) == rest


@pytest.mark.parametrize("heading", UNTOUCHED)
def test_nothing_else_is_cut(heading: str) -> None:
    assert unnumbered(heading) == heading


def test_spellings_of_one_prompt_say_the_same_and_other_prompts_do_not() -> None:
    spelt = "Wie wirkt Überanpassung?"
    assert {
        saying(unicodedata.normalize("NFD", spelt)),
        saying(f"Frage 12: {spelt.upper()}"),
        saying("**Wie wirkt  Überanpassung**"),
        saying("3. Wie wirkt Über\u00adanpassung？"),
    } == {saying(spelt)}
    assert len({prompt_digest(one) for one in ("C", "C++", "C#", "A*", "A", "L1", "L2", "L_1")}) == 8


def test_a_prompt_that_says_nothing_has_no_digest() -> None:
    assert [prompt_digest(one) for one in ("Question 7", "???", "", "2)")] == ["", "", "", ""]
