"""Rooms nobody came to: who is warned when, what is given back, and what never is."""

from datetime import timedelta

import pytest

from bookings import services, signs
from bookings.models import Booking, Occupancy
from bookings.selectors.history import no_shows_of
from bookings.services.no_shows import release_no_shows
from rooms.models import Site
from staff.models import Notice
from tests import factories

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def missed(site, room_108, applicant, secretary, now):
    """An approved meeting from now on, at a site that gives back rooms after fifteen minutes."""
    Site.objects.filter(pk=site.pk).update(no_show_minutes=15)

    def make(room=None, **fields):
        lists = {name: fields.pop(name) for name in ("guests",) if name in fields}
        booking = factories.make_booking(room=room or room_108, applicant=applicant, start=now, **fields)
        for guest in lists.get("guests", ()):
            booking.guests.create(name=guest)
        return services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    return make


def swept(booking, *moments):
    for moment in moments:
        release_no_shows(now=moment)
    booking.refresh_from_db()
    return booking.status


def notices(code):
    return sorted(Notice.objects.filter(code=code).values_list("recipient__username", flat=True))


def test_no_show_is_warned_of_five_minutes_before_and_given_back_after(missed, now, heard):
    booking = missed()

    assert swept(booking, now + 9 * MINUTE) == "approved"
    assert notices("booking_no_show_soon") == []
    assert swept(booking, now + 10 * MINUTE, now + 14 * MINUTE) == "approved"
    assert notices("booking_no_show_soon") == ["applicant"]
    assert swept(booking, now + 15 * MINUTE) == "cancelled"
    assert (booking.cancel_reason, Occupancy.objects.count()) == ("no_show", 0)
    assert notices("booking_no_show") == ["applicant", "secretary"]
    assert heard == [("booking_approved", booking.ref), ("booking_released", booking.ref)]


def test_no_show_swept_again_and_again_is_released_once(missed, now):
    booking = missed()

    swept(booking, *(now + minute * MINUTE for minute in (10, 10, 11, 15, 15, 16, 30)))

    verbs = list(booking.log.values_list("verb", "actor", "to_status"))
    assert verbs[1:] == [("warn_no_show", None, "approved"), ("no_show", None, "cancelled")]
    assert (len(notices("booking_no_show_soon")), len(notices("booking_no_show"))) == (1, 2)


def test_no_show_after_an_outage_is_warned_of_first_all_the_same(missed, now):
    booking = missed()

    assert swept(booking, now + 40 * MINUTE, now + 44 * MINUTE) == "approved"
    assert swept(booking, now + 45 * MINUTE) == "cancelled"


def test_no_show_of_a_meeting_that_is_over_stays_as_it_is(missed, now):
    booking = missed()

    assert swept(booking, booking.end_at, booking.end_at + 10 * MINUTE) == "approved"
    assert booking.log.count() == 1


def test_no_show_is_none_where_somebody_checked_in(missed, applicant, now):
    booking = missed()
    swept(booking, now + 10 * MINUTE)
    services.start_meeting(booking_id=booking.pk, actor=applicant, now=now + 14 * MINUTE)

    assert swept(booking, now + 15 * MINUTE, now + HOUR) == "running"


@pytest.mark.parametrize("facts", [{"guests": ["杜邦"]}, {"foreign_countries": ["法国"]}])
def test_no_show_with_important_guests_is_never_given_back(missed, now, facts):
    booking = missed(**facts)

    assert swept(booking, now + 10 * MINUTE, now + 15 * MINUTE, now + HOUR) == "approved"
    assert Notice.objects.filter(code__startswith="booking_no_show").count() == 0


def test_no_show_that_shows_life_is_never_given_back(missed, now, monkeypatch):
    booking = missed()
    monkeypatch.setattr(signs, "_providers", [lambda asked: asked == booking])

    assert swept(booking, now + 10 * MINUTE, now + 15 * MINUTE) == "approved"


def test_no_show_is_off_by_default(missed, site, now):
    booking = missed()
    Site.objects.filter(pk=site.pk).update(no_show_minutes=None)

    assert swept(booking, now + 10 * MINUTE, now + 15 * MINUTE) == "approved"


def test_no_show_warned_of_before_it_was_put_off_is_warned_of_again(missed, now):
    booking = missed()
    swept(booking, now + 10 * MINUTE)
    Booking.objects.filter(pk=booking.pk).update(start_at=now + 30 * MINUTE)

    assert swept(booking, now + 40 * MINUTE) == "approved"
    assert booking.log.filter(verb="warn_no_show").count() == 2


def test_no_show_frees_the_room_for_others(missed, secretary, room_108, applicant, now):
    booking = missed()
    other = factories.make_booking(room=room_108, applicant=applicant, start=now + HOUR, minutes=30)
    swept(booking, now + 10 * MINUTE, now + 15 * MINUTE)

    assert services.approve_booking(booking_id=other.pk, actor=secretary, now=now + 16 * MINUTE).status == "approved"


def test_no_shows_look_at_every_meeting_and_ask_nothing_when_there_is_none(missed, rooms, now, query_count):
    bookings = [missed(room=room) for room in rooms]
    idle = query_count(lambda: release_no_shows(now=now - HOUR))

    release_no_shows(now=now + 10 * MINUTE)

    assert (idle, release_no_shows(now=now + 15 * MINUTE), len(bookings)) == (1, 3, 3)


def test_no_shows_of_an_applicant_are_counted_for_a_year(missed, rooms, now):
    first, second = missed(), missed(room=rooms[1])
    for booking in (first, second):
        swept(booking, now + 10 * MINUTE, now + 15 * MINUTE)

    waiting = factories.make_booking(room=rooms[2], applicant=first.applicant, start=now + HOUR)

    assert [no_shows_of(waiting, at) for at in (now + HOUR, now + timedelta(days=366))] == [2, 0]
