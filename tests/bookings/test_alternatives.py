from datetime import UTC, datetime, timedelta

from bookings.alternatives import Candidate, overlaps, shifts, suggest

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def room(pk, *, spare=0, buffer=0):
    minutes = timedelta(minutes=buffer)
    return Candidate(pk, frozenset({pk}), setup=minutes, teardown=minutes, spare_seats=spare)


def suggested(candidates, taken, *, earliest=NINE - 2 * HOUR, start=NINE):
    found = suggest(own_room=1, start=start, end=start + HOUR, candidates=candidates, taken=taken, earliest=earliest)
    return [(each.room_id, int(each.shift.total_seconds() // 60)) for each in found]


def test_overlap_is_half_open():
    assert not overlaps(NINE, NINE + HOUR, [(NINE - HOUR, NINE), (NINE + HOUR, NINE + 2 * HOUR)])
    assert overlaps(NINE, NINE + HOUR, [(NINE + HOUR - timedelta(seconds=1), NINE + 2 * HOUR)])


def test_other_rooms_at_the_same_time_come_best_fit_first():
    candidates = [room(1), room(2, spare=30), room(3, spare=2), room(4, spare=30)]
    taken = {1: [(NINE - 3 * HOUR, NINE + 5 * HOUR)]}

    assert suggested(candidates, taken)[:3] == [(3, 0), (2, 0), (4, 0)]


def test_own_room_shifted_comes_nearest_first_the_earlier_before_the_later():
    taken = {1: [(NINE + QUARTER, NINE + 3 * QUARTER)]}

    assert suggested([room(1)], taken) == [(1, -45), (1, 45), (1, -60), (1, 60)]


def test_buffers_count_on_both_sides():
    taken = {1: [(NINE - HOUR, NINE)]}

    assert suggested([room(1, buffer=30)], taken) == [(1, 30), (1, 45), (1, 60)]


def test_nothing_begins_before_now():
    taken = {1: [(NINE + QUARTER, NINE + 2 * QUARTER)]}

    assert suggested([room(1)], taken, earliest=NINE) == [(1, 30), (1, 45), (1, 60)]


def test_other_rooms_shifted_fill_up():
    taken = {1: [(NINE - 5 * HOUR, NINE + 5 * HOUR)], 2: [(NINE, NINE + QUARTER)]}

    assert suggested([room(1), room(2)], taken) == [(2, 15), (2, 30), (2, 45), (2, -60), (2, 60)]


def test_no_more_than_six_and_four_at_the_same_time():
    candidates = [room(pk, spare=pk) for pk in range(1, 10)]
    taken = {1: [(NINE, NINE + QUARTER)]}

    assert suggested(candidates, taken) == [(2, 0), (3, 0), (4, 0), (5, 0), (1, 15), (1, 30)]


def test_shifts_reach_an_hour_each_way():
    assert [int(shift.total_seconds() // 60) for shift in shifts()] == [-15, 15, -30, 30, -45, 45, -60, 60]
