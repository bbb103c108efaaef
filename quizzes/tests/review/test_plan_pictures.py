"""The pictures of Today and of the plan: drawn inside their boxes, with the numbers that the promise holds."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db.models import Count
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Topic
from quizzes.review import pictures, queries
from quizzes.review.actions.sessions import place
from quizzes.review.load import DayAhead, load_of
from quizzes.review.models import Session, TopicChoice
from quizzes.review.plan_promise import InTopic, KnownRange, Told
from quizzes.tests.review.packs import choices, load
from quizzes.tests.review.pages import html
from quizzes.tests.review.plans import aim, told, words
from quizzes.tests.review.studying import Study

TODAY = date(2026, 3, 2)


def promised(*, days: int, questions: int, low: int, high: int, more: bool = True) -> Told:
    """A promise that rises from `low` to `high`, or forgets from `low` to nothing."""
    mornings = [low + (high - low) * day // days for day in range(days + 1)]
    return Told(
        on=TODAY + timedelta(days=days),
        days=days,
        questions=questions,
        unseen=0,
        minutes=20,
        mornings=[KnownRange(known, max(known - 5, 0), min(known + 5, questions)) for known in mornings],
        stopped=[KnownRange(low / 2, low // 2, low) for _ in mornings],
        topics=[],
        earlier=KnownRange(low, low, high) if more else None,
        more=KnownRange(high, high, questions) if more else None,
    )


@pytest.mark.parametrize("days", [1, 2, 14, 182])
@pytest.mark.parametrize(
    ("questions", "low", "high"), [(272, 163, 198), (5, 0, 5), (1, 0, 0), (1500, 20, 1490)]
)
def test_everything_of_a_curve_lies_within_its_box(days: int, questions: int, low: int, high: int) -> None:
    curve = pictures.curve_of(promised(days=days, questions=questions, low=low, high=high), TODAY)
    for line in (curve.band, curve.planned, curve.stopped):
        for x, y in (map(float, point.split(",")) for point in line.split()):
            assert curve.left <= x <= curve.width
            assert pictures.TOP - 0.1 <= y <= curve.height - pictures.BOTTOM + 0.1
    marks = [number for _, number in curve.ticks]
    assert marks == sorted(set(marks))
    assert marks[-1] == questions
    assert marks[0] <= low // 2
    # The words keep to the picture, clear of its title above and of the dates below.
    assert 12 < curve.above < curve.below < curve.height - pictures.BOTTOM
    assert [row[0] for row in curve.rows] == [TODAY + timedelta(days=day) for day in range(days + 1)]


@pytest.mark.parametrize("days", [1, 2, 14, 182])
def test_dates_below_a_curve_have_the_room_that_a_date_takes(days: int) -> None:
    for width in range(180, 900, 20):
        curve = pictures.curve_of(promised(days=days, questions=50, low=9, high=40), TODAY, width=width)
        places, dates, anchors = zip(*curve.dates, strict=True)
        assert (dates[0], dates[-1]) == (TODAY, TODAY + timedelta(days=days))
        assert (places[0], places[-1]) == (pictures.LEFT, width - pictures.RIGHT)
        assert anchors == ("start", *["middle"] * (len(dates) - 2), "end")
        a_day = (places[-1] - places[0]) / days
        gaps = [later - earlier for earlier, later in pairwise(places)]
        assert len(gaps) == 1 or min(gaps) > pictures.DATE_WIDTH - a_day
        # As many as there is room for.
        assert len(gaps) == days or places[-1] - places[0] < (len(gaps) + 1) * pictures.DATE_WIDTH


@pytest.mark.parametrize("questions", [1, 3, 12, 47, 120, 272, 999, 1500, 20_000])
def test_the_numbers_of_a_scale_are_round_and_the_last_is_all_questions(questions: int) -> None:
    for low in (0, questions // 3, questions * 9 // 10):
        curve = pictures.curve_of(promised(days=9, questions=questions, low=low, high=low), TODAY)
        heights, numbers = zip(*curve.ticks, strict=True)
        assert numbers[-1] == questions
        assert (heights[0], heights[-1]) == (curve.height - pictures.BOTTOM, pictures.TOP)
        steps = {later - earlier for earlier, later in pairwise(numbers[:-1])}
        assert len(steps) <= 1
        assert all(str(step).rstrip("0") in {"1", "2", "5"} for step in steps)
        gaps = [below - above for below, above in pairwise(heights)]
        assert all(gap >= pictures.TICK_HEIGHT * 0.8 - 0.1 for gap in gaps)


def test_a_range_is_drawn_in_thousandths_of_all_questions() -> None:
    for questions, expected in [(1, 1000), (4, 250), (2000, 0.5)]:
        bar = pictures.range_of(KnownRange(1.0, 0, 1), questions)
        assert (bar.expected, bar.low, bar.high) == (expected, 0, expected)
    assert pictures.range_of(KnownRange(0.0, 0, 0), 0).high == 0


def test_a_choice_says_its_minutes_and_its_day() -> None:
    found = pictures.choices_of(promised(days=12, questions=200, low=80, high=100), minutes=20)
    day = TODAY + timedelta(days=12)
    assert [(choice.minutes, choice.on) for choice in found] == [
        (20, day),
        (30, day),
        (20, day - timedelta(days=7)),
        (None, day),
    ]
    assert [(choice.range.low, choice.range.expected, choice.range.high) for choice in found] == [
        (475, 500, 525),
        (500, 500, 1000),
        (400, 400, 500),
        (200, 200, 400),
    ]
    near = pictures.choices_of(promised(days=2, questions=200, low=80, high=100, more=False), minutes=20)
    assert [choice.minutes for choice in near] == [20, None]


def test_a_topic_shows_what_stays_and_what_the_plan_adds() -> None:
    bar = pictures.topic_bar(InTopic(1, 20, planned=15.0, stopped=8.0), "Losses")
    assert (bar.kept, bar.gained, bar.planned, bar.stopped) == (40, 35, 15, 8)
    assert pictures.topic_bar(InTopic(1, 20, planned=8.0, stopped=9.0), "Losses").gained == 0


def test_the_week_is_drawn_to_its_busiest_day_and_not_at_all_when_nothing_comes() -> None:
    def day(at: int, questions: float) -> DayAhead:
        return DayAhead(TODAY + timedelta(days=at), questions, questions, 1)

    week = pictures.week_of([day(0, 9.6), day(1, 0.4), day(2, 5.0)])
    assert week is not None
    assert [(bar.label, bar.value) for bar in week.bars] == [("Mon", 10), ("Tue", 0), ("Wed", 5)]
    tallest, none, half = (bar.height for bar in week.bars)
    assert (none, half) == (0, tallest / 2)
    assert all(bar.y + bar.height == week.base for bar in week.bars)
    assert pictures.week_of([day(0, 0.4)]) is None
    assert pictures.week_of([]) is None


@pytest.mark.usefixtures("noon")
@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "?interview_on={}&minutes_a_day=40"])
def test_each_number_of_the_plan_says_what_it_is_for(
    big_bank: None, web: Client, learner: User, asked: str
) -> None:
    aim(learner, days=12, now=timezone.now())
    study = Study(learner, now=timezone.now())
    study.answer()
    page = words(html(web.get("/plan/" + asked.format(study.now.date() + timedelta(days=10)))))
    found = told(study)
    assert found.more is not None
    assert found.earlier is not None
    for label, known in {
        "Your plan: 20 minutes a day": found.known,
        "30 minutes a day": found.more,
        f"The interview a week earlier, on {found.on - timedelta(days=7):%-d %B}": found.earlier,
        "Nothing more asked from now on": found.if_stopped,
    }.items():
        assert re.search(rf"{label} (\d+–\d+) of 120", page), label
        if not asked:
            assert f"{label} {known.low}–{known.high} of 120" in page
    # The headline, the picture and the choices are one promise.
    headline = re.search(r"You will know (\d+–\d+) of 120", page)
    assert headline is not None
    assert f"with the plan {headline[1]}" in page
    assert f"Your plan: 20 minutes a day {headline[1]} of 120" in page


@pytest.mark.usefixtures("noon")
@pytest.mark.django_db
def test_today_draws_the_week_that_it_tells(big_bank: None, web: Client, learner: User) -> None:
    study = Study(learner, now=timezone.now())
    study.answer_all()
    page = words(html(web.get("/today/")))
    ahead = load_of(learner, learner.study, study.now, days=8)[1:]
    said = re.search(r"each of the next seven days: ([^:]*?) questions that come back", page)
    assert said is not None
    assert said[1] == ", ".join(f"{day.day:%a} {int(day.questions + 0.5)}" for day in ahead)


@pytest.mark.parametrize(
    ("all_", "right", "partly", "guessed"), [(10, 4, 2, 1), (3, 3, 0, 0), (5, 0, 0, 0), (6, 0, 1, 5)]
)
def test_the_bar_of_a_day_shows_each_part_as_long_as_its_number(
    all_: int, right: int, partly: int, guessed: int
) -> None:
    bar = render_to_string(
        "quizzes/review/tally.html", {"all": all_, "right": right, "partly": partly, "guessed": guessed}
    )
    ends = dict(re.findall(r'<rect class="(\w+)" x="0" y="4" width="(\d+)"', bar))
    seen, end = {}, 0
    # What is drawn later covers what was drawn before.
    for part in reversed(ends):
        seen[part] = int(ends[part]) - end
        end = int(ends[part])
    expected = {
        "right": right,
        "partial": partly,
        "guessed": guessed,
        "wrong": all_ - right - partly - guessed,
    }
    assert {part: length for part, length in seen.items() if length} == {
        part: length for part, length in expected.items() if length
    }
    assert f'viewBox="0 0 {all_} 28"' in bar


@pytest.mark.usefixtures("noon")
@pytest.mark.django_db
@pytest.mark.parametrize("days", [None, -1, 0, 1, 12], ids=lambda days: f"{days} days left")
@pytest.mark.parametrize("back", [False, True], ids=["studying", "after a break"])
def test_today_has_one_button_first_and_the_picture_behind_it(
    big_bank: None, web: Client, learner: User, days: int | None, *, back: bool
) -> None:
    Study(learner, now=timezone.now() - timedelta(days=20 if back else 1)).answer_all()
    if days is not None:
        aim(learner, days=days, now=timezone.now())
    page = html(web.get("/today/"))
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("button-primary") == 1
    begin = main.index("button-primary")
    assert "<svg" in main
    assert begin < min(main.index(tag) for tag in ("<button", "<svg") if tag in main)
    if days and days > 0:
        assert main.index(f"{days} day") < main.index("You will know") < main.index("for today") < begin
        assert begin < main.index('class="chart curve"') < main.index("See and change the plan")


@pytest.mark.usefixtures("noon")
@pytest.mark.django_db
def test_before_anything_comes_back_today_draws_what_it_takes_from_which_topics(
    big_bank: None, web: Client, learner: User
) -> None:
    out = Topic.objects.order_by("-pk")[0]
    TopicChoice.objects.create(user=learner, topic=out, choice=TopicChoice.Choice.LEFT_OUT)
    page = html(web.get("/today/"))
    drawn = re.findall(
        r'<div class="span-row">\s*<p>([^<]*)</p>\s*<p class="span-number">\s*<b>(\d+)</b> of (\d+)\s*</p>'
        r'\s*<svg[^>]* viewBox="0 0 (\d+) 28".*?width="(\d+)" height="20" />.*?width="(\d+)" height="20" />',
        page,
        re.DOTALL,
    )
    session = Session.objects.get(user=learner)
    planned = Counter(session.items.values_list("card__question__topic__title", flat=True))
    holds = dict(Topic.objects.annotate(many=Count("questions")).values_list("title", "many"))
    assert {title: int(today) for title, today, *_ in drawn} == dict(planned)
    assert len(planned) > 1
    for title, today, all_, longest, of_all, of_today in drawn:
        assert int(all_) == holds[title] == int(of_all)
        assert today == of_today
        assert int(longest) == max(holds[name] for name in planned)
    said = words(page)
    assert f"{sum(planned.values())} questions for today" in said
    others = holds.keys() - planned.keys() - {out.title}
    rest = sum(holds[title] for title in others)
    assert (
        f"{len(others)} other topic{'s hold' if len(others) != 1 else ' holds'} {rest} more questions."
        in said
    )
    # A placement round asks of more topics than are drawn.
    TopicChoice.objects.all().delete()
    load(choices(topic="topic-7", number=7, many=6))
    load(choices(topic="topic-8", number=8, many=5))
    many = place(user=learner, now=timezone.now())
    assert many == 8
    page = words(html(web.get("/today/")))
    left = queries.progress(learner, timezone.now()).left
    drawn_today = sum(int(today) for today in re.findall(r" (\d+) of \d+ ", page[: page.index("What today")]))
    said_more = re.search(r"each topic holds; (\d+) more questions? comes? from 2 more topics\.", page)
    assert said_more is not None
    assert drawn_today + int(said_more[1]) == left
    # Once something comes back, the days to come are drawn.
    Study(learner, now=timezone.now()).answer_all()
    assert "What today asks of what each topic holds" not in words(html(web.get("/today/")))
