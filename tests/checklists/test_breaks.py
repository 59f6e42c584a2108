"""Breaks of a shift: laid where nothing falls due, missing ones said, never more work in one stretch than allowed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from checklists.breaks import Break, breaks_of, merged

DAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(hours, minutes=0):
    return DAY + hours * HOUR + minutes * MINUTE


def pauses(*busy, shift=(8, 17), after=4, length=20):
    spans = [(at(*begins), at(*ends)) for begins, ends in busy]
    terms = {"after": after * HOUR, "length": length * MINUTE}
    return breaks_of((at(shift[0]), at(shift[1])), spans, **terms)


def clocks(found):
    return [f"{each.start:%H:%M}–{each.end:%H:%M}{' missing' if each.is_missing else ''}" for each in found]


def test_a_free_shift_has_its_breaks_after_three_quarters_of_the_longest_stretch():
    assert clocks(pauses()) == ["11:00–11:20", "14:20–14:40"]


def test_a_short_shift_needs_none():
    assert pauses(shift=(8, 12)) == []
    assert clocks(pauses(shift=(8, 13))) == ["11:00–11:20"]


def test_a_break_moves_to_the_nearest_time_when_nothing_falls_due():
    assert clocks(pauses(((10, 30), (11, 35)), shift=(8, 13))) == ["11:35–11:55"]
    assert clocks(pauses(((10, 50), (12, 30)), shift=(8, 13))) == ["10:30–10:50"]


def test_a_gap_too_short_is_no_break():
    busy = (((9, 20), (10, 0)), ((10, 15), (12, 30)))
    assert clocks(pauses(*busy, shift=(8, 13))) == ["12:00–12:20 missing"]


def test_without_a_rule_there_is_none():
    assert pauses(after=0) == []
    assert pauses(length=0) == []


def test_touching_and_overlapping_spans_are_one():
    spans = [(at(10), at(11)), (at(8), at(9)), (at(9), at(9, 30)), (at(10, 30), at(10, 45))]

    assert list(merged(spans)) == [(at(8), at(9, 30)), (at(10), at(11))]


minutes = st.integers(0, 24 * 60)


@given(
    busy=st.lists(st.tuples(minutes, st.integers(1, 240)), max_size=12),
    begins=st.integers(0, 12 * 60),
    lasts=st.integers(1, 12 * 60),
    after=st.integers(30, 480),
    length=st.integers(5, 60),
)
def test_no_stretch_is_longer_than_allowed_and_no_break_meets_work(busy, begins, lasts, after, length):
    spans = [(DAY + start * MINUTE, DAY + (start + count) * MINUTE) for start, count in busy]
    shift = (DAY + begins * MINUTE, DAY + (begins + lasts) * MINUTE)

    found = breaks_of(shift, spans, after=after * MINUTE, length=length * MINUTE)

    edges = [shift[0], *(moment for each in found for moment in (each.start, each.end)), shift[1]]
    assert edges == sorted(edges)
    # A break begins at the latest when the stretch is at its longest, or within its own length after it.
    stretches = zip(edges[::2], edges[1::2], strict=True)
    assert all(until - since <= (after + length) * MINUTE for since, until in stretches)
    for each in found:
        assert each.is_missing or not any(start < each.end and end > each.start for start, end in spans)


@pytest.mark.parametrize("length", [20, 45])
def test_a_break_stays_inside_its_shift(length):
    found = pauses(((8, 0), (12, 0)), shift=(8, 12.1), length=length)

    assert all(isinstance(each, Break) and each.end <= at(12.1) for each in found)
