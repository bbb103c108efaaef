"""The site as an app: what the browser is told, and what the service worker may keep."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User

pytestmark = pytest.mark.django_db


def text(response: HttpResponseBase) -> str:
    content: bytes = getattr(response, "content")  # noqa: B009 -- every answer here is whole
    return content.decode()


def files_in(worker: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*?\]);", worker)
    assert found
    files: list[str] = json.loads(found[1])
    return files


def test_the_manifest_names_icons_of_the_sizes_it_says(client: Client, settings: Settings) -> None:
    response = client.get("/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    says = json.loads(text(response))
    assert (says["scope"], says["start_url"], says["display"]) == ("/", "/today/", "standalone")
    assert {icon["purpose"] for icon in says["icons"]} == {"any", "maskable"}
    for icon in says["icons"]:
        path = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        assert path
        head = Path(path).read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", head[16:24])
        assert icon["sizes"] == f"{width}x{height}"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in says["icons"]}


def test_pages_name_the_manifest_and_may_use_it(client: Client) -> None:
    response = client.get("/")
    assert '<link rel="manifest" href="/manifest.webmanifest">' in text(response)
    policy = response.headers["Content-Security-Policy"]
    assert "manifest-src 'self'" in policy
    assert "worker-src 'self'" in policy


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_the_worker_keeps_the_offline_page_and_its_files_alone(client: Client, settings: Settings) -> None:
    offline, *files = files_in(text(client.get("/sw.js")))
    assert offline == "/offline/"
    page = text(client.get("/offline/"))
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert set(files) == linked
    assert "/static/css/base.css" in files
    assert all(finders.find(path.removeprefix(settings.STATIC_URL)) for path in files)


def test_other_files_are_another_version(client: Client, settings: Settings) -> None:
    def version() -> str:
        found = re.search(r'"nnprep-offline-([0-9a-f]{16})"', text(client.get("/sw.js")))
        assert found
        return found[1]

    before = version()
    assert version() == before
    # A file that changes has another hashed name; here all of them move.
    settings.STATIC_URL = "/renamed/"
    assert version() != before


def test_the_offline_page_is_the_same_for_everyone_and_belongs_to_nobody(client: Client) -> None:
    anonymous = client.get("/offline/")
    assert "sessionid" not in anonymous.cookies
    assert "csrftoken" not in anonymous.cookies
    client.force_login(User.objects.create_user("ada@example.org", theme="dark"))
    assert client.get("/offline/").content == anonymous.content
    assert Session.objects.count() == 1
    assert "csrfmiddlewaretoken" not in text(anonymous)


@pytest.mark.parametrize("path", ["/sw.js", "/manifest.webmanifest", "/offline/"])
def test_what_every_page_load_may_ask_for_costs_no_query(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(User.objects.create_user("ada@example.org"))
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


def test_whoever_opens_the_offline_page_has_a_connection(client: Client) -> None:
    response = client.get("/offline/", headers={"Sec-Fetch-Mode": "navigate"})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
