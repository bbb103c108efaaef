"""Two ways to use a page: by pointing, and by keyboard alone. Both read what a person reads: names and labels."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FORM = "#answer-form"
# A lap around the longest page of the tests is shorter.
MOST_TABS = 150
RING = """(element) => [element, element.closest("label")].some((marked) => {
  if (!marked) return false;
  const style = getComputedStyle(marked);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
})"""
IN_SIGHT = """(element) => {
  const shown = element.closest("label") ?? element;
  const { left, top, right, bottom } = shown.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [[x, y], [left + 4, top + 4], [right - 4, bottom - 4], [x, top + 4], [x, bottom - 4]].some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (shown.contains(hit) || hit.contains(shown));
  });
}"""


class Hands(ABC):
    """What one does to answer; the test says what, the hands know how."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def press(self, name: str) -> None:
        """Press the button of that name."""

    @abstractmethod
    def follow(self, name: str) -> None:
        """Follow the first link of that name."""

    @abstractmethod
    def write(self, label: str, text: str) -> None:
        """Replace what stands in the field of that label."""

    @abstractmethod
    def choose(self, text: str) -> None:
        """Choose the option, or tick the point, that begins with the text."""

    @abstractmethod
    def pair(self, left: str, right: str) -> None:
        """Choose what belongs to the left side."""

    @abstractmethod
    def arrange(self, steps: list[str]) -> None:
        """Put the steps in this order."""

    def option(self, text: str) -> Locator:
        """The row of the option that begins with the text."""
        starts = re.compile(rf"^\s*{re.escape(text)}")
        return self.page.locator(f"{FORM} label", has=self.page.locator(".option-text", has_text=starts))

    def field(self, label: str) -> Locator:
        """The field of that label."""
        return self.page.get_by_label(label, exact=True)

    def row(self, step: str) -> Locator:
        """The row of a step to be put in order."""
        return self.page.locator(f"{FORM} .steps > li", has_text=step)

    def places(self) -> list[str]:
        """The steps as they stand."""
        return [
            text.strip() for text in self.page.locator(f"{FORM} .steps > li .option-text").all_inner_texts()
        ]


class Mouse(Hands):
    """Pointing and typing; needs no JavaScript."""

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def write(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def choose(self, text: str) -> None:
        self.option(text).click()

    def pair(self, left: str, right: str) -> None:
        match = self.page.locator(f"{FORM} .match.is-ready")
        if match.count() == 0:
            self.field(left).select_option(label=right)
            return
        row = match.locator(".pairs > li", has_text=left)
        if not row.evaluate("(row) => row.matches('.is-marked')"):
            row.click()
        match.locator(".right", has_text=right).click()

    def arrange(self, steps: list[str]) -> None:
        tapping = self.page.locator(f"{FORM} .steps.is-ready").count() > 0
        for place, step in enumerate(steps, start=1):
            select = self.row(step).locator("select")
            if not tapping:
                select.select_option(label=str(place))
            elif not select.input_value():
                self.row(step).locator("label").click()


class Keyboard(Hands):
    """Keys alone. Wherever Tab leads, the focus has to be drawn and in sight."""

    def tab_to(self, target: Locator) -> None:
        """Go on by Tab until the target has the focus."""
        for _ in range(MOST_TABS):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if focused.count():
                what = focused.evaluate("(element) => element.outerHTML.slice(0, 200)")
                assert focused.evaluate(RING), f"the focus is not drawn: {what}"
                assert focused.evaluate(IN_SIGHT), f"the focus is hidden: {what}"
        raise AssertionError(f"Tab never reaches {target}")

    def press(self, name: str) -> None:
        self.tab_to(self.page.get_by_role("button", name=name, exact=True))
        self.page.keyboard.press("Enter")

    def follow(self, name: str) -> None:
        self.tab_to(self.page.get_by_role("link", name=name, exact=True).first)
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self.tab_to(self.field(label))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, text: str) -> None:
        option = self.option(text)
        if letter := option.get_attribute("data-key"):
            self.page.keyboard.press(letter.lower())
        else:
            self.tab_to(option.locator("input"))
            self.page.keyboard.press("Space")
        assert option.locator("input").evaluate(
            "(control) => control.checked && control === document.activeElement"
        )

    def pair(self, left: str, right: str) -> None:
        self.tab_to(self.field(left))
        self.page.keyboard.type(right)

    def arrange(self, steps: list[str]) -> None:
        for step in steps:
            if not self.row(step).locator("select").input_value():
                self.page.keyboard.press(str(self.row(step).get_attribute("data-key")).lower())
        assert self.places() == steps
