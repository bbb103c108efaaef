"""Free recall: write, compare, tick."""

from __future__ import annotations

import pytest

from quizzes.bank import asking
from quizzes.bank.kinds.recall import matching_words
from quizzes.bank.packs.build import lint
from quizzes.tests.bank.kinds.packs import Form, asked, spec_of
from quizzes.tests.bank.kinds.samples import SAMPLES

OVERFIT, ATTENTION, _ = SAMPLES["recall"]


def ticked(*points: int, text: str = "", easy: bool = False) -> Form:
    form: Form = {"stage": ["tick"], "text": [text], "point": [str(point) for point in points]}
    return form | ({"easy": ["1"]} if easy else {})


def test_first_the_text_then_the_model_answer_and_the_key_points() -> None:
    one = asked(OVERFIT)
    reading = asking.read(one.spec, one.presented, {"text": ["The gap says overfitting.\r\nAugment."]})
    assert reading.response is None
    assert not reading.errors
    page = one.page(reading.draft)
    assert "SECRET model answer" in page
    assert page.count('type="checkbox"') == 5
    assert 'name="stage" value="tick"' in page
    assert 'value="The gap says overfitting.\nAugment."' in page


def test_words_that_match_cues_are_shown_and_the_learner_ticks() -> None:
    one = asked(OVERFIT)
    page = one.page(
        {"text": "A clear gap: it is Overfitting. Augmentation creates new data!", "stage": "tick"}
    )
    assert page.count("Mentioned?") == 2
    assert "checked" not in page
    assert "<mark>overfitting</mark>" in page
    assert "<mark>gap</mark>" in page
    assert "<mark>augmentation</mark>" in page
    assert "You wrote “creates new data”" in page


def test_no_box_is_ticked_before_the_learner_ticks_it() -> None:
    one = asked(OVERFIT)
    for text in (
        "",
        "overfitting, I think",
        "no such word",
        "no gap, never overfit, augmentation is useless",
    ):
        assert "checked" not in one.page({"text": text, "stage": "tick"})


def test_the_learners_ticks_are_kept() -> None:
    one = asked(OVERFIT)
    page = one.page({"text": "gap, overfit, augment", "stage": "tick", "points": [2]})
    assert page.count("checked") == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We memorise few samples", ["memorise", "few"]),
        ("MEMORIZING few", ["memorizing", "few"]),
        ("fewer memories", []),
        ("the gap", []),
        ("an unfew overfit", []),
    ],
)
def test_a_cue_matches_at_the_beginning_of_words(text: str, words: list[str]) -> None:
    assert matching_words([["overfit", "memoris"], ["gap", "few"]], text) == words


@pytest.mark.parametrize("text", ["of 1,800 pictures", "of 1800 pictures"])
def test_a_cue_finds_a_number_with_and_without_commas(text: str) -> None:
    assert matching_words([["1800"]], text) == ["1800"]


@pytest.mark.parametrize(
    ("points", "weight", "verdict"),
    [
        ((0, 1, 2), 6, "right"),
        ((0, 1, 2, 3), 6, "right"),
        ((0, 1), 5, "partly right"),
        ((1, 2), 4, "not right"),
        ((0, 2), 3, "not right"),
        ((2,), 1, "not right"),
        ((3,), 0, "not right"),
        ((), 0, "not right"),
    ],
)
def test_the_score_is_the_ticked_weight_of_six(points: tuple[int, ...], weight: int, verdict: str) -> None:
    one = asked(OVERFIT)
    marks = one.marks(ticked(*points))
    assert marks.score == pytest.approx(weight / 6)
    assert marks.verdict == verdict


def test_a_missing_must_never_passes() -> None:
    text = OVERFIT.replace("weight=2 must", "weight=1 must")
    one = asked(text)
    marks = one.marks(ticked(1, 2))
    assert marks.score == pytest.approx(0.8)
    assert marks.must_missed
    assert not marks.passed
    assert "cannot do without" in one.feedback(ticked(1, 2))


def test_sixty_per_cent_pass() -> None:
    points = "\n".join(f"- point {n}" for n in range(5))
    one = asked(f"## Say. {{#q}}\n\n### Key points\n\n{points}\n\n### Answer\n\nAll five.")
    assert [one.marks(ticked(*range(n))).passed for n in range(6)] == [False, False, False, True, True, True]


def test_easy_is_heard() -> None:
    one = asked(OVERFIT)
    assert one.marks(ticked(0, 1, 2, easy=True)).easy
    assert not one.marks(ticked(0, 1, 2)).easy


def test_a_key_point_that_is_not_there_is_an_error_that_keeps_the_text() -> None:
    one = asked(OVERFIT)
    reading = asking.read(one.spec, one.presented, {**ticked(text="my words"), "point": ["9"]})
    assert list(reading.errors) == ["point"]
    page = one.page(reading.draft, reading.errors)
    assert 'id="error-point"' in page
    assert "my words" in page


def test_the_answer_is_described_by_its_ticks_and_its_beginning() -> None:
    one = asked(OVERFIT)
    assert one.described(ticked(0, 2, text="So I said")) == "2 of 3 key points: So I said"
    assert one.described(ticked(0)) == "1 of 3 key points, said aloud"
    assert one.described(ticked(0, 3)) == "1 of 3 key points, said aloud"


def test_feedback_names_what_was_held_and_what_is_missing() -> None:
    page = asked(ATTENTION).feedback(ticked(0, text="<b>mine</b>"))
    assert page.count("is-right") == 1
    assert "Missing, and a must" in page
    assert "50 % of the key points by weight" in page
    assert "&lt;b&gt;mine&lt;/b&gt;" in page


def test_a_document_without_front_matter_makes_recall_questions() -> None:
    text = "## What is dropout?\n\n- zeroes activations\n- only in training\n\n## And pooling?\n\nIt shrinks maps.\n"
    draft, report = lint(text)
    assert draft is not None, report.errors
    first, second = (question.spec for question in draft.questions)
    assert first["kind"] == second["kind"] == "recall"
    assert [point["text"] for point in first["payload"]["points"]] == [
        "zeroes activations",
        "only in training",
    ]
    assert first["stem"] == ""
    assert len(second["payload"]["points"]) == 1
    assert "shrinks" in second["payload"]["answer"]


def test_the_text_below_the_heading_is_the_stem() -> None:
    assert spec_of(OVERFIT)["stem"] == "Train 0.99, validation 0.81."


def test_only_a_point_without_weight_is_called_a_bonus() -> None:
    one = asked("## Why? {#q}\n\n### Key points\n\n- It is so\n- A paper {optional}\n\n### Answer\n\nSo.\n")
    assert one.page({"stage": "write"}).count("Bonus") == 0
    assert asking.ask(one.spec, one.presented)["stage"] == "write"
    page = one.page({"stage": "tick", "text": "So."})
    assert page.count("Bonus") == 1
    assert page.index("It is so") < page.index("A paper") < page.index("Bonus")
