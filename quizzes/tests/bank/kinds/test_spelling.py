"""Comparing typed words, and the patterns packs may hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank.kinds.answers import (
    ALTERNATIVE_LIMIT,
    ALTERNATIVES_LIMIT,
    parse_slot,
    split_alternatives,
    with_reject,
)
from quizzes.bank.kinds.patterns import (
    MAX_PATTERNS,
    PROGRAMS_LIMIT,
    Pattern,
    any_matches,
    parse_pattern,
    size_of,
)
from quizzes.bank.kinds.spelling import compact, distance, fold, judge, slips_allowed
from quizzes.bank.kinds.words import clip, unmarked
from quizzes.markup.diagnostics import Report
from quizzes.markup.structure import Directive

WORDS = st.text(alphabet="abcde", max_size=8)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Drop-out", "dropout"),
        ("the dropout layer", "Dropout‑Layer"),
        ("Quantisation", "quantization"),
        ("normalised", "NORMALIZED"),
        ("analyse", "analyze"),
        ("ｆｕｌｌ", "full"),
        ("ﬁlter", "filter"),
        ("  an   encoder ", "encoder"),
        ("k–means", "k-means"),
        ("`detach`", "detach"),
        ("a", "A"),
    ],
)
def test_what_does_not_count_is_folded_away(one: str, other: str) -> None:
    assert compact(one) == compact(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-1", "1"),
        ("C++", "C"),
        ("A*", "A"),
        ("F1", "F2"),
        ("encoder", "decoder"),
        ("theory", "ory"),
        ("anchor", "chor"),
    ],
)
def test_what_counts_is_kept(one: str, other: str) -> None:
    assert compact(one) != compact(other)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text) or fold(fold(fold(text))) == fold(fold(text))


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("ca", "abc", 3),
        ("abcd", "abdc", 1),
        ("kalman", "kalmann", 1),
        ("kalman", "klaman", 1),
        ("", "abc", 3),
        ("abc", "abc", 0),
    ],
)
def test_the_distance_is_optimal_string_alignment(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 5) == slips


@given(WORDS, WORDS)
def test_the_distance_is_symmetric_and_bounded(one: str, other: str) -> None:
    found = distance(one, other, 8)
    assert found == distance(other, one, 8)
    assert (found == 0) == (one == other)
    assert abs(len(one) - len(other)) <= found <= max(len(one), len(other))


@given(WORDS, WORDS, st.integers(0, 4))
def test_a_limit_only_cuts_the_distance(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(distance(one, other, 8), limit + 1)


@given(st.text(alphabet="abcde", min_size=1, max_size=8), st.data())
def test_one_edit_is_one_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    edits = [
        word[:place] + word[place + 1 :],
        word[:place] + "x" + word[place:],
        word[:place] + "x" + word[place + 1 :],
    ]
    assert all(distance(word, edit, 2) == 1 for edit in edits)


def test_slips_grow_with_the_length() -> None:
    words = ("", "loss", "batch", "dropout12", "attention", "convolution")
    assert [slips_allowed(word) for word in words] == [0, 0, 1, 0, 1, 2]


@pytest.mark.parametrize(
    ("typed", "accepted", "slip"),
    [
        ("attention", True, False),
        ("atention", True, True),
        ("attnetion", True, True),
        ("tattention", False, False),
        ("atenton", False, False),
        ("attention2", False, False),
    ],
)
def test_one_slip_in_nine_letters_and_the_first_letter_agrees(typed: str, accepted: bool, slip: bool) -> None:
    verdict = judge(typed, ["attention"], [], [])
    assert (verdict.accepted, verdict.slip) == (accepted, slip)


def test_two_slips_in_ten_letters() -> None:
    assert judge("convoluton", ["convolution"], [], []).slip
    assert judge("convolton", ["convolution"], [], []).slip
    assert not judge("convolon", ["convolution"], [], []).accepted


def test_a_near_miss_wins_when_it_is_as_near_as_the_answer() -> None:
    aliases, rejects = ["precision"], [["precession", "prevision"]]
    assert judge("precision", aliases, [], rejects).accepted
    assert judge("precesion", aliases, [], rejects).reject == 0
    assert judge("precisoin", aliases, [], rejects).accepted


def test_the_nearest_of_several_near_misses_is_named() -> None:
    assert judge("layer norm", ["batch norm"], [], [["instance norm"], ["layer norm"]]).reject == 1


def test_a_pattern_accepts_unless_the_text_is_a_near_miss() -> None:
    pattern = Pattern("drop.*", fold=True)
    assert judge("Dropping", [], [pattern], [["dropconnect"]]).accepted
    assert judge("dropconnect", [], [pattern], [["DropConnect"]]).reject == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a | b", ["a", "b"]),
        ("/a|b/ | c", ["/a|b/", "c"]),
        ("/a|b/i", ["/a|b/i"]),
        (r"a \| b", ["a | b"]),
        ("a |", ["a", ""]),
        ("", [""]),
        ("and/or | km/h", ["and/or", "km/h"]),
        (r"/a\/b/ | x", [r"/a\/b/", "x"]),
        ("/ | //", ["/", "//"]),
    ],
)
def test_bars_divide_alternatives_but_not_patterns(text: str, parts: list[str]) -> None:
    assert split_alternatives(text) == parts


@pytest.mark.parametrize(
    "body",
    [
        "drop ?out( layer)?",
        "[-a-z]+ norm",
        "(translation|shift)?[ -]?equivarian(t|ce)",
        r"\d+",
        "(?:a|b)c",
        "a{2,4}",
        "[^]]+",
        "(a+)+b",
        "(a|aa)*b",
        "a*a*a*b",
        "(a?){20}a{99}b",
    ],
)
def test_plain_patterns_are_read(body: str) -> None:
    report = Report()
    assert parse_pattern(f"/{body}/i", report, line=1, column=1) == Pattern(body, fold=True)
    assert not report.diagnostics


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("/drop(out/", "K180"),
        ("/[/", "K180"),
        ("/a*/", "K180"),
        ("/a++b/", "K180"),
        (r"/(a)\1/", "K181"),
        ("/(?=a)a/", "K181"),
        ("/(?i)a/", "K181"),
        ("/a{1,9999}/", "K180"),
        ("/(a{99}){99}b/", "K180"),
        (r"/([^é]{1,9}){1,99}b/", "K182"),
        ("/(?P<n>a)(?P=n)/", "K181"),
        ("/(?<=a)b/", "K181"),
        ("/a/x", "K182"),
        ("/" + "a" * 121 + "/", "K182"),
    ],
)
def test_patterns_that_are_wrong_or_not_understood_are_refused(written: str, code: str) -> None:
    report = Report()
    assert parse_pattern(written, report, line=3, column=9) is None
    assert [(fault.code, fault.line, fault.column) for fault in report.errors] == [(code, 3, 9)]


def test_patterns_match_the_whole_text_with_or_without_case() -> None:
    assert any_matches([Pattern("drop ?out", fold=True)], "Drop Out")
    assert not any_matches([Pattern("drop ?out", fold=False)], "Drop Out")
    assert not any_matches([Pattern("drop", fold=True)], "dropout")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\w+", "naïve"),
        (r"[\w-]+", "mean-é"),
        (r"\W", "—"),
        (r"\d{2}", "٣٤"),
        (r"x{,3}y", "xxy"),
        (r"[{,2}]+", "{2,"),
        (r"a\Z", "a"),
        (r".\b.", "a-"),
        ("STRASSE|straße", "straße"),
        ("[]a]+", "]a"),
    ],
)
def test_patterns_mean_what_they_mean_in_python(body: str, text: str) -> None:
    assert re.fullmatch(body, text)
    assert any_matches([Pattern(body, fold=False)], text)
    assert not any_matches([Pattern(body, fold=False)], f"{text} and more")


def test_what_a_stored_pattern_costs_is_bounded_and_what_is_not_understood_fits_nothing() -> None:
    foreign: list[Pattern] = [
        Pattern(body, fold=False) for body in ("(?=a)a", r"(a)\1", "(", "a" * 500, "((a{99}){99}){99}")
    ]
    assert not any_matches(foreign, "a")
    assert size_of(foreign) == 0
    plain = Pattern("a", fold=False)
    assert any_matches([*foreign, plain], "a")
    assert any_matches([plain] * 300, "a")
    assert not any_matches([Pattern("b", fold=False)] * MAX_PATTERNS + [plain], "a")
    large = Pattern("((b?){10}){99}", fold=False)
    assert 1_000 < size_of([large]) < PROGRAMS_LIMIT < size_of([large] * 3)
    assert any_matches([large, plain], "a")
    assert not any_matches([large, large, large, plain], "a")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (" | ".join(f"/a{n}/" for n in range(MAX_PATTERNS + 1)), "K182"),
        (" | ".join(f"/{letter}((x?){{10}}){{99}}/" for letter in "abc"), "K182"),
        (" | ".join(f"a{n}" for n in range(ALTERNATIVES_LIMIT + 1)), "K183"),
        ("a" * (ALTERNATIVE_LIMIT + 1), "K183"),
    ],
)
def test_an_answer_with_more_than_can_be_compared_is_refused(line: str, code: str) -> None:
    report = Report()
    assert parse_slot(line, report, line=3, column=9) is None
    assert [(fault.code, fault.line, fault.column) for fault in report.errors] == [(code, 3, 9)]


def test_near_misses_are_counted_too() -> None:
    report = Report()
    slot = parse_slot("a", report, line=1, column=1)
    assert slot is not None
    for number in range(ALTERNATIVES_LIMIT):
        slot = with_reject(slot, Directive("Reject", "", f"b{number}", number + 2, 1), report)
    assert not report.errors
    with_reject(slot, Directive("Reject", "", "c | d", 300, 9), report)
    assert [(fault.code, fault.line) for fault in report.errors] == [("K183", 300)]


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("`a_b` and *c* and **d**", "a_b and c and d"),
        ("$x^2$ costs $5", "x^2 costs $5"),
        (r"2 \* 3 and snake_case_name", "2 * 3 and snake_case_name"),
        ("***both***", "both"),
        ("a * b * c", "a * b * c"),
        ("`` ` ``", "`"),
    ],
)
def test_markdown_is_told_in_plain_words(markdown: str, words: str) -> None:
    assert unmarked(markdown) == words


@given(st.text(max_size=300))
def test_clipped_texts_are_one_short_line(text: str) -> None:
    assert len(clip(text)) <= 200
    assert len(clip(text).splitlines()) <= 1
    unmarked(text)
