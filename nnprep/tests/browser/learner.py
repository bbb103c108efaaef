"""A person who signs up, knows the answers of every_kind.md, and answers rightly or wrongly as the test asks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nnprep.tests.browser.hands import FORM, Hands, Mouse

if TYPE_CHECKING:
    from playwright.sync_api import Page

PACK = Path(__file__).with_name("every_kind.md")
PASSWORD = "a long walk by the river"
STEPS = ["Forward pass", "Loss", "Backward pass", "Optimiser step"]
LOSSES = {"Cross-entropy": "Classification", "Squared error": "Regression", "Contrastive loss": "Embedding"}
RECALL = "Free recall"
# Each kind once wrong and once right, with room to spare.
MOST_ANSWERS = 40
_SETTLED = "html:not(:has(.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added))"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

Way = Callable[[Hands], None]


def _several(*texts: str) -> Way:
    def way(hands: Hands) -> None:
        for text in texts:
            hands.choose(text)

    return way


def _pairs(pairs: dict[str, str]) -> Way:
    def way(hands: Hands) -> None:
        for left, right in pairs.items():
            hands.pair(left, right)

    return way


def _outputs(factor: int) -> Way:
    def way(hands: Hands) -> None:
        found = re.search(r"maps (\d+) inputs", hands.page.locator(f"{FORM} .stem").inner_text())
        assert found
        hands.write("Your answer", str(factor * int(found[1])))

    return way


# By the name of the kind, as the page shows it: how to answer rightly, and wrongly.
KNOWN: dict[str, tuple[Way, Way]] = {
    "Single choice": (_several("RMSProp"), _several("Plain SGD")),
    "Multiple choice": (_several("Dropout", "Weight decay"), _several("Dropout", "ReLU")),
    "True or false": (
        _several("True", "Its noise would only hurt"),
        _several("False", "It has learnable weights"),
    ),
    "Match": (_pairs(LOSSES), _pairs(dict(zip(LOSSES, reversed(LOSSES.values()), strict=True)))),
    "Put in order": (lambda hands: hands.arrange(STEPS), lambda hands: hands.arrange(STEPS[::-1])),
    "Fill the gaps": (lambda hands: hands.write("Gap 1", "std"), lambda hands: hands.write("Gap 1", "range")),
    "Number": (_outputs(4), _outputs(1)),
    "Estimate": (
        lambda hands: hands.write("Your estimate (parameters)", "1e8"),
        lambda hands: hands.write("Your estimate (parameters)", "3e10"),
    ),
    "Short answer": (
        lambda hands: hands.write("Your answer, in a word or two", "Drop-out"),
        lambda hands: hands.write("Your answer, in a word or two", "pooling"),
    ),
    "Predict the output": (
        lambda hands: hands.write("What does it print?", "6"),
        lambda hands: hands.write("What does it print?", "32"),
    ),
    "Complete the code": (
        lambda hands: hands.write("Blank 1", "zero_grad"),
        lambda hands: hands.write("Blank 1", "clear"),
    ),
    "Find the bug": (_several("The gradients are cleared"), _several("The loss is negative")),
    RECALL: (_several("Training error falls", "The model memorises"), _several()),
}


@dataclass
class Learner:
    """One account and the page it is used on. `answers` counts what was submitted.

    `let_rest` lets ten minutes pass for the account of that e-mail address. `loaded` says that the question came with a
    whole page, not in the place of a feedback.
    """

    page: Page
    url: str
    let_rest: Callable[[str], object] | None = None
    hands: Hands = field(init=False)
    email: str = field(default_factory=lambda: f"{uuid.uuid4().hex[:12]}@example.org")
    answers: int = 0
    loaded: bool = False

    def __post_init__(self) -> None:
        self.hands = Mouse(self.page)

    def go(self, path: str) -> None:
        """Open a page of the site by its address."""
        self.page.goto(self.url + path)

    # --- the account ------------------------------------------------------------------------------------------

    def sign_up(self) -> None:
        """From the landing page to the welcome page."""
        self.go("/")
        self.hands.follow("Start")
        self.hands.write("E-mail", self.email)
        self.hands.write("Password", PASSWORD)
        self.hands.press("Create account")
        self.page.wait_for_url("**/welcome/")

    def join(self, *, new_per_day: int = 20) -> None:
        """The same and the settings in a few requests of this browser, for tests of what comes after."""
        self.post("/accounts/signup/", email=self.email, password1=PASSWORD)
        self.post("/welcome/", time_zone="Europe/London", minutes_a_day="60")
        self.post(
            "/settings/",
            time_zone="Europe/London", rollover_hour="4", theme="auto",
            minutes_a_day="60", new_per_day=str(new_per_day), retention="90",
        )  # fmt: skip

    def sign_in(self, email: str) -> None:
        """Into an account that is there already."""
        self.email = email
        self.post("/accounts/login/", login=email, password=PASSWORD)

    def sign_out(self) -> None:
        """From any page, by its head."""
        self.page.locator(".account > summary").click()
        self.hands.press("Sign out")

    def post(self, path: str, **fields: str) -> None:
        """Send a form of the site without showing it."""
        asked = self.page.request.get(self.url + path)
        found = _TOKEN.search(asked.text())
        assert found, path
        answer = self.page.request.post(
            self.url + path, form={"csrfmiddlewaretoken": found[1], **fields}, max_redirects=0
        )
        assert answer.status in (302, 303), f"{path}: {answer.status}"

    # --- the session ------------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """The kind of the question on the page."""
        return self.page.locator(f"{FORM} .tag").first.inner_text()

    @property
    def prompt(self) -> str:
        """The question on the page, asked or answered."""
        return self.page.locator("h1.prompt").inner_text()

    @property
    def correct(self) -> str | None:
        """What the feedback on the page says for machines."""
        return self.page.locator("#feedback").get_attribute("data-correct")

    def enter(self, *, right: bool = True) -> None:
        """Fill in the answer in place of what was ticked, without submitting it; free recall is compared first."""
        if self.kind == RECALL:
            self.hands.write(
                "Your answer", "The network memorises noise." if right else "It has an underfit."
            )
            self.hands.press("Compare with the key points")
            self.arrive(".keypoints")
        ticked = self.page.locator(f'{FORM} input[name="option"][type="checkbox"]:checked')
        while ticked.count():
            ticked.first.uncheck(force=True)
        KNOWN[self.kind][0 if right else 1](self.hands)

    def answer(self, *, right: bool = True, confidence: str = "Sure") -> None:
        """Answer the question on the page and see the feedback."""
        self.enter(right=right)
        if self.kind == RECALL:
            self.save_ticks()
        else:
            self.hands.press(confidence)
        self.arrive("#feedback")
        self.answers += 1
        said = self.correct
        assert said == "true" if right else said in ("false", "partial"), f"{self.prompt}: {said}"

    def save_ticks(self) -> None:
        """Press the button of a free recall that was compared."""
        self.hands.press(self.page.locator("[data-ticks]").inner_text())

    def next(self) -> bool:
        """Go on from the feedback; whether there is another question, else this is the summary."""
        self.loaded = False
        last = self.page.locator("#next").inner_text() == "Finish"
        self.hands.follow("Finish" if last else "Next question")
        if last:
            self.page.wait_for_url("**/review/summary/")
        else:
            self.arrive(FORM)
        return not last

    def arrive(self, selector: str) -> None:
        """Wait for what the page is to show next, until it has come to rest."""
        self.page.locator(selector).first.wait_for()
        self.page.locator(_SETTLED).wait_for(state="attached")

    def rest(self) -> bool:
        """On the summary, let ten minutes pass when missed questions wait; whether one is asked then."""
        if self.let_rest is None or not self.page.locator("#resting").count():
            return False
        self.let_rest(self.email)
        self.go("/review/")
        self.arrive(FORM)
        self.loaded = True
        return True

    def questions(self) -> Iterator[str]:
        """The kinds of the questions as they come, to the end of the day; the caller answers each."""
        yield self.kind
        while self.next() or self.rest():
            assert self.answers < MOST_ANSWERS, "the day does not end"
            yield self.kind
