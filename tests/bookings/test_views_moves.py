"""A block dropped elsewhere on the board."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, NeedsNewDecision
from bookings.models import Booking
from tests import factories
from tests.bookings.pages import text_of

HTMX = {"HX-Request": "true"}
BOARD_OF_TUESDAY = "/board/?site=HQ&date=2026-11-24"


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def browse(client):
    def sign_in(user):
        user.language = "en"
        user.save()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def drop(browse, applicant):
    """Drop a booking in another place; the applicant's own hand unless another is named."""

    def send(booking, *, user=None, headers=None, **fields):
        defaults = {"room": booking.room_id, "on": "2026-11-24", "start": "10:00", "end": "12:00"}
        data = defaults | {"version": booking.version} | fields
        return browse(user or applicant).post(f"/bookings/{booking.ref}/move/", data, headers=headers or {})

    return send


def test_move_of_a_request_is_saved_at_once(drop, request_one, rooms):
    booking = request_one()

    answer = drop(booking, room=rooms[1].pk)

    assert (answer.status_code, answer.url) == (302, BOARD_OF_TUESDAY)
    booking.refresh_from_db()
    assert (booking.room, booking.start_at.hour, booking.end_at.hour, booking.version) == (rooms[1], 2, 4, 1)


def test_move_from_the_board_answers_with_news_for_it(drop, request_one):
    answer = drop(request_one(), headers=HTMX)

    assert (answer.status_code, answer.content) == (204, b"")
    assert '"moved"' in answer["HX-Trigger"]
    assert "Saved: 108, Tue 24 Nov 10:00\\u201312:00." in answer["HX-Trigger"]


def test_move_of_an_approved_meeting_asks_before_it_gives_the_room_back(drop, approve_one):
    booking = approve_one()

    answer = drop(booking, headers=HTMX)

    assert answer.status_code == 200
    assert "needs a new decision" in text_of(answer)
    assert "Now 108 Tue 24 Nov 09:00–11:00 Then 108 Tue 24 Nov 10:00–12:00" in text_of(answer)
    booking.refresh_from_db()
    assert (booking.status, booking.start_at.hour, booking.occupancies.count()) == ("approved", 1, 1)


def test_move_of_an_approved_meeting_agreed_to_waits_for_a_new_decision(drop, approve_one):
    booking = approve_one()

    drop(booking, agreed="1")

    booking.refresh_from_db()
    assert (booking.status, booking.start_at.hour, booking.occupancies.count()) == ("requested", 2, 0)


def test_stretch_that_shortens_keeps_the_approval(drop, approve_one):
    booking = approve_one()

    assert drop(booking, start="09:00", end="10:00").status_code == 302
    booking.refresh_from_db()
    assert (booking.status, booking.end_at.hour) == ("approved", 2)


def test_move_without_script_answers_with_a_page(drop, approve_one):
    answer = drop(approve_one())

    assert answer.status_code == 200
    assert "<html" in answer.content.decode()
    assert 'name="agreed" value="1"' in answer.content.decode()


def test_move_onto_a_taken_room_names_times_and_no_topic(drop, request_one, approve_one, rooms, site):
    other = factories.make_user("other", "applicant", site=site)
    approve_one(room=rooms[1], title="并购", actor=other)

    booking = request_one()
    answer = drop(booking, room=rooms[1].pk)

    assert answer.status_code == 409
    assert "already taken 08:30–11:30" in text_of(answer)
    assert "并购" not in text_of(answer)
    booking.refresh_from_db()
    assert booking.room == rooms[0]


def test_move_of_what_somebody_changed_meanwhile_is_refused(drop, request_one, applicant, now):
    booking = request_one()
    services.change_booking(booking_id=booking.pk, changes={"headcount": 9}, actor=applicant, now=now)

    answer = drop(booking)

    assert answer.status_code == 409
    assert "Somebody has changed this booking in the meantime" in text_of(answer)
    booking.refresh_from_db()
    assert booking.start_at.hour == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"room": "999999"}, "Room: There is no such room."),
        ({"room": ""}, "Room: Please choose a room."),
        ({"on": "2026-02-30"}, "Date: Please give the date like 2026-11-23."),
        ({"start": "25:00"}, "From: Please give the time like 14:30."),
        ({"on": "2026-11-22"}, "From: This time is already past."),
        ({"start": "10:00", "end": "10:02"}, "Until: A meeting takes at least 5 minutes."),
        ({"version": "x"}, "Please give a whole number."),
    ],
)
def test_move_to_an_impossible_place_says_why(drop, request_one, fields, said):
    answer = drop(request_one(), **fields)

    assert answer.status_code == 422
    assert said in text_of(answer)


def test_move_to_a_room_without_its_layout_says_so(drop, request_one, rooms):
    rooms[1].layouts.filter(layout="board_room").delete()

    answer = drop(request_one(), room=rooms[1].pk)

    assert answer.status_code == 422
    assert "This room is not set up in that layout." in text_of(answer)


def test_move_to_a_room_of_another_site_is_refused(drop, request_one, stranger):
    elsewhere = factories.make_room(stranger.site, "900")

    assert drop(request_one(), room=elsewhere.pk).status_code == 422


def test_move_is_for_its_applicant_and_the_secretaries(drop, approve_one, site, secretary, manager, stranger):
    booking = approve_one()
    other = factories.make_user("other", "applicant", site=site)

    statuses = [drop(booking, user=user).status_code for user in (secretary, manager, other, stranger)]

    assert statuses == [200, 403, 404, 404]


def test_move_past_midnight_ends_on_the_following_day(drop, request_one):
    booking = request_one()

    drop(booking, start="23:00", end="00:00")

    booking.refresh_from_db()
    assert booking.end_at - booking.start_at == timedelta(hours=1)


def test_change_with_an_old_version_changes_nothing(request_one, applicant, now):
    booking = request_one()

    with pytest.raises(BookingError, match="changed_meanwhile"):
        services.change_booking(booking_id=booking.pk, changes={"headcount": 9}, actor=applicant, now=now, version=7)

    assert Booking.objects.get().headcount == 10


def test_change_that_may_not_reopen_changes_nothing(approve_one, applicant, now):
    booking = approve_one()
    version, changes = booking.version, {"headcount": 12}

    with pytest.raises(NeedsNewDecision):
        services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now, may_reopen=False)

    booking.refresh_from_db()
    assert (booking.headcount, booking.status, booking.version) == (10, "approved", version)
