"""What people do to a form: go back to it, press twice, have it open twice, sign out meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nnprep.tests.browser.hands import FORM
from nnprep.tests.browser.learner import PASSWORD, Learner
from nnprep.tests.browser.watching import Watch

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]


def asked(opened: Opened, **options: bool) -> tuple[Learner, Watch]:
    """A learner before their first question."""
    learner, watch = opened(**options)
    learner.join()
    learner.go("/review/")
    return learner, watch


def answered(learner: Learner) -> int:
    """How many answers the site has counted for the learner."""
    data = learner.page.request.get(f"{learner.url}/settings/data.json").json()
    return len(data["reviews"])


def test_the_back_button_after_an_answer_leads_to_what_is_next_to_do(opened: Opened) -> None:
    learner, _ = asked(opened)
    first = learner.prompt
    learner.answer()
    learner.page.go_back()
    learner.arrive(FORM)
    assert learner.prompt != first
    learner.page.go_forward()
    learner.arrive("#feedback")
    assert learner.prompt == first
    assert learner.correct == "true"
    assert answered(learner) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_on_the_answer_counts_one(opened: Opened, javascript: bool) -> None:
    learner, _ = asked(opened, java_script_enabled=javascript)
    first = learner.prompt
    learner.page.get_by_role("button", name="I don’t know").dblclick()
    learner.arrive("#feedback")
    assert learner.prompt == first
    assert answered(learner) == 1


def test_two_tabs_with_one_question_count_the_first_answer_and_show_it_in_both(opened: Opened) -> None:
    learner, watch = asked(opened)
    watch.expected = {409}
    other = Learner(learner.page.context.new_page(), learner.url)
    other.go("/review/")
    assert other.prompt == learner.prompt
    learner.answer(right=True)
    other.hands.press("I don’t know")
    other.arrive("#feedback")
    assert other.correct == "true"
    assert "that answer stands" in other.page.locator("#feedback").inner_text()
    assert other.prompt == learner.prompt
    assert answered(learner) == 1


def test_whoever_signed_out_elsewhere_signs_in_and_is_back_at_the_question(opened: Opened) -> None:
    learner, watch = asked(opened)
    watch.expected = {401}
    first = learner.prompt
    other = Learner(learner.page.context.new_page(), learner.url)
    other.go("/today/")
    other.sign_out()
    other.page.wait_for_url(f"{learner.url}/")
    learner.hands.press("I don’t know")
    learner.page.wait_for_url("**/accounts/login/?next=%2Freview%2F")
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    learner.hands.press("Sign in")
    learner.page.wait_for_url("**/review/")
    assert learner.prompt == first
    assert answered(learner) == 0
