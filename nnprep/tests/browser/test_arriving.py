"""A newcomer follows the link to a class: from the login to the work on Today."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nnprep.tests.browser.hands import Keyboard, Mouse
from nnprep.tests.browser.learner import PASSWORD, Learner
from nnprep.tests.browser.sites import Site
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
    learner.hands.write("Email", learner.email)
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
