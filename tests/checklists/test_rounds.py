from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from checklists.planner import Facts, compile_plan
from checklists.rounds import Breach, Rhythm, Round, breaches, is_same_round, next_round, rhythm_of, rounds_done
from checklists.standards import shipped_standard
from tests.checklists.sample_meetings import HQ

POURED = datetime(2026, 11, 23, 0, 50, tzinfo=UTC)
REFILL = Rhythm(every_minutes=15, limit_minutes=20, anchor_at=POURED, first_due_at=POURED + timedelta(minutes=15))
TEMPERATURE = Rhythm(
    every_minutes=30, limit_minutes=None, anchor_at=POURED, first_due_at=POURED + timedelta(minutes=30)
)


def after(minutes):
    return POURED + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("ticked", "number", "due", "limit"),
    [
        ([], 1, 15, 20),
        ([15], 2, 30, 35),
        ([12], 2, 27, 32),  # early: the next follows the tick, not the plan
        ([19], 2, 34, 39),
        ([15, 30], 3, 45, 50),
        ([30, 15], 3, 45, 50),  # the order of receipt does not matter
        ([15, 95], 3, 110, 115),  # missed rounds are not made up
        ([15, 16], 2, 31, 36),  # two people, one round
        ([15, 15], 2, 30, 35),
        ([15, 17, 19], 3, 34, 39),
        ([-5], 2, 15, 20),  # ticked before the drinks were poured
        ([200], 2, 215, 220),  # beyond the booked end
    ],
)
def test_next_round_follows_the_last_tick(ticked, number, due, limit):
    ticks = [after(minutes) for minutes in ticked]

    assert next_round(REFILL, ticks) == Round(number, after(due), after(limit))


@pytest.mark.parametrize(("settled", "number"), [(0, 2), (1, 2), (2, 3), (7, 8)])
def test_next_round_never_gives_a_number_twice(settled, number):
    """Done, and the next skipped a minute later: by the clock one round, by number two."""
    ticks = [after(15), after(16)]

    assert next_round(REFILL, ticks, settled=settled) == Round(number, after(31), after(36))


def test_next_round_without_limit_has_none():
    assert next_round(TEMPERATURE, [after(31)]) == Round(2, after(61), None)


@pytest.mark.parametrize("ticked", [[], [15], [15, 30]])
def test_next_round_of_ended_meeting_is_none(ticked):
    assert next_round(REFILL, [after(minutes) for minutes in ticked], ended_at=after(40)) is None


@pytest.mark.parametrize(("apart", "is_same"), [(0, True), (2, True), (2.99, True), (3, False), (15, False)])
def test_is_same_round_within_a_fifth_of_the_interval(apart, is_same):
    assert is_same_round(REFILL, after(15), after(15 + apart)) is is_same
    assert is_same_round(REFILL, after(15 + apart), after(15)) is is_same


def test_rounds_done_two_people_at_each_round_counts_each_once():
    ticks = [after(minutes) for minutes in (15, 15.5, 30, 31, 45)]

    assert rounds_done(REFILL, ticks) == (after(15), after(30), after(45))


@pytest.mark.parametrize(
    ("ticked", "now", "found"),
    [
        ([], 20, []),  # just the limit is none
        ([], 21, [(0, 20, None)]),
        ([15], 35, []),
        ([15], 36, [(15, 35, None)]),
        ([25], 26, [(0, 20, 25)]),  # late, and told for ever
        ([15, 40, 55], 60, [(15, 35, 40)]),
        ([25, 50], 80, [(0, 20, 25), (25, 45, 50), (50, 70, None)]),
        ([20, 40], 50, []),
    ],
)
def test_breaches_of_running_meeting_are_the_gaps_over_the_limit(ticked, now, found):
    ticks = [after(minutes) for minutes in ticked]

    assert breaches(REFILL, ticks, now=after(now)) == expected(found)


@pytest.mark.parametrize(
    ("ticked", "ended", "found"),
    [
        ([], 10, []),
        ([], 50, [(0, 20, 50)]),
        ([15], 35, []),
        ([15], 36, [(15, 35, 36)]),
        ([15, 70], 50, [(15, 35, 50)]),  # a tick after the end closes nothing
    ],
)
def test_breaches_of_ended_meeting_close_at_its_end(ticked, ended, found):
    ticks = [after(minutes) for minutes in ticked]

    assert breaches(REFILL, ticks, now=after(600), ended_at=after(ended)) == expected(found)


def test_breaches_end_set_in_the_future_stays_open():
    assert breaches(REFILL, [], now=after(25), ended_at=after(60)) == expected([(0, 20, None)])


def test_breaches_of_meeting_ending_this_moment_close_with_it():
    assert breaches(REFILL, [], now=after(36), ended_at=after(36)) == expected([(0, 20, 36)])


def test_breaches_without_limit_are_none():
    assert breaches(TEMPERATURE, [], now=after(500)) == ()


def test_breach_tells_its_length_and_how_far_over():
    running = Breach(after(0), after(20))
    closed = Breach(after(0), after(20), after(26))

    assert (running.length(after(31)), running.over(after(31))) == (timedelta(minutes=31), timedelta(minutes=11))
    assert (closed.length(after(99)), closed.over(after(99))) == (timedelta(minutes=26), timedelta(minutes=6))


def test_rhythm_of_planned_refill_counts_from_the_pouring():
    facts = Facts(start_at=after(10), end_at=after(130), tea=True)

    plan = {step.item: step for step in compile_plan(shipped_standard(), facts, HQ)}

    assert rhythm_of(plan["U1"]) == REFILL
    assert rhythm_of(plan["P13"]) is None


def expected(found):
    return tuple(
        Breach(after(since), after(limit), None if until is None else after(until)) for since, limit, until in found
    )


tick_times = st.lists(st.integers(0, 240).map(after), max_size=20)


@given(tick_times)
def test_next_round_is_never_due_within_the_interval_of_a_tick(ticks):
    due_at = next_round(REFILL, ticks).due_at

    assert all(due_at - tick >= timedelta(minutes=15) for tick in ticks)


@given(tick_times, st.randoms())
def test_next_round_and_breaches_do_not_depend_on_the_order_of_receipt(ticks, lots):
    shuffled = lots.sample(ticks, len(ticks))

    assert next_round(REFILL, shuffled) == next_round(REFILL, ticks)
    assert breaches(REFILL, shuffled, now=after(300)) == breaches(REFILL, ticks, now=after(300))


@given(tick_times)
def test_breaches_cover_every_gap_over_the_limit_and_nothing_else(ticks):
    edges = [after(0), *sorted(ticks), after(300)]
    gaps = [until - since for since, until in pairwise(edges)]

    found = breaches(REFILL, ticks, now=after(300), ended_at=after(300))

    assert [each.length(after(300)) for each in found] == [gap for gap in gaps if gap > timedelta(minutes=20)]
