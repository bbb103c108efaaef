"""Pairs and steps that are tapped, key points that are ticked, and the pages around them."""

from __future__ import annotations

import pytest

from nnprep.tests.browser.chrome import PHONE
from nnprep.tests.browser.hands import FORM
from nnprep.tests.browser.learner import LOSSES, RECALL, STEPS, Learner
from nnprep.tests.browser.questions import IN_SIGHT, Opened, practise, to

pytestmark = pytest.mark.browser


PRESSES = """() => {
  window.presses = 0;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => (window.presses += 1), true);
}"""


def chosen(learner: Learner) -> dict[str, str]:
    """What the selects of the question hold, by their labels."""
    found: dict[str, str] = learner.page.locator(f"{FORM} select").evaluate_all(
        "(all) => Object.fromEntries(all.map((one) => [one.labels[0].innerText.trim(), one.selectedOptions[0].text]))"
    )
    return found


# --- matching and ordering --------------------------------------------------------------------------------------


def test_a_pair_is_one_tap(opened: Opened) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    to(learner, "Match")
    page = learner.page
    page.evaluate(PRESSES)
    for _ in LOSSES:
        marked = page.locator(".pairs > .is-marked label").inner_text().strip()
        page.locator(".right", has_text=LOSSES[marked]).tap()
    assert page.evaluate("window.presses") == len(LOSSES)
    assert chosen(learner) == LOSSES
    assert page.locator(".pairs > .is-marked").count() == 0

    # A slip: the row is tapped, then what belongs to it; what was taken from another row leaves that one empty.
    page.locator(".pairs > li", has_text="Cross-entropy").tap()
    page.locator(".right", has_text="Regression").tap()
    assert chosen(learner) == LOSSES | {"Cross-entropy": "Regression", "Squared error": "Choose …"}
    page.locator(".right", has_text="Classification").tap()
    assert chosen(learner) == LOSSES | {"Cross-entropy": "Regression", "Squared error": "Classification"}


def test_a_pair_is_one_key(opened: Opened) -> None:
    learner, _ = opened()
    learner.join()
    to(learner, "Match")
    page = learner.page
    for _ in LOSSES:
        marked = page.locator(".pairs > .is-marked label").inner_text().strip()
        page.keyboard.press(str(page.locator(".right", has_text=LOSSES[marked]).get_attribute("data-key")))
    assert chosen(learner) == LOSSES
    page.keyboard.press("1")
    learner.arrive("#feedback")
    assert learner.correct == "true"


def test_a_pair_that_was_chosen_is_drawn_when_the_page_comes_back(opened: Opened) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    to(learner, "Match")
    first = learner.page.locator(".right").first
    first.tap()
    letter = first.get_attribute("data-key")
    learner.page.reload()
    assert learner.page.locator(".taken").first.inner_text() == letter
    assert learner.page.locator(".pairs > li").nth(1).evaluate("(row) => row.matches('.is-marked')")


def test_a_step_is_one_tap_and_the_last_none(opened: Opened) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    to(learner, "Put in order")
    page = learner.page
    places = {step: str(place) for place, step in enumerate(STEPS, start=1)}
    page.evaluate(PRESSES)
    for step in STEPS[:-1]:
        page.locator(".steps > li", has_text=step).tap()
    assert page.evaluate("window.presses") == len(STEPS) - 1
    assert chosen(learner) == places
    assert learner.hands.places() == STEPS
    assert page.locator(".steps .option-key").all_inner_texts() == ["A", "B", "C", "D"]

    # A slip: both steps are taken back, then tapped in their order.
    for step in (STEPS[0], STEPS[1], STEPS[1]):
        page.locator(".steps > li", has_text=step).tap()
    assert learner.hands.places() == [STEPS[1], STEPS[0], *STEPS[2:]]


@pytest.mark.parametrize("kind", ["Match", "Put in order"])
def test_what_is_tapped_is_a_labelled_select_to_those_who_cannot_see(opened: Opened, kind: str) -> None:
    learner, _ = opened()
    learner.join()
    to(learner, kind)
    selects = learner.page.get_by_role("combobox")
    names = list(LOSSES) if kind == "Match" else STEPS
    assert sorted(learner.page.get_by_role("combobox", name=name).count() for name in names) == [1] * len(
        names
    )
    assert selects.count() == len(names)
    assert learner.page.locator(FORM).get_by_role("button", name="Classification").count() == 0


# --- free recall --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_key_points_come_first_and_the_button_says_what_it_saves(opened: Opened, scripts: bool) -> None:
    learner, _ = opened(**PHONE, java_script_enabled=scripts)
    learner.join()
    page = learner.page
    practise(learner, RECALL)
    learner.hands.write("Your answer", "The network memorises noise.")
    if scripts:
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    learner.hands.press("Compare with the key points")
    learner.arrive(".keypoints")
    page.locator(".keypoints").wait_for()
    if scripts:
        assert page.evaluate(IN_SIGHT, [".session-head", ".keypoint"]) == []
    points, model = (
        page.locator(name).bounding_box() for name in (".keypoints", "summary >> text=A model answer")
    )
    assert points
    assert model
    assert points["y"] < model["y"]
    assert page.get_by_text("The training error goes on falling while").is_hidden()
    ticked = page.locator(".keypoints :checked").count()
    button = page.locator("[data-ticks]")
    said = "I ticked what I said: {} of 3" if scripts else "Save what I ticked"
    assert button.inner_text() == said.format(ticked)
    page.locator(".keypoint").first.click()
    assert button.inner_text() == said.format(ticked + 1)
    button.click()
    learner.arrive("#feedback")


# --- the bank -----------------------------------------------------------------------------------------------------


def test_on_a_phone_set_filters_are_chips_and_the_first_result_is_in_sight(opened: Opened) -> None:
    learner, _ = opened(**PHONE)
    learner.join()
    page = learner.page
    learner.go("/bank/?kind=choice&level=1&mine=new")
    first = page.locator(".questions > li").first
    box = first.bounding_box()
    nav = page.locator(".site-nav").bounding_box()
    assert box
    assert nav
    assert box["y"] + box["height"] < nav["y"]
    for x, y in ((4, 4), (box["width"] - 4, 4), (box["width"] / 2, box["height"] - 4)):
        hit = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('a')?.pathname", [box["x"] + x, box["y"] + y]
        )
        assert hit == first.locator("a").get_attribute("href")

    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Skill").select_option(index=1)
    page.wait_for_url("**skill=**")
    page.locator("details[data-folds-for]:not([open])").wait_for(state="attached")
    page.locator("summary", has_text="Filters").and_(page.locator(":focus")).wait_for(state="attached")
    chips = page.locator(".chip")
    assert chips.count() == 4
    page.get_by_role("link", name="Without the filter Single choice").click()
    page.wait_for_url("**/bank/?level=1&skill=*&mine=new")
    assert chips.count() == 3


def test_signing_out_takes_two_presses(opened: Opened) -> None:
    learner, _ = opened(**PHONE, java_script_enabled=False)
    learner.join()
    learner.go("/today/")
    assert not learner.page.get_by_role("button", name="Sign out").is_visible()
    learner.sign_out()
    learner.page.wait_for_url(learner.url + "/")
