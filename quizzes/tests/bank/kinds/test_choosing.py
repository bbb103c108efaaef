"""Choice, bug, multi, truefalse and chosen outputs."""

from __future__ import annotations

import re

import pytest

from quizzes.bank import asking
from quizzes.bank.spec import payload_of
from quizzes.tests.bank.kinds.packs import Asked, asked, right_form, seeds, spec_of
from quizzes.tests.bank.kinds.samples import SAMPLES

CHOICE = SAMPLES["choice"][0]
BUG = SAMPLES["bug"][0]
MULTI = SAMPLES["multi"][0]
REASONED = SAMPLES["truefalse"][0]


def place_of(one: Asked, start: str, group: str = "options") -> str:
    """The position on the page of the option that begins so."""
    options = one.payload[group]
    order = one.presented.get(group, range(len(options)))
    return next(str(n) for n, place in enumerate(order) if options[place]["text"].startswith(start))


@pytest.mark.parametrize("text", [CHOICE, BUG])
def test_every_wrong_option_scores_nothing_and_shows_its_own_note_and_that_of_the_right_one(
    text: str,
) -> None:
    one = asked(text)
    for position, place in enumerate(one.presented["options"]):
        option = one.payload["options"][place]
        if option["right"]:
            continue
        form = {"choice": [str(position)]}
        marks = one.marks(form)
        assert (marks.score, marks.passed) == (0, False)
        open_part, _, folded = one.feedback(form).partition("<details")
        assert option["note"].split(":")[0] in open_part
        assert "Your answer: wrong" in open_part
        right = next(option for option in one.payload["options"] if option["right"])
        assert right["note"].split(":")[0] in open_part
        assert "Right answer" in open_part
        # Who was wrong is told of every option why; nothing about them is folded.
        for other in one.payload["options"]:
            assert other["note"].split(":")[0] in open_part
        assert "Why not the others?" not in folded


def test_a_skipped_choice_shows_the_right_option_and_every_note() -> None:
    page = asked(CHOICE).feedback({"skip": ["1"]})
    open_part = page.partition("<details")[0]
    assert "SECRET two" in open_part
    assert "SECRET one" in open_part
    assert open_part.count("is-missed") == 1


def test_an_option_that_is_not_on_the_page_is_an_error() -> None:
    one = asked(CHOICE)
    for value in ("4", "-1", "x", "1.0", "٣", "0" * 9):
        assert "not on this page" in one.errors({"choice": [value]})["choice"]


def test_options_are_shuffled_and_fixed_ones_stay_last() -> None:
    orders = {tuple(asked(CHOICE, seed).presented["options"]) for seed in seeds(40)}
    assert len(orders) == 6
    assert {order[-1] for order in orders} == {3}


def test_the_fix_of_a_bug_is_shown_only_afterwards() -> None:
    one = asked(BUG)
    assert "The fix" in one.feedback(right_form(one))
    assert "SECRET fix" in one.feedback({"skip": ["1"]})
    assert "train_test_split" in one.spec["stem"]


def test_each_option_of_a_multiple_choice_is_judged() -> None:
    one = asked(MULTI)
    form = {"option": [place_of(one, "Dropout"), place_of(one, "More epochs")]}
    marks = one.marks(form)
    assert marks.score == 0.5
    assert not marks.passed
    page = one.feedback(form)
    assert "Missed" in page
    assert page.count("is-wrong") == page.count("is-missed") == page.count("is-right") == 1


def test_all_options_ticked_do_not_pass() -> None:
    one = asked(MULTI)
    marks = one.marks({"option": ["0", "1", "2", "3"]})
    assert marks.score == 0.5
    assert not marks.passed


def test_an_option_ticked_twice_counts_once() -> None:
    one = asked(MULTI)
    assert one.response({"option": ["1", "1"]}) == {"options": [one.presented["options"][1]]}


def test_verdict_and_reason_count_half_each() -> None:
    one = asked(REASONED)
    right = {"verdict": [place_of(one, "False", "verdicts")], "reason": [place_of(one, "Running", "reasons")]}
    also_right = {**right, "reason": [place_of(one, "The batch", "reasons")]}
    wrong_reason = {**right, "reason": [place_of(one, "It is removed", "reasons")]}
    wrong_verdict = {**right, "verdict": [place_of(one, "True", "verdicts")]}
    assert [one.marks(form).score for form in (right, also_right, wrong_reason, wrong_verdict)] == [
        1,
        1,
        0.5,
        0.5,
    ]
    assert [one.marks(form).passed for form in (right, also_right, wrong_reason)] == [True, True, False]
    assert "folded" in one.feedback(wrong_reason)
    assert "in training only" in one.feedback(wrong_verdict)
    assert "Also right" in one.feedback(right)


def test_a_verdict_without_its_reason_is_an_error_that_keeps_the_verdict() -> None:
    one = asked(REASONED)
    reading = asking.read(one.spec, one.presented, {"verdict": ["1"]})
    assert reading.errors == {"reason": "Choose a reason, or say that you don’t know."}
    page = one.page(reading.draft, reading.errors)
    assert page.count("checked") == 1
    assert 'id="error-reason"' in page


def test_letters_run_on_so_that_every_key_chooses_one_row() -> None:
    keys = re.findall(r'data-key="(\w)"', asked(REASONED).page())
    assert keys == ["A", "B", "C", "D", "E"]


def test_true_and_false_keep_their_order() -> None:
    for seed in seeds(10):
        page = asked(SAMPLES["truefalse"][1], seed).page()
        assert page.index(">True<") < page.index(">False<") < page.index(">Contested<")


def test_a_guess_at_two_tiers_is_rarer_than_at_one() -> None:
    rates = [asking.guess_rate(spec_of(text)) for text in SAMPLES["truefalse"]]
    assert rates == pytest.approx([1 / 2 * 2 / 3, 1 / 3 * 1 / 3, 1 / 2])
    assert asking.guess_rate(spec_of(CHOICE)) == 1 / 4
    assert asking.guess_rate(spec_of(MULTI)) == 1 / 16


def test_the_drawn_number_is_in_option_note_and_description() -> None:
    one = asked(SAMPLES["choice"][2])
    number = one.presented["values"]["n"]
    assert f">{number + 1}<" in one.page()
    wrong = {"choice": [place_of(one, "{{=n}}")]}
    assert f"missing from {number}." in one.feedback(wrong)
    assert one.described(wrong) == str(number)


def test_answers_are_told_without_markdown() -> None:
    one = asked(CHOICE)
    assert one.described(right_form(one)) == "clip_grad_norm_(model.parameters(), 1.0)"
    assert asked(REASONED).described({"verdict": ["0"], "reason": ["0"]}).startswith("True: ")


def test_what_decides_marking_does_not_hang_on_order_or_notes() -> None:
    from_file = asked(CHOICE).spec["payload"]["options"]
    assert [option["right"] for option in from_file] == [False, True, False, False]
    turned = """
## Which call rescales gradients? {#q}

- [x] `clip_grad_norm_(model.parameters(), 1.0)`
- [ ] `nn.Dropout(0.5)`
  > Another note.
"""
    assert keys_of(turned) == keys_of(CHOICE)
    assert keys_of(turned.replace("1.0", "2.0")) != keys_of(CHOICE)


def keys_of(text: str) -> object:
    kind, payload = payload_of(spec_of(text))
    return kind.key(payload)


def test_who_is_right_may_read_why_not_of_each_other_option_that_says_it() -> None:
    notes = "- [x] Adam\n  > It adapts.\n- [ ] SGD\n  > It keeps one rate.\n- [ ] Momentum\n"
    one = asked(f"## Which adapts its steps? {{#q}}\n\n{notes}")
    response = one.response(right_form(one))
    context = asking.feedback(one.spec, one.presented, response, one.marks(right_form(one)))
    assert [row["text"] for row in context["options"]["others"]] == ["SGD"]
