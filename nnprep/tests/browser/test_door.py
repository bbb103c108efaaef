"""The first minute: a question before the account, the way to the first one after it, the app on the home screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from nnprep.tests.browser.chrome import CONTROLLED, DESKTOP, PHONE, wait_until
from nnprep.tests.browser.hands import FORM, Keyboard, Mouse
from nnprep.tests.browser.learner import PASSWORD, Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.watching import LARGEST_SHIFT, Watch

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]
Contexts = Callable[..., "tuple[BrowserContext, Watch]"]

WINDOW: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
OUT_OF_SIGHT = """() => [...document.querySelectorAll("#verdict, #feedback .option, #feedback .option .note")]
  .map((part) => [part, part.getBoundingClientRect()])
  .filter(([, { top, bottom }]) => top < -1 || bottom > innerHeight)
  .map(([part, { top, bottom }]) => `${top} to ${bottom}: ${part.textContent.slice(0, 80)}`)"""
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    found[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
  }
  return found;
}"""
ENTERED = "(field) => [field.name, field.value, field.checked]"


# --- a question before the account ----------------------------------------------------------------------------


# Without JavaScript the keyboard is the browser's own: arrows in a group of radio buttons.
@pytest.mark.parametrize(("hands", "scripts"), [(Mouse, True), (Keyboard, True), (Mouse, False)])
def test_the_landing_question_is_answered_in_one_view(
    contexts: Contexts, whole_site: Site, hands: type[Mouse | Keyboard], scripts: bool
) -> None:
    context, watch = contexts(java_script_enabled=scripts, **WINDOW)
    page = context.new_page()
    page.goto(whole_site.url)
    option = page.locator(f"{FORM} .option-text").nth(1).inner_text()
    assert page.locator("#feedback").count() == 0
    hand = hands(page)
    hand.choose(option.splitlines()[0])
    hand.press("Unsure")
    page.locator("#feedback").wait_for()
    assert page.locator("#feedback .option .tag", has_text="Your answer").count() == 1
    assert "You answered: " in page.locator("#feedback").inner_text()
    assert page.locator("#feedback .option .note").count() == page.locator("#feedback .option").count()
    if scripts:
        assert page.url == f"{whole_site.url}/"
        wait_until(page, "document.activeElement?.id === 'verdict'")
        assert page.evaluate(OUT_OF_SIGHT) == []
        assert watch.shift(page) <= LARGEST_SHIFT
        page.reload()
        assert page.locator("#feedback").count() == 1


def test_without_a_connection_the_answer_waits_where_it_is(opened: Opened) -> None:
    learner, watch = opened(**WINDOW)
    watch.failing = True
    page = learner.page
    learner.go("/")
    learner.enter()
    page.context.set_offline(True)
    learner.hands.press("Sure")
    says = page.locator(".unsent-says", has_text="Not sent: no connection.")
    says.wait_for()
    bar, words = page.locator(".answer-bar").bounding_box(), says.bounding_box()
    assert bar
    assert words
    assert bar["x"] <= words["x"]
    assert words["y"] + words["height"] <= bar["y"] + bar["height"]
    page.context.set_offline(False)
    learner.arrive("#feedback")
    assert learner.correct == "true"


def test_five_more_and_their_end(contexts: Contexts, whole_site: Site) -> None:
    context, _ = contexts(**PHONE)
    page = context.new_page()
    page.goto(f"{whole_site.url}/try/")
    prompts = []
    while page.locator(FORM).count():
        prompts.append(page.locator("h1.prompt").inner_text())
        page.get_by_role("button", name="I don’t know", exact=True).click()
        page.locator("#feedback").wait_for()
        page.locator("#next").click()
        page.wait_for_load_state()
    assert len(set(prompts)) == len(prompts) == 6
    assert page.locator("h1").inner_text() == "6 answered, 0 known"


# --- from the landing page to the first question --------------------------------------------------------------


class Counting:
    """Counts the screens, taps and fields of a way through the site."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screens: list[str] = []
        self.taps = 0
        self.fields = 0

    def tap(self, role: Any, name: str) -> None:
        self.taps += 1
        before = self.page.url
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_url(lambda url: url != before)
        self.screens.append(self.page.locator("h1").first.inner_text())

    def write(self, label: str, text: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).fill(text)


def test_the_way_to_the_first_question_is_short(opened: Opened) -> None:
    learner, _ = opened(timezone_id="Europe/Berlin")
    page = learner.page
    learner.go("/")
    way = Counting(page)
    way.tap("link", "Start")
    assert page.locator("form .field").count() == 2
    way.write("E-mail", learner.email)
    way.write("Password", PASSWORD)
    way.tap("button", "Create account")
    assert way.screens == ["Create your account", "Welcome"]
    assert (way.taps, way.fields) == (2, 2)
    assert page.locator(".messages").count() == 0
    # The browser's zone came along.
    assert page.locator('[name="time_zone"]').input_value() == "Europe/Berlin"
    way.tap("button", "Begin")
    page.locator(FORM).wait_for()
    assert way.screens[:-1] == ["Create your account", "Welcome"]
    assert (way.taps, way.fields) == (3, 2)


@pytest.mark.parametrize("hands", [Mouse, Keyboard])
def test_the_password_is_shown_on_demand_and_sent_as_one(
    opened: Opened, hands: type[Mouse | Keyboard]
) -> None:
    learner, watch = opened()
    page, learner.hands = learner.page, hands(learner.page)
    learner.go("/accounts/signup/")
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    field = learner.hands.field("Password")
    assert field.get_attribute("type") == "password"
    learner.hands.press("Show Password")
    assert field.get_attribute("type") == "text"
    learner.hands.press("Hide Password")
    assert field.get_attribute("type") == "password"
    assert watch.shift(page) <= LARGEST_SHIFT
    learner.hands.press("Create account")
    page.wait_for_url("**/welcome/")


def test_what_was_answered_before_the_account_is_history_after_it(opened: Opened) -> None:
    learner, _ = opened()
    page = learner.page
    learner.go("/")
    prompt = learner.prompt
    learner.answer()
    page.get_by_role("link", name="Sign up", exact=True).click()
    assert "The question you answered counts in the new account." in page.locator("main").inner_text()
    learner.hands.write("E-mail", learner.email)
    learner.hands.write("Password", PASSWORD)
    learner.hands.press("Create account")
    page.get_by_role("heading", name="Welcome").wait_for()
    page.locator("main form button").last.click()
    page.locator(".messages").wait_for()
    assert "The question you answered before you signed up counts" in page.locator(".messages").inner_text()
    learner.go("/review/summary/")
    assert prompt in page.locator("main").inner_text()


# --- the app --------------------------------------------------------------------------------------------------


@pytest.fixture
def controlled(opened: Opened) -> tuple[Learner, Watch]:
    """A learner whose pages the service worker looks after."""
    learner, watch = opened(**DESKTOP)
    learner.join()
    learner.go("/today/")
    wait_until(learner.page, CONTROLLED)
    return learner, watch


def test_chromium_finds_the_app_installable(controlled: tuple[Learner, Watch]) -> None:
    learner, _ = controlled
    session = learner.page.context.new_cdp_session(learner.page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"] == f"{learner.url}/manifest.webmanifest"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The contexts of the tests are private ones, in which nothing is installed.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []


def test_without_a_connection_a_page_says_so_and_with_one_it_is_there(
    controlled: tuple[Learner, Watch],
) -> None:
    learner, watch = controlled
    watch.failing = True
    page = learner.page
    page.context.set_offline(True)
    learner.go("/progress/")
    assert page.locator("h1").inner_text() == "No connection"
    # Its files are there, too.
    assert page.locator("a.button-primary").evaluate("(link) => getComputedStyle(link).display") != "inline"
    assert page.url == f"{learner.url}/progress/"
    page.get_by_role("link", name="Try again").click()
    assert page.locator("h1").inner_text() == "No connection"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("heading", name="Progress").wait_for()


def test_a_form_that_finds_no_connection_leads_back_to_its_page(controlled: tuple[Learner, Watch]) -> None:
    learner, watch = controlled
    watch.failing = True
    page = learner.page
    learner.go("/review/")
    asked = page.locator("h1.prompt").inner_text()
    page.context.set_offline(True)
    page.get_by_role("button", name="Do not ask it again").click()
    page.get_by_role("heading", name="No connection").wait_for()
    assert "may not have arrived" in page.locator("main").inner_text()
    assert page.url == f"{learner.url}/review/"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    learner.arrive(FORM)
    assert page.locator("h1.prompt").inner_text() == asked
    page.get_by_role("button", name="Do not ask it again").click()
    learner.arrive(FORM)
    assert page.locator("h1.prompt").inner_text() != asked


def test_what_was_typed_is_there_again_after_the_offline_page(controlled: tuple[Learner, Watch]) -> None:
    learner, watch = controlled
    watch.failing = True
    page = learner.page
    learner.go("/review/")
    field = page.locator(f'{FORM} :is(input:not([type="hidden"]), select, textarea)').first
    is_ticked = field.get_attribute("type") in ("radio", "checkbox")
    if is_ticked:
        field.check()
    elif field.evaluate("(field) => field.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        field.fill("dropout")
    before = field.evaluate(ENTERED)
    page.context.set_offline(True)
    learner.go("/progress/")
    page.get_by_role("heading", name="No connection").wait_for()
    page.context.set_offline(False)
    learner.go("/review/")
    assert field.evaluate(ENTERED) == before


def test_nothing_personal_is_kept_and_old_versions_go(controlled: tuple[Learner, Watch]) -> None:
    learner, _ = controlled
    page = learner.page
    for path in ("/today/", "/review/", "/progress/", "/settings/", "/bank/"):
        learner.go(path)
    page.evaluate("""async () => {
      await (await caches.open("nnprep-offline-old")).add("/offline/");
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    }""")
    page.reload()
    wait_until(page, CONTROLLED)
    learner.go("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{learner.url}/")
    (name,) = (cached := page.evaluate(CACHED))
    assert name != "nnprep-offline-old"
    offline, *files = sorted(cached[name])
    assert offline == "/offline/"
    assert files
    assert all(path.startswith("/static/") for path in files)
    assert [key for key in page.evaluate("() => Object.keys(localStorage)") if "draft" in key] == []
