from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizzes.insights.pictures import bar_chart, heat_map, level_of, round_step

TODAY = date(2026, 11, 25)  # a Wednesday


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
