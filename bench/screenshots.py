"""`make shots`: the README's pictures, made by a learner in a real browser on a fresh site."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM
from nnprep.tests.browser.chrome import DESKTOP, FLAGS
from nnprep.tests.browser.hands import FORM
from nnprep.tests.browser.learner import Learner
from nnprep.tests.browser.sites import ROOT, site_with

IMAGES = ROOT / "docs" / "images"
PACK = ROOT / "content" / "04-overfitting.md"
QUESTION = "{#T04-A12 "
WRONG = "One of the metrics has a bug"
LARGEST = 250_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / PACK.name
        pack.write_text(with_question_first(PACK.read_text("utf-8")), "utf-8")
        with site_with([pack]) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=next(path for path in CHROMIUM if Path(path).exists()), args=FLAGS
            )
            page = browser.new_page(**DESKTOP, color_scheme="light", reduced_motion="reduce", locale="en-GB")
            learner = Learner(page, site.url)
            learner.join(new_per_day=10)
            learner.go("/today/")
            learner.hands.follow("Begin")
            learner.arrive(FORM)
            shoot(learner, "question.png")
            learner.hands.choose(WRONG)
            learner.hands.press("Sure")
            learner.arrive("#feedback")
            page.locator("h1.prompt").evaluate(
                "(heading) => window.scrollBy(0, heading.getBoundingClientRect().top - 32)"
            )
            shoot(learner, "feedback.png")
            browser.close()


def with_question_first(text: str) -> str:
    """The pack with the question made the only easy one: new questions come easy ones first."""
    if QUESTION not in text:
        raise SystemExit(f"{PACK.name} has no question {QUESTION.strip('{# ')}: name another one here")
    harder = text.replace(" level=1 ", " level=2 ")
    return harder.replace(f"{QUESTION}level=2 ", f"{QUESTION}level=1 ")


def shoot(learner: Learner, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    # The pointer rests where it changes nothing.
    learner.page.mouse.move(0, 0)
    picture = learner.page.screenshot(path=IMAGES / name)
    print(f"{name}: {len(picture):,} bytes")
    if len(picture) > LARGEST:
        raise SystemExit(f"{name} is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
