"""Which question of a new edition is which of the one before: random edits of documents in several scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank.actions import load_pack
from quizzes.bank.loading import matching
from quizzes.bank.loading.matching import (
    MOST_SHARING,
    MOST_SIGNS_COMPARED,
    Said,
    _may_be,
    _sharing,
    match,
    suggest,
)
from quizzes.bank.models import Pack, Question, Version

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Written:
    """A question of a document; `mark` is what the test knows it by."""

    mark: int
    prompt: str
    answer: str


# The answers are as alike as the questions of one subject: some differ in a few words only.
DOCUMENT = [
    Written(
        0, "What is dropout?", "It zeroes units at random while training, so that none relies on another."
    ),
    Written(
        1, "What is DropConnect?", "It zeroes weights at random while training, so that none is relied on."
    ),
    Written(2, "What is L1 regularisation?", "Adds the sum of absolute weights to the loss. Yields zeros."),
    Written(3, "What is L2 regularisation?", "Adds the sum of squared weights to the loss. Shrinks all."),
    Written(4, "Is the hinge loss convex?", "Yes."),
    Written(5, "Is the 0-1 loss convex?", "No."),
    Written(6, "Is the squared loss convex?", "Yes."),
    Written(7, "Что такое дропаут?", "Случайное обнуление нейронов во время обучения сети."),
    Written(8, "Что такое свёртка?", "Взвешенная сумма соседних значений входного сигнала."),
    Written(9, "什么是卷积？", "卷积核在输入上滑动，对每个位置计算加权和。"),
    Written(10, "什么是池化？", "在局部区域内取最大值或平均值，缩小特征图。"),
    Written(11, "什么是批归一化？", "按小批量的均值和方差对激活值做标准化。"),
    Written(12, "מהי פונקציית הפסד?", "מספר שמודד כמה התחזית רחוקה מהאמת, ושאותו מקטינים באימון."),
    Written(13, "מהו קצב למידה?", "גודל הצעד בכל עדכון של המשקלים לאורך הגרדיאנט."),
    Written(
        14, "Explain the picture", "The training loss falls, the validation loss rises: the model overfits."
    ),
    Written(15, "Explain the picture", "Both curves stay high and flat: the model has too little capacity."),
    Written(16, "Explain the picture", "The loss jumps up and down: the step size is too large for it."),
    Written(
        17, "Warum hilft Impuls?", "Er mittelt Gradienten über Schritte und dämpft Schwingungen quer zum Tal."
    ),
]
ADDED = [
    Written(100, "What is attention?", "A weighted mean of values, with weights from queries and keys."),
    Written(101, "Что такое внимание?", "Взвешенная сумма значений с весами из запросов и ключей."),
    Written(102, "什么是注意力？", "由查询和键得到权重，再对值加权求和。"),
    Written(103, "Is the log loss convex?", "Yes."),
    Written(104, "What is L0 regularisation?", "Adds the number of weights that are not zero to the loss."),
    Written(105, "מהי תשומת לב?", "סכום משוקלל של ערכים, שמשקליו נקבעים לפי שאילתות ומפתחות."),
    Written(
        106, "Explain the picture", "The gap between the curves closes as more data is used in training."
    ),
]


@st.composite
def edited(draw: st.DrawFn) -> list[Written]:
    """A later edition: questions taken out, put in, moved, their answers or prompts edited."""
    kept = [one for one in DOCUMENT if draw(st.integers(0, 4))]
    for at, one in enumerate(kept):
        way = draw(st.sampled_from(["", "", "", "answer", "prompt", "slip"]))
        # A short or repeated one is known by the very words that would be edited.
        if not way or len(one.answer) < 10 or one.prompt.startswith("Explain"):
            continue
        if way == "answer":
            kept[at] = replace(one, answer=f"{one.answer} (2)")
        elif way == "prompt":
            kept[at] = replace(one, prompt=f"{one.prompt[:-1]}, exactly?")
        else:
            kept[at] = replace(one, prompt=one.prompt.replace(one.prompt[1], "", 1))
    new = draw(st.lists(st.sampled_from(ADDED), unique=True))
    order = [*kept, *new]
    return draw(st.permutations(order)) if draw(st.booleans()) else order


def said(written: Sequence[Written]) -> list[Said]:
    return [
        Said(slug=str(one.mark), named=False, kind="recall", prompt=one.prompt, answer=one.answer)
        for one in written
    ]


def document(written: Sequence[Written], *, numbered: bool = False) -> str:
    return "# Interview\n\n" + "\n\n".join(
        f"## {f'{place}. ' if numbered else ''}{one.prompt}\n\n{one.answer}"
        for place, one in enumerate(written, 1)
    )


@settings(max_examples=examples(200), deadline=None)
@given(edited())
def test_every_question_that_is_still_there_is_found_and_none_is_taken_for_another(
    written: list[Written],
) -> None:
    pairs = match(said(written), said(DOCUMENT))
    assert {written[place].mark: DOCUMENT[other].mark for place, other in pairs.items()} == {
        one.mark: one.mark for one in written if one.mark < 100
    }


@settings(max_examples=examples(200), deadline=None)
@given(
    st.permutations([one for one in DOCUMENT + ADDED if one.prompt != "Explain the picture"]),
    st.integers(0, 25),
    st.integers(0, 25),
)
def test_a_question_taken_out_never_becomes_the_one_put_in(
    questions: list[Written], before: int, after: int
) -> None:
    """Two editions with any number of questions in common: exactly those are matched."""
    old, new = questions[:before], questions[after:]
    common = {one.mark for one in old} & {one.mark for one in new}
    pairs = match(said(new), said(old))
    assert {(new[place].mark, old[other].mark) for place, other in pairs.items()} == {
        (mark, mark) for mark in common
    }


@pytest.mark.django_db
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(editions=st.lists(edited(), min_size=1, max_size=3), numbered=st.booleans())
def test_rows_stay_with_what_they_ask_over_several_editions(
    editions: list[list[Written]], numbered: bool
) -> None:
    first = load_pack(text=document(DOCUMENT), path=Path("doc.md"), now=NOW, as_new=True)
    assert first.loaded is not None
    mine = Question.objects.filter(pack=first.loaded).order_by("position")
    marks = {row: one.mark for row, one in zip(mine.values_list("pk", flat=True), DOCUMENT, strict=True)}
    for written in filter(None, editions):
        into = Pack.objects.get(pk=first.loaded.pk)
        assert not load_pack(
            text=document(written, numbered=numbered), path=Path("doc.md"), now=NOW, into=into
        ).failed
        there = mine.filter(retired_at=None).values_list("pk", flat=True)
        for row, one in zip(there, written, strict=True):
            assert marks.setdefault(row, one.mark) == one.mark


@pytest.mark.django_db
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize(
    "document_of",
    [
        ["## Что такое дропаут?\n\nМаска.\n", "## Что такое свёртка?\n\nСумма.\n"],
        [
            "## Question 1\n\n**What is a loss?**\n\nA number.\n",
            "## Question 2\n\n**What is a step?**\n\nAn update.\n",
        ],
        ["## 1. What is A?\n\nOne.\n", "## 2. What is B?\n\nTwo.\n"],
        ["## 什么是卷积？\n\n加权和。\n", "## 什么是池化？\n\n最大值。\n"],
        ["## Explain\n\nWhy a loss falls in training.\n", "## Explain\n\nWhich optimiser keeps moments.\n"],
    ],
)
def test_putting_a_heading_anywhere_is_one_new_question_and_none_changed(
    document_of: list[str], at: int
) -> None:
    first = load_pack(text="\n".join(document_of), path=Path("a.md"), now=NOW)
    before = list(Question.objects.order_by("position").values_list("pk", "current"))
    assert first.loaded is not None
    longer = [*document_of[:at], "## Ещё один вопрос?\n\nДа, ещё один.\n", *document_of[at:]]
    result = load_pack(text="\n".join(longer), path=Path("a.md"), now=NOW, into=Pack.objects.get())
    assert (result.created, result.updated, result.unchanged, result.retired) == (1, 0, 2, 0)
    after = list(Question.objects.order_by("position").values_list("pk", "current"))
    assert [*after[:at], *after[at + 1 :]] == before
    back = load_pack(text="\n".join(document_of), path=Path("a.md"), now=NOW, into=Pack.objects.get())
    assert (back.created, back.updated, back.unchanged, back.retired) == (0, 0, 2, 1)
    assert Version.objects.count() == 3


def one(prompt: str, answer: str, **more: object) -> Said:
    given = {"slug": "made", "named": False, "kind": "recall", **more}
    return Said(prompt=prompt, answer=answer, **given)  # type: ignore[arg-type]


LONG = "It adds a penalty to the loss that grows with the weights, so that small weights are preferred."
SAME = [
    ("Why use weight decay?", LONG, "Why do we use weight decay?", LONG),
    ("What is the use of weight decay?", LONG, "What is the purpose of weight decay?", LONG),
    ("What is wieght decay?", LONG, "What is weight decay?", LONG),
    ("What is weight decay?", LONG, "What is weight decay exactly?", f"{LONG} It is old."),
    ("Weight decay", "One thing.", "Weight decay", "Wholly another text about the same thing."),
]
OTHERS = [
    ("What is an encoder?", "Maps inputs to codes.", "What is a decoder?", "Maps codes to inputs."),
    (
        "What is supervised learning?",
        "From labelled data.",
        "What is unsupervised learning?",
        "From unlabelled data.",
    ),
    ("What is L1?", f"{LONG} Absolute.", "What is L2?", f"{LONG} Squared."),
    ("What is GPT-3?", LONG, "What is GPT-4?", LONG),
    ("Is it convex?", "Yes, it is.", "Does it converge?", "Yes, it is."),
    ("Question 7", "The loss is a number.", "Question 7", "Images are tensors, with channels."),
    (
        "How is numpy installed?",
        "With pip install numpy in a shell.",
        "How is scipy installed?",
        "With pip install scipy in a shell.",
    ),
]


@pytest.mark.parametrize(("prompt", "answer", "prompt_after", "answer_after"), SAME)
def test_an_edited_question_is_known_by_its_answer(
    prompt: str, answer: str, prompt_after: str, answer_after: str
) -> None:
    assert match([one(prompt_after, answer_after)], [one(prompt, answer)]) == {0: 0}


@pytest.mark.parametrize(("prompt", "answer", "prompt_after", "answer_after"), OTHERS)
def test_a_doubtful_pair_is_no_pair_but_a_suggestion(
    prompt: str, answer: str, prompt_after: str, answer_after: str
) -> None:
    new, old = [one(prompt_after, answer_after)], [one(prompt, answer)]
    assert match(new, old) == {}
    assert suggest(new, old, {}) == {0: [0]}


def test_an_id_the_author_gave_is_the_question_whatever_it_says() -> None:
    old = [one("A?", "x", slug="a", named=True), one("B?", "y", slug="b", named=True)]
    new = [one("A?", "x", slug="b", named=True), one("B?", "y", slug="c", named=True)]
    assert match(new, old) == {0: 1}


def test_a_made_id_is_no_id_of_the_author() -> None:
    old = [one("What is a loss?", "A number.", slug="question-7")]
    assert match([one("What is a stride?", "A step.", slug="question-7", named=True)], old) == {}
    assert match([one("What is a loss?", "A number.", slug="loss", named=True)], old) == {0: 0}


def test_questions_that_are_asked_come_before_retired_ones_and_equal_ones_before_all() -> None:
    retired = one("Notes", "The loss falls with every step it takes.", live=False)
    live = one("Notes", "Images are tensors with channels.")
    assert match([one("Notes", retired.answer)], [live, retired]) == {0: 1}
    assert match([one("Notes", live.answer), one("Notes", retired.answer)], [retired, live]) == {0: 1, 1: 0}
    assert match([one("Notes", "Images are tensors with four channels.")], [retired, live]) == {0: 1}


@pytest.mark.parametrize("titles", [1, 100, 2_000])
def test_thousands_of_questions_are_matched_by_comparing_few_answers(titles: int) -> None:
    looked = []
    many = 2_000
    old = [
        one(f"What is thing {n % titles} good for?", f"{n} is good for {n * 7919 % 1009} and nothing else.")
        for n in range(many)
    ]
    new = [
        one(f"What is thing {n % titles} good for?", f"{n} is bad for {n * 7907 % 1013}, or for something.")
        for n in range(many)
    ]

    class Counted(frozenset[str]):
        def __and__(self, other: Set[object]) -> frozenset[str]:
            looked.append(len(self) + len(other))
            return super().__and__(other)

    for question in [*old, *new]:
        question.__dict__["pieces"] = Counted(question.pieces)
    match(new, old)
    assert sum(looked) <= MOST_SIGNS_COMPARED + 40_000


def test_long_answers_below_one_title_are_compared_within_the_same_work() -> None:
    looked = []

    class Counted(frozenset[str]):
        def __and__(self, other: Set[object]) -> frozenset[str]:
            looked.append(len(self) + len(other))
            return super().__and__(other)

    def long(seed: int) -> Said:
        return one("What?", " ".join(str(n * 7919 % (1_009 + seed)) for n in range(4_000)))

    old, new = [long(n) for n in range(30)], [long(n + 100) for n in range(30)]
    for question in [*old, *new]:
        question.__dict__["pieces"] = Counted(question.pieces)
    match(new, old)
    assert sum(looked) <= MOST_SIGNS_COMPARED + 40_000


def test_prompts_of_words_that_many_hold_are_looked_at_within_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visited = []

    def sharing(question: Said, holders: Mapping[str, list[int]]) -> list[int]:
        visited.append(sum(len(holders.get(word, ())) for word in question.words))
        return _sharing(question, holders)

    monkeypatch.setattr(matching, "_sharing", sharing)
    words = [f"w{n}" for n in range(4_000)]
    old = [one(" ".join(words[n % 40 * 100 : n % 40 * 100 + 100]), f"old {n}") for n in range(2_000)]
    new = [one(" ".join([*words[n % 40 * 100 : n % 40 * 100 + 100], "x"]), f"new {n}") for n in range(2_000)]
    pairs = match(new, old)
    suggest(new, old, pairs)
    assert sum(visited) <= 2 * MOST_SHARING


def test_equal_questions_with_ids_of_their_own_are_told_apart_in_one_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def may_be(new: Said, old: Said) -> bool:
        asked.append(1)
        return _may_be(new, old)

    monkeypatch.setattr(matching, "_may_be", may_be)
    old = [replace(one("What?", "The same."), slug=f"a{n}", named=True) for n in range(2_000)]
    new = [replace(one("What?", "The same."), slug=f"b{n}", named=True) for n in range(2_000)]
    assert match(new, old) == {}
    assert len(asked) < 40_000
