"""A real browser, real sites, and a watch over every page that is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from nnprep.tests.browser.chrome import DESKTOP, FLAGS
from nnprep.tests.browser.learner import PACK, Learner
from nnprep.tests.browser.sites import Site, site_up, site_with
from nnprep.tests.browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


# Scoped to this package: Playwright's event loop must not run under other tests of the same process.
@pytest.fixture(scope="package")
def chrome(chromium: str) -> Iterator[Browser]:
    """The browser, started once."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(chrome: Browser) -> Iterator[Site]:
    """A site whose bank is every_kind.md."""
    with site_with([PACK]) as running:
        yield running


@pytest.fixture(scope="package")
def whole_site(chrome: Browser) -> Iterator[Site]:
    """The site with its built-in bank, as `make run` brings it up."""
    with site_up() as running:
        yield running


@pytest.fixture
def contexts(chrome: Browser) -> Iterator[Callable[..., tuple[BrowserContext, Watch]]]:
    """Make browser contexts that share nothing; at the end no page of theirs may have done what nobody asked for."""
    made: list[tuple[BrowserContext, Watch]] = []

    def make(**options: Any) -> tuple[BrowserContext, Watch]:
        context = chrome.new_context(
            **{"locale": "en-GB", "timezone_id": "America/New_York", **DESKTOP, **options}
        )
        context.set_default_timeout(10_000)
        made.append((context, Watch(context)))
        return made[-1]

    yield make
    for context, _ in made:
        context.close()
    assert not (faults := [fault for _, watch in made for fault in watch.faults]), faults


@pytest.fixture
def opened(
    contexts: Callable[..., tuple[BrowserContext, Watch]], site: Site
) -> Iterator[Callable[..., tuple[Learner, Watch]]]:
    """Give a new learner a browser of their own on the small site."""
    watches = []

    def let_rest(email: str) -> None:
        site.run("-m", "nnprep.tests.browser.rested", email)

    def open_for(**options: Any) -> tuple[Learner, Watch]:
        context, watch = contexts(**options)
        watches.append(watch)
        return Learner(context.new_page(), site.url, let_rest), watch

    yield open_for
    for watch in watches:
        assert {f"http://{host}" for host in watch.hosts} <= {site.url}, watch.hosts
