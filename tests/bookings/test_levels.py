"""How much is in use when."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from bookings.levels import levels, most_at_once, stretches_of
from tests.conftest import NOW


def at(hour):
    return NOW + timedelta(hours=hour)


def use(start, end, amount=1):
    return at(start), at(end), amount


@pytest.mark.parametrize(
    ("uses", "window", "most"),
    [
        ([], (0, 9), 0),
        ([use(0, 2), use(2, 4)], (0, 4), 1),
        ([use(0, 3), use(2, 4)], (0, 4), 2),
        ([use(0, 3), use(2, 4)], (3, 4), 1),
        ([use(0, 2)], (2, 4), 0),
        ([use(0, 4, 10), use(1, 2, 5)], (1, 3), 15),
        ([use(0, 4, 10), use(1, 2, 5)], (2, 3), 10),
    ],
)
def test_most_at_once_counts_what_overlaps_and_not_what_touches(uses, window, most):
    assert most_at_once(uses, *map(at, window)) == most


def test_stretches_of_two_at_once():
    assert stretches_of([use(0, 3), use(1, 2), use(5, 6)], 2) == [(at(1), at(2))]


SPANS = st.tuples(st.integers(0, 20), st.integers(1, 8), st.integers(1, 5)).map(
    lambda one: use(one[0], one[0] + one[1], one[2])
)


@given(st.lists(SPANS, max_size=8))
def test_levels_equal_a_count_at_every_moment(uses):
    found = list(levels(uses))

    assert all(one[1] == other[0] for one, other in pairwise(found))
    for start, _end, level in found:
        assert level == sum(amount for begins, until, amount in uses if begins <= start < until)
