"""Usual shifts: their times on a day, and the ones a site begins with."""

from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from rooms.services.sites import create_site
from staff.errors import StaffError
from staff.models import Shift, ShiftPattern
from staff.pattern_times import are_apart, spans_on, stored_walls, walls_of
from staff.services.patterns import add_pattern, add_usual_patterns, change_pattern
from staff.services.rosters import place_pattern

BERLIN = ZoneInfo("Europe/Berlin")


def hours(walls, on, zone=BERLIN):
    return [round((end - start).total_seconds() / 3600, 2) for start, end in spans_on(walls_of(walls), on, zone)]


@pytest.mark.parametrize(
    ("on", "night"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 11, 23), 8)], ids=str
)
def test_a_night_over_midnight_is_as_long_as_its_clock_change_makes_it(on, night):
    assert hours([["22:00", "06:00"]], on) == [night]


def test_times_within_the_skipped_hour_make_no_shift():
    assert hours([["02:00", "03:00"], ["08:00", "12:00"]], date(2026, 3, 29)) == [4]


def test_an_end_at_its_beginning_is_a_day_later():
    assert hours([["08:00", "08:00"]], date(2026, 11, 23)) == [24]


@pytest.mark.parametrize(
    ("walls", "apart"),
    [
        ([["08:00", "12:00"], ["12:00", "16:00"]], True),
        ([["08:00", "12:00"], ["11:59", "16:00"]], False),
        ([["22:00", "06:00"], ["06:00", "08:00"]], True),
        ([["22:00", "06:00"], ["05:00", "08:00"]], False),
        ([["08:00", "08:00"], ["20:00", "21:00"]], False),
        ([], True),
    ],
)
def test_times_that_meet_are_known_over_midnight_as_well(walls, apart):
    assert are_apart(walls_of(walls)) is apart


WALLS = st.times().map(lambda each: time(each.hour, each.minute))


@given(st.lists(st.tuples(WALLS, WALLS), max_size=3))
def test_times_stored_and_read_are_the_same(walls):
    assert walls_of(stored_walls(walls)) == walls


@given(st.lists(st.tuples(WALLS, WALLS), min_size=2, max_size=3), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_times_that_are_apart_make_shifts_that_do_not_overlap(walls, on):
    """A day without a clock change at least; the table refuses the rest."""
    spans = sorted(spans_on(walls, on, ZoneInfo("Asia/Shanghai")))

    if are_apart(walls):
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_a_new_site_begins_with_the_usual_shifts(administrator, now):
    site = create_site(
        fields={"code": "SZ", "name_zh_hans": "深圳", "time_zone": "Asia/Shanghai"},
        hours={},
        actor=administrator,
        now=now,
    )

    codes = list(ShiftPattern.objects.filter(site=site).values_list("code", "is_on_call"))

    assert codes == [("early", False), ("late", False), ("split", False), ("weekend", False), ("on-call", True)]
    assert ShiftPattern.objects.get(site=site, code="early").spans == [["07:45", "16:15"]]


def test_usual_patterns_come_once(site):
    assert [add_usual_patterns(site=site), add_usual_patterns(site=site)] == [5, 0]


def test_a_code_stands_once_at_a_site(site, manager, now):
    fields = {"code": "night", "name_zh_hans": "夜班", "spans": [["22:00", "06:00"]]}
    first = add_pattern(site=site, fields=fields, actor=manager, now=now)
    other = add_pattern(site=site, fields=fields | {"code": "noon"}, actor=manager, now=now)

    with pytest.raises(StaffError) as refused:
        change_pattern(pattern_id=other.pk, fields={"code": "night"}, actor=manager, now=now)

    assert refused.value.code == "pattern_code_taken"
    assert (first.place, other.place) == (0, 1)


def test_a_split_pattern_puts_both_its_shifts_on_the_day(site, server, manager, now):
    add_usual_patterns(site=site)
    split = ShiftPattern.objects.get(site=site, code="split")

    place_pattern(pattern=split, user=server, on=date(2026, 11, 24), actor=manager, now=now)

    shifts = Shift.objects.order_by("during")
    assert [(f"{each.during.lower:%d %H:%M}", f"{each.during.upper:%d %H:%M}") for each in shifts] == [
        ("23 23:45", "24 04:00"),
        ("24 08:30", "24 12:00"),
    ]
    assert {each.pattern_id for each in shifts} == {split.pk}


def test_on_call_over_midnight_is_no_shift_at_work(site, server, manager, now):
    add_usual_patterns(site=site)
    call = ShiftPattern.objects.get(site=site, code="on-call")

    (shift,) = place_pattern(pattern=call, user=server, on=date(2026, 11, 24), actor=manager, now=now)

    assert shift.is_on_call
    assert shift.during.upper == datetime(2026, 11, 24, 23, 45, tzinfo=UTC)
    assert not Shift.objects.on_duty().exists()


def test_a_pattern_out_of_use_is_refused(site, server, manager, now):
    pattern = ShiftPattern.objects.create(site=site, code="x", spans=[["08:00", "12:00"]], is_active=False)

    with pytest.raises(StaffError) as refused:
        place_pattern(pattern=pattern, user=server, on=date(2026, 11, 24), actor=manager, now=now)

    assert refused.value.code == "pattern_out_of_use"
