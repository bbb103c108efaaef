"""Searching while one types, practising, and questions that are hard to set on a small screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nnprep.tests.browser.chrome import PHONE
from nnprep.tests.browser.hands import FORM
from nnprep.tests.browser.learner import Learner
from nnprep.tests.browser.sites import Site, site_with
from nnprep.tests.browser.test_pages import TOO_SMALL, TOO_WIDE
from nnprep.tests.browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]

HARD = Path(__file__).with_name("hard_to_set.md")
# What is wider than its box and cannot be scrolled to.
CUT = """() => [...document.querySelectorAll("main *")]
  .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, math *, select, svg"))
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
  .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX))
  .map((element) => `${element.scrollWidth} in ${element.clientWidth} px: ${element.outerHTML.slice(0, 120)}`)"""


@pytest.fixture(scope="module")
def hard_site(chrome: Browser) -> Iterator[Site]:
    """A site whose bank is hard_to_set.md: each kind with long code, a wide table and mathematics."""
    with site_with([HARD]) as running:
        yield running


def test_nothing_hard_to_set_overflows_or_is_cut_on_a_phone(
    contexts: Callable[..., tuple[Any, Watch]], hard_site: Site
) -> None:
    context, _ = contexts(**PHONE)
    learner = Learner(context.new_page(), hard_site.url)
    learner.join()
    page = learner.page
    learner.go("/bank/hard-to-set/")
    addresses = [link.get_attribute("href") for link in page.locator(".questions a").all()]
    assert len(addresses) == 12
    faults: list[str] = []

    def look(name: str) -> None:
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 844})
            faults.extend(f"{name} at {width}: {fault}" for fault in page.evaluate(TOO_WIDE))
            faults.extend(f"{name} at {width}: cut, {fault}" for fault in page.evaluate(CUT))
        faults.extend(f"{name}: too small, {fault}" for fault in page.evaluate(TOO_SMALL))

    look("the list")
    for address in addresses:
        learner.go(f"{address}?answer=shown")
        look(f"{address} with its answer")
        learner.go(str(address))
        look(learner.kind)
        learner.hands.press("I don’t know")
        learner.arrive("#feedback")
        look(f"the feedback of {learner.prompt}")
    assert not faults, "\n".join(faults)


def test_the_list_follows_what_is_typed_and_the_address_follows_the_list(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/bank/")
    page = learner.page
    page.get_by_label("Words").press_sequentially("batch norm")
    page.get_by_role("link", name="What does batch normalisation do to a channel?").wait_for()
    page.wait_for_url("**/bank/?q=batch+norm")
    assert page.get_by_label("Words").input_value() == "batch norm"
    assert "question" in page.locator("#announcer").inner_text()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Kind").select_option(label="Multiple choice")
    page.wait_for_url("**/bank/?q=batch+norm&kind=multi")
    page.get_by_role("heading", name="Multiple choice").wait_for()
    page.reload()
    assert page.get_by_label("Kind").locator("option:checked").text_content() == "Multiple choice"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_topic_is_searched_and_practised_and_the_day_stays_as_it_was(opened: Opened, scripts: bool) -> None:
    learner, _ = opened(java_script_enabled=scripts)
    learner.join()
    learner.go("/today/")
    before = learner.page.locator(".day-left").inner_text()
    learner.go("/bank/every-kind/")
    learner.hands.write("Words", "loss")
    learner.hands.press("Search")
    learner.page.wait_for_url("**/bank/every-kind/?q=loss**")
    practise = learner.page.get_by_role("button", name="Practise these")
    many = int(practise.inner_text().split()[-1])
    assert 1 < many < 12
    practise.click()
    learner.page.locator(FORM).wait_for()
    for left in range(many, 0, -1):
        learner.hands.press("I don’t know")
        learner.arrive("#feedback")
        learner.hands.follow("Next question" if left > 1 else "Finish")
        learner.arrive(FORM if left > 1 else "h1:has-text('Practice done')")
    assert f"Practise the {many} missed again" in learner.page.locator("main").inner_text()
    learner.go("/today/")
    assert learner.page.locator(".day-left").inner_text() == before


def test_a_question_is_answered_on_its_own_page(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/bank/every-kind/")
    learner.page.locator(".questions a").first.click()
    learner.page.locator(FORM).wait_for()
    address = learner.page.url
    learner.enter()
    learner.hands.press("Sure")
    learner.arrive("#feedback")
    assert learner.correct == "true"
    learner.hands.follow("Back to the question")
    learner.page.wait_for_url(address)
    assert "Practice" in learner.page.locator(".history").inner_text()
