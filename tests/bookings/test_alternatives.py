from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bookings.alternatives import MOST_OF, Candidate, Cost, Kind, next_days, overlaps, shifts, shortened, suggest

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def room(pk, *, spare=0, buffer=0, spaces=None, **facts):
    minutes = timedelta(minutes=buffer)
    return Candidate(pk, frozenset(spaces or {pk}), setup=minutes, teardown=minutes, spare_seats=spare, **facts)


def asked(candidates, taken, *, earliest=NINE - 2 * HOUR, start=NINE, own=1, length=HOUR, days=()):
    return suggest(
        own_room=own,
        start=start,
        end=start + length,
        candidates=candidates,
        taken=taken,
        earliest=earliest,
        days=days,
    )


def of_kind(kind, *args, **options):
    return [each for each in asked(*args, **options) if each.kind == kind]


def same_time(*args, **options):
    return [each.room_id for each in of_kind(Kind.OTHER_ROOM, *args, **options)]


def shifted(*args, **options):
    return [(each.room_id, each.cost.minutes_shifted) for each in of_kind(Kind.SHIFTED, *args, **options)]


def shorter(*args, **options):
    found = of_kind(Kind.SHORTER, *args, **options)
    return [(each.room_id, (each.start - NINE) // QUARTER, each.cost.minutes_lost) for each in found]


def test_overlap_is_half_open():
    assert not overlaps(NINE, NINE + HOUR, [(NINE - HOUR, NINE), (NINE + HOUR, NINE + 2 * HOUR)])
    assert overlaps(NINE, NINE + HOUR, [(NINE + HOUR - timedelta(seconds=1), NINE + 2 * HOUR)])


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"spare": 2}, {"spare": 30}),
        ({"spare": 2, "moves_tables": True}, {"spare": 3}),
        ({"spare": 2}, {"spare": 2, "moves_tables": True}),
        ({"spare": 2, "is_other_floor": True}, {"spare": 2, "moves_tables": True}),
        ({"spare": 2}, {"spare": 2, "is_other_floor": True}),
    ],
)
def test_other_rooms_at_the_same_time_come_best_fit_first(better, worse):
    taken = {1: [(NINE - 3 * HOUR, NINE + 5 * HOUR)]}

    assert same_time([room(1), room(2, **worse), room(3, **better)], taken) == [3, 2]
    assert same_time([room(1), room(2, **better), room(3, **worse)], taken) == [2, 3]


def test_other_rooms_of_equal_fit_come_in_the_order_of_their_numbers():
    assert same_time([room(3), room(2), room(4)], {}) == [2, 3, 4]


def test_own_room_shifted_comes_nearest_first_the_earlier_before_the_later():
    taken = {1: [(NINE + QUARTER, NINE + 3 * QUARTER)]}

    assert shifted([room(1)], taken) == [(1, -45), (1, 45), (1, -60)]


def test_buffers_count_on_both_sides():
    taken = {1: [(NINE - HOUR, NINE)]}

    assert shifted([room(1, buffer=30)], taken) == [(1, 30), (1, 45), (1, 60)]


def test_nothing_begins_before_now():
    taken = {1: [(NINE + QUARTER, NINE + 2 * QUARTER)]}

    assert shifted([room(1)], taken, earliest=NINE) == [(1, 30), (1, 45), (1, 60)]
    assert asked([room(1), room(2)], taken, earliest=NINE + 5 * HOUR) == []


def test_other_rooms_shifted_come_after_the_own_one():
    taken = {1: [(NINE - 5 * HOUR, NINE + 90 * timedelta(minutes=1))], 2: [(NINE, NINE + QUARTER)]}
    longer = {**taken, 1: [(NINE - 5 * HOUR, NINE + HOUR)]}

    assert shifted([room(1), room(2)], taken) == [(2, 15), (2, 30), (2, 45)]
    assert shifted([room(1), room(2)], longer) == [(1, 60), (2, 15), (2, 30)]


def test_other_room_free_for_the_whole_time_is_neither_shifted_nor_shortened():
    found = asked([room(1), room(2)], {1: [(NINE - 5 * HOUR, NINE + 5 * HOUR)]})

    assert [(each.kind, each.room_id) for each in found] == [(Kind.OTHER_ROOM, 2)]


def test_own_room_that_is_free_may_be_shifted_but_is_not_shortened():
    assert (shifted([room(1)], {}), shorter([room(1)], {})) == ([(1, -15), (1, 15), (1, -30)], [])


def test_shorter_cuts_the_fewest_minutes_of_the_own_room_before_the_others():
    taken = {
        1: [(NINE + 3 * QUARTER, NINE + 9 * HOUR), (NINE - 9 * HOUR, NINE)],
        2: [(NINE - 9 * HOUR, NINE + QUARTER)],
    }
    taken[2] += [(NINE + HOUR, NINE + 9 * HOUR)]

    assert shorter([room(1), room(2)], taken) == [(1, 0, 15), (2, 1, 15)]


def test_shorter_cuts_at_the_end_before_the_beginning():
    assert list(shortened(NINE, NINE + HOUR)) == [
        (NINE, NINE + 3 * QUARTER),
        (NINE + QUARTER, NINE + HOUR),
        (NINE, NINE + 2 * QUARTER),
        (NINE + 2 * QUARTER, NINE + HOUR),
    ]


def test_shorter_never_halves_a_meeting_of_a_quarter():
    assert list(shortened(NINE, NINE + QUARTER)) == []


def test_another_day_takes_the_own_room_where_it_is_free_and_else_the_best():
    days = [(NINE + number * DAY, NINE + number * DAY + HOUR) for number in (1, 2, 3)]
    taken = {1: [(NINE - HOUR, NINE + 26 * HOUR)], 2: [(NINE - HOUR, NINE + 2 * HOUR)]}

    found = of_kind(Kind.ANOTHER_DAY, [room(1), room(2, spare=5)], taken, days=days)

    assert [(each.room_id, each.cost.days_later) for each in found] == [(2, 1), (1, 2)]
    assert [each.cost.minutes_shifted for each in found] == [0, 0]


def test_joined_hall_is_told_apart():
    found = asked(
        [room(1), room(2, spaces={2, 3}, spare=20, is_joined=True), room(4, spare=30)], {1: [(NINE, NINE + HOUR)]}
    )

    assert [(each.kind, each.room_id) for each in found[:2]] == [(Kind.OTHER_ROOM, 4), (Kind.JOINED, 2)]


def test_joined_hall_needs_all_its_spaces():
    hall = room(2, spaces={2, 3}, is_joined=True)

    assert of_kind(Kind.JOINED, [hall], {3: [(NINE, NINE + QUARTER)]}) == []


def test_less_comes_last_with_what_is_missing():
    short = room(3, spare=-2)
    bare = room(4, missing=("recording",))

    found = asked([bare, short, room(2)], {})

    assert [(each.kind, each.room_id) for each in found] == [(Kind.OTHER_ROOM, 2), (Kind.LESS, 3), (Kind.LESS, 4)]
    assert (found[1].cost.spare_seats, found[2].cost.missing) == (-2, ("recording",))


def test_less_is_never_shifted_shortened_or_put_off():
    taken = {1: [(NINE, NINE + QUARTER)]}
    days = [(NINE + DAY, NINE + DAY + HOUR)]

    assert asked([room(1, spare=-1)], taken, days=days) == []


def test_costs_are_those_of_the_room_and_the_time():
    taken = {1: [(NINE, NINE + QUARTER)]}
    facts = {"moves_tables": True, "is_other_floor": True}

    (found,) = of_kind(Kind.OTHER_ROOM, [room(1), room(2, spare=4, **facts)], taken)
    later = of_kind(Kind.SHIFTED, [room(1)], taken)[0]

    assert found.cost == Cost(spare_seats=4, **facts)
    assert later.cost == Cost(minutes_shifted=15)


def test_no_more_of_a_kind_than_are_worth_reading():
    candidates = [room(pk, spare=pk) for pk in range(1, 10)]
    taken = {1: [(NINE, NINE + QUARTER)]}

    found = [(each.room_id, each.cost.minutes_shifted) for each in asked(candidates, taken)]

    assert found[:7] == [(2, 0), (3, 0), (4, 0), (5, 0), (1, 15), (1, 30), (1, 45)]


def test_without_a_wanted_room_every_room_is_another():
    taken = {1: [(NINE, NINE + QUARTER)], 2: [(NINE, NINE + QUARTER)]}

    assert same_time([room(1), room(2), room(3)], taken, own=None) == [3]
    assert shifted([room(1), room(2)], taken, own=None) == [(1, 15), (2, 15), (1, 30)]


def test_shifts_reach_an_hour_each_way():
    assert [int(shift.total_seconds() // 60) for shift in shifts()] == [-15, 15, -30, 30, -45, 45, -60, 60]


def days_after(start, length=HOUR, zone=SHANGHAI, is_working=lambda on: on.weekday() < 5):
    return next_days(start, start + length, zone=zone, is_working=is_working)


def test_next_days_leave_out_days_off():
    thursday = NINE + 3 * DAY

    assert [(start - thursday) // DAY for start, _ in days_after(thursday)] == [1, 4, 5, 6, 7]


def test_next_days_do_not_search_beyond_a_long_holiday():
    assert days_after(NINE, is_working=lambda on: False) == []


@pytest.mark.parametrize(
    ("wall", "utc"),
    [("2026-10-30T09:00", "2026-11-02T14:00+00:00"), ("2027-03-12T09:00", "2027-03-15T13:00+00:00")],
)
def test_next_days_keep_the_wall_clock_over_a_change(wall, utc):
    friday = datetime.fromisoformat(wall).replace(tzinfo=NEW_YORK)

    assert days_after(friday, zone=NEW_YORK)[0][0] == datetime.fromisoformat(utc)


def test_next_days_leave_out_a_time_the_clock_does_not_show():
    saturday = datetime(2027, 3, 13, 2, 30, tzinfo=NEW_YORK)

    found = days_after(saturday, zone=NEW_YORK, is_working=lambda on: True)

    # On the 14th the clock goes from 02:00 to 03:00.
    assert [start.astimezone(NEW_YORK).day for start, _ in found] == [15, 16, 17, 18, 19]


SPANS = st.tuples(st.integers(-24, 24), st.integers(1, 16)).map(
    lambda pair: (NINE + pair[0] * QUARTER, NINE + sum(pair) * QUARTER)
)
TAKEN = st.dictionaries(st.integers(1, 6), st.lists(SPANS, max_size=4), max_size=6)
ROOMS = st.lists(
    st.builds(
        room,
        st.integers(1, 6),
        spare=st.integers(-3, 20),
        buffer=st.sampled_from([0, 15, 30]),
        spaces=st.sets(st.integers(1, 6), min_size=1, max_size=2),
        moves_tables=st.booleans(),
        is_joined=st.booleans(),
        missing=st.sampled_from([(), ("recording",)]),
    ),
    max_size=6,
    unique_by=lambda each: each.room_id,
)


@given(
    rooms=ROOMS, taken=TAKEN, own=st.integers(1, 6) | st.none(), quarters=st.integers(1, 12), late=st.integers(-8, 8)
)
def test_suggestions_are_free_ranked_and_the_same_each_time(rooms, taken, own, quarters, late):
    options = {"own": own, "length": quarters * QUARTER, "earliest": NINE + late * QUARTER}
    options["days"] = [(NINE + number * DAY, NINE + number * DAY + quarters * QUARTER) for number in (1, 2)]

    found = asked(rooms, taken, **options)

    by_id = {each.room_id: each for each in rooms}
    for each in found:
        assert by_id[each.room_id].is_free(each.start, each.end, taken)
        assert options["earliest"] <= each.start < each.end
        assert by_id[each.room_id].suits or each.kind is Kind.LESS
        assert (each.end - each.start) + timedelta(minutes=each.cost.minutes_lost) == options["length"]
    kinds = [each.kind for each in found]
    assert kinds == sorted(kinds, key=list(MOST_OF).index)
    assert all(kinds.count(kind) <= most for kind, most in MOST_OF.items())
    assert len({(each.room_id, each.start, each.end) for each in found}) == len(found)
    assert asked(list(reversed(rooms)), taken, **options) == found
