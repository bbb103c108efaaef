"""Finding questions by words: what is found, in which order, and that no text can upset it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank import search
from quizzes.bank.models import Question, Searchable
from quizzes.bank.queries import live_questions
from quizzes.bank.variants import one_spelling
from quizzes.tests.review.packs import LOADED_AT, load

pytestmark = pytest.mark.django_db

PACK = """---
pack: {pack}
title: {title}
topic: networks
number: 1
summary: A topic.
---

## Which layer keeps running statistics? {{#{pack}-norm tags=normalisation,résumé}}

Think of `batch_norm` and of {{{{=2 * 3}}}} channels.

- [x] The one with secretword
- [ ] Another
  > Not so.

### Explanation

Only batch normalisation does; dropout does not.

## What does dropout zero? {{#{pack}-drop}}

- [x] Units
- [ ] Losses
  > No.

### Explanation

It zeroes units of a layer.
"""

SIGNS = ['"', "AND", "NEAR(", "*", "^", ":", "!", "&", "|", "(", "'", "-", "\\", "prompt", "x"]


def slugs(text: str, where: search.Where = search.Where.ANYWHERE) -> list[str]:
    words = search.searched(text)
    return [question.slug for question in search.holding(words, live_questions(), where=where)]


@pytest.fixture
def bank() -> None:
    load(PACK.format(pack="networks", title="Networks"))


@pytest.mark.parametrize(
    "text",
    [
        "running statistics",
        "statistic",
        "BATCH-NORM",
        "batch_norm",
        "Résumé",
        "resume",
        "channels",
        "networks norm",
        "stat",
    ],
)
def test_prompt_stem_tags_topic_and_id_are_searched_by_stems_and_without_case_or_accents(
    bank: None, text: str
) -> None:
    assert "networks-norm" in slugs(text)


PAIRS = [
    ("normalisation", "normalization"), ("Normalised", "normalize"), ("analyse", "analyzing"),
    ("optimisers", "optimizer"), ("behaviour", "behaviors"), ("neighbouring", "neighboring"), ("centre", "centers"),
    ("centred", "centered"), ("catalogue", "catalogs"), ("defence", "defenses"), ("grey", "gray"),
    ("artefacts", "artifact"), ("modelling", "modeling"), ("labelled", "labeled"), ("judgement", "judgment"),
    ("programmes", "program"), ("fibres", "fiber"),
]  # fmt: skip


@pytest.mark.parametrize(("british", "american"), PAIRS)
def test_both_spellings_of_a_word_find_each_other(british: str, american: str) -> None:
    for pack, word in (("uk", british), ("us", american)):
        load(PACK.format(pack=pack, title="Networks").replace("running statistics", word))
    assert sorted(slugs(british)) == sorted(slugs(american)) == ["uk-norm", "us-norm"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [("colour", "colo"), ("color", "colou"), ("tokenisation", "tokeniz"), ("tokenization", "tokenis")],
)
def test_the_beginning_of_the_other_spelling_finds_a_word(written: str, typed: str) -> None:
    load(PACK.format(pack="uk", title="Networks").replace("running statistics", written))
    assert slugs(typed) == ["uk-norm"]


@given(
    st.from_regex(r"[a-z]{1,12}", fullmatch=True) | st.sampled_from([word for pair in PAIRS for word in pair])
)
def test_a_word_folded_twice_is_as_folded_once(word: str) -> None:
    assert one_spelling(one_spelling(word.lower())) == one_spelling(word.lower())


@pytest.mark.parametrize("word", ["four", "hour", "your", "our", "tour", "source", "noise", "string"])
def test_words_that_only_look_like_it_stay(word: str) -> None:
    assert one_spelling(word) == word


def test_words_stored_in_another_spelling_are_written_again_when_the_bank_is_loaded(
    bank: None, tmp_path: Path
) -> None:
    file = tmp_path / "networks.md"
    file.write_text(PACK.format(pack="networks", title="Networks"), "utf-8")
    stored = Searchable.objects.get(question__slug="networks-norm")
    Searchable.objects.filter(pk=stored.pk).update(explanation="only batch normalization does behaviour")
    assert slugs("normalisation behavior") == []
    call_command("load_bank", str(file), stdout=StringIO())
    assert slugs("normalisation behavior") == ["networks-norm"]
    assert search.respell() == 0


@pytest.mark.parametrize("text", ["secretword", "Another", "statistics zebra"])
def test_answers_are_not_searched_and_every_word_has_to_stand_there(bank: None, text: str) -> None:
    assert slugs(text) == []


def test_where_the_words_stand_tells_prompts_from_explanations(bank: None) -> None:
    assert slugs("dropout", search.Where.PROMPT) == ["networks-drop"]
    assert slugs("dropout", search.Where.ELSEWHERE) == ["networks-norm"]
    assert slugs("dropout") == ["networks-norm", "networks-drop"]


def test_the_search_begins_behind_an_id(bank: None) -> None:
    first = Question.objects.get(slug="networks-norm")
    held = search.holding(["dropout"], live_questions(), after=first.pk)
    assert [question.slug for question in held] == ["networks-drop"]


def test_words_that_say_nothing_are_not_searched_for() -> None:
    assert search.searched("What is the?") == []
    assert search.searched("what is a layer") == ["layer"]
    assert len(search.searched("word " * 1000)) == search.MOST_WORDS


def test_a_loaded_change_is_found_and_what_it_replaced_is_not(bank: None) -> None:
    text = PACK.format(pack="networks", title="Networks").replace("running statistics", "moving averages")
    load(text, now=LOADED_AT + timedelta(days=1))
    assert slugs("moving averages") == ["networks-norm"]
    assert slugs("running") == []


def test_a_retired_question_is_not_found_and_a_revived_one_is(bank: None) -> None:
    text = PACK.format(pack="networks", title="Networks")
    load(text[: text.index("## What does dropout")])
    assert slugs("dropout") == ["networks-norm"]
    load(text, now=LOADED_AT + timedelta(days=1))
    assert slugs("dropout") == ["networks-norm", "networks-drop"]


def test_a_topic_with_a_new_title_is_found_by_it_in_every_pack(bank: None) -> None:
    load(PACK.format(pack="more", title="More"))
    assert slugs("perceptrons") == []
    load(PACK.format(pack="networks", title="Perceptrons"), now=LOADED_AT + timedelta(days=1))
    assert sorted(slugs("perceptrons")) == ["more-drop", "more-norm", "networks-drop", "networks-norm"]
    assert {slug[:8] for slug in slugs("networks zero")} == {"networks"}


def test_a_question_that_is_deleted_leaves_no_words(bank: None) -> None:
    question = Question.objects.get(slug="networks-drop")
    Question.objects.filter(pk=question.pk).update(current=None)
    question.delete()
    assert list(search.holding(["dropout"], Question.objects.all()).values_list("slug", flat=True)) == [
        "networks-norm"
    ]


@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.text(max_size=60) | st.lists(st.sampled_from(SIGNS), max_size=12).map(" ".join))
def test_no_text_upsets_the_search(bank: None, text: str) -> None:
    words = search.searched(text)
    for where in search.Where:
        if words:
            list(search.holding(words, live_questions(), where=where)[:3])


def test_everything_that_was_written_down_is_a_word(bank: None) -> None:
    for row in Question.objects.select_related("searchable"):
        said = [row.searchable.prompt, row.searchable.about, row.searchable.explanation]
        assert all(search.words_of(text) == text.split() for text in said)
        assert "2 3" not in " ".join(said)


def test_words_are_written_down_in_a_constant_number_of_queries(bank: None) -> None:
    with CaptureQueriesContext(connection) as one:
        search.write(Question.objects.filter(slug="networks-drop"))
    with CaptureQueriesContext(connection) as all_of_them:
        search.write(Question.objects.all())
    assert len(one) == len(all_of_them)
