"""A question is asked and answered: on a phone, by thumb; by keyboard; without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nnprep.tests.browser.chrome import PHONE, wait_until
from nnprep.tests.browser.hands import FORM, RING, Keyboard
from nnprep.tests.browser.hands import IN_SIGHT as HAND_IN_SIGHT
from nnprep.tests.browser.learner import RECALL, Learner
from nnprep.tests.browser.questions import IN_SIGHT, Opened, practise, to
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.watching import Watch
from quizzes.bank import asking
from quizzes.bank.kinds import KINDS as REGISTRY

pytestmark = pytest.mark.browser

TYPED = {kind.label for kind in REGISTRY.values() if kind.typed} | {RECALL}
CODE_THAT_SCROLLS = f"""() => [...document.querySelectorAll("{FORM} pre, {FORM} .options")]
  .filter((element) => element.scrollWidth > element.clientWidth)
  .map((element) => `${{element.scrollWidth}} in ${{element.clientWidth}} px`)"""


# --- what is in sight ---------------------------------------------------------------------------------------------


def test_on_a_phone_each_part_begins_in_sight_and_is_answered_in_the_lower_half(opened: Opened) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    page = learner.page
    learner.go("/review/")
    lower = """() => [...document.querySelectorAll(".answer-bar > :is(button:not(.visually-hidden), a)")]
      .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())
      .every(({ top, height }) => top > innerHeight / 2 && height >= 44)"""
    for kind in learner.questions():
        assert page.evaluate(IN_SIGHT, [".session-head", "h1.prompt"]) == [], kind
        assert page.evaluate(lower), kind
        learner.enter()
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        learner.hands.press(page.locator("[data-ticks]").inner_text() if kind == RECALL else "Sure")
        learner.arrive("#feedback")
        assert page.evaluate(IN_SIGHT, [".verdict"]) == [], f"the verdict of {kind}"
        assert page.evaluate(lower), f"the feedback of {kind}"
        learner.answers += 1
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


@pytest.mark.parametrize("kind", ["True or false", "Match", "Put in order"])
def test_what_is_tapped_stands_just_above_the_bar(opened: Opened, kind: str) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    practise(learner, kind)
    gap = learner.page.evaluate(
        f"""() => document.querySelector(".answer-bar").getBoundingClientRect().top
        - [...document.querySelectorAll("{FORM} fieldset")].at(-1).getBoundingClientRect().bottom"""
    )
    assert 0 <= gap < 44
    # And apart from what is asked, however much there is to tap.
    above = learner.page.evaluate(
        f"""() => {{
          const answers = document.querySelector("{FORM} > :is(fieldset, .parts)");
          const above = answers.previousElementSibling.getBoundingClientRect();
          return answers.getBoundingClientRect().top - above.bottom;
        }}"""
    )
    assert above >= 16


def test_no_code_of_the_bank_is_scrolled_sideways_on_a_phone(
    contexts: Callable[..., tuple[Any, Watch]], whole_site: Site
) -> None:
    context, _ = contexts(**PHONE)
    learner = Learner(context.new_page(), whole_site.url)
    learner.join()
    page = learner.page
    addresses: list[str] = []
    for kind in asking.kinds_that_practise("code"):
        learner.go(f"/bank/?kind={kind}")
        addresses += [str(link.get_attribute("href")) for link in page.locator(".questions a").all()]
    assert len(addresses) >= 40
    faults = []
    for address in addresses:
        learner.go(address)
        assert page.locator(f"{FORM} pre").count() > 0, address
        faults += [f"{address}: {fault}" for fault in page.evaluate(CODE_THAT_SCROLLS)]
    assert not faults, "\n".join(faults)


def test_a_long_line_of_code_goes_on_below_itself_and_is_copied_as_it_was_written(opened: Opened) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    to(learner, "Find the bug")
    copied = "(code) => { getSelection().selectAllChildren(code); return getSelection().toString(); }"
    code = learner.page.locator(f"{FORM} pre")
    assert code.evaluate(copied) == "loss.backward()\noptimizer.zero_grad()\noptimizer.step()"
    to(learner, "Complete the code")
    long, short = learner.page.locator(f"{FORM} .line").all()
    rows = "(line) => line.getBoundingClientRect().height / parseFloat(getComputedStyle(line).lineHeight)"
    assert long.evaluate(rows) > 1.9
    mark = long.evaluate("(line) => getComputedStyle(line, '::after').content")
    assert "↪" in mark
    assert short.locator("input").is_visible()


# --- how sure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Short answer", "Single choice"])
def test_enter_asks_how_sure_and_a_key_says_it(opened: Opened, kind: str) -> None:
    learner, _ = opened()
    learner.join()
    learner.hands = Keyboard(learner.page)
    to(learner, kind)
    learner.enter()
    sent: list[str] = []
    learner.page.on("request", lambda request: sent.append(request.method))
    for _ in range(3):
        learner.page.keyboard.press("Enter")
    assert learner.page.locator("#how-sure").evaluate("(element) => element === document.activeElement")
    assert "1: sure" in learner.page.locator("#announcer").inner_text()
    assert "POST" not in sent
    with learner.page.expect_request(lambda request: request.method == "POST") as posted:
        learner.page.keyboard.press("2")
    assert "confidence=unsure" in str(posted.value.post_data)
    learner.arrive("#feedback")
    assert learner.correct == "true"


@pytest.mark.parametrize("kind", ["Short answer", "Single choice"])
def test_without_scripts_enter_asks_how_sure_and_keeps_the_answer(opened: Opened, kind: str) -> None:
    learner, watch = opened(java_script_enabled=False)
    watch.expected.add(422)
    learner.join()
    to(learner, kind)
    learner.enter()
    field = learner.page.locator(f"{FORM} :is([type=text], :checked)")
    field.press("Enter")
    asked = learner.page.get_by_role("alert").filter(has_text="How sure are you?")
    asked.wait_for()
    assert field.input_value() in ("Drop-out", "0", "1", "2")
    learner.hands.press("Guess")
    learner.arrive("#feedback")
    assert learner.correct == "true"


def test_the_three_ways_to_be_sure_look_the_same(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/review/")
    buttons = learner.page.locator(f"{FORM} .button-sure")
    looks = buttons.evaluate_all(
        """(all) => all.map((one) => {
          const { color, backgroundColor, borderColor, fontWeight, fontSize } = getComputedStyle(one);
          return [color, backgroundColor, borderColor, fontWeight, fontSize, one.getBoundingClientRect().width].join();
        })"""
    )
    assert len(looks) == 3
    assert len(set(looks)) == 1, looks


def test_alt_and_a_digit_answer_from_a_field_and_control_enter_from_several_lines(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    to(learner, "Number")
    learner.enter()
    with learner.page.expect_request(lambda request: request.method == "POST") as posted:
        learner.page.keyboard.press("Alt+3")
    assert "confidence=guess" in str(posted.value.post_data)
    to(learner, "Predict the output")
    learner.page.locator(f"{FORM} textarea").fill("6")
    learner.page.keyboard.press("Control+Enter")
    assert learner.page.locator("#how-sure:focus").count() == 1


# --- the focus ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, PHONE], ids=["keyboard", "phone"])
def test_a_typed_question_has_the_focus_in_its_field_unless_that_hides_it(
    opened: Opened, options: dict[str, Any]
) -> None:
    learner, _ = opened(**options)
    learner.join()
    learner.go("/review/")
    seen = set()
    for kind in learner.questions():
        seen.add(kind)
        first = learner.page.locator(f"{FORM} :is(input:not([type=hidden]), select, textarea)").first
        focused = first.evaluate("(field) => field === document.activeElement")
        assert focused is (kind in TYPED and not options), kind
        if focused:
            described = str(first.get_attribute("aria-describedby")).split()
            assert described[0] == "prompt"
        learner.answer()
    assert seen >= TYPED


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_error_has_the_focus_in_the_first_field_that_has_one(opened: Opened, scripts: bool) -> None:
    learner, watch = opened(java_script_enabled=scripts)
    watch.expected.add(422)
    learner.join()
    learner.go("/review/")
    for kind in learner.questions():
        if kind != RECALL:
            learner.hands.press("Sure")
            learner.arrive(f"{FORM} .field-error")
            tapped = scripts and kind in ("Match", "Put in order")
            fields = ".field-error" if tapped else ":is(input:not([type=hidden]), select, textarea)"
            first = learner.page.locator(f"{FORM} {fields}").first
            first.and_(learner.page.locator(":focus")).wait_for(state="attached")
        learner.answer()


@pytest.mark.parametrize("kind", ["Match", "Put in order"])
@pytest.mark.parametrize("grouped", [False, True])
def test_keys_go_on_after_an_incomplete_answer(opened: Opened, kind: str, grouped: bool) -> None:
    """The focus is on words that are seen, letters choose, and a digit answers."""
    learner, watch = opened()
    watch.expected.add(422)
    learner.join()
    practise(learner, kind)
    page = learner.page
    if grouped:
        page.evaluate("() => document.querySelector('[data-match]')?.setAttribute('data-match', 'sort')")
    page.keyboard.press("b")
    page.keyboard.press("1")
    said = page.locator(f"{FORM} .field-error").first
    said.and_(page.locator(":focus")).wait_for()
    assert said.evaluate("(one) => one.checkVisibility({ opacityProperty: true })")
    assert said.evaluate(RING)
    assert said.evaluate(HAND_IN_SIGHT)
    for _ in range(5):
        page.keyboard.press("a" if kind == "Match" else "c")
        page.keyboard.press("c" if kind == "Match" else "d")
        empty = page.locator(f"{FORM} select").evaluate_all("(all) => all.filter((one) => !one.value).length")
        if not empty:
            break
    assert not empty
    page.keyboard.press("1")
    learner.arrive("#feedback")


def test_a_group_that_was_used_looks_as_if_it_can_be_used_again(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    to(learner, "Match")
    look = "(right) => { const { borderTopStyle, color } = getComputedStyle(right); return [borderTopStyle, color]; }"
    right = learner.page.locator(".right").first
    free = right.evaluate(look)
    right.click()
    assert right.evaluate(look) != free
    learner.page.evaluate("() => document.querySelector('[data-match]').setAttribute('data-match', 'sort')")
    assert right.evaluate(look) == free


def test_no_key_covers_the_name_of_its_button(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/review/")
    gaps = learner.page.locator(f"{FORM} .button-sure").evaluate_all(
        """(all) => all.map((one) => {
          const name = document.createRange();
          name.selectNode(one.lastChild);
          const [key, text] = [one.querySelector("kbd").getBoundingClientRect(), name.getBoundingClientRect()];
          const { left, right } = one.getBoundingClientRect();
          return [key.left - left, text.left - key.right, right - text.right, key.width];
        })"""
    )
    assert len(gaps) == 3
    assert all(gap >= 1 for one in gaps for gap in one), gaps


def test_a_form_that_comes_back_has_the_focus_in_its_first_fault(opened: Opened) -> None:
    learner, watch = opened()
    watch.expected.add(422)
    learner.join()
    learner.go("/accounts/password/change/")
    learner.hands.write("Current Password", "not this one")
    learner.hands.write("New Password", "a long walk by the sea")
    learner.hands.write("New Password (again)", "a long walk by the sea")
    learner.page.locator("main form button[type=submit]").click()
    faulty = learner.page.locator("main [aria-invalid=true]").first
    faulty.and_(learner.page.locator(":focus")).wait_for(state="attached")


# --- keys everywhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_begins_the_day(opened: Opened, key: str) -> None:
    learner, _ = opened()
    learner.join()
    learner.go("/today/")
    learner.page.keyboard.press("?")
    keys = learner.page.get_by_role("dialog", name="Keyboard")
    keys.wait_for()
    assert "Begin" in keys.inner_text()
    learner.page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    learner.page.keyboard.press(key)
    learner.page.wait_for_url("**/review/")


def test_space_scrolls_where_nothing_waits_to_be_begun(opened: Opened) -> None:
    learner, _ = opened(viewport={"width": 1280, "height": 300})
    learner.join()
    learner.go("/bank/every-kind/")
    learner.page.keyboard.press("Space")
    wait_until(learner.page, "scrollY > 50")
    learner.page.keyboard.press("?")
    learner.page.get_by_role("dialog", name="Keyboard").wait_for()
