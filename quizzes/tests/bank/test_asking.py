"""What rooms above the bank ask of all kinds at once: their names, and the options of which one is chosen."""

from __future__ import annotations

from quizzes.bank import asking
from quizzes.tests.bank.kinds.packs import spec_of


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
