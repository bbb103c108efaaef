"""The pages about a class's results, full: for everyone, on every screen."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from nnprep.tests.browser.chrome import PHONE
from nnprep.tests.browser.learner import Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.test_pages import AXE, TAGS, TOO_SMALL, TOO_WIDE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(whole_site: Site) -> dict[str, dict[str, str]]:
    """The pages by name, by the address of whoever looks at them: the teacher, then a learner."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    found: dict[str, dict[str, str]] = json.loads(whole_site.run("-m", "nnprep.tests.browser.results", email))
    return found


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "phone"])
def test_no_page_of_results_breaks_a_rule_of_accessibility(
    contexts: Callable[..., Any], whole_site: Site, shown: dict[str, dict[str, str]], wide: bool
) -> None:
    axe = (
        resources.files(pytest.importorskip("axe_playwright_python"))
        .joinpath("axe.min.js")
        .read_text("utf-8")
    )
    context, _ = contexts() if wide else contexts(**PHONE)
    person = Learner(context.new_page(), whole_site.url)
    page, faults = person.page, []
    for email, (name, path) in ((email, page) for email, pages in shown.items() for page in pages.items()):
        if email != person.email:
            context.clear_cookies()
            person.sign_in(email)
        person.go(path)
        for summary in page.locator("main summary").all()[:3]:
            summary.click()
        page.evaluate(axe)
        page.emulate_media(color_scheme="light")
        faults += [f"{name}: {fault}" for fault in page.evaluate(AXE, {"runOnly": TAGS})]
        page.emulate_media(color_scheme="dark")
        faults += [f"{name}, dark: {fault}" for fault in page.evaluate(AXE, {"runOnly": ["color-contrast"]})]
        faults += [f"{name}: {fault}" for fault in page.evaluate(TOO_WIDE)]
        if not wide:
            faults += [f"{name}: {fault}" for fault in page.evaluate(TOO_SMALL)]
    assert faults == []
