"""The verdict line of every kind: right, partly right, not right, and what it says beside that."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank import asking
from quizzes.bank.kinds.base import Marks
from quizzes.bank.verdicts import VerdictLine, line
from quizzes.tests.bank.kinds.packs import Asked, Form, Json, asked, right_form
from quizzes.tests.bank.kinds.samples import QUESTIONS, SAMPLES

EIGHT = """
## Sort. {#q}

| trait | group |
|---|---|
| one | a |
| two | a |
| three | a |
| four | b |
| five | b |
| six | b |
| seven | c |
| eight | c |
"""
FIVE_POINTS = """
## Explain. {#q}

### Key points

- first {must}
- second
- third
- fourth
- fifth
- a bonus {optional}

### Answer

All of them.
"""
REASONS = """
## Dropout is off in evaluation. {#q}

- [x] True
- [ ] False
  > It is off.

### Reasons

- [x] Its noise would hurt
- [ ] It has weights
  > None.
"""
BOXES = """
## Which regularise? {#q}

- [x] Dropout
- [x] Weight decay
- [ ] ReLU
  > It bends.
- [ ] Momentum
  > It speeds up.
"""
STEPS = SAMPLES["order"][0]
SIDES = SAMPLES["numeric"][1]
GAPS = SAMPLES["cloze"][0]
BLANKS = """
## Complete the loop. {#q}

```python cloze
opt.{{zero_grad}}()
loss.{{backward}}()
opt.{{step}}()
```
"""


def said(text: str, form: Form, *, confidence: str = "sure") -> VerdictLine:
    one = asked(text)
    response = one.response(form)
    marks = asking.mark(one.spec, one.presented, response)
    return line(one.spec["kind"], marks, answered=bool(response), confidence=confidence)


def changed(text: str, **fields: str) -> Form:
    """The right form with some fields answered otherwise; - stands for _ in their names."""
    return right_form(asked(text)) | {name.replace("_", "-"): [value] for name, value in fields.items()}


def pairs_wrong(count: int) -> Form:
    one = asked(EIGHT)
    form = right_form(one)
    for name in list(form)[:count]:
        form[name] = [str((int(form[name][0]) + 1) % 3)]
    return form


def in_order(*steps: int) -> Form:
    shown = asked(STEPS).presented["steps"]
    return {f"place-{n}": [str(steps.index(step) + 1)] for n, step in enumerate(shown)}


def ticked(*points: int) -> Form:
    return {"stage": ["tick"], "text": [""], "point": [str(point) for point in points]}


def box(*texts: str) -> Form:
    one = asked(BOXES)
    options = one.payload["options"]
    return {
        "option": [str(n) for n, at in enumerate(one.presented["options"]) if options[at]["text"] in texts]
    }


def reason(*, right: bool) -> str:
    one = asked(REASONS)
    return next(
        str(n)
        for n, at in enumerate(one.presented["reasons"])
        if one.payload["reasons"][at]["right"] == right
    )


WORDS: list[tuple[str, Form, str, str]] = [
    (EIGHT, pairs_wrong(0), "true", "Right"),
    (EIGHT, pairs_wrong(1), "partial", "Partly right: 1 of 8 pairs is wrong"),
    (EIGHT, pairs_wrong(2), "false", "Not right: 6 of 8 pairs right"),
    (EIGHT, pairs_wrong(8), "false", "Not right"),
    (STEPS, in_order(0, 1, 2, 3, 4), "true", "Right"),
    (STEPS, in_order(0, 1, 2, 4, 3), "false", "Not right: 3 of 5 steps in place"),
    (STEPS, in_order(1, 2, 3, 4, 0), "false", "Not right"),
    (FIVE_POINTS, ticked(0, 1, 2, 3, 4), "true", "Right"),
    (FIVE_POINTS, ticked(0, 1, 2, 3, 5), "partial", "Partly right: 1 of 5 key points is missing"),
    (FIVE_POINTS, ticked(0, 1, 2), "partial", "Partly right: 2 of 5 key points are missing"),
    (FIVE_POINTS, ticked(1, 2, 3, 4), "false", "Not right: 4 of 5 key points said, but a must is missing"),
    (FIVE_POINTS, ticked(0, 1), "false", "Not right: 2 of 5 key points said"),
    (FIVE_POINTS, ticked(5), "false", "Not right"),
    (BOXES, box("Dropout", "Weight decay"), "true", "Right"),
    (BOXES, box("Dropout"), "false", "Not right: 3 of 4 options judged rightly"),
    (BOXES, box("ReLU", "Momentum"), "false", "Not right"),
    (REASONS, changed(REASONS), "true", "Right"),
    (REASONS, changed(REASONS, reason=reason(right=False)), "false",
     "Not right: the verdict is right, the reason is not"),
    (REASONS, changed(REASONS, verdict="1"), "false", "Not right: the reason is right, the verdict is not"),
    (REASONS, changed(REASONS, verdict="1", reason=reason(right=False)), "false", "Not right"),
    (GAPS, changed(GAPS), "true", "Right"),
    (GAPS, changed(GAPS, gap_1="Hungarain"), "true", "Right, but for a slip of the keys"),
    (GAPS, changed(GAPS, gap_0="particle"), "false", "Not right: 1 of 2 gaps right"),
    (GAPS, changed(GAPS, gap_0="particle", gap_1="k-means"), "false", "Not right"),
    (BLANKS, changed(BLANKS), "true", "Right"),
    (BLANKS, changed(BLANKS, gap_1="forward"), "false", "Not right: 2 of 3 blanks right"),
    (SIDES, changed(SIDES), "true", "Right"),
    (SIDES, changed(SIDES, part_valid_side="27"), "false", "Not right: 1 of 2 numbers right"),
    (SAMPLES["short"][0], changed(SAMPLES["short"][0]), "true", "Right"),
    (SAMPLES["short"][0], {"answer": ["dropuot"]}, "true", "Right, but for a slip of the keys"),
    (SAMPLES["short"][0], {"answer": ["DropConnect"]}, "false", "Not right"),
    (SAMPLES["output"][0], {"answer": ["[1, 2]"]}, "false", "Not right"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "correct", "words"), WORDS)
def test_the_line_says_what_is_missing_or_what_was_right(
    text: str, form: Form, correct: str, words: str
) -> None:
    found = said(text, form)
    assert (found.words, found.correct) == (words, correct)
    assert found.mark == {"true": "right", "partial": "partial", "false": "wrong"}[correct]


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        (BOXES, box("Dropout", "Weight decay"), "Right, but a guess: it counts as not known yet"),
        (
            GAPS,
            changed(GAPS, gap_1="Hungarain"),
            "Right, but for a slip of the keys and a guess: it counts as not known yet",
        ),
        (
            EIGHT,
            pairs_wrong(1),
            "Partly right: 1 of 8 pairs is wrong, and as a guess it counts as not known yet",
        ),
        (BOXES, box("Dropout"), "Not right: 3 of 4 options judged rightly"),
    ],
)
def test_a_guess_says_that_it_counts_as_not_known(text: str, form: Form, words: str) -> None:
    found = said(text, form, confidence="guess")
    assert found.words == words
    assert found.mark != "right"


def test_who_does_not_know_is_told_so() -> None:
    for samples in SAMPLES.values():
        found = said(samples[0], {"skip": ["1"]})
        assert (found.words, found.correct) == ("Not right: you said that you don’t know", "false")


def test_a_later_try_is_numbered() -> None:
    assert said(BOXES, box("Dropout", "Weight decay")).at_try(2) == "Right at try 2"
    assert said(EIGHT, pairs_wrong(1)).at_try(3) == "Partly right at try 3: 1 of 8 pairs is wrong"


@pytest.mark.parametrize(
    ("kind", "marks", "words"),
    [
        ("match", Marks(5 / 6, True, [{"key": str(n), "score": float(n > 0)} for n in range(6)]),
         "Partly right: 1 of 6 pairs is wrong"),
        ("order", Marks(0.9, True, [{"key": str(n), "score": float(n > 1)} for n in range(5)]),
         "Partly right: 2 of 5 steps are out of place"),
    ],
)  # fmt: skip
def test_answers_that_passed_under_earlier_rules_are_partly_right(
    kind: str, marks: Marks, words: str
) -> None:
    assert line(kind, marks, answered=True, confidence="").words == words


def _one_of(field: str, places: str) -> Callable[[Asked, random.Random], Form]:
    return lambda one, rng: {field: [str(rng.randrange(len(one.presented[places])))]}


def _some(one: Asked, rng: random.Random) -> Form:
    many = range(len(one.presented["options"]))
    return {"option": [str(n) for n in rng.sample(many, rng.randint(1, len(many)))]}


def _claim(one: Asked, rng: random.Random) -> Form:
    form = {"verdict": [str(rng.randrange(len(one.payload["verdicts"])))]}
    if one.payload["reasons"]:
        form["reason"] = [str(rng.randrange(len(one.payload["reasons"])))]
    return form


def _pairs(one: Asked, rng: random.Random) -> Form:
    rights = len(one.payload["rights"])
    return {
        name: value if rng.random() < 0.8 else [str(rng.randrange(rights))]
        for name, value in right_form(one).items()
    }


def _order(one: Asked, rng: random.Random) -> Form:
    form = right_form(one)
    one_place, other = rng.choice(list(form)), rng.choice(list(form))
    return form | {one_place: form[other], other: form[one_place]}


def _typed(one: Asked, rng: random.Random) -> Form:
    return {
        name: value
        if rng.random() < 0.6
        else [rng.choice(["12345", "nothing of the kind"])]
        if one.spec["kind"] != "numeric"
        else ["-12345"]
        for name, value in right_form(one).items()
    }


def _output(one: Asked, rng: random.Random) -> Form:
    if one.payload["options"]:
        return {"choice": [str(rng.randrange(len(one.payload["options"])))]}
    return _typed(one, rng)


def _points(one: Asked, rng: random.Random) -> Form:
    return ticked(*(n for n in range(len(one.payload["points"])) if rng.random() < 0.8))


def _mixed(one: Asked, rng: random.Random) -> Form:
    """Field by field of the right answer or of a wrong one; one of them whole where that cannot be read."""
    forms = [right_form(one), *(wrong.form for wrong in asking.wrong_forms(one.spec, one.presented))]
    mixed = {name: rng.choice(forms).get(name, value) for name, value in forms[0].items()}
    readable = asking.read(one.spec, one.presented, mixed).response is not None
    return mixed if readable else rng.choice(forms)


ANSWERS: dict[str, Callable[[Asked, random.Random], Form]] = {
    "choice": _one_of("choice", "options"), "bug": _one_of("choice", "options"), "multi": _some,
    "truefalse": _claim, "match": _pairs, "order": _order, "cloze": _typed, "code": _typed,
    "numeric": _typed, "short": _typed, "output": _output, "recall": _points,
}  # fmt: skip
EVERY = [SAMPLES[kind][number] for kind, number in QUESTIONS]
EVERY += [EIGHT, FIVE_POINTS, REASONS, BOXES, BLANKS]


@pytest.mark.parametrize("text", EVERY)
@settings(deadline=None, max_examples=examples(40))
@given(rng=st.randoms(use_true_random=False))
def test_nothing_is_green_over_anything_missing(text: str, rng: random.Random) -> None:
    one = asked(text)
    form = ANSWERS.get(one.spec["kind"], _mixed)(one, rng)
    response = one.response(form)
    marks = asking.mark(one.spec, one.presented, response)
    found = line(one.spec["kind"], marks, answered=True, confidence="")
    whole = all(part["score"] == 1 for part in marks.parts if part.get("weight", 1))
    assert (found.correct == "true") == (found.mark == "right") == found.words.startswith("Right") == whole
    assert found.words.startswith(
        {"true": "Right", "partial": "Partly right", "false": "Not right"}[found.correct]
    )
    if found.correct == "partial":
        assert marks.passed
    counted = re.search(r"(\d+) of (\d+) (?!key points said|.* right|.* in place|.* rightly)", found.words)
    if counted:
        parts = [part for part in marks.parts if part.get("weight", 1)]
        wrong = sum(part["score"] != 1 for part in parts)
        assert (int(counted[1]), int(counted[2])) == (wrong, len(parts))


def _every_answer(one: Asked) -> Iterator[Json]:
    payload = one.payload
    if one.spec["kind"] == "truefalse":
        for verdict, reason in product(
            range(len(payload["verdicts"])), range(max(len(payload["reasons"]), 1))
        ):
            yield {"verdict": verdict} | ({"reason": reason} if payload["reasons"] else {})
    elif one.spec["kind"] == "multi":
        for ticks in product((False, True), repeat=len(payload["options"])):
            yield {"options": [place for place, tick in enumerate(ticks) if tick]}
    else:
        for place in range(len(payload["options"])):
            yield {"option": place}


CHOSEN = [
    text
    for kind in ("choice", "bug", "multi", "truefalse", "output")
    for text in SAMPLES[kind]
    if kind != "output" or "- [x]" in text
]


@pytest.mark.parametrize("text", CHOSEN)
def test_the_chance_to_pass_by_guessing_is_the_share_of_answers_that_pass(text: str) -> None:
    one = asked(text)
    passed = [asking.mark(one.spec, one.presented, answer).passed for answer in _every_answer(one)]
    assert asking.guess_rate(one.spec) == pytest.approx(sum(passed) / len(passed))
