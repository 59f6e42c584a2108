"""What a door says, and what may be done at it without an account."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, InvalidBooking, RoomTaken, StateConflict
from bookings.models import Booking, DoorDevice
from bookings.selectors.door import DoorState, door_day
from bookings.selectors.lobby import lobby_lines
from bookings.services.doors import Act, act_at_screen, add_screen, revoke_screen, run_meeting, screen_of
from rooms.models import DoorActs, RoomLog, Site, Space
from staff.services.tokens import digest_of
from tests import factories

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def meet(room_108, applicant, secretary, now):
    """An approved meeting of the morning, through the services."""

    def make(start, minutes=60, room=None, **fields):
        booking = factories.make_booking(
            room=room or room_108, applicant=applicant, start=start, minutes=minutes, **fields
        )
        return services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    return make


@pytest.fixture
def screen(site, room_108, secretary, now):
    """A screen at the door of 108, where the site allows everything."""
    Site.objects.filter(pk=site.pk).update(door_acts=DoorActs.ALL)
    return add_screen(site=site, room=room_108, name="108 门口", actor=secretary, now=now)[0]


def at_door(screen, booking, act, now, end=None):
    return act_at_screen(device_id=screen.pk, ref=booking.ref, act=act, end=end, now=now)


def said(room, now):
    day = door_day(room=room, now=now)
    return day.state, day.until


def test_door_of_an_empty_day_is_free_for_the_rest_of_it(room_108, now):
    assert said(room_108, now) == (DoorState.FREE, None)


def test_door_is_free_until_the_set_up_of_the_next_meeting(room_108, meet, now):
    booking = meet(now + 3 * HOUR)

    assert said(room_108, now) == (DoorState.FREE, booking.start_at - 30 * MINUTE)


@pytest.mark.parametrize(
    ("before_start", "state", "until"),
    [(30, DoorState.PREPARED, 0), (16, DoorState.PREPARED, 0), (15, DoorState.SOON, 0), (0, DoorState.USED, 60)],
)
def test_door_names_what_comes_as_the_start_comes_near(room_108, meet, now, before_start, state, until):
    booking = meet(now + 3 * HOUR)

    at = booking.start_at - before_start * MINUTE
    assert said(room_108, at) == (state, booking.start_at + until * MINUTE)


def test_door_of_a_room_being_cleared_is_prepared_until_the_end_of_it(room_108, meet, server, now):
    booking = meet(now)
    services.start_meeting(booking_id=booking.pk, actor=server, now=now)
    services.end_meeting(booking_id=booking.pk, actor=server, now=now + 40 * MINUTE)

    assert said(room_108, now + 41 * MINUTE) == (DoorState.PREPARED, now + 70 * MINUTE)


def test_door_of_a_closed_room_says_until_when(room_108, secretary, now):
    services.close_room(room_id=room_108.pk, start=now, end=now + 26 * HOUR, reason="维修", actor=secretary, now=now)

    assert said(room_108, now) == (DoorState.CLOSED, now + 26 * HOUR)


def test_door_of_a_meeting_that_runs_over_stays_in_use(room_108, meet, server, now):
    booking = meet(now)
    services.start_meeting(booking_id=booking.pk, actor=server, now=now)

    day = door_day(room=room_108, now=now + 3 * HOUR)

    assert (day.state, day.current.booking, day.is_overrun) == (DoorState.USED, booking, True)


def test_door_of_a_part_shows_the_meeting_of_its_hall(site, rooms, meet, now):
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("108", "201")))
    booking = meet(now, room=hall)

    days = [door_day(room=room, now=now) for room in rooms]

    assert [day.current and day.current.booking for day in days] == [booking, booking, None]


@pytest.mark.parametrize("hidden", [{"is_private": True}, {"secrecy": "confidential"}])
def test_door_hides_topic_and_host_of_what_is_not_for_the_corridor(room_108, meet, now, hidden):
    meet(now, **hidden)

    shown = door_day(room=room_108, now=now).current

    assert ("季度会" in shown.title, shown.host) == (False, "")


def test_door_takes_as_many_queries_for_three_meetings_as_for_one(room_108, meet, now, query_count):
    meet(now)
    one = query_count(lambda: door_day(room=room_108, now=now))
    meet(now + 3 * HOUR)
    meet(now + 6 * HOUR)

    assert (one, query_count(lambda: door_day(room=room_108, now=now))) == (3, 3)


def test_extensions_are_those_with_nothing_in_their_way(room_108, meet, server, now):
    booking = meet(now)
    services.start_meeting(booking_id=booking.pk, actor=server, now=now)
    # Clearing of the one and set-up of the other take half an hour each.
    meet(booking.end_at + 80 * MINUTE)

    assert door_day(room=room_108, now=now).extensions == (booking.end_at + 15 * MINUTE,)


def test_extensions_of_a_meeting_that_ran_over_lie_ahead(room_108, meet, server, now):
    booking = meet(now)
    services.start_meeting(booking_id=booking.pk, actor=server, now=now)

    later = now + 100 * MINUTE

    assert door_day(room=room_108, now=later).extensions == (now + 105 * MINUTE, now + 120 * MINUTE)


def test_lobby_shows_what_runs_and_comes_by_time_and_hides_private_topics(site, rooms, meet, server, now):
    running = meet(now - 30 * MINUTE, room=rooms[1])
    later = meet(now + 2 * HOUR, is_private=True)
    factories.make_booking(room=rooms[2], applicant=later.applicant, start=now + HOUR)
    factories.make_booking(
        room=rooms[2], applicant=later.applicant, start=now - 2 * HOUR, minutes=60, status=Booking.Status.APPROVED
    )

    lines = lobby_lines(site=site, now=now)

    assert [(line.meeting.booking, line.is_now) for line in lines] == [(running, True), (later, False)]
    assert ("季度会" in lines[1].meeting.title, lines[1].meeting.host) == (False, "")


def test_lobby_takes_one_query_however_many_meetings_there_are(site, rooms, meet, now, query_count):
    meet(now)
    for room in rooms[1:]:
        meet(now + HOUR, room=room)

    def read():
        lines = lobby_lines(site=site, now=now)
        return [(line.meeting.title, line.room.label, line.room.floor, line.room.way) for line in lines]

    assert query_count(read) == 1


def test_screen_is_known_by_its_key_of_which_only_the_digest_is_kept(site, room_108, secretary, now):
    device, key = add_screen(site=site, room=room_108, name=" 门口 ", actor=secretary, now=now)

    assert screen_of(key, now=now, lobby=False) == device
    assert (device.name, device.digest, RoomLog.objects.get().verb) == ("门口", digest_of(key), "door_added")
    assert key not in str(list(DoorDevice.objects.values()) + list(RoomLog.objects.values()))


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", "a\x07b"])
def test_screen_without_a_proper_name_is_refused(site, secretary, now, name):
    with pytest.raises(InvalidBooking) as caught:
        add_screen(site=site, room=None, name=name, actor=secretary, now=now)

    assert (list(caught.value.errors), DoorDevice.objects.count()) == (["name"], 0)


def test_screen_shut_out_is_known_no_more(site, room_108, secretary, now):
    device, key = add_screen(site=site, room=room_108, name="x", actor=secretary, now=now)

    assert revoke_screen(device_id=device.pk, actor=secretary, now=now) is True
    assert revoke_screen(device_id=device.pk, actor=secretary, now=now) is False
    assert screen_of(key, now=now, lobby=False) is None
    assert list(RoomLog.objects.values_list("verb", flat=True)) == ["door_revoked", "door_added"]


def test_screen_is_marked_seen_once_a_minute(site, room_108, secretary, now, query_count):
    device, key = add_screen(site=site, room=room_108, name="x", actor=secretary, now=now)

    screen_of(key, now=now, lobby=False)
    again = query_count(lambda: screen_of(key, now=now + 59 * MINUTE / 60, lobby=False))
    screen_of(key, now=now + MINUTE, lobby=False)

    device.refresh_from_db()
    assert (again, device.last_seen_at) == (1, now + MINUTE)


def test_act_at_screen_is_logged_without_a_person_under_the_screens_name(screen, meet, now, heard):
    booking = meet(now + 10 * MINUTE)

    at_door(screen, booking, Act.START, now)
    at_door(screen, booking, Act.EXTEND, now, booking.end_at + 15 * MINUTE)
    at_door(screen, booking, Act.END, now + 20 * MINUTE)

    entries = booking.log.exclude(verb="approve").values_list("verb", "actor", "changes__at_door")
    assert list(entries) == [(verb, None, "108 门口") for verb in ("start", "extend", "end")]
    assert [name for name, _ref in heard] == [
        "booking_approved",
        "meeting_started",
        "meeting_extended",
        "meeting_ended",
    ]


def test_act_at_screen_twice_is_as_once(screen, meet, now):
    booking = meet(now)

    for _turn in range(2):
        at_door(screen, booking, Act.START, now)
    for _turn in range(2):
        at_door(screen, booking, Act.EXTEND, now, booking.end_at + 15 * MINUTE)

    booking.refresh_from_db()
    assert (booking.end_at, booking.log.count()) == (now + 75 * MINUTE, 3)


@pytest.mark.parametrize(
    ("allowed", "done"), [(DoorActs.NOTHING, []), (DoorActs.CHECK_IN, ["start"]), (DoorActs.ALL, ["start", "extend"])]
)
def test_act_at_screen_is_what_the_site_allows(screen, site, meet, now, allowed, done):
    Site.objects.filter(pk=site.pk).update(door_acts=allowed)
    booking = meet(now)

    for act, end in ((Act.START, None), (Act.EXTEND, booking.end_at + 15 * MINUTE)):
        if act.value in done:
            at_door(screen, booking, act, now, end)
        else:
            with pytest.raises(BookingError, match="not_at_door"):
                at_door(screen, booking, act, now, end)

    assert list(booking.log.exclude(verb="approve").values_list("verb", flat=True)) == done


def test_act_at_screen_of_another_room_or_a_screen_shut_out_is_refused(screen, meet, rooms, secretary, now):
    elsewhere, own = meet(now, room=rooms[1]), meet(now)

    with pytest.raises(BookingError, match="not_at_door"):
        at_door(screen, elsewhere, Act.START, now)
    revoke_screen(device_id=screen.pk, actor=secretary, now=now)
    with pytest.raises(BookingError, match="not_at_door"):
        at_door(screen, own, Act.START, now)

    assert set(Booking.objects.values_list("status", flat=True)) == {"approved"}


def test_act_at_screen_on_a_request_is_refused(screen, room_108, applicant, now):
    booking = factories.make_booking(room=room_108, applicant=applicant, start=now)

    with pytest.raises(BookingError, match="not_at_door"):
        at_door(screen, booking, Act.START, now)


def test_check_in_is_refused_long_before_and_over_the_heads_of_those_inside(screen, meet, server, now):
    first, second = meet(now), meet(now + 2 * HOUR)
    with pytest.raises(BookingError, match="too_early_at_door"):
        at_door(screen, second, Act.START, now)
    at_door(screen, first, Act.START, now)
    with pytest.raises(BookingError, match="room_in_use"):
        at_door(screen, second, Act.START, second.start_at)
    at_door(screen, first, Act.END, second.start_at)

    assert at_door(screen, second, Act.START, second.start_at).status == "running"


def test_check_in_after_the_booked_time_is_refused(screen, meet, now):
    booking = meet(now)

    with pytest.raises(BookingError, match="too_late"):
        at_door(screen, booking, Act.START, booking.end_at)


def test_extend_at_screen_into_the_next_meeting_is_refused(screen, meet, now):
    booking = meet(now)
    at_door(screen, booking, Act.START, now)
    meet(booking.end_at + 70 * MINUTE)

    with pytest.raises(RoomTaken):
        at_door(screen, booking, Act.EXTEND, now, booking.end_at + 15 * MINUTE)

    booking.refresh_from_db()
    assert booking.end_at == now + 60 * MINUTE


def test_run_meeting_without_an_end_to_extend_to_is_refused(meet, server, now):
    booking = meet(now)

    with pytest.raises(InvalidBooking):
        run_meeting(booking_id=booking.pk, act=Act.EXTEND, end=None, actor=server, now=now)


def test_run_meeting_that_was_cancelled_is_refused(meet, applicant, now):
    booking = meet(now)
    services.cancel_booking(booking_id=booking.pk, actor=applicant, now=now)

    with pytest.raises(StateConflict):
        run_meeting(booking_id=booking.pk, act=Act.START, end=None, actor=applicant, now=now)
