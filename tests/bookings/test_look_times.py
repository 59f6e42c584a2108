from datetime import UTC, datetime, timedelta

import pytest

from bookings import services
from bookings.look_times import last_look, look_times, next_look
from bookings.models import Booking
from bookings.services.reading import mark_read, nudge_deciders
from rooms.selectors import calendar_of
from staff.models import Notice

HOUR = timedelta(hours=1)
# In Shanghai 08:30, 12:00 and 17:30 of that Monday.
OPENING, NOON, EVENING = (
    datetime(2026, 11, 23, 0, 30, tzinfo=UTC),
    datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
    datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
)


def test_look_times_are_opening_midday_and_half_an_hour_before_the_close(site, now):
    assert look_times(calendar_of(site), now.date()) == [OPENING, NOON, EVENING]


def test_look_times_of_a_day_off_are_none(site, now):
    assert look_times(calendar_of(site), now.date() - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("at", "last", "following"),
    [
        (NOON - HOUR, OPENING, NOON),
        (NOON, NOON, EVENING),
        (EVENING + HOUR, EVENING, OPENING + timedelta(days=1)),
        # Before the week begins Friday's evening counts.
        (OPENING - HOUR, EVENING - timedelta(days=3), OPENING),
    ],
)
def test_last_and_next_look_lie_around_the_moment(site, at, last, following):
    calendar = calendar_of(site)

    assert (last_look(calendar, at), next_look(calendar, at)) == (last, following)


def test_nudge_tells_each_decider_once_how_many_are_unread(request_one, secretary, rooms, now):
    request_one()
    request_one(room=rooms[1])

    assert nudge_deciders(now=NOON - HOUR) == 0
    assert nudge_deciders(now=NOON + HOUR / 60) == 1
    assert nudge_deciders(now=NOON + HOUR / 30) == 0
    notice = Notice.objects.get(code="inbox_due")
    assert (notice.recipient, notice.params) == (secretary, {"number": 2, "at": NOON.isoformat()})


def test_nudge_comes_again_at_the_next_look_time(request_one, secretary, now):
    request_one()

    assert [nudge_deciders(now=at) for at in (NOON, EVENING)] == [1, 1]


def test_nudge_leaves_out_what_was_read_or_came_later(request_one, secretary, rooms, now):
    read, later = request_one(), request_one(room=rooms[1])
    mark_read(booking_id=read.pk, now=now)
    Booking.objects.filter(pk=later.pk).update(requested_at=NOON + HOUR / 60)

    assert nudge_deciders(now=NOON + HOUR) == 0


def test_nudge_long_after_its_look_time_is_left_out(request_one, secretary, now):
    request_one()

    assert nudge_deciders(now=NOON + 3 * HOUR) == 0


def test_nudge_does_not_ask_the_applicant_about_their_own(request_one, secretary, administrator, now):
    request_one(actor=secretary)

    nudge_deciders(now=NOON)

    assert [each.recipient for each in Notice.objects.filter(code="inbox_due")] == [administrator]


def test_read_counts_for_the_first_alone(request_one, now):
    booking = request_one()

    assert [mark_read(booking_id=booking.pk, now=now + at * HOUR) for at in (0, 1)] == [True, False]
    assert Booking.objects.get().read_at == now


def test_answered_request_is_unread_again(request_one, applicant, secretary, now):
    booking = request_one()
    mark_read(booking_id=booking.pk, now=now)
    services.question_booking(booking_id=booking.pk, text="？", actor=secretary, now=now)

    services.answer_booking(booking_id=booking.pk, text="。", actor=applicant, now=now)

    assert Booking.objects.get().read_at is None
