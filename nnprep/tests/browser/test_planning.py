"""The plan and the placement round, by keys alone and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from nnprep.tests.browser.hands import FORM, Keyboard
from nnprep.tests.browser.learner import Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.watching import LARGEST_SHIFT, Watch

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]
Contexts = Callable[..., "tuple[BrowserContext, Watch]"]
DATE = "Your interview is on"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["keyboard", "no scripts"])


def choose_day(learner: Learner, days: int) -> None:
    """Enter the day; by keyboard digit by digit, month first, as Chromium's field takes it here."""
    # From the study day on, which begins at four.
    day = (datetime.now(UTC) - timedelta(hours=4)).date() + timedelta(days=days)
    field = learner.page.get_by_label(DATE)
    if isinstance(learner.hands, Keyboard):
        learner.hands.tab_to(field)
        learner.page.keyboard.type(f"{day:%m%d%Y}")
    else:
        field.fill(day.isoformat())
    assert field.input_value() == day.isoformat()


def tick(learner: Learner, label: str) -> None:
    """Open the topics and tick one, under “Topics you know already”."""
    page = learner.page
    fold = page.locator("main summary", has_text="Topics")
    box = page.get_by_role("group", name="Topics you know already").get_by_label(label)
    if isinstance(learner.hands, Keyboard):
        learner.hands.tab_to(fold)
        page.keyboard.press("Enter")
        learner.hands.tab_to(box)
        page.keyboard.press("Space")
    else:
        fold.click()
        box.check()
    assert box.is_checked()


@SCRIPTS
def test_a_plan_is_looked_at_then_taken_and_leads_today(opened: Opened, scripts: bool) -> None:
    learner, watch = opened(java_script_enabled=scripts)
    page = learner.page
    learner.join()
    if scripts:
        learner.hands = Keyboard(page)
    learner.go("/plan/")
    choose_day(learner, 12)
    learner.hands.write("Minutes a day", "25")
    tick(learner, "One question of each kind")
    learner.hands.press("Show what it promises")
    page.locator("#tried").wait_for()
    # What was entered is still there, and nothing has been taken.
    assert page.get_by_label("Minutes a day").input_value() == "25"
    assert page.get_by_role("heading", name="By topic").count() == 0
    learner.hands.press("Take this plan")
    page.locator(".notice", has_text="This is your plan now.").wait_for()
    page.get_by_text("Your plan: 25 minutes a day").wait_for()
    table = page.locator("main summary", has_text="The same as a table")
    if scripts:
        learner.hands.tab_to(table)  # type: ignore[attr-defined]  # it is the keyboard
        page.keyboard.press("Enter")
        assert watch.shift(page) <= LARGEST_SHIFT
    else:
        table.click()
    page.get_by_role("columnheader", name="With nothing more").first.wait_for()
    page.set_viewport_size({"width": 320, "height": 844})
    assert page.evaluate(FITS), "the open table widens the page"
    learner.go("/today/")
    page.get_by_role("heading", level=1, name="12 days to your interview").wait_for()
    begin = page.get_by_role("link", name="Begin", exact=True)
    box = begin.bounding_box()
    picture = page.locator("main svg.curve").bounding_box()
    assert box
    assert picture
    assert box["y"] + box["height"] <= page.viewport_size["height"]  # type: ignore[index]  # it has one
    learner.hands.follow("Begin")
    page.wait_for_url("**/review/")


@SCRIPTS
def test_the_placement_round_is_begun_left_and_gone_on_with(
    contexts: Contexts, whole_site: Site, scripts: bool
) -> None:
    context, _ = contexts(java_script_enabled=scripts)
    learner = Learner(context.new_page(), whole_site.url)
    page = learner.page
    learner.join()
    if scripts:
        learner.hands = Keyboard(page)
    learner.go("/today/")
    learner.hands.press("Begin with a placement round")
    page.wait_for_url("**/review/")
    topics = []
    for _ in range(3):
        learner.arrive(FORM)
        topics.append(page.locator(".session-head > p").first.inner_text())
        learner.hands.press("I don’t know")
        learner.arrive("#feedback")
        learner.hands.follow("Next question")
        learner.arrive(FORM)
    assert len(set(topics)) == 3, "a topic was asked twice"
    learner.go("/today/")
    learner.hands.press("Continue the placement round")
    page.wait_for_url("**/review/")
    learner.arrive(FORM)
    assert "Placement: 3 of " in page.locator(".placement-head").inner_text()
    learner.hands.press("Skip the round")
    page.wait_for_url("**/review/")
    page.locator(".placement-head").wait_for(state="detached")
    learner.arrive(FORM)
