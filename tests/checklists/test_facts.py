"""What the planner is told of a booking, and when that counts as changed."""

import pytest

from bookings.models import Booking
from checklists.facts import digest_of, expected_end, facts_of, with_facts
from rooms.models import CalendarException
from rooms.selectors import calendar_of
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, step_of, tick


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


def read(booking, anchors=("P13",)):
    return facts_of(with_facts(Booking.objects.filter(pk=booking.pk)).get(), anchors)


def digest(booking, now):
    found = with_facts(Booking.objects.filter(pk=booking.pk)).get()
    calendar = calendar_of(booking.site)
    return digest_of(facts_of(found, ("P13",)), standard_id=1, booking=found, calendar=calendar, now=now)


def test_facts_of_reads_the_booking_its_room_and_its_guests(booking):
    booking.guests.create(name="王先生", ash_tray="left", country="Germany")
    booking.agenda.create(title="Budget", starts_at=booking.start_at, ends_at=booking.start_at + HOUR)

    facts = read(booking)

    assert (facts.room_code, facts.standing_layout, facts.has_movable_tables) == ("108", "board_room", True)
    assert (facts.tea, facts.coffee, facts.headcount, facts.seed) == (True, False, 10, booking.ref)
    assert [(guest.name, guest.key, guest.ash_tray, guest.country) for guest in facts.guests] == [
        ("王先生", "", "left", "Germany")
    ]
    assert [(item.key, item.end_at) for item in facts.agenda] == [("Budget", booking.start_at + HOUR)]


def test_facts_of_a_private_meeting_name_its_agenda_by_number(booking):
    Booking.objects.filter(pk=booking.pk).update(is_private=True)
    for hours, title in ((0, "Budget"), (1, "Layoffs")):
        starts_at = booking.start_at + hours * HOUR
        booking.agenda.create(title=title, starts_at=starts_at, ends_at=starts_at + HOUR)

    assert [(item.key, item.title) for item in read(booking).agenda] == [("1", "1"), ("2", "2")]


@pytest.mark.parametrize(
    ("hours_before", "status", "expected"),
    [
        (3, "approved", "theatre"),
        (3, "closed", "theatre"),
        (3, "cancelled", None),
        (3, "requested", None),
        (20, "closed", None),
    ],
)
def test_facts_of_know_the_layout_before_on_the_same_day(booking, room_108, applicant, hours_before, status, expected):
    earlier = booking.start_at - hours_before * HOUR
    factories.make_booking(
        room=room_108, applicant=applicant, start=earlier, minutes=60, layout="theatre", status=status
    )

    assert read(booking).previous_layout == expected


def test_facts_of_take_the_last_meeting_before(booking, rooms, applicant, now):
    for hours, layout, room in ((4, "theatre", 0), (2, "u_shape", 0), (1, "class_room", 1)):
        factories.make_booking(
            room=rooms[room],
            applicant=applicant,
            start=booking.start_at - hours * HOUR,
            minutes=30,
            layout=layout,
            status="approved",
        )

    assert read(booking).previous_layout == "u_shape"


def test_facts_of_know_the_ticks_that_others_count_from(booking, server, now):
    for item in ("P12", "P13"):
        tick(step_of(booking, item), server, now=now)

    assert read(booking).done_at == {"P13": now}


@pytest.mark.parametrize(
    ("minutes_after", "moved_on"), [(-1, 0), (0, 0), (1, 15), (15, 15), (16, 30), (239, 240), (900, 240)]
)
def test_expected_end_goes_on_in_quarters_up_to_a_limit(booking, minutes_after, moved_on):
    now = booking.end_at + minutes_after * MINUTE

    assert expected_end(booking, now) == booking.end_at + moved_on * MINUTE


def test_expected_end_is_the_actual_one_once_known(booking):
    booking.actual_end_at = booking.end_at - HOUR

    assert expected_end(booking, booking.end_at + HOUR) == booking.end_at - HOUR


def test_digest_stays_while_nothing_that_matters_changes(booking, now):
    before = digest(booking, now)
    Booking.objects.filter(pk=booking.pk).update(title="Budget", wishes="quiet")

    assert digest(booking, now + HOUR) == before


def test_digest_changes_with_the_booking_its_room_its_calendar_and_the_overrun(booking, room_108, site, now):
    found = [digest(booking, now)]
    booking.guests.create(name="王先生")
    found.append(digest(booking, now))
    room_108.allows_smoking = True
    room_108.save()
    found.append(digest(booking, now))
    CalendarException.objects.create(site=site, on=now.date(), is_working=False, name_zh_hans="停电")
    found.append(digest(booking, now))
    found.append(digest(booking, booking.end_at + MINUTE))

    assert len(set(found)) == len(found)
