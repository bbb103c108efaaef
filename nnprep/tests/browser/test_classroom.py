"""Teaching in a browser: how much it takes by keyboard alone, and that its pages are for everyone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import pytest

from nnprep.tests.addresses import CLASSROOM, name_of
from nnprep.tests.browser.chrome import PHONE
from nnprep.tests.browser.hands import Keyboard
from nnprep.tests.browser.learner import PASSWORD, Learner
from nnprep.tests.browser.sites import Site
from nnprep.tests.browser.test_pages import AXE, NARROW_RULES, TAGS, TOO_SMALL, TOO_WIDE
from nnprep.tests.browser.watching import LARGEST_SHIFT, Watch
from quizzes.tests.review.packs import choices

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Learner, Watch]]
Places = dict[str, str]
MOST_INTERACTIONS = 12


class CountingKeyboard(Keyboard):
    """Keys alone, counted: filling one field, choosing in one list or using one button or link is one interaction.

    Moving the focus by Tab is none; what is pasted is pasted once.
    """

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.interactions = 0

    def press(self, name: str) -> None:
        super().press(name)
        self.interactions += 1

    def follow(self, name: str) -> None:
        super().follow(name)
        self.interactions += 1

    def write(self, label: str, text: str) -> None:
        super().write(label, text)
        self.interactions += 1

    def pair(self, left: str, right: str) -> None:
        super().pair(left, right)
        self.interactions += 1

    def paste(self, label: str, text: str) -> None:
        """Put the clipboard's text into the field of that label."""
        self.tab_to(self.field(label))
        self.page.keyboard.insert_text(text)
        self.interactions += 1


@pytest.fixture(scope="module")
def people(site: Site) -> tuple[str, str, Places]:
    """A teacher, a learner of theirs, and the addresses of what the teacher made."""
    teacher, learner = (f"{uuid.uuid4().hex[:12]}@example.org" for _ in range(2))
    return teacher, learner, json.loads(site.run("-m", "nnprep.tests.browser.classes", teacher, learner))


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_from_sign_in_to_a_set_assigned_to_forty_learners_takes_few_interactions_by_keyboard_alone(
    opened: Opened, scripts: bool
) -> None:
    teacher, _ = opened(java_script_enabled=scripts)
    teacher.join()
    page = teacher.page
    page.context.clear_cookies()
    teacher.go("/accounts/login/")
    hands = CountingKeyboard(page)
    good = [f"Learner {n}\tlearner{n}@example.org\tRed" for n in range(40)]
    rows = [
        "Name\tE-mail\tGroup",
        *good,
        "No Address\t\tRed",
        "Slip\tslip@example\tRed",
        "Two\ttwo@@example.org\tRed",
    ]

    hands.write("E-mail", teacher.email)
    hands.write("Password", PASSWORD)
    hands.press("Sign in")
    page.wait_for_url("**/today/")
    hands.follow("Classes")
    page.wait_for_url("**/classes/")
    hands.follow("New class")
    page.wait_for_url("**/classes/new/")
    hands.write("Name of the class", "Deep learning")
    hands.paste("Learners (optional)", "\n".join(rows))
    hands.pair("What to assign (optional)", "One question")
    hands.press("Go on")
    page.get_by_role("heading", name="To fix").wait_for()
    bad = page.get_by_role("region", name="Rows to fix").locator("tbody tr")
    assert [row.split("\t")[0] for row in bad.all_inner_texts()] == ["42", "43", "44"]
    hands.press("Make the class, invite 40, assign")
    page.get_by_role("heading", name="Deep learning", exact=True).wait_for()

    assert "40 invited, not here yet" in page.locator("main").inner_text()
    assert "One question of each kind" in page.get_by_role("region", name="Table of assignments").inner_text()
    said = page.locator(".messages").inner_text()
    assert "40 invited" in said
    assert said.count("Left out") == 3
    assert hands.interactions <= MOST_INTERACTIONS
    assert hands.interactions == 10


def pages_of(learner: Learner, people: tuple[str, str, Places]) -> Iterator[str]:
    """The pages of the classroom; yields the name of each when it is open."""
    teacher, member, places = people
    classroom, question_set, assignment = places["class"], places["set"], places["assignment"]
    learner.sign_in(teacher)
    for path in (
        "/classes/", "/classes/new/", classroom, f"{classroom}members/", f"{classroom}roster/", f"{classroom}assign/",
        f"{classroom}settings/", assignment, f"{assignment}dates/", "/sets/", "/sets/new/", question_set,
        f"{question_set}?q=dropout&level=1", f"{question_set}{places['question']}", f"{question_set}delete/",
        f"{question_set}print/", f"{question_set}print/?answers=on",
        f"{classroom}members/?name=learner", f"{classroom}members/?name=nobody",
        f"{classroom}archive/", f"{assignment}withdraw/", f"{places['pack']}retire/",
        "/packs/", "/packs/new/", "/reports/", places["report"],
        f"{classroom}ready/", f"{classroom}gradebook/", f"{classroom}items/",
    ):  # fmt: skip
        learner.go(path)
        yield path
    learner.go(f"{classroom}roster/")
    learner.page.get_by_label("Learners").fill("Zoe,zoe@example.org\nnobody\nYan,yan@example")
    learner.hands.press("Go on")
    learner.page.get_by_role("heading", name="To fix").wait_for()
    yield "a roster with bad rows"
    learner.go("/packs/new/")
    learner.page.get_by_label("or its text").fill(
        "---\npack: x\ntitle: X\n---\n\n## What? {#w}\n\n- [ ] A\n- [ ] B\n"
    )
    learner.page.locator(".diagnostics").wait_for()
    yield "a pack with faults"
    learner.page.get_by_label("or its text").fill(choices(topic="own", number=90, many=2))
    learner.hands.press("Check it")
    learner.page.get_by_text("Choose what this document is").wait_for()
    yield "a pack or the next edition of one"
    learner.page.get_by_role("link", name="See each question of “Own”").click()
    learner.page.get_by_role("heading", name="1 gone").wait_for()
    yield "the next edition of a pack"
    learner.go(f"{classroom}members/")
    learner.page.locator("input[name=member]").nth(1).check()
    learner.hands.press("Remove from the class")
    learner.page.get_by_role("heading", name="Remove 1 member?").wait_for()
    yield "before removing a member"
    learner.page.context.clear_cookies()
    waiting = f"?next={places['link']}"
    for path in (
        f"/accounts/login/{waiting}",
        f"/accounts/signup/{waiting}",
        places["restore"],
        places["never"],
    ):
        learner.go(path)
        yield f"{path}, before signing in"
    newcomer = Learner(learner.page, learner.url)
    newcomer.post("/accounts/signup/", email=newcomer.email, password1=PASSWORD)
    for path in (f"/welcome/{waiting}", places["link"]):
        learner.go(path)
        yield f"{path}, as a newcomer"
    learner.page.context.clear_cookies()
    learner.sign_in(member)
    for path in (
        "/today/",
        "/classes/",
        classroom,
        f"{classroom}leave/",
        assignment,
        "/join/",
        places["invitation"],
        question_set,
        "/sets/",
        places["report_question"],
    ):
        learner.go(path)
        yield f"{path}, as a learner"
    learner.go("/join/")
    learner.hands.write("Code", "WRNG-CODE")
    learner.hands.press("Look at the class")
    learner.page.locator(".errorlist").wait_for()
    yield "a wrong code"
    learner.page.context.clear_cookies()
    learner.sign_in(f"staff-{teacher}")
    learner.go("/staff/clock/")
    yield "the clock, for staff"


@pytest.fixture(scope="module")
def axe() -> str:
    return (
        resources.files(pytest.importorskip("axe_playwright_python"))
        .joinpath("axe.min.js")
        .read_text("utf-8")
    )


def test_no_page_of_the_classroom_breaks_a_rule_of_accessibility_in_light_or_dark(
    opened: Opened, people: tuple[str, str, Places], axe: str
) -> None:
    learner, watch = opened()
    watch.expected |= {422}
    faults, seen = [], set()
    for name in pages_of(learner, people):
        page = learner.page
        seen.add(name_of(page.url))
        page.evaluate(axe)
        page.emulate_media(color_scheme="light")
        faults += [f"{name}: {fault}" for fault in page.evaluate(AXE, {"runOnly": TAGS})]
        page.emulate_media(color_scheme="dark")
        faults += [f"{name}, dark: {fault}" for fault in page.evaluate(AXE, {"runOnly": ["color-contrast"]})]
        if watch.shift(page) > LARGEST_SHIFT:
            faults.append(f"{name}: the page moved by {watch.shift(page):.3f}")
    assert not faults, "\n".join(faults)
    assert seen - {""} == CLASSROOM, "pages_of and CLASSROOM in nnprep/tests/addresses.py name other pages"


def test_every_page_of_the_classroom_fits_a_phone_and_a_thumb(
    opened: Opened, people: tuple[str, str, Places], axe: str
) -> None:
    learner, watch = opened(**PHONE)
    watch.expected |= {422}
    faults = []
    for name in pages_of(learner, people):
        page = learner.page
        page.evaluate(axe)
        faults += [f"{name}: {fault}" for fault in page.evaluate(AXE, {"runOnly": NARROW_RULES})]
        faults += [f"{name}: too small, {fault}" for fault in page.evaluate(TOO_SMALL)]
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 844})
            faults += [f"{name} at {width}: {fault}" for fault in page.evaluate(TOO_WIDE)]
    assert not faults, "\n".join(faults)


def test_a_set_is_searched_filled_and_ordered_without_javascript(
    opened: Opened, people: tuple[str, str, Places]
) -> None:
    learner, _ = opened(java_script_enabled=False)
    page, hands = learner.page, learner.hands
    learner.sign_in(people[0])
    learner.go("/sets/new/")
    hands.write("Title", "By hand")
    hands.press("Choose questions")
    hands.write("Words in the question (optional)", "dropout")
    hands.press("Search")
    for box in page.locator("#found input[name=question]").all():
        box.check()
    hands.press("Add those ticked")
    hands.follow("Show all")
    page.locator("#found input[name=question]").first.check()
    hands.press("Add those ticked")
    rows = page.locator("ol.question-list .question-row > div > a")
    before = rows.all_inner_texts()
    assert len(before) >= 2
    page.get_by_role("button", name="Question 1 down").click()
    after = rows.all_inner_texts()
    assert after == [before[1], before[0], *before[2:]]


def test_a_question_is_dragged_to_its_place_and_moved_on_by_keys(
    opened: Opened, people: tuple[str, str, Places]
) -> None:
    learner, _ = opened()
    page = learner.page
    learner.sign_in(people[0])
    learner.go(people[2]["set"])
    rows = page.locator("ol.question-list .question-row > div > a")
    before = rows.all_inner_texts()
    # Far from the window's edges, where holding a row scrolls the page for as long as it is held.
    page.locator(".drag-handle").nth(1).evaluate("(handle) => handle.scrollIntoView({ block: 'center' })")
    first, third = (page.locator(".drag-handle").nth(place).bounding_box() for place in (0, 2))
    assert first
    assert third
    x = first["x"] + first["width"] / 2
    page.mouse.move(x, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, third["y"] + third["height"] / 2 + 4, steps=8)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()
    learner.arrive("#chosen")
    page.reload()
    assert rows.all_inner_texts() == [before[1], before[2], before[0], *before[3:]]

    hands = Keyboard(page)
    hands.press("Question 3 up")
    learner.arrive("#announcer:has-text('Place 2 of')")
    page.keyboard.press("Enter")
    learner.arrive("#announcer:has-text('Place 1 of')")
    assert page.locator(":focus").inner_text() == "↑\nQuestion 1 up"
    page.reload()
    assert rows.all_inner_texts() == before


def test_a_packs_text_is_checked_while_it_is_written(opened: Opened, people: tuple[str, str, Places]) -> None:
    learner, _ = opened()
    learner.sign_in(people[0])
    learner.go("/packs/new/")
    text = learner.page.get_by_label("or its text")
    text.fill(
        "---\npack: live\ntitle: Live\n---\n\n## What? {#w}\n\n- [ ] A\n- [ ] B\n  > No.\n\n### Explanation\n\nSo.\n"
    )
    learner.page.get_by_text("line 8").first.wait_for()
    text.fill(text.input_value().replace("- [ ] A", "- [x] A"))
    learner.page.get_by_text("1 question, nothing to fix").wait_for()
