"""How the browser is started, and the two screens pages are looked at on."""

from __future__ import annotations

from typing import Any

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-quic",
    "--no-first-run", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
# Whether the service worker answers for the page.
CONTROLLED = "() => navigator.serviceWorker.controller?.state === 'activated'"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
