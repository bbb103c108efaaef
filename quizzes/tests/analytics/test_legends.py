"""What the legends of heat maps say holds in the colours of both themes."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

from quizzes.analytics import actions
from quizzes.analytics.charts import SHARE_STEPS, share_level
from quizzes.analytics.models import Scope
from quizzes.analytics.readiness_page import learner_rows, topic_grid
from quizzes.bank.models import Topic
from quizzes.markup.source import LAST
from quizzes.progress.charts import DAY_STEPS, level_of
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.pages import html

CSS = Path(settings.BASE_DIR) / "nnprep" / "static" / "css"
LEVELS = (1, 2, 3, 4)


def oklab(colour: str) -> tuple[float, float, float]:
    """Lightness and the two hue axes of #rrggbb (Björn Ottosson, A perceptual color space, 2020)."""
    linear = []
    for place in (1, 3, 5):
        value = int(colour[place : place + 2], 16) / 255
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    long, middle, short = (
        (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3),
        (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3),
        (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3),
    )
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def token(name: str, theme: int) -> tuple[float, float, float]:
    found = re.search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", (CSS / "tokens.css").read_text())
    assert found is not None, name
    return oklab(found[1 + theme])


def mixed(level: int) -> float:
    """How much of the colour a level's cells hold, the rest being paper."""
    sheet = (CSS / "tables-and-figures.css").read_text()
    rule = re.search(rf"\.heatmap \.level-{level} {{\s*fill: ([^;]+);", sheet)
    assert rule is not None
    share = re.fullmatch(r"color-mix\(in oklab, currentColor (\d+)%, var\(--paper\)\)", rule[1])
    assert share is not None or rule[1] == "currentColor"
    return int(share[1]) / 100 if share else 1.0


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_stronger_the_colour_the_more(theme: int) -> None:
    paper, accent = token("paper", theme), token("accent", theme)
    away = [
        sum((share * (a - p)) ** 2 for a, p in zip(accent, paper, strict=True)) ** 0.5
        for share in map(mixed, LEVELS)
    ]
    # Each step stands out more from the paper, and from the one before it by what an eye can tell (0.02 in OKLab).
    assert away[0] > 0.05
    assert all(more - less > 0.05 for less, more in pairwise(away))


def test_no_page_says_darker_or_lighter() -> None:
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        assert not re.search(r"\b(darker|lighter|brighter)\b", template.read_text(), re.IGNORECASE), template


def test_the_steps_named_are_the_levels_drawn() -> None:
    assert len(SHARE_STEPS) == len(DAY_STEPS) == len(LEVELS)
    assert [share_level(share) for share in (0.0, 0.49, 0.5, 0.69, 0.7, 0.84, 0.85, 1.0)] == [
        1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert [level_of(count, 100) for count in (1, 25, 26, 50, 51, 75, 76, 100)] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_a_topic_without_a_number_of_its_own_is_named(teaching: Teaching) -> None:
    teaching.take_in(account("ann"))
    for topic in ("topic-1", "topic-2", "topic-3"):
        teaching.assign(teaching.set_of(2, topic=topic))
    Topic.objects.filter(slug="topic-2").update(number=LAST, title="Week 3")
    Topic.objects.filter(slug="topic-3").update(number=1, title="Mine")
    taken = actions.readiness(
        classroom=teaching.classroom, scope=Scope.of(teaching.classroom), now=teaching.now
    )
    rows = learner_rows(teaching.classroom, taken.content)
    drawn = topic_grid(rows, rows)
    assert drawn is not None
    names = {long: short for _, short, long in drawn.columns}
    assert names["Week 3"].startswith("P")
    assert len(set(names.values())) == 3
    page = html(browser(teaching.owner).get(at("ready", teaching.classroom.public_id)))
    assert str(LAST) not in page
    assert "The stronger the colour, the more." in page
    assert f"<b>{names['Week 3']}</b> Week 3" in page
