"""The site as an app on the home screen: the manifest, the service worker, and the page it shows without a connection.

The service worker holds that page with its files, and nothing else: no page of anybody's, no question, no schedule.
"""

from __future__ import annotations

import hashlib
import json
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

# Seconds for which a browser may keep the manifest.
MANIFEST_KEPT = 3600
ICONS = (
    ("img/icon-192.png", 192, "any"),
    ("img/icon-512.png", 512, "any"),
    ("img/icon-maskable-512.png", 512, "maskable"),
)


@require_safe
@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Says how the site is put on a home screen (W3C Web Application Manifest)."""
    says = {
        "id": "/",
        "name": "nnprep: neural-network interviews",
        "short_name": "nnprep",
        "description": "Interview questions about neural networks, a few a day.",
        "lang": "en-GB",
        "start_url": reverse("quizzes:today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfbf9",
        "theme_color": "#1d4f91",
        "categories": ["education"],
        "icons": [
            {"src": static(path), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
            for path, side, purpose in ICONS
        ],
    }
    response = JsonResponse(says, content_type="application/manifest+json")
    patch_cache_control(response, public=True, max_age=MANIFEST_KEPT)
    return response


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Gives the service worker, which stands at the root because it may only look after what lies below it."""
    page = _offline_page()
    linked = re.findall(rf'(?:href|src)="({re.escape(settings.STATIC_URL)}[^"]+)"', page)
    files = [reverse("offline"), *dict.fromkeys(linked)]
    version = hashlib.sha256(json.dumps([page, files]).encode()).hexdigest()[:16]
    script = render_to_string("service_worker.js", {"version": version, "files": json.dumps(files)})
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
@login_not_required
def offline(request: HttpRequest) -> HttpResponse:
    """Gives the service worker the page to show without a connection; who opens it has one, and goes to the start."""
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return HttpResponseRedirect("/")
    response = HttpResponse(_offline_page())
    patch_cache_control(response, no_cache=True)
    return response


def _offline_page() -> str:
    """Returns the page, the same for everybody: it needs no request, no session and no database."""
    return render_to_string("offline.html")
