from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.browsing.probing import Probe
from quizzes.progress.calibration_chart import curve
from quizzes.progress.charts import (
    BANK,
    LETTER,
    PROBES,
    bar_chart,
    heat_map,
    level_of,
    probe_marks,
    round_step,
    span,
)
from quizzes.review.knowledge import Knowledge
from quizzes.statistics.calibration import Bin
from quizzes.statistics.intervals import Interval, wilson

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        # December begins in the last week and would reach over the right edge, until the next week.
        (date(2026, 12, 7), "Jun Jul Aug Sep Oct Nov"),
        (date(2026, 12, 13), "Jun Jul Aug Sep Oct Nov"),
        # At the left edge June has two weeks left, then one: July would be printed over it.
        (date(2026, 12, 14), "Jun Jul Aug Sep Oct Nov Dec"),
        (date(2026, 12, 21), "Jul Aug Sep Oct Nov Dec"),
    ],
)
def test_a_month_is_named_only_where_its_name_fits(today: date, shown: str) -> None:
    drawn = heat_map({}, today=today, weeks=26)
    assert " ".join(name for _, name in drawn.months) == shown


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_no_month_is_cut_off_or_printed_over_another(today: date, weeks: int) -> None:
    drawn = heat_map({}, today=today, weeks=weeks)
    ends = [x + len(name) * LETTER for x, name in drawn.months]
    begins = [x for x, _ in drawn.months] + [drawn.width]
    assert all(end <= next_ for end, next_ in zip(ends, begins[1:], strict=True))
    assert len(ends) >= weeks // 5 - 1


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_every_bar_stands_inside_the_picture_and_is_as_high_as_its_value_says(values: list[int]) -> None:
    chart = bar_chart([("", "", value) for value in values])
    for bar, value in zip(chart.bars, values, strict=True):
        assert 0 <= bar.y <= bar.y + bar.height <= chart.base + 0.1
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width
        assert (bar.height == 0) == (value == 0) or value < round_step(max(values)) * 4 / chart.height


def test_a_label_that_would_be_cut_off_at_the_edge_is_left_out() -> None:
    chart = bar_chart([("22 Dec" if day in (21, 28) else "", "", 1) for day in range(30)])
    assert [bar.label for bar in chart.bars if bar.label] == ["22 Dec"]
    assert chart.bars[21].label
    # The words of a chart are as high as 20 units on a phone, and a letter half as wide and a little more.
    for day in range(30):
        bar = bar_chart([("22 Dec" if at == day else "", "", 1) for at in range(30)]).bars[day]
        assert bool(bar.label) == (bar.x + 6 * 11 <= 480)


@given(st.integers(0, 10**6))
def test_the_scale_ends_at_a_round_number_not_below_the_highest_value(highest: int) -> None:
    step = round_step(highest)
    assert step * 4 >= highest
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert highest <= 4 or step * 4 < highest * 2.6


def test_a_heat_map_ends_today_and_has_monday_on_top() -> None:
    picture = heat_map({TODAY: 8, TODAY - timedelta(days=2): 1}, today=TODAY, weeks=26)
    last = picture.cells[-1]
    assert (last.day, last.answers, last.level, last.is_today) == (TODAY, 8, 4, True)
    assert picture.cells[0].day == date(2026, 6, 1)
    assert {cell.day.weekday() for cell in picture.cells if cell.y == picture.cells[0].y} == {0}
    assert len(picture.cells) == 25 * 7 + 3


def test_the_table_behind_a_heat_map_holds_the_same_days() -> None:
    picture = heat_map({TODAY: 8}, today=TODAY, weeks=26)
    inside = [cell for _, week in reversed(picture.weeks) for cell in week if cell]
    assert inside == list(picture.cells)


def test_levels_are_quarters_of_the_busiest_day() -> None:
    assert [level_of(count, 8) for count in (0, 1, 2, 3, 4, 5, 6, 7, 8)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]


def known(held: float, seen: int, questions: int, first_try: float) -> Knowledge:
    expected = held + (questions - seen) * first_try
    return Knowledge(
        TODAY, questions, seen, held, first_try, Interval(max(0, expected - 9), min(questions, expected + 9))
    )


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1), st.floats(0, 1))
def test_the_bar_of_what_is_known_holds_its_numbers_in_proportion(
    seen: int, unseen: int, share: float, first_try: float
) -> None:
    questions = seen + unseen
    bar = span(known(share * seen, seen, questions, first_try))
    assert 0 <= bar.held <= bar.held + bar.luck <= BANK + 0.2
    assert 0 <= bar.low <= bar.high <= BANK
    if questions:
        assert bar.held * questions / BANK == pytest.approx(share * seen, abs=0.06)
        assert bar.low - 0.1 <= bar.held + bar.luck <= bar.high + 0.1


def test_the_curve_stands_where_predicted_and_recalled_meet() -> None:
    bins = [Bin(0.6, 0.7, 40, 0.65, 30), Bin(0.9, 1.0, 60, 0.95, 57)]
    drawn = curve(bins)
    assert drawn.first == 0.5
    low, high = drawn.points
    # On the line, from (40, 260) to (280, 20), lies what came as predicted.
    assert high.x - 40 == pytest.approx(260 - high.y)
    assert low.x - 40 < 260 - low.y
    for point, (row, interval) in zip(drawn.points, drawn.rows, strict=True):
        assert point.top <= point.y <= point.bottom
        assert interval == wilson(row.came_true, row.predictions, level=0.8)
    assert curve([*bins, Bin(0.2, 0.3, 40, 0.25, 5)]).first == 0.0
    assert curve([]).points == []


def test_probes_stand_side_by_side_the_first_on_the_left() -> None:
    moment = datetime(2026, 11, 25, tzinfo=UTC)
    probes = [Probe(uuid4(), moment, 90, number % 9, (0.75,) * 8) for number in range(30)]
    marks = probe_marks(probes)
    assert marks[-1].title == "knew 0 of 8, predicted 6.0"
    for mark in marks:
        assert 40 <= mark.left < mark.x < mark.right <= PROBES[0] + 4
        assert 10 <= mark.top <= mark.y <= mark.bottom <= 160
        assert mark.predicted == pytest.approx(160 - 0.75 * 150)
    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
