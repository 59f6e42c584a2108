from datetime import UTC, datetime, timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, InvalidBooking, RoomTaken, StateConflict
from bookings.models import BookingLog, Closure, Occupancy
from rooms.models import RoomLog
from staff.models import Notice

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def occupied(booking):
    return [(row.during.lower, row.during.upper) for row in booking.occupancies.all()]


def test_start_an_hour_early_runs(approve_one, server, heard):
    booking = approve_one()
    heard.clear()

    started = services.start_meeting(booking_id=booking.pk, actor=server, now=booking.start_at - HOUR)

    assert (started.status, started.actual_start_at) == ("running", booking.start_at - HOUR)
    assert heard == [("meeting_started", booking.ref)]


def test_start_earlier_than_that_is_refused(approve_one, server):
    booking = approve_one()

    with pytest.raises(BookingError) as caught:
        services.start_meeting(booking_id=booking.pk, actor=server, now=booking.start_at - HOUR - MINUTE)

    assert caught.value.code == "too_early"


def test_start_twice_keeps_the_first_moment(run_one, server, heard):
    booking = run_one()
    heard.clear()
    entries = BookingLog.objects.count()

    again = services.start_meeting(booking_id=booking.pk, actor=server, now=booking.start_at + HOUR)

    assert (again.actual_start_at, heard, BookingLog.objects.count()) == (booking.start_at, [], entries)


def test_start_of_a_request_conflicts(request_one, server):
    booking = request_one()

    with pytest.raises(StateConflict) as caught:
        services.start_meeting(booking_id=booking.pk, actor=server, now=booking.start_at)

    assert caught.value.status == "requested"


def test_extend_takes_the_room_longer(run_one, server, heard):
    booking = run_one()
    heard.clear()
    end = booking.end_at + HOUR

    extended = services.extend_meeting(booking_id=booking.pk, end=end, actor=server, now=booking.end_at - MINUTE)

    assert (extended.end_at, extended.version) == (end, 2)
    assert occupied(extended) == [(booking.start_at - HOUR / 2, end + HOUR / 2)]
    assert heard == [("meeting_extended", booking.ref)]
    assert BookingLog.objects.get(verb="extend").changes == {
        "end_at": [booking.end_at.isoformat(), end.isoformat()],
    }


def test_extend_into_the_next_meeting_is_refused(run_one, approve_one, server):
    booking = run_one()
    following = approve_one(start_at=booking.end_at + HOUR, end_at=booking.end_at + 2 * HOUR)

    with pytest.raises(RoomTaken) as caught:
        services.extend_meeting(
            booking_id=booking.pk, end=booking.end_at + MINUTE, actor=server, now=booking.end_at - MINUTE
        )

    booking.refresh_from_db()
    assert caught.value.conflicts == occupied(following)
    assert occupied(booking) == [(booking.occupied_from, booking.occupied_until)]


def test_extend_to_the_same_end_changes_nothing(run_one, server):
    booking = run_one()

    same = services.extend_meeting(booking_id=booking.pk, end=booking.end_at, actor=server, now=booking.start_at)

    assert same.version == 1
    assert not BookingLog.objects.filter(verb="extend").exists()


@pytest.mark.parametrize(
    ("shift", "code"), [(-MINUTE, "not_later"), (timedelta(hours=23), "lasts_too_long")], ids=["earlier", "too long"]
)
def test_extend_to_an_impossible_end_is_refused(run_one, server, shift, code):
    booking = run_one()

    with pytest.raises(InvalidBooking) as caught:
        services.extend_meeting(booking_id=booking.pk, end=booking.end_at + shift, actor=server, now=booking.start_at)

    assert [fault.code for fault in caught.value.errors["end"]] == [code]


def test_extend_to_a_time_already_past_is_refused(run_one, server):
    booking = run_one()
    end = booking.end_at + MINUTE

    with pytest.raises(InvalidBooking) as caught:
        services.extend_meeting(booking_id=booking.pk, end=end, actor=server, now=end)

    assert [fault.code for fault in caught.value.errors["end"]] == ["in_past"]


def test_end_early_releases_all_but_the_tear_down(run_one, server, heard):
    booking = run_one()
    heard.clear()
    moment = booking.start_at + HOUR

    ended = services.end_meeting(booking_id=booking.pk, actor=server, now=moment)

    assert (ended.status, ended.actual_end_at, ended.end_at) == ("ended", moment, booking.end_at)
    assert occupied(ended) == [(booking.occupied_from, moment + HOUR / 2)]
    assert heard == [("meeting_ended", booking.ref)]


def test_end_late_keeps_what_it_had(run_one, server):
    booking = run_one()

    services.end_meeting(booking_id=booking.pk, actor=server, now=booking.end_at + 2 * HOUR)

    assert occupied(booking) == [(booking.occupied_from, booking.occupied_until)]


def test_end_before_the_set_up_was_due_gives_all_back(approve_one, server):
    booking = approve_one()
    early = booking.start_at - HOUR
    services.start_meeting(booking_id=booking.pk, actor=server, now=early)

    services.end_meeting(booking_id=booking.pk, actor=server, now=early)

    assert occupied(booking) == []


def test_end_twice_keeps_the_first_moment(run_one, server):
    booking = run_one()
    first = services.end_meeting(booking_id=booking.pk, actor=server, now=booking.end_at)

    again = services.end_meeting(booking_id=booking.pk, actor=server, now=booking.end_at + HOUR)

    assert again.actual_end_at == first.actual_end_at


def test_end_of_what_never_ran_conflicts(approve_one, server):
    booking = approve_one()

    with pytest.raises(StateConflict) as caught:
        services.end_meeting(booking_id=booking.pk, actor=server, now=booking.end_at)

    assert caught.value.status == "approved"


def test_end_seen_by_a_slow_clock_is_not_before_the_start(run_one, server):
    booking = run_one()

    ended = services.end_meeting(booking_id=booking.pk, actor=server, now=booking.start_at - MINUTE)

    assert ended.actual_end_at == booking.actual_start_at


def test_close_puts_an_ended_meeting_away(run_one, server):
    booking = run_one()
    services.end_meeting(booking_id=booking.pk, actor=server, now=booking.end_at)

    closed = services.close_booking(booking_id=booking.pk, now=booking.end_at + HOUR)

    assert (closed.status, BookingLog.objects.last().actor) == ("closed", None)


def test_meeting_over_the_clock_change_lasts_its_real_time(approve_one, server, site):
    # In New York 02:00 becomes 03:00 on 14 March 2027: 01:30 to 03:30 on the wall is one hour.
    site.time_zone = "America/New_York"
    site.save()
    start = datetime.fromisoformat("2027-03-14T01:30:00-05:00")
    end = datetime.fromisoformat("2027-03-14T03:30:00-04:00")

    booking = approve_one(start_at=start, end_at=end)

    assert booking.end_at - booking.start_at == HOUR
    assert booking.ref == "HW-20270314-001"
    assert occupied(booking) == [(start.astimezone(UTC) - HOUR / 2, end.astimezone(UTC) + HOUR / 2)]


def test_meeting_on_leap_day_over_midnight_is_of_the_day_it_starts(request_one):
    start = datetime.fromisoformat("2028-02-29T23:00:00+08:00")

    assert request_one(start_at=start, end_at=start + 2 * HOUR).ref == "HW-20280229-001"


def test_close_room_keeps_bookings_out(room_108, manager, request_one, now):
    start = now + timedelta(days=1)

    services.close_room(room_id=room_108.pk, start=start, end=start + HOUR, reason="维修", actor=manager, now=now)

    with pytest.raises(RoomTaken):
        request_one()
    assert [(entry.verb, entry.changes["reason"]) for entry in RoomLog.objects.all()] == [("closed", "维修")]


def test_close_room_where_a_meeting_stands_is_refused(room_108, manager, approve_one, now):
    booking = approve_one()

    with pytest.raises(RoomTaken) as caught:
        services.close_room(
            room_id=room_108.pk, start=booking.start_at, end=booking.end_at, reason="维修", actor=manager, now=now
        )

    assert caught.value.conflicts == occupied(booking)
    assert not Closure.objects.exists()


def test_close_room_tells_waiting_requests(room_108, manager, request_one, now):
    booking = request_one()

    services.close_room(
        room_id=room_108.pk, start=booking.start_at, end=booking.end_at, reason="维修", actor=manager, now=now
    )

    notice = Notice.objects.get(code="booking_room_closed")
    assert (notice.recipient, notice.params["ref"]) == (booking.applicant, booking.ref)


def test_reopen_room_before_it_closed_removes_the_closure(room_108, manager, now):
    start = now + timedelta(days=1)
    closure = services.close_room(
        room_id=room_108.pk, start=start, end=start + HOUR, reason="维修", actor=manager, now=now
    )

    services.reopen_room(closure_id=closure.pk, actor=manager, now=now)

    assert not Closure.objects.exists()
    assert not Occupancy.objects.exists()


def test_reopen_room_half_way_keeps_what_has_passed(room_108, manager, now):
    closure = services.close_room(
        room_id=room_108.pk, start=now, end=now + 2 * HOUR, reason="维修", actor=manager, now=now
    )

    services.reopen_room(closure_id=closure.pk, actor=manager, now=now + HOUR)

    closure.refresh_from_db()
    assert (closure.during.upper, Occupancy.objects.get().during.upper) == (now + HOUR, now + HOUR)


def test_reopen_room_already_in_use_is_refused(room_108, manager, now):
    closure = services.close_room(room_id=room_108.pk, start=now, end=now + HOUR, reason="维修", actor=manager, now=now)

    with pytest.raises(BookingError) as caught:
        services.reopen_room(closure_id=closure.pk, actor=manager, now=now + HOUR)

    assert caught.value.code == "closure_gone"
