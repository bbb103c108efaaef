"""Questions of one kind, opened in a browser and answered there."""

from __future__ import annotations

from collections.abc import Callable

from nnprep.tests.browser.hands import FORM
from nnprep.tests.browser.learner import Learner
from nnprep.tests.browser.watching import Watch
from quizzes.bank import asking

Opened = Callable[..., tuple[Learner, Watch]]

KINDS = {label: kind for kind, label in asking.kinds().items()}
# How much of each can be seen: of the window less the bar that stands over its lower edge.
IN_SIGHT = """(selectors) => {
  const bar = document.querySelector(".answer-bar").getBoundingClientRect();
  return selectors.filter((selector) => {
    const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
    return top < 0 || bottom > Math.min(bar.top, innerHeight);
  });
}"""


def to(learner: Learner, kind: str) -> None:
    """Open the question of that kind on its own page, answered there as anywhere."""
    learner.go("/bank/every-kind/?kind=" + KINDS[kind])
    learner.page.locator(".questions a").first.click()
    learner.page.wait_for_url("**/bank/every-kind/*-*/")
    learner.page.locator(FORM).wait_for()
    assert learner.kind == kind


def practise(learner: Learner, kind: str) -> None:
    """Have the question of that kind asked as in a session."""
    learner.go("/bank/every-kind/?kind=" + KINDS[kind])
    learner.page.get_by_role("button", name="Practise it").click()
    learner.page.wait_for_url("**/practice/**")
    learner.page.locator(FORM).wait_for()
