"""At a room's door at the same moment: real threads over extension, approval, check-in and release."""

from datetime import timedelta
from functools import partial

import pytest

from bookings import services
from bookings.models import Booking, Occupancy
from bookings.services.doors import Act, act_at_screen, add_screen, revoke_screen
from bookings.services.no_shows import release_no_show, release_no_shows
from rooms.models import Site
from staff.models import Notice
from tests import factories
from tests.concurrency.test_approvals import kinds, overlaps

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def screen(site, rooms, secretary, now):
    Site.objects.filter(pk=site.pk).update(door_acts="all", no_show_minutes=15)
    return add_screen(site=site, room=rooms[0], name="x", actor=secretary, now=now)[0]


@pytest.fixture
def meeting(rooms, applicant, secretary, now):
    booking = factories.make_booking(room=rooms[0], applicant=applicant, start=now, minutes=60)
    return services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)


def test_extension_at_the_door_against_the_approval_of_the_next_meeting(
    screen, meeting, rooms, applicant, secretary, now, at_once
):
    act = partial(act_at_screen, device_id=screen.pk, ref=meeting.ref, now=now)
    act(act=Act.START, end=None)
    following = factories.make_booking(room=rooms[0], applicant=applicant, start=now + 120 * MINUTE, minutes=60)
    approve = partial(services.approve_booking, booking_id=following.pk, actor=secretary, now=now)

    answers = at_once(partial(act, act=Act.EXTEND, end=meeting.end_at + 15 * MINUTE), approve)

    assert (dict(kinds(answers)), overlaps()) == ({"Booking": 1, "RoomTaken": 1}, [])


def test_the_same_extension_tapped_at_the_door_by_many_counts_once(screen, meeting, now, at_once):
    act = partial(act_at_screen, device_id=screen.pk, ref=meeting.ref, now=now)
    act(act=Act.START, end=None)

    answers = at_once(*[partial(act, act=Act.EXTEND, end=meeting.end_at + 15 * MINUTE)] * 6)

    meeting.refresh_from_db()
    assert (dict(kinds(answers)), meeting.end_at) == ({"Booking": 6}, now + 75 * MINUTE)
    assert meeting.log.filter(verb="extend").count() == 1


@pytest.mark.parametrize("turn", range(5))
def test_check_in_against_the_release_of_the_room_ends_in_one_of_the_two(screen, meeting, now, at_once, turn):
    release_no_shows(now=now + 10 * MINUTE)
    moment = now + 15 * MINUTE
    check_in = partial(act_at_screen, device_id=screen.pk, ref=meeting.ref, act=Act.START, end=None, now=moment)

    answers = at_once(check_in, partial(release_no_show, booking_id=meeting.pk, now=moment))

    meeting.refresh_from_db()
    held = Occupancy.objects.count()
    released = answers[1]
    assert (meeting.status, held, released) in {("running", 1, False), ("cancelled", 0, True)}
    assert (type(answers[0]) is Booking) is (meeting.status == "running")


def test_release_by_many_sweeps_at_once_happens_once(screen, meeting, now, at_once):
    at_once(*[partial(release_no_shows, now=now + 10 * MINUTE)] * 4)
    answers = at_once(*[partial(release_no_shows, now=now + 15 * MINUTE)] * 4)

    assert sum(answers) == 1
    assert list(meeting.log.values_list("verb", flat=True)) == ["approve", "warn_no_show", "no_show"]
    assert Notice.objects.filter(code="booking_no_show_soon").count() == 1


def test_tap_at_a_screen_being_shut_out_is_done_or_refused(screen, meeting, secretary, now, at_once):
    tap = partial(act_at_screen, device_id=screen.pk, ref=meeting.ref, act=Act.START, end=None, now=now)
    answers = at_once(tap, partial(revoke_screen, device_id=screen.pk, actor=secretary, now=now))

    meeting.refresh_from_db()
    assert (type(answers[0]).__name__, meeting.status) in {("Booking", "running"), ("BookingError", "approved")}


def test_weekly_closures_against_an_approval_are_written_whole_or_not_at_all(
    rooms, applicant, secretary, manager, now, at_once
):
    week = timedelta(weeks=1)
    booking = factories.make_booking(room=rooms[0], applicant=applicant, start=now + 3 * week, minutes=60)
    spans = [(now + number * week, now + number * week + 60 * MINUTE) for number in range(1, 6)]
    close = partial(services.close_room_often, room_id=rooms[0].pk, spans=spans, reason="x", actor=manager, now=now)

    at_once(close, partial(services.approve_booking, booking_id=booking.pk, actor=secretary, now=now))

    closed = Occupancy.objects.filter(closure__isnull=False).count()
    taken = Occupancy.objects.filter(booking__isnull=False).count()
    assert ((closed, taken) in {(5, 0), (0, 1)}, overlaps()) == (True, [])
