"""A person's shifts in their duty feed: stable names, rising numbers, gone when they are gone."""

from datetime import timedelta

import pytest

from staff.models import Shift
from staff.roles import Role
from staff.services.rosters import move_shift
from staff.services.shifts import change_shift, create_shift, remove_shift
from tests.bookings.feeds.reading import feed_for
from tests.factories import make_user

HOUR = timedelta(hours=1)


@pytest.fixture
def work(server, site, now):
    def make(**facts):
        start = now + 24 * HOUR
        return create_shift(user=server, site=site, start=start, end=start + 8 * HOUR, actor=None, now=now, **facts)

    return make


@pytest.fixture
def feed(server, now):
    return feed_for(server, now, "service")


def shifts_in(events):
    return {
        uid: (int(each["sequence"]), str(each["status"]), each["dtstart"].dt)
        for uid, each in events.items()
        if uid.startswith("shift-")
    }


def test_a_published_shift_is_in_and_a_draft_is_not(work, feed, entries, server):
    shift = work()
    create = shifts_in(entries(feed))
    Shift.objects.update(is_draft=True)

    assert create == {f"shift-{shift.pk}-{server.pk}": (1, "CONFIRMED", shift.during.lower)}
    assert shifts_in(entries(feed)) == {}


def test_a_change_keeps_the_name_and_raises_the_number(work, feed, entries, manager, now):
    shift = work()
    before = shifts_in(entries(feed))
    start = shift.during.lower + HOUR
    change_shift(shift_id=shift.pk, start=start, end=shift.during.upper, actor=manager, now=now)

    after = shifts_in(entries(feed))

    assert list(before) == list(after)
    assert next(iter(after.values())) == (2, "CONFIRMED", start)


def test_a_removed_shift_is_cancelled_under_its_name(work, feed, entries, manager, now):
    shift = work()
    (name,) = shifts_in(entries(feed))
    remove_shift(shift_id=shift.pk, actor=manager, now=now)

    assert shifts_in(entries(feed)) == {name: (2, "CANCELLED", shift.during.lower)}


def test_a_shift_passed_on_is_cancelled_for_the_one_new_for_the_other_and_back_again(
    work, feed, entries, server, site, manager, now
):
    shift = work()
    other = make_user("staff2", Role.SERVICE_STAFF, site=site)
    theirs, on = feed_for(other, now, "service"), shift.during.lower.date()

    move_shift(shift_id=shift.pk, user=other, on=on, actor=manager, now=now)
    assert [each[:2] for each in shifts_in(entries(feed)).values()] == [(2, "CANCELLED")]
    assert [each[:2] for each in shifts_in(entries(theirs)).values()] == [(3, "CONFIRMED")]

    move_shift(shift_id=shift.pk, user=server, on=on, actor=manager, now=now)
    assert [each[:2] for each in shifts_in(entries(feed)).values()] == [(5, "CONFIRMED")]
    assert [each[:2] for each in shifts_in(entries(theirs)).values()] == [(4, "CANCELLED")]


def test_a_removed_draft_was_never_there(work, feed, entries, manager, now):
    remove_shift(shift_id=work(is_draft=True).pk, actor=manager, now=now)

    assert shifts_in(entries(feed)) == {}
