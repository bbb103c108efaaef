"""Every page in every state: for everyone, on every screen, and without a jump."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from importlib import resources
from itertools import chain
from typing import Any

import pytest

from nnprep.tests.addresses import SITE, name_of
from nnprep.tests.browser import pages
from nnprep.tests.browser.chrome import PHONE
from nnprep.tests.browser.learner import Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.watching import LARGEST_SHIFT, Watch

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What may break only where there is little room.
NARROW_RULES = ["scrollable-region-focusable", "target-size"]
AXE = """async (options) => {
  // At the end of the page the bar that sticks to the lower edge covers nothing.
  scrollTo(0, document.documentElement.scrollHeight);
  // No colour is measured on its way to another. What moves by scrolling never ends, nor what a closed fold holds.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.all(document.getAnimations()
    .filter(({ timeline, effect }) => timeline === document.timeline && effect.target.checkVisibility())
    .map((animation) => animation.finished));
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`));
}"""
TOO_SMALL = """() => [...document.querySelectorAll(
    "main :is(button, .button, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio])),"
    + "main label:has(> input), .site-nav a, .site-header button, summary")]
  .filter((target) => target.checkVisibility({ visibilityProperty: true }) && !target.closest(".visually-hidden"))
  .filter((target) => target.getBoundingClientRect().height < 43.9)
  .map((target) => `${target.getBoundingClientRect().height} px: ${target.outerHTML.slice(0, 120)}`)"""
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  // The navigation is as wide as the page is made by others; what scrolls in its own box makes nothing wide.
  return [...document.querySelectorAll("body :not(.site-nav, .site-nav *, .table-wrap *)")]
    .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(0, 3).map((element) => `${root.scrollWidth} px: ${element.outerHTML.slice(0, 120)}`);
}"""

SCROLLED = """() => [...document.querySelectorAll(".table-wrap")]
  .filter((wrap) => wrap.scrollWidth > wrap.clientWidth)
  .map((wrap) => `${wrap.scrollWidth} px: ${wrap.outerHTML.slice(0, 120)}`)"""


@pytest.fixture(scope="module")
def axe() -> str:
    return (
        resources.files(pytest.importorskip("axe_playwright_python"))
        .joinpath("axe.min.js")
        .read_text("utf-8")
    )


def whole_walk(opened: Opened, site: Site, **options: Any) -> Iterator[tuple[str, Learner, Watch]]:
    """Every page of the walk, with the learner who stands before it."""
    anonymous, watch = opened(**options)
    for name in pages.outside(anonymous, watch):
        yield name, anonymous, watch
    learner, watch = opened(**options)
    watch.expected |= pages.PROVOKED
    learner.join()
    for name in chain(pages.before_the_first_day(learner), pages.day(learner)):
        yield name, learner, watch
    veteran, watch = opened(**options)
    watch.expected |= pages.PROVOKED
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    site.run("-m", "nnprep.tests.browser.history", email)
    veteran.sign_in(email)
    for name in pages.inside(veteran):
        yield name, veteran, watch


def test_no_page_breaks_a_rule_of_accessibility_in_light_or_dark(
    opened: Opened, site: Site, axe: str
) -> None:
    faults, seen = [], set()
    for name, learner, watch in whole_walk(opened, site):
        page = learner.page
        seen.add(name_of(page.url))
        page.evaluate(axe)
        page.emulate_media(color_scheme="light")
        faults += [f"{name}: {fault}" for fault in page.evaluate(AXE, {"runOnly": TAGS})]
        # The dark page is the same document in other colours.
        page.emulate_media(color_scheme="dark")
        faults += [f"{name}, dark: {fault}" for fault in page.evaluate(AXE, {"runOnly": ["color-contrast"]})]
        if watch.shift(page) > LARGEST_SHIFT:
            faults.append(f"{name}: the page moved by {watch.shift(page):.3f}")
    assert not faults, "\n".join(faults)
    assert seen - {""} == SITE, "the walk in pages.py and SITE in nnprep/tests/addresses.py name other pages"


def test_every_page_fits_a_phone_and_a_thumb(opened: Opened, site: Site, axe: str) -> None:
    faults = []
    for name, learner, _ in whole_walk(opened, site, **PHONE):
        page = learner.page
        page.evaluate(axe)
        faults += [f"{name}: {fault}" for fault in page.evaluate(AXE, {"runOnly": NARROW_RULES})]
        faults += [f"{name}: too small, {fault}" for fault in page.evaluate(TOO_SMALL)]
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 844})
            faults += [f"{name} at {width}: {fault}" for fault in page.evaluate(TOO_WIDE)]
        if name == "progress, tables open":
            faults += [f"{name}: scrolls sideways, {table}" for table in page.evaluate(SCROLLED)]
    assert not faults, "\n".join(faults)
