"""The page around every page: colours that can be read, sheets that exist, errors that need nothing."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import Client

from accounts.models import User

TOKENS = (Path(settings.BASE_DIR) / "nnprep/static/css/tokens.css").read_text()
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
}
GROUNDS = ("paper", "surface", "sunken")
READ = [
    *product(("ink", "ink-soft", "accent", "accent-strong", "right", "wrong", "partial"), GROUNDS),
    *product(("ink", "accent", "accent-strong"), ("accent-wash",)),
    *((name, f"{name}-wash") for name in ("right", "wrong", "partial")),
    *(("ink", f"{name}-wash") for name in ("right", "wrong", "partial")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2, definition)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_can_be_read_on_its_ground(text: str, ground: str, scheme: int) -> None:
    assert contrast(PAIRS[text][scheme], PAIRS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), list(product(("edge", "focus"), GROUNDS)))
def test_controls_and_the_focus_ring_stand_out(line: str, ground: str, scheme: int) -> None:
    assert contrast(PAIRS[line][scheme], PAIRS[ground][scheme]) >= 3


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_an_error_page_needs_no_request_and_no_database(name: str) -> None:
    page = get_template(name).render()
    assert "<h1>" in page
    assert "<form" not in page


def test_every_file_the_page_links_exists() -> None:
    page = get_template("base.html").template.source  # type: ignore[attr-defined]
    linked = re.findall(r"{% static '([^']+)' %}", page)
    assert len(linked) > 10
    assert [path for path in linked if finders.find(path) is None] == []


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_the_same_at_every_address(client: Client) -> None:
    one, other = client.get("/not-there/"), client.get("/nor-there/")
    assert one.status_code == 404
    assert one.content == other.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("theme", "attribute"), [("light", ' data-theme="light"'), ("dark", ' data-theme="dark"'), ("auto", "")]
)
def test_the_account_says_which_colours_a_page_takes(client: Client, theme: str, attribute: str) -> None:
    user = User.objects.create_user("ada@example.org", "correct horse battery", theme=theme)
    client.force_login(user)
    assert f'<html lang="en-GB"{attribute}>' in client.get("/settings/").content.decode()
