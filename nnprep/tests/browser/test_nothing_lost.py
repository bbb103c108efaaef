"""An answer of every kind outlives all that can happen to the tab, the line, the site and the login; it counts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from nnprep.tests.browser.hands import FORM, Mouse
from nnprep.tests.browser.learner import KNOWN, PASSWORD, RECALL, Learner
from nnprep.tests.browser.test_failed_requests import ANSWER, SAYS, entered, sign_in_elsewhere
from nnprep.tests.browser.test_two_places import answered
from nnprep.tests.browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]


def close_and_open(learner: Learner) -> None:
    """Close the tab and come back in another one."""
    context = learner.page.context
    learner.page.close()
    learner.page = context.new_page()
    learner.hands = Mouse(learner.page)
    learner.go("/review/")
    learner.arrive(FORM)
    learner.page.get_by_text("Restored, not sent").wait_for()
    if learner.kind == RECALL:
        learner.hands.press("Compare with the key points")
        learner.arrive(".keypoints")


def send(learner: Learner) -> None:
    if learner.kind == RECALL:
        learner.save_ticks()
    else:
        learner.hands.press("Sure")


def answer_once(page: Page, status: int, **headers: str) -> None:
    """The next request is answered with that status by a proxy; those after it reach the site."""

    def refuse(route: Route) -> None:
        route.fulfill(status=status, headers=headers)

    page.route(ANSWER, refuse, times=1)


def said(learner: Learner, words: str, held: list[object]) -> None:
    learner.page.locator(SAYS, has_text=words).wait_for()
    assert entered(learner) == held


def sign_in_again(learner: Learner) -> None:
    learner.page.wait_for_url("**/accounts/login/?next=%2Freview%2F")
    learner.page.locator(".notice", has_text="It is kept: sign in, and it is there again.").wait_for()
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    learner.hands.press("Sign in")
    learner.page.wait_for_url("**/review/")
    learner.arrive(FORM)


# The site keeps a dozen forms of one account in ten minutes: two learners share the kinds.
@pytest.mark.parametrize("tried", [sorted(KNOWN)[::2], sorted(KNOWN)[1::2]], ids=["some kinds", "the others"])
def test_an_answer_of_every_kind_outlives_all_that_can_happen_to_it_and_counts_once(
    opened: Opened, tried: list[str]
) -> None:
    learner, watch = opened()
    watch.failing, watch.expected = True, {401, 403, 429, 500}
    learner.join()
    learner.go("/review/")
    kinds = set()
    for count, kind in enumerate(learner.questions()):
        kinds.add(kind)
        if kind not in tried:
            learner.answer()
            continue
        learner.enter()
        held, prompt = entered(learner), learner.prompt
        close_and_open(learner)
        assert (learner.prompt, entered(learner)) == (prompt, held)
        answer_once(learner.page, 500)
        send(learner)
        said(learner, "something broke on the site (500)", held)
        answer_once(learner.page, 429, **{"Retry-After": "60"})
        learner.hands.press("Send again now")
        said(learner, "too many requests at once (429)", held)
        learner.page.context.set_offline(True)
        learner.hands.press("Send again now")
        said(learner, "Not sent: no connection.", held)
        assert answered(learner) == count
        # The login ends while there is no connection: what is sent again meets the sign-in page.
        learner.page.context.clear_cookies(name="sessionid")
        learner.page.context.set_offline(False)
        sign_in_again(learner)
        assert (learner.prompt, entered(learner)) == (prompt, held)
        assert answered(learner) == count
        # Signing in elsewhere makes this page's token one of before.
        sign_in_elsewhere(learner)
        send(learner)
        learner.arrive("#feedback")
        learner.answers += 1
        assert (kind, learner.correct) == (kind, "true")
        assert answered(learner) == count + 1
    assert kinds == set(KNOWN)
