"""Closures: every week in one go or not at all, who is hit, and the way out of it."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import InvalidBooking, RoomTaken
from bookings.models import Booking, Closure, Occupancy
from bookings.selectors.closures import bookings_standing_in, rooms_instead
from bookings.services.closures import MOST_AT_ONCE
from rooms.models import Space
from staff.models import Notice
from tests import factories
from tests.bookings.pages import text_of
from tests.bookings.series import TUESDAYS, at, rich, weekly

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
FORM = {
    "from_day": "2026-11-24",
    "from_time": "09:00",
    "until_day": "2026-11-24",
    "until_time": "12:00",
    "reason": "维修",
}


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def close(room_108, manager, now):
    def make(spans, room=room_108):
        return services.close_room_often(room_id=room.pk, spans=spans, reason="维修", actor=manager, now=now)

    return make


@pytest.fixture
def office(client, secretary):
    client.force_login(secretary)
    return client


def weeks(start, count, length=HOUR):
    return [(start + number * WEEK, start + number * WEEK + length) for number in range(count)]


def test_close_room_weekly_makes_a_closure_for_each_week(close, room_108, now):
    made = close(weeks(now + HOUR, 3))

    assert [closure.during.lower - now for closure in made] == [HOUR, HOUR + WEEK, HOUR + 2 * WEEK]
    assert (Occupancy.objects.count(), room_108.log.filter(verb="closed").count()) == (3, 3)


def test_close_room_weekly_with_one_week_taken_writes_nothing(close, approve_one, now):
    booking = approve_one(start_at=now + HOUR + 2 * WEEK, end_at=now + 2 * HOUR + 2 * WEEK)

    with pytest.raises(RoomTaken) as caught:
        close(weeks(now + HOUR, 4))

    assert caught.value.conflicts == [(booking.occupied_from, booking.occupied_until)]
    assert (Closure.objects.count(), Occupancy.objects.exclude(booking=booking).count()) == (0, 0)
    assert Notice.objects.filter(code="booking_room_closed").count() == 0


def test_close_room_weekly_names_every_conflict_at_once(close, approve_one, now):
    for number in (0, 2):
        approve_one(start_at=now + HOUR + number * WEEK, end_at=now + 2 * HOUR + number * WEEK)

    with pytest.raises(RoomTaken) as caught:
        close(weeks(now + HOUR, 3))

    assert len(caught.value.conflicts) == 2


@pytest.mark.parametrize(
    ("spans", "field", "code"),
    [
        (lambda now: weeks(now, MOST_AT_ONCE + 1), "weekly_until", "too_many"),
        (lambda now: weeks(now, 2, length=8 * WEEK / 7), "weekly_until", "weeks_overlap"),
        (lambda now: [(now + HOUR, now)], "end", "end_before_start"),
        (lambda now: [(now, now + 731 * DAY)], "end", "too_far_ahead"),
    ],
)
def test_close_room_weekly_that_makes_no_sense_is_refused(close, now, spans, field, code):
    with pytest.raises(InvalidBooking) as caught:
        close(spans(now))

    faults = {name: [fault.code for fault in found] for name, found in caught.value.errors.items()}
    assert (faults, Closure.objects.count()) == ({field: [code]}, 0)


def test_rooms_instead_are_free_large_enough_and_on_other_floor_space(site, rooms, room_108, approve_one, now):
    booking = approve_one()
    hall = factories.make_room(site, "A")
    hall.spaces.set(Space.objects.filter(code="108"))
    rooms[2].layouts.update(capacity=5)

    found = rooms_instead(room_108, list(bookings_standing_in(room_108, [(booking.start_at, booking.end_at)])))

    assert {pk: [room.code for room in free] for pk, free in found.items()} == {booking.pk: ["201"]}


def test_rooms_instead_take_as_many_queries_for_three_as_for_one(rooms, approve_one, now, query_count):
    bookings = [
        approve_one(start_at=now + number * 4 * HOUR, end_at=now + (number * 4 + 1) * HOUR) for number in (1, 2, 3)
    ]

    counts = [query_count(lambda asked=asked: rooms_instead(rooms[0], asked)) for asked in (bookings[:1], bookings)]

    assert counts[0] == counts[1]


def test_closure_page_names_who_is_hit_and_where_they_could_go(office, rooms, approve_one):
    booking = approve_one()

    response = office.post(f"/rooms/{rooms[0].pk}/closures/", FORM, headers={"Accept-Language": "en"})
    page = response.content.decode()

    assert response.status_code == 409
    assert [f'value="{booking.ref}:{code}"' in page for code in ("108", "201", "205")] == [False, True, True]
    assert ('value="维修"' in page, "季度会" in page) == (True, True)


def test_closure_page_shows_a_manager_who_is_hit_without_moving_them(client, manager, rooms, approve_one):
    approve_one()
    client.force_login(manager)

    page = client.post(f"/rooms/{rooms[0].pk}/closures/", FORM).content.decode()

    assert ("季度会" in page, 'name="move"' in page) == (True, False)


def test_closure_page_moves_a_meeting_keeps_it_approved_and_then_closes(office, rooms, approve_one, heard):
    booking = approve_one()
    address = f"/rooms/{rooms[0].pk}/closures/"

    moved = office.post(address, FORM | {"move": f"{booking.ref}:201"}, headers={"Accept-Language": "en"})

    booking.refresh_from_db()
    assert (moved.status_code, booking.room, booking.status) == (200, rooms[1], "approved")
    assert "Nothing stands in the way any more" in text_of(moved)
    assert [name for name, _ref in heard] == ["booking_approved", "booking_changed"]
    assert (
        Notice.objects.filter(code="booking_changed").values_list("recipient__username", flat=True).get() == "applicant"
    )
    assert (office.post(address, FORM).status_code, Closure.objects.count()) == (302, 1)


def test_closure_page_moving_into_a_taken_room_changes_nothing(office, rooms, approve_one):
    booking = approve_one()
    approve_one(room=rooms[1])

    response = office.post(f"/rooms/{rooms[0].pk}/closures/", FORM | {"move": f"{booking.ref}:201"})

    booking.refresh_from_db()
    assert (response.status_code, booking.room, Occupancy.objects.count()) == (409, rooms[0], 2)


def test_closure_page_moving_ones_own_meeting_asks_for_a_new_decision(
    office, rooms, secretary, request_one, applicant, now
):
    booking = request_one(actor=secretary)
    admin = factories.make_user("boss", "administrator")
    services.approve_booking(booking_id=booking.pk, actor=admin, now=now)

    office.post(f"/rooms/{rooms[0].pk}/closures/", FORM | {"move": f"{booking.ref}:201"})

    booking.refresh_from_db()
    assert (booking.room, booking.status) == (rooms[1], "requested")


@pytest.mark.parametrize("move", ["", "x", "HW-1:201", ":", "\x00:\x00"])
def test_closure_page_moving_nothing_is_not_there(office, rooms, approve_one, move):
    approve_one()

    assert office.post(f"/rooms/{rooms[0].pk}/closures/", FORM | {"move": move}).status_code == 404


def test_closure_page_moving_with_times_that_make_no_sense_says_so(office, rooms, approve_one):
    booking = approve_one()
    odd = FORM | {"until_time": "08:00", "move": f"{booking.ref}:201"}

    response = office.post(f"/rooms/{rooms[0].pk}/closures/", odd)

    assert (response.status_code, Booking.objects.get().room) == (422, rooms[0])


def test_closure_page_closes_every_week_in_the_wall_clock_of_the_site(office, site, room_108):
    type(site).objects.filter(pk=site.pk).update(time_zone="Europe/Berlin")
    days = {"from_day": "2027-03-22", "until_day": "2027-03-22", "weekly_until": "2027-04-05"}

    assert office.post(f"/rooms/{room_108.pk}/closures/", FORM | days).status_code == 302

    zone = type(site).objects.get(pk=site.pk).zone
    starts = [closure.during.lower.astimezone(zone) for closure in Closure.objects.order_by("during")]
    assert [f"{start:%m-%d %H:%M %z}" for start in starts] == [
        "03-22 09:00 +0100",
        "03-29 09:00 +0200",
        "04-05 09:00 +0200",
    ]


@pytest.mark.parametrize("until", ["2026-11-23", "2198-12-31", "x"])
def test_closure_page_with_an_odd_last_week_says_so_beside_it(office, room_108, until):
    response = office.post(f"/rooms/{room_108.pk}/closures/", FORM | {"weekly_until": until})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["weekly_until"])


def test_change_that_decides_keeps_the_approval(approve_one, rooms, secretary, now):
    booking = approve_one()

    result = services.change_booking(
        booking_id=booking.pk, changes={"room": rooms[1]}, actor=secretary, now=now, decides=True
    )

    assert (result.reopened, result.booking.status, result.booking.room) == (False, "approved", rooms[1])
    assert set(Occupancy.objects.values_list("space__code", flat=True)) == {"201"}


def test_change_that_decides_is_refused_while_the_meeting_runs(run_one, rooms, secretary):
    booking = run_one()

    with pytest.raises(services.requests.BookingError, match="no_change_while_running"):
        services.change_booking(
            booking_id=booking.pk, changes={"headcount": 20}, actor=secretary, now=booking.start_at, decides=True
        )


# Dates of a series


def every_tuesday(count):
    return [(at(on, 8), at(on, 18)) for on in TUESDAYS[:count]]


@pytest.fixture
def close_often(rooms, manager, now):
    def make(spans, room=None):
        terms = {"spans": spans, "reason": "x", "actor": manager, "now": now}
        return services.close_room_often(room_id=(room or rooms[0]).pk, **terms)

    return make


def test_closing_every_week_tells_a_series_once(ask, close_often, applicant, secretary):
    series = ask()

    close_often(every_tuesday(3))

    told = Notice.objects.filter(code="series_room_closed").order_by("recipient__username")
    assert [(each.recipient, each.params["count"], each.url) for each in told] == [
        (applicant, 3, series.get_absolute_url()),
        (secretary, 3, series.get_absolute_url()),
    ]
    assert (told[0].params["first"], told[0].params["last"]) == ("2026-11-24", "2026-12-08")
    assert not Notice.objects.filter(code="booking_room_closed").exists()


def test_closing_tells_each_series_and_each_single_request(ask, request_one, close_often, applicant, secretary):
    ask()
    ask(start_at=at(TUESDAYS[0], 13), end_at=at(TUESDAYS[0], 14))
    single = request_one(start_at=at(TUESDAYS[1], 15), end_at=at(TUESDAYS[1], 16))

    close_often(every_tuesday(4))

    mine = Notice.objects.filter(recipient=applicant)
    assert mine.filter(code="series_room_closed").count() == 2
    assert mine.get(code="booking_room_closed").params["ref"] == single.ref


def test_whoever_closes_the_room_of_a_series_is_not_told(ask, rooms, secretary, now):
    ask()

    services.close_room_often(room_id=rooms[0].pk, spans=every_tuesday(2), reason="x", actor=secretary, now=now)

    assert not Notice.objects.filter(recipient=secretary, code="series_room_closed").exists()


def test_closing_another_room_tells_no_series(ask, close_often, rooms):
    ask()

    close_often(every_tuesday(4), room=rooms[1])

    assert not Notice.objects.filter(code="series_room_closed").exists()


def test_closing_asks_as_many_questions_of_a_long_series_as_of_a_short_one(
    ask, close_often, secretary, rooms, query_count
):
    ask(weekly(2))
    ask(weekly(9), room=rich(rooms[1]))
    span = [(at(TUESDAYS[0], 8), at(TUESDAYS[9], 18))]
    close_often(span, room=rooms[2])

    few = query_count(lambda: close_often(span))

    assert query_count(lambda: close_often(span, room=rooms[1])) == few
