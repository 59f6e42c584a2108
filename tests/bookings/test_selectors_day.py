from datetime import UTC, date, datetime, timedelta

import pytest

from bookings import services
from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.selectors import bookings_of, inbox_of, room_day, title_for
from rooms.models import Space
from tests import factories

TOMORROW = date(2026, 11, 24)
HOUR = timedelta(hours=1)


@pytest.fixture
def spans(room_108, now):
    def make(user, on=TOMORROW, room=room_108):
        return [
            (span.kind.value, span.start, span.end, span.title)
            for span in room_day(room=room, on=on, user=user, now=now).spans
        ]

    return make


def test_room_day_shows_set_up_meeting_and_tear_down(spans, approve_one, secretary):
    booking = approve_one()
    start, end = booking.start_at, booking.end_at

    assert spans(secretary) == [
        ("setup", start - HOUR / 2, start, ""),
        ("meeting", start, end, "季度会"),
        ("teardown", end, end + HOUR / 2, ""),
    ]


def test_room_day_shows_pending_closure_and_hold(spans, request_one, secretary, manager, room_108, rooms, now):
    booking = request_one()
    later = booking.end_at + 2 * HOUR
    services.close_room(room_id=room_108.pk, start=later, end=later + HOUR, reason="维修", actor=manager, now=now)
    other = request_one(room=rooms[1])
    held = later + 3 * HOUR
    services.offer_alternative(
        booking_id=other.pk, room_id=room_108.pk, start=held, end=held + HOUR, actor=secretary, now=now
    )

    assert spans(secretary) == [
        ("pending", booking.start_at, booking.end_at, "季度会"),
        ("closure", later, later + HOUR, "维修"),
        ("hold", held - HOUR / 2, held + 3 * HOUR / 2, "季度会"),
    ]


def test_room_day_masks_what_the_reader_may_not_know(spans, request_one, approve_one, site):
    other = factories.make_user("other", "applicant", site=site)
    approve_one(title="秘密收购", is_private=True)
    later = {"start_at": datetime(2026, 11, 24, 7, tzinfo=UTC), "end_at": datetime(2026, 11, 24, 8, tzinfo=UTC)}
    request_one(title="未定的事", **later)

    assert [title for *_, title in spans(other)] == ["", MASKED_TITLE, "", MASKED_TITLE]


def test_room_day_gives_the_booking_only_to_those_who_may_open_it(approve_one, secretary, site, room_108, now):
    other = factories.make_user("other", "applicant", site=site)
    booking = approve_one()

    def bookings(user):
        return {span.booking for span in room_day(room=room_108, on=TOMORROW, user=user, now=now).spans}

    assert (bookings(other), bookings(secretary)) == ({None}, {booking})


def test_room_day_of_a_meeting_over_midnight_is_on_both_days(spans, approve_one, secretary):
    start = datetime(2026, 11, 24, 15, tzinfo=UTC)
    approve_one(start_at=start, end_at=start + 2 * HOUR)

    assert [kind for kind, *_ in spans(secretary)] == ["setup", "meeting"]
    assert [kind for kind, *_ in spans(secretary, date(2026, 11, 25))] == ["meeting", "teardown"]


def test_room_day_cuts_a_meeting_that_ended_early(spans, run_one, server, secretary):
    booking = run_one()
    moment = booking.start_at + HOUR
    services.end_meeting(booking_id=booking.pk, actor=server, now=moment)

    assert spans(secretary)[1:] == [
        ("meeting", booking.start_at, moment, "季度会"),
        ("teardown", moment, moment + HOUR / 2, ""),
    ]


def test_room_day_of_a_half_shows_the_whole_hall_once(spans, approve_one, secretary, site):
    half = factories.make_room(site, "A1")
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code__in=("A", "A1")))
    approve_one(room=hall)

    kinds = ["setup", "meeting", "teardown"]
    assert [kind for kind, *_ in spans(secretary, room=half)] == kinds
    assert [kind for kind, *_ in spans(secretary, room=hall)] == kinds


def test_room_day_on_a_clock_change_is_as_long_as_it_is(room_108, site, secretary, now):
    site.time_zone = "Europe/Berlin"
    site.save()
    room_108.refresh_from_db()

    lengths = [
        (day.day_until - day.day_from) / HOUR
        for day in (
            room_day(room=room_108, on=on, user=secretary, now=now) for on in (date(2027, 3, 28), date(2027, 10, 31))
        )
    ]

    assert lengths == [23, 25]


def test_inbox_is_oldest_first_with_questions_last(request_one, secretary, data, applicant, now):
    early = services.request_booking(data=data(), actor=applicant, now=now - HOUR)
    asked, late = request_one(), request_one()
    services.question_booking(booking_id=asked.pk, text="几点？", actor=secretary, now=now)

    items = inbox_of(secretary, now)

    assert [item.booking for item in items] == [early, late, asked]
    assert [item.age for item in items] == [HOUR, timedelta(0), timedelta(0)]
    assert [item.competing for item in items] == [2, 2, 2]


def test_inbox_marks_what_is_taken_meanwhile(request_one, secretary, now):
    winner, loser = request_one(), request_one()
    services.approve_booking(booking_id=winner.pk, actor=secretary, now=now)

    assert [(item.booking, item.is_taken, item.competing) for item in inbox_of(secretary, now)] == [(loser, True, 0)]


def test_inbox_does_not_mark_ones_own_offer_as_taken(request_one, secretary, now):
    booking = request_one()
    start, end = booking.start_at, booking.end_at
    services.offer_alternative(
        booking_id=booking.pk, room_id=booking.room_id, start=start, end=end, actor=secretary, now=now
    )

    assert [(item.is_taken, item.has_offer) for item in inbox_of(secretary, now)] == [(False, True)]


def test_inbox_is_the_sites_own(request_one, secretary, administrator, stranger, applicant, now):
    request_one()

    sizes = [len(inbox_of(user, now)) for user in (secretary, administrator, stranger, applicant)]

    assert sizes == [1, 1, 0, 0]


def test_inbox_costs_the_same_for_one_request_and_three(request_one, secretary, query_count, now):
    request_one()
    assert secretary.roles
    one = query_count(lambda: inbox_of(secretary, now))
    request_one()
    request_one()

    assert query_count(lambda: inbox_of(secretary, now)) == one


def test_bookings_of_a_person_are_latest_first(request_one, applicant, secretary, now):
    first = request_one()
    later = request_one(start_at=now + timedelta(days=2), end_at=now + timedelta(days=2, hours=1))
    request_one(actor=secretary)

    assert list(bookings_of(applicant)) == [later, first]


def test_title_for_masks_a_private_topic(site, room_108, applicant, now):
    other = factories.make_user("other", "applicant", site=site)
    booking = factories.make_booking(
        room=room_108, applicant=applicant, start=now, status=Booking.Status.APPROVED, is_private=True
    )

    assert (title_for(applicant, booking), title_for(other, booking)) == ("季度会", MASKED_TITLE)
