"""How the browser is started, the two screens pages are looked at on, and how a test waits for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-quic",
    "--no-first-run", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
# Whether the service worker answers for the page.
CONTROLLED = "navigator.serviceWorker.controller?.state === 'activated'"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def wait_until(page: Page, condition: str, seconds: float = 10) -> None:
    """Wait until the page finds a JavaScript condition true; an error after so many seconds.

    Playwright's own wait evaluates a string in the page whenever the first look fails, which the page's policy forbids.
    """
    page.evaluate(
        f"""seconds => new Promise((resolve, reject) => {{
            const end = performance.now() + seconds * 1000;
            const look = () => {{
                if ({condition}) resolve();
                else if (performance.now() > end) reject(new Error("not true in time: " + {condition!r}));
                else setTimeout(look, 20);
            }};
            look();
        }})""",
        seconds,
    )
