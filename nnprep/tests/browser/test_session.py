"""A whole study day, as a person has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from nnprep.tests.browser.chrome import DESKTOP, PHONE
from nnprep.tests.browser.hands import FORM, Keyboard
from nnprep.tests.browser.learner import KNOWN, Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.watching import LARGEST_SHIFT, Watch

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]
# Called wherever one question, or its feedback, has taken the place of the other.
Check = Callable[[], None]

# Answered wrongly the first time they are asked.
WRONG_FIRST = {"Single choice", "Multiple choice", "Put in order", "Number", "Free recall"}


def begin(learner: Learner) -> None:
    """From nothing to the first question."""
    learner.sign_up()
    learner.hands.write("Minutes a day", "30")
    learner.hands.press("Begin")
    learner.page.wait_for_url("**/today/")
    assert "10 questions for today" in learner.page.locator(".lead").inner_text()
    learner.hands.follow("Begin")
    learner.arrive(FORM)


def study(learner: Learner, *, check: Check) -> Counter[str]:
    """Answer to the end of the day, WRONG_FIRST first wrongly; how often each kind was asked."""
    asked: Counter[str] = Counter()
    for kind in learner.questions():
        if asked:
            check()
        asked[kind] += 1
        learner.answer(right=asked[kind] > 1 or kind not in WRONG_FIRST)
        check()
    return asked


def whole_day(learner: Learner, *, check: Check = lambda: None) -> None:
    """Sign up, study all twelve kinds, take the last answer back, answer it again."""
    begin(learner)
    asked = study(learner, check=check)
    assert len(asked) == 10
    learner.hands.press("Study more: 2 new")
    learner.arrive(FORM)
    asked += study(learner, check=check)
    assert asked == {kind: 2 if kind in WRONG_FIRST else 1 for kind in KNOWN}
    answered = learner.page.locator(".stat", has_text="questions answered")
    assert answered.locator("dd").inner_text() == "12"

    learner.hands.press("Take the last answer back")
    learner.arrive(FORM)
    assert "11 of 12 done today" in learner.page.locator(".progress").inner_text()
    learner.answer()
    assert not learner.next()


# Without Chromium's emulation of a mobile, under which it reports no shift.
@pytest.mark.parametrize("screen", [DESKTOP, {"viewport": PHONE["viewport"], "has_touch": True}])
def test_a_day_by_pointing_moves_nothing_by_itself(opened: Opened, screen: dict[str, Any]) -> None:
    learner, watch = opened(**screen)
    headers = "() => document.querySelector('.session-head').getBoundingClientRect().top"
    tops = set()

    def check() -> None:
        assert watch.shift(learner.page) <= LARGEST_SHIFT, learner.prompt
        tops.add(learner.page.evaluate(headers) + learner.page.evaluate("scrollY"))

    whole_day(learner, check=check)
    assert len(tops) == 1, "the head of the session moved when the question was exchanged"


def test_a_day_without_javascript(opened: Opened) -> None:
    learner, _ = opened(java_script_enabled=False)
    whole_day(learner)


def test_a_day_by_keyboard_alone(opened: Opened) -> None:
    learner, _ = opened()
    learner.hands = Keyboard(learner.page)

    def check() -> None:
        heading = learner.page.locator("#feedback .verdict, #answer-form h1.prompt")
        heading.and_(learner.page.locator(":focus")).wait_for()

    whole_day(learner, check=check)


def test_the_keys_answer_go_on_and_take_back(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/review/")
    keys = learner.page.keyboard
    first = learner.prompt

    keys.press("0")
    learner.arrive("#feedback")
    assert learner.correct == "false"
    keys.press("u")
    learner.arrive(FORM)
    assert learner.prompt == first

    keys.press("0")
    learner.arrive("#feedback")
    keys.press("Space")
    learner.arrive(FORM)
    assert learner.prompt != first

    keys.press("?")
    dialog = learner.page.get_by_role("dialog", name="Keyboard")
    dialog.wait_for()
    assert "I don’t know" in dialog.inner_text()
    keys.press("Escape")
    dialog.wait_for(state="hidden")


def test_a_new_learner_is_met_in_the_time_zone_of_their_browser(opened: Opened) -> None:
    learner, _ = opened(timezone_id="Asia/Tokyo")
    learner.sign_up()
    assert learner.hands.field("Time zone").input_value() == "Asia/Tokyo"


def test_the_site_as_it_is_run_asks_and_answers(
    contexts: Callable[..., tuple[Any, Watch]], whole_site: Site
) -> None:
    context, watch = contexts()
    learner = Learner(context.new_page(), whole_site.url)
    begin(learner)
    done = 0
    while done < 3:
        learner.hands.press("I don’t know")
        learner.arrive("#feedback")
        assert learner.correct == "false"
        assert learner.next()
        done += 1
    learner.hands.follow("nnprep")
    learner.page.wait_for_url("**/today/")
    assert "missed, to come back" in learner.page.locator(".stats").inner_text()
    assert {f"http://{host}" for host in watch.hosts} == {whole_site.url}
