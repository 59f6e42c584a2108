from datetime import date

import pytest

from feedback.figures.charts import BOTTOM, TOP, Datum, bar_chart, ceiling, hour_strip, line_chart
from feedback.figures.measures import Share
from feedback.figures.spans import named_span, span_before

MONDAY = date(2026, 11, 23)


def data(*values):
    return [Datum(str(number), value, f"{number}={value}") for number, value in enumerate(values)]


def test_line_chart_unknown_value_is_a_gap():
    chart = line_chart(data(1, 0.5, None, 0))

    assert [(point.y, point.text) for point in chart.points] == [(TOP, "0=1"), (85.0, "1=0.5"), (BOTTOM, "3=0")]
    # The last one stands alone: a dot without a line.
    assert chart.lines == ("12.50,0.0 37.50,50.0",)


def test_line_chart_points_lie_in_the_middle_of_their_days():
    assert [point.x for point in line_chart(data(1, 1)).points] == [28.5, 75.5]


def test_bar_chart_scales_to_the_largest_and_leaves_noughts_out():
    chart = bar_chart(data(0, 5, 10))

    assert [(bar.y, bar.height) for bar in chart.points] == [(85.0, 75.0), (10.0, 150.0)]
    assert [tick.label for tick in chart.up] == ["0", "5", "10"]


@pytest.mark.parametrize(("largest", "top"), [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (99, 100), (101, 200)])
def test_ceiling_is_round_and_halves(largest, top):
    assert ceiling(largest) == top


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (11, 11), (12, 6), (31, 11), (400, 11)])
def test_chart_labels_never_crowd(count, shown):
    assert len(line_chart(data(*[1] * count)).across) == shown


def test_empty_charts_have_no_marks():
    assert line_chart([]).points == bar_chart([]).points == hour_strip([]) == ()


def test_hour_strip_the_worst_hour_is_the_tallest():
    cells = hour_strip([("08", 4, "a"), ("09", 0, "b"), ("10", 2, "c")])

    assert [(cell.height, cell.label) for cell in cells] == [(40.0, "08"), (0.0, "09"), (20.0, "10")]


@pytest.mark.parametrize(
    ("name", "today", "span", "before"),
    [
        ("today", MONDAY, ("11-23", "11-23"), ("11-22", "11-22")),
        ("week", MONDAY, ("11-23", "11-23"), ("11-16", "11-16")),
        ("week", date(2026, 11, 29), ("11-23", "11-29"), ("11-16", "11-22")),
        ("month", MONDAY, ("11-01", "11-23"), ("10-01", "10-23")),
        ("month", date(2026, 3, 31), ("03-01", "03-31"), ("02-01", "02-28")),
        ("last_month", date(2026, 3, 1), ("02-01", "02-28"), ("01-01", "01-31")),
    ],
)
def test_spans_and_what_they_are_compared_with(name, today, span, before):
    found = named_span(name, today)

    assert [f"{on:%m-%d}" for on in found] == list(span)
    assert [f"{on:%m-%d}" for on in span_before(name, *found)] == list(before)


def test_last_month_after_a_leap_day_ends_on_it():
    assert named_span("last_month", date(2028, 3, 15)) == (date(2028, 2, 1), date(2028, 2, 29))


def test_own_dates_are_compared_with_as_many_days_before():
    assert span_before("own", date(2026, 1, 3), date(2026, 1, 12)) == (date(2025, 12, 24), date(2026, 1, 2))


def test_share_is_cut_not_rounded():
    assert Share(999_999, 1_000_000).percent == 99.9
    assert Share(2, 3).percent == 66.6
    assert Share().percent is None
