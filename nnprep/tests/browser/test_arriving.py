"""A newcomer follows the link to a class: from the login to the work on Today."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from nnprep.tests.browser.chrome import PHONE
from nnprep.tests.browser.hands import Keyboard, Mouse
from nnprep.tests.browser.learner import PASSWORD, Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.test_pages import AXE, NARROW_RULES, TAGS, TOO_SMALL, TOO_WIDE
from nnprep.tests.browser.watching import LARGEST_SHIFT, Watch

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]


@pytest.fixture(scope="module")
def places(site: Site) -> dict[str, str]:
    """A class in Berlin: the link its teacher hands out, and when its work is due."""
    teacher, learner = (f"{uuid.uuid4().hex[:12]}@example.org" for _ in range(2))
    made: dict[str, str] = json.loads(site.run("-m", "nnprep.tests.browser.classes", teacher, learner))
    return made


@pytest.mark.parametrize("hands", [Mouse, Keyboard])
@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_newcomer_is_in_the_class_with_dates_by_their_own_clock(
    opened: Opened, places: dict[str, str], hands: type[Mouse | Keyboard], scripts: bool
) -> None:
    learner, watch = opened(timezone_id="Europe/Berlin", java_script_enabled=scripts)
    page, learner.hands = learner.page, hands(learner.page)
    learner.go(places["link"])
    page.get_by_role("heading", name="You are joining Deep learning").wait_for()
    assert "Taught by" in page.locator("main .lead").inner_text()
    learner.hands.follow("Create an account")
    page.get_by_role("heading", name="Create your account").wait_for()
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    learner.hands.press("Create account")
    page.get_by_role("heading", name="Welcome").wait_for()
    assert "You are joining Deep learning" in page.locator("main").inner_text()
    zone = learner.hands.field("Time zone")
    if not scripts:
        learner.hands.pair("Time zone", "Europe/Berlin")
    assert zone.input_value() == "Europe/Berlin"
    learner.hands.press("Begin")
    page.get_by_role("heading", name="What those who teach see of you").wait_for()
    learner.hands.press("Join Deep learning")
    page.get_by_role("heading", name="Deep learning", exact=True).wait_for()
    if scripts:
        assert watch.shift(page) <= LARGEST_SHIFT
    learner.hands.follow("Today")
    page.wait_for_url("**/today/")
    assigned = page.get_by_role("region", name="Assigned").inner_text()
    assert "By tomorrow" in assigned
    due = datetime.fromisoformat(places["due"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{due:%H:%M} (Europe/Berlin)" in assigned
    # To someone in another zone a date is said twice: by their clock and by that of the class.
    assert "for you" not in assigned


def pages_on_the_way(learner: Learner, link: str) -> Iterator[str]:
    """The pages between the link and the class, and those of a change of the address."""
    learner.go(link)
    yield "login to a class"
    learner.hands.follow("Create an account")
    learner.page.wait_for_url("**/signup/**")
    yield "sign-up to a class"
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    learner.hands.press("Create account")
    learner.page.wait_for_url("**/welcome/**")
    yield "welcome to a class"
    learner.go("/accounts/email/")
    learner.hands.write("E-mail", f"new-{learner.email}")
    learner.hands.press("Change address")
    learner.page.get_by_role("heading", name="Confirm that it is you").wait_for()
    yield "the password once more"
    learner.go("/accounts/email/restore/forged/")
    yield "a way back that is no longer good"


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_the_pages_on_the_way_are_for_everyone(
    opened: Opened, places: dict[str, str], screen: dict[str, object]
) -> None:
    learner, watch = opened(timezone_id="Europe/Berlin", **screen)
    watch.expected |= {410}
    axe = (
        resources.files(pytest.importorskip("axe_playwright_python"))
        .joinpath("axe.min.js")
        .read_text("utf-8")
    )
    page, faults = learner.page, []
    for name in pages_on_the_way(learner, places["link"]):
        page.evaluate(axe)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            rules = [*TAGS] if scheme == "light" else ["color-contrast"]
            faults += [f"{name}, {scheme}: {fault}" for fault in page.evaluate(AXE, {"runOnly": rules})]
        if screen:
            faults += [f"{name}: {fault}" for fault in page.evaluate(AXE, {"runOnly": NARROW_RULES})]
            faults += [f"{name}: too small, {fault}" for fault in page.evaluate(TOO_SMALL)]
            faults += [f"{name}: too wide, {fault}" for fault in page.evaluate(TOO_WIDE)]
        elif watch.shift(page) > LARGEST_SHIFT:
            faults.append(f"{name}: the page moved by {watch.shift(page):.3f}")
    assert not faults, "\n".join(faults)
