"""A whole study day, as a person has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from nnprep.tests.browser.chrome import DESKTOP, PHONE, wait_until
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
    # Ten of 40 seconds and 15 of reading, half of them asked twice, fit in.
    learner.hands.write("Minutes a day", "14")
    learner.hands.press("Begin")
    learner.page.wait_for_url("**/review/")
    learner.arrive(FORM)


def study(learner: Learner, *, check: Check) -> Counter[str]:
    """Answer to the end of the day, WRONG_FIRST first wrongly; how often each kind was asked."""
    asked: Counter[str] = Counter()
    for kind in learner.questions():
        if asked and not learner.loaded:
            check()
        asked[kind] += 1
        learner.answer(right=asked[kind] > 1 or kind not in WRONG_FIRST)
        check()
    return asked


def whole_day(learner: Learner, *, check: Check = lambda: None) -> None:
    """Sign up, study all kinds, take the last answer back, answer it again."""
    begin(learner)
    asked = study(learner, check=check)
    assert len(asked) == 10
    learner.hands.press("Study ten minutes more")
    learner.arrive(FORM)
    asked += study(learner, check=check)
    assert asked == {kind: 2 if kind in WRONG_FIRST else 1 for kind in KNOWN}
    assert f"{len(KNOWN)} questions answered in" in learner.page.locator("main > .lead").inner_text()

    learner.hands.press("Take the last answer back")
    learner.arrive(FORM)
    assert f"{len(KNOWN) - 1} of {len(KNOWN)} done today" in learner.page.locator(".progress").inner_text()
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
        typed = learner.page.locator(f"{FORM} input[type=text], {FORM} textarea")
        asking = typed.count() > 0
        heading = learner.page.locator("#feedback .verdict, #answer-form h1.prompt")
        (typed.first if asking else heading).and_(learner.page.locator(":focus")).wait_for()

    whole_day(learner, check=check)


IN_SIGHT = """(verdict) => {
  const { top, bottom } = verdict.getBoundingClientRect();
  const bar = document.querySelector("#feedback .answer-bar").getBoundingClientRect();
  return { top, bottom, lower: Math.min(bar.top, window.innerHeight) };
}"""


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_verdict_says_what_counts_and_when_it_comes_back_without_scrolling(
    opened: Opened, script: bool
) -> None:
    learner, _ = opened(**PHONE, java_script_enabled=script)
    learner.join()
    learner.go("/review/")
    seen: Counter[str] = Counter()
    for kind in learner.questions():
        seen[kind] += 1
        learner.answer(right=seen[kind] > 1)
        verdict = learner.page.locator("#verdict")
        assert " · back " in verdict.inner_text()
        # The first and the last line of the verdict stand in the window, above the bar.
        where = verdict.evaluate(IN_SIGHT)
        assert 0 <= where["top"] < where["bottom"] <= where["lower"], f"{kind}: {where}"
    assert seen.keys() == KNOWN.keys()


def focus_the_prompt(learner: Learner) -> None:
    """Takes the focus from the field of a question that is answered by typing, once the page has put it there."""
    wait_until(learner.page, "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    learner.page.locator("h1.prompt").focus()


def test_the_keys_act_on_a_question_within_the_session(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/review/")
    keys, page = learner.page.keyboard, learner.page
    first = learner.prompt
    learner.hands.press("I don’t know")
    learner.arrive("#feedback")
    keys.press("?")
    listed = page.get_by_role("dialog", name="Keyboard")
    listed.wait_for()
    for says in (
        "Write or change the note",
        "Do not ask it again, or ask it again",
        "Open the question’s page",
        "Report",
    ):
        assert says in listed.inner_text()
    keys.press("Escape")
    keys.press("n")
    note = page.get_by_label("Note to self", exact=True)
    note.and_(page.locator(":focus")).wait_for()
    keys.type("Mind the root.")
    learner.hands.press("Save the note")
    page.locator(".notice", has_text="Your note is kept.").wait_for()
    assert page.locator("#verdict").count()
    keys.press("x")
    page.locator(".notice", has_text="Suspended: you are not asked it").wait_for()
    assert learner.prompt != first
    focus_the_prompt(learner)
    # From the question the answer before it can be taken back, here one to a question that is not asked any more.
    keys.press("u")
    page.locator(".notice", has_text="Your answer was taken back: it no longer counts.").wait_for()
    focus_the_prompt(learner)
    keys.press("o")
    page.wait_for_url("**/bank/**")


def test_the_keys_answer_go_on_and_take_back(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/review/")
    keys = learner.page.keyboard
    first = learner.prompt

    # Where a question is answered by typing its field has the focus, and takes what is typed.
    learner.page.locator("h1.prompt").focus()
    keys.press("0")
    learner.arrive("#feedback")
    assert learner.correct == "false"
    keys.press("u")
    learner.arrive(FORM)
    assert learner.prompt == first

    learner.page.locator("h1.prompt").focus()
    keys.press("0")
    learner.arrive("#feedback")
    keys.press("Space")
    learner.arrive(FORM)
    assert learner.prompt != first

    learner.page.locator("h1.prompt").focus()
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
    assert "missed, to come back" in learner.page.locator(".day-said").inner_text()
    assert {f"http://{host}" for host in watch.hosts} == {whole_site.url}


def test_the_minutes_used_lead_to_the_summary_by_a_key(opened: Opened, site: Site) -> None:
    learner, watch = opened()
    learner.join(new_per_day=5)
    learner.go("/review/")
    learner.answer()
    learner.post(
        "/settings/",
        time_zone="Europe/London", rollover_hour="4", theme="auto",
        minutes_a_day="5", new_per_day="5", retention="90",
    )  # fmt: skip
    site.run("-m", "nnprep.tests.browser.used", learner.email)
    learner.next()
    said = "Today’s 5 minutes are used: stop here, or go on."
    assert said in learner.page.locator(".session-head").inner_text()
    assert watch.shift(learner.page) <= LARGEST_SHIFT
    learner.answer()
    assert said in learner.page.locator(".session-head").inner_text()
    learner.page.keyboard.press("s")
    learner.page.wait_for_url("**/review/summary/")
    assert said in learner.page.locator("main").inner_text()


def test_a_note_that_is_kept_is_said(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/review/")
    learner.answer()
    learner.page.keyboard.press("n")
    learner.page.locator("#note-here textarea:focus").wait_for()
    learner.page.keyboard.type("Mind this")
    learner.hands.press("Save the note")
    learner.page.locator("#announcer", has_text="Your note is kept.").wait_for(state="attached")
    assert "Mind this" in learner.page.locator(".own-note").inner_text()
    learner.page.locator("#note-link", has_text="Change the note").wait_for()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_verdict_of_the_trial_stands_where_that_of_a_session_does(
    opened: Opened, screen: dict[str, Any]
) -> None:
    learner, _ = opened(**screen)
    gaps = []
    for path in ("/try/", "/review/"):
        if path == "/review/":
            learner.join()
        learner.go(path)
        learner.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        learner.hands.press("I don’t know")
        learner.arrive("#feedback")
        top, below = learner.page.evaluate(
            """() => {
              const [head, verdict] = [".session-head", "#verdict"].map(
                (part) => document.querySelector(part).getBoundingClientRect());
              return [head.top, verdict.top - head.bottom];
            }"""
        )
        assert top >= 0, "the progress is out of sight"
        gaps.append(round(below))
    assert gaps[0] == gaps[1]
