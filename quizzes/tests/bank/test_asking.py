"""What rooms above the bank ask of all kinds at once: their names, what surrounds a question, what is offered."""

from __future__ import annotations

from quizzes.bank import asking
from quizzes.bank.kinds import KINDS
from quizzes.bank.shapes import SCHEMA, SCHEMA_KEY
from quizzes.tests.bank.kinds.packs import asked, right_form, spec_of

WHOLE = """
## Which of them adapts its steps? {#q sources="A book; A paper"}

Think of {{=n}} denominators.

Params: n = {2}

- [x] Adam
- [ ] SGD

### Hint

It divides {{=n}} times.

### Say it

Adam divides by {{=n}} roots.

### Common mistakes

- Saying {{=n}} times momentum.

### Follow-ups

- What do {{=n}} more add?
"""


def test_kinds_are_listed_by_what_learners_call_them() -> None:
    labels = list(asking.kinds().values())
    assert labels == sorted(labels)
    assert asking.kinds()["choice"] == asking.label("choice") in labels


def test_a_kind_that_is_gone_is_called_by_its_own_name() -> None:
    assert asking.label("riddle") == "riddle"


def test_every_option_is_offered_with_the_verdict_on_it() -> None:
    spec = spec_of("## Which one? {#q}\n\n- [x] Adam\n- [ ] SGD\n- [ ] Momentum\n")
    offered = [("Adam", "right"), ("Momentum", "not right"), ("SGD", "not right")]
    assert sorted(asking.offered(spec)) == offered


def test_options_are_not_offered_where_their_numbers_are_drawn_anew() -> None:
    drawn = "## How many? {#q}\n\nParams: n = {1, 2}\n\n- [x] {{=n}}\n- [ ] {{=n + 2}}\n"
    assert asking.offered(spec_of(drawn)) == []


def test_what_is_typed_offers_no_options() -> None:
    assert asking.offered(spec_of("## How many? {#q}\n\nAnswer: 4\n")) == []


def test_what_is_presented_tells_how_it_was_drawn_and_in_which_schema_it_is() -> None:
    presented = asking.present(spec_of(WHOLE), seed="one")
    assert presented["seed"] == "one"
    assert presented["values"] == {"n": 2}
    assert presented[SCHEMA_KEY] == SCHEMA


def test_a_question_that_only_works_something_out_shows_its_value() -> None:
    spec = {
        **spec_of("## How many? {#q}\n\nAnswer: 6\n"),
        "prompt": "Is it {{=m}}?",
        "lets": [["m", "2 * 3"]],
    }
    assert asking.present(spec, seed="one")["values"] == {"m": 6}
    assert asking.prompt(spec) == "Is it 6?"


def test_a_question_is_asked_under_its_label_with_its_texts_filled_in_and_on_paper_too() -> None:
    one = asked(WHOLE)
    context = asking.ask(one.spec, one.presented)
    assert (context["kind"], context["label"]) == ("choice", asking.label("choice"))
    assert (context["stem"], context["hint"]) == ("Think of 2 denominators.", "It divides 2 times.")
    assert context["ask_template"].startswith("quizzes/bank/kinds/choice/")
    assert context["paper_template"] == KINDS["choice"].paper


def test_feedback_brings_all_that_the_author_says_about_the_question() -> None:
    one = asked(WHOLE)
    response = one.response(right_form(one))
    context = asking.feedback(one.spec, one.presented, response, one.marks(right_form(one)))
    assert (context["kind"], context["label"]) == ("choice", asking.label("choice"))
    assert context["explanation"] == "Because it is so."
    assert context["say_it"] == "Adam divides by 2 roots."
    assert context["mistakes"] == ["Saying 2 times momentum."]
    assert context["follow_ups"] == ["What do 2 more add?"]
    assert context["sources"] == ["A book", "A paper"]


def test_the_model_answer_is_shown_with_its_values() -> None:
    one = asked(
        "## Why? {#q}\n\nParams: n = {2}\n\n### Key points\n\n- It is so\n\n### Answer\n\nBy {{=n}} ways.\n"
    )
    form = {"stage": ["tick"], "text": ["So."], "point": ["0"]}
    context = asking.feedback(one.spec, one.presented, one.response(form), one.marks(form))
    assert context["model_answer"] == "By 2 ways."


def test_visitors_try_every_kind_that_has_a_place_in_the_trial_in_its_order() -> None:
    places = {name: kind.trial for name, kind in KINDS.items() if kind.trial is not None}
    assert list(asking.kinds_to_try()) == sorted(places, key=lambda name: places[name])
    assert places
