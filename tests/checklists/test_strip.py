from datetime import timedelta

import pytest

from checklists.selectors.rundown import SheetRoom
from checklists.strip import MOST_ROOMS, fitting, strip_chart
from tests.checklists.test_rundown import START, meeting, sheet


def test_strip_chart_quiet_day_shows_eight_to_eighteen():
    chart = strip_chart(sheet())

    assert [hour.label for hour in chart.hours] == [f"{hour:02}" for hour in range(8, 19)]
    assert (chart.hours[0].x, chart.hours[-1].x) == (74.0, 1000.0)


def test_strip_chart_early_and_late_meetings_widen_it():
    early = meeting(start=START - timedelta(hours=3), occupied_from=START - timedelta(hours=3, minutes=30))
    late = meeting(end=START + timedelta(hours=11), occupied_until=START + timedelta(hours=11, minutes=30))

    chart = strip_chart(sheet(early, late))

    assert (chart.hours[0].label, chart.hours[-1].label) == ("05", "21")


def test_strip_chart_meeting_past_midnight_ends_at_the_edge():
    chart = strip_chart(sheet(meeting(end=START + timedelta(hours=17), occupied_until=START + timedelta(hours=18))))

    (block,) = chart.lines[0].blocks
    assert chart.hours[-1].label == "00"
    assert (block.until_x, block.teardown_width) == (1000.0, 0.0)


def test_strip_chart_block_stands_between_its_sides():
    chart = strip_chart(sheet(meeting(30)))

    (block,) = chart.lines[0].blocks
    hour = (1000 - 74) / 10
    assert (block.x, block.width) == (pytest.approx(74 + hour, abs=0.1), pytest.approx(2 * hour, abs=0.1))
    assert (block.setup_width, block.teardown_width) == (
        pytest.approx(hour / 2, abs=0.1),
        pytest.approx(hour / 2, abs=0.1),
    )
    assert block.label == "09:00 季度总结会"


def test_strip_chart_many_rooms_leave_the_free_ones_out():
    used = SheetRoom("108", "", "", (meeting(),))
    free = tuple(SheetRoom(f"2{number:02}", "", "", ()) for number in range(MOST_ROOMS))

    chart = strip_chart(sheet(meeting(), rooms=(used, *free)))

    assert ([line.code for line in chart.lines], chart.left_out) == (["108"], MOST_ROOMS)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("09:00 季度会", 200, "09:00 季度会"),
        ("09:00 季度总结会", 60, "09:00 季度…"),
        ("09:00 季度会", 15, ""),
    ],
)
def test_fitting_text_is_cut_to_its_width(text, width, shown):
    assert fitting(text, width) == shown
