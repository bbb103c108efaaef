"""What a page does that nobody asked for: errors in the console, refused scripts, foreign requests, jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:  # Playwright is an extra: where it is missing these tests are skipped, not broken.
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

LARGEST_SHIFT = 0.02
# Runs before the page's own scripts. Shifts right after a press of the learner are what they asked for.
REPORTER = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# Two frames later what was laid out until now has been reported.
SHIFTED = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifted))))"""
# Chromium says every refusal a second time in the console; the response itself is judged here.
SAID_TWICE = "Failed to load resource: the server responded with a status of"
# What htmx and Chromium say of a request that failed.
OF_FAILURES = (
    "Response Status Error Code",
    "htmx:sendError",
    "htmx:timeout",
    "htmx:afterRequest",
    "htmx:sendAbort",
    "Failed to load resource: net::",
)


class Watch:
    """Collects the faults of every page of a context.

    `expected`: the statuses from 400 on which the test provokes itself. `failing`: whether it makes requests fail.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        self.expected: set[int] = set()
        self.failing = False
        self.hosts: set[str] = set()
        context.add_init_script(REPORTER)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("response", self._answered)
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def shift(self, page: Page) -> float:
        """How much of the page has moved by itself since it was loaded, as Chromium scores it."""
        score: float = page.evaluate(SHIFTED)
        return score

    def _said(self, message: ConsoleMessage) -> None:
        if self.failing and message.text.startswith(OF_FAILURES):
            return
        if message.type in ("error", "warning") and not message.text.startswith(SAID_TWICE):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")
