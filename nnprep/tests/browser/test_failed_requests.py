"""Requests that fail: the page says so, keeps what was entered, sends it again, and one answer counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from nnprep.tests.browser.chrome import CONTROLLED, DESKTOP, PHONE, wait_until
from nnprep.tests.browser.hands import FORM, Keyboard
from nnprep.tests.browser.learner import PASSWORD, RECALL, Learner
from nnprep.tests.browser.test_two_places import answered
from nnprep.tests.browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]
Break = Callable[["Page"], object]

ANSWER = "**/review/answer/"
SAYS = ".unsent-says"
WHEN = ".unsent-when"
DRAFTS = "() => Object.keys(localStorage).filter((name) => name.startsWith('nnprep-draft:')).length"
# Nothing at all may move when the words appear.
NO_SHIFT = 0.0005
# htmx gives up after so many ms here, as it does after ten seconds elsewhere.
SHORT = 300


def asked(opened: Opened, **options: object) -> tuple[Learner, Watch]:
    """A learner before their first question, whose requests are going to fail."""
    learner, watch = opened(**options)
    watch.failing = True
    begin(learner)
    # Free recall is answered in two steps; the others are sent by Sure.
    while learner.kind == RECALL:
        learner.page.context.clear_cookies()
        learner = Learner(learner.page, learner.url)
        begin(learner)
    return learner, watch


def begin(learner: Learner) -> None:
    learner.join()
    learner.go("/review/")


def answer_with(status: int, **headers: str) -> Break:
    """What sends each answer back with the status, as a proxy does that never asks the site."""
    return lambda page: page.route(ANSWER, lambda route: route.fulfill(status=status, headers=headers))


def no_reply(page: Page) -> None:
    page.evaluate(f"htmx.config.timeout = {SHORT}")
    page.route(ANSWER, lambda _: None)


def lost_reply(page: Page) -> None:
    """The site gets the answer, the browser never hears of it."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(ANSWER, lose)


def mend(page: Page) -> None:
    page.context.set_offline(False)
    page.unroute_all(behavior="ignoreErrors")


def entered(learner: Learner) -> list[object]:
    """What stands in the form."""
    found: list[object] = learner.page.locator(FORM).evaluate(
        """(form) => [...form.elements].filter((field) => field.type !== "hidden" && field.name)
          .map((field) => [field.name, field.value, field.checked])"""
    )
    return found


def give(learner: Learner) -> list[object]:
    """Enter the answer and press Sure; what stands in the form."""
    learner.enter()
    held = entered(learner)
    learner.hands.press("Sure")
    return held


FAULTS: dict[str, tuple[Break, str, set[int]]] = {
    "offline": (lambda page: page.context.set_offline(True), "Not sent: no connection.", set()),
    "refused": (
        lambda page: page.route(ANSWER, lambda route: route.abort("connectionrefused")),
        "Not confirmed: the site cannot be reached.",
        set(),
    ),
    "no reply": (no_reply, "Not confirmed: the site did not answer in time.", set()),
    "reply lost": (lost_reply, "Not confirmed: the site cannot be reached.", set()),
    "429": (
        answer_with(429, **{"Retry-After": "3"}),
        "Not sent: too many requests at once (429).",
        {429},
    ),
    "500": (answer_with(500), "Not confirmed: something broke on the site (500).", {500}),
    "502": (answer_with(502), "Not confirmed: the site is not ready (502).", {502}),
    "503": (answer_with(503), "Not confirmed: the site is not ready (503).", {503}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_fails_is_kept_and_goes_out_again_by_itself(opened: Opened, fault: str) -> None:
    break_it, sentence, statuses = FAULTS[fault]
    learner, watch = asked(opened, viewport={"width": 1280, "height": 900})
    watch.expected |= statuses
    page = learner.page
    break_it(page)
    before = watch.shift(page)
    held = give(learner)
    page.locator(SAYS, has_text=sentence).wait_for()
    assert page.locator(SAYS).get_attribute("role") == "alert"
    assert "Your answer is kept here and counts once." in page.locator(SAYS).inner_text()
    assert "Sending again in" in page.locator(WHEN).inner_text()
    assert entered(learner) == held
    assert not page.get_by_role("button", name="Guess", exact=True).is_visible()
    assert watch.shift(page) - before <= NO_SHIFT
    mend(page)
    learner.arrive("#feedback")
    assert learner.correct == "true"
    assert page.locator(SAYS).count() == 0
    assert answered(learner) == 1


def test_a_site_that_asks_to_wait_is_given_the_time(opened: Opened) -> None:
    learner, watch = asked(opened)
    watch.expected = {429}
    page = learner.page
    page.route(ANSWER, lambda route: route.fulfill(status=429, headers={"Retry-After": "75"}))
    give(learner)
    page.locator(WHEN, has_text="Sending again in 75 s").wait_for()
    page.unroute_all()
    page.route(ANSWER, lambda route: route.fulfill(status=429, headers={"Retry-After": "7200"}))
    learner.hands.press("Send again now")
    page.locator(WHEN, has_text="The site asks to wait 120 min.").wait_for()
    page.unroute_all()
    learner.hands.press("Send again now")
    learner.arrive("#feedback")
    assert answered(learner) == 1


def test_the_tries_come_to_an_end_that_is_told(opened: Opened) -> None:
    learner, watch = asked(opened)
    watch.expected = {503}
    page = learner.page
    page.clock.install()
    tries = []

    def refuse(route: Route) -> None:
        tries.append(route.request.post_data)
        route.fulfill(status=503)

    page.route(ANSWER, refuse)
    give(learner)
    for _ in range(8):
        page.locator(WHEN, has_text="Sending again in").wait_for()
        page.clock.run_for(61_000)
    page.locator(SAYS, has_text="Stopped after 9 tries.").wait_for()
    page.clock.run_for(3_600_000)
    assert page.locator(WHEN).inner_text() == ""
    assert len(tries) == 9
    assert len(set(tries)) == 1
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    learner.arrive("#feedback")
    assert answered(learner) == 1


def test_a_connection_that_comes_back_sends_at_once(opened: Opened) -> None:
    learner, _ = asked(opened)
    page = learner.page
    page.clock.install()
    page.context.set_offline(True)
    give(learner)
    page.locator(SAYS, has_text="no connection").wait_for()
    page.context.set_offline(False)
    learner.arrive("#feedback")
    assert answered(learner) == 1


def test_an_answer_that_is_changed_is_not_sent_again(opened: Opened) -> None:
    learner, watch = asked(opened)
    watch.expected = {503}
    page = learner.page
    page.route(ANSWER, lambda route: route.fulfill(status=503))
    learner.enter(right=False)
    learner.hands.press("Sure")
    page.locator(SAYS).wait_for()
    learner.hands.press("Change my answer")
    assert page.locator(SAYS).count() == 0
    learner.hands.press("Sure")
    page.locator(SAYS).wait_for()
    page.unroute_all()
    learner.enter(right=True)
    assert page.locator(SAYS).count() == 0
    page.wait_for_timeout(2_500)
    assert answered(learner) == 0
    learner.hands.press("Unsure")
    learner.arrive("#feedback")
    assert learner.correct == "true"
    assert answered(learner) == 1


@pytest.mark.parametrize("status", [403, 404, 400])
def test_what_trying_again_does_not_help_waits_for_the_learner(opened: Opened, status: int) -> None:
    learner, watch = asked(opened)
    watch.expected = {status}
    page = learner.page
    page.route(ANSWER, lambda route: route.fulfill(status=status))
    held = give(learner)
    page.locator(SAYS, has_text=f"({status})").wait_for()
    assert page.locator(WHEN).inner_text() == ""
    page.unroute_all()
    learner.hands.press("Reload the page")
    page.get_by_text("Restored, not sent").wait_for()
    assert entered(learner) == held
    learner.hands.press("Sure")
    learner.arrive("#feedback")
    assert answered(learner) == 1


def sign_in_elsewhere(learner: Learner) -> None:
    """Out and in again in another tab of the same browser."""
    other = Learner(learner.page.context.new_page(), learner.url)
    other.go("/today/")
    other.sign_out()
    other.page.wait_for_url(f"{learner.url}/")
    other.go("/accounts/login/")
    other.hands.write("E-mail", learner.email)
    other.hands.write("Password", PASSWORD)
    other.hands.press("Sign in")
    other.page.wait_for_url("**/today/")
    other.page.close()


def test_a_form_from_before_the_last_sign_in_is_sent_with_the_fresh_token(opened: Opened) -> None:
    learner, watch = asked(opened)
    watch.expected = {403}
    sign_in_elsewhere(learner)
    give(learner)
    learner.arrive("#feedback")
    assert learner.correct == "true"
    assert answered(learner) == 1
    learner.hands.press("Take this answer back")
    learner.arrive(FORM)
    assert answered(learner) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_session_that_ended_costs_the_login_and_nothing_else(opened: Opened, javascript: bool) -> None:
    learner, watch = asked(opened, java_script_enabled=javascript)
    watch.expected = {401}
    page = learner.page
    first = learner.prompt
    learner.enter()
    page.context.clear_cookies(name="sessionid")
    learner.hands.press("Sure")
    page.wait_for_url("**/accounts/login/?next=%2Freview%2F")
    page.locator(".notice", has_text="It is kept: sign in, and it is there again.").wait_for()
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    learner.hands.press("Sign in")
    page.wait_for_url("**/review/")
    assert learner.prompt == first
    page.get_by_text("Nothing was counted yet").wait_for()
    assert answered(learner) == 0
    learner.hands.press("Sure")
    learner.arrive("#feedback")
    assert learner.correct == "true"
    assert answered(learner) == 1


def test_a_form_that_was_too_old_is_sent_by_one_press_without_javascript(opened: Opened) -> None:
    learner, watch = asked(opened, java_script_enabled=False)
    watch.expected = {403}
    sign_in_elsewhere(learner)
    learner.enter()
    learner.hands.press("Sure")
    learner.hands.press("Send it again")
    learner.arrive("#feedback")
    assert learner.correct == "true"
    assert answered(learner) == 1


def test_a_draft_outlives_the_page_and_ends_with_the_answer_or_the_account(opened: Opened) -> None:
    learner, _ = asked(opened)
    page = learner.page
    first = learner.prompt
    learner.enter()
    held = entered(learner)
    page.reload()
    page.get_by_text("Restored, not sent").wait_for()
    assert entered(learner) == held
    learner.go("/today/")
    page.go_back()
    page.get_by_text("Restored, not sent").wait_for()
    assert (learner.prompt, entered(learner)) == (first, held)
    assert page.evaluate(DRAFTS) == 1
    learner.hands.press("Sure")
    learner.arrive("#feedback")
    assert page.evaluate(DRAFTS) == 0

    learner.next()
    learner.enter()
    assert page.evaluate(DRAFTS) == 1
    learner.sign_out()
    page.wait_for_url(f"{learner.url}/")
    assert page.evaluate(DRAFTS) == 0


def test_a_draft_is_never_seen_by_another_account(opened: Opened) -> None:
    learner, _ = asked(opened)
    page = learner.page
    learner.enter()
    page.context.clear_cookies()
    other = Learner(page, learner.url)
    other.join()
    other.go("/review/")
    assert page.get_by_text("Restored, not sent").is_hidden()
    assert page.evaluate(DRAFTS) == 0


@pytest.mark.parametrize("where", ["practice", "question"])
def test_practice_and_a_questions_own_page_keep_what_is_entered(opened: Opened, where: str) -> None:
    learner, _ = asked(opened)
    page = learner.page
    if where == "practice":
        learner.go("/bank/?kind=short")
        page.get_by_role("button", name="Practise").first.click()
        page.wait_for_url("**/practice/**")
    else:
        learner.go("/bank/?kind=short")
        page.locator("#found .card-list a").first.click()
        page.wait_for_url("**/bank/*/*/")
    wait_until(page, CONTROLLED)
    learner.enter()
    held = entered(learner)
    page.context.set_offline(True)
    page.get_by_role("button", name="Sure", exact=True).click()
    if where == "practice":
        page.locator(SAYS, has_text="Not sent: no connection.").wait_for()
        page.context.set_offline(False)
    else:
        page.get_by_role("heading", name="No connection").wait_for()
        page.context.set_offline(False)
        page.get_by_role("link", name="Try again").click()
        page.get_by_text("Restored, not sent").first.wait_for()
        assert entered(learner) == held
        learner.hands.press("Sure")
    learner.arrive("#feedback")
    assert learner.correct == "true"
    data = page.request.get(f"{learner.url}/settings/data.json").json()
    assert data["reviews"] == []


def test_a_note_outlives_its_page(opened: Opened) -> None:
    learner, _ = asked(opened)
    page = learner.page
    learner.go("/bank/?kind=short")
    page.locator("#found .card-list a").first.click()
    page.get_by_text("Write a note").click()
    learner.hands.write("Note to self", "Why twice?")
    page.reload()
    assert learner.hands.field("Note to self").input_value() == "Why twice?"
    learner.hands.press("Save the note")
    page.locator(".notice", has_text="Your note is kept.").wait_for()
    assert page.evaluate(DRAFTS) == 0


def test_next_and_the_search_say_that_nothing_was_loaded_and_load_it(opened: Opened) -> None:
    learner, _ = asked(opened)
    page = learner.page
    learner.answer()
    before = learner.prompt
    page.context.set_offline(True)
    learner.hands.follow("Next question")
    page.locator(SAYS, has_text="Not loaded: no connection.").wait_for()
    page.context.set_offline(False)
    learner.arrive(FORM)
    assert learner.prompt != before

    learner.go("/bank/")
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("loss")
    page.locator(SAYS, has_text="Not loaded: no connection.").wait_for()
    page.context.set_offline(False)
    page.locator(SAYS).wait_for(state="detached")
    page.wait_for_url("**/bank/?q=loss")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_words_stand_in_the_bar_and_are_reached_by_keyboard(
    opened: Opened, screen: dict[str, object], scheme: str
) -> None:
    learner, watch = asked(opened, **{**screen, "color_scheme": scheme, "reduced_motion": "reduce"})
    watch.expected = {502}
    page = learner.page
    page.route(ANSWER, lambda route: route.fulfill(status=502))
    give(learner)
    page.locator(SAYS).wait_for()
    box, bar = page.locator(".unsent").bounding_box(), page.locator(".answer-bar").bounding_box()
    assert box
    assert bar
    assert box["y"] + box["height"] <= bar["y"] + bar["height"] + 1
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    assert box["height"] <= bar["height"] + 48
    assert page.locator(":focus").inner_text() == "Send again now"
    page.unroute_all()
    hands = Keyboard(page)
    hands.press("Send again now")
    learner.arrive("#feedback")
    page.locator("#feedback .verdict").and_(page.locator(":focus")).wait_for()
    assert answered(learner) == 1
