from datetime import UTC, datetime, timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, Fault, InvalidBooking, RoomTaken, StateConflict
from bookings.models import Booking, BookingLog, Occupancy
from bookings.services import AgendaData, GuestData
from staff.models import Delivery, Notice
from tests import factories

Status = Booking.Status
HOUR = timedelta(hours=1)


def occupied(booking):
    return [(row.during.lower, row.during.upper) for row in booking.occupancies.all()]


def notices(code):
    return sorted(Notice.objects.filter(code=code).values_list("recipient__username", flat=True))


def test_request_valid_is_stored_whole(request_one, now):
    guest = GuestData(name="李先生", ash_tray="left", tea="浓茶")
    start = now + timedelta(days=1)
    agenda = AgendaData("开场", start, start + HOUR)

    booking = request_one(tea=True, flags=("CN", "FR"), guests=(guest,), agenda=(agenda,), title="  季度会 ")

    stored = Booking.objects.get()
    assert (stored.ref, stored.status, stored.title) == ("HW-20261124-001", "requested", "季度会")
    assert (stored.requested_at, stored.version, stored.layout) == (now, 0, "board_room")
    assert services.data_of(stored) == services.data_of(booking)
    assert [(each.name, each.tea) for each in stored.guests.all()] == [("李先生", "浓茶")]
    assert [each.title for each in stored.agenda.all()] == ["开场"]
    assert not Occupancy.objects.exists()


def test_request_freezes_minutes_of_its_layout(request_one, room_108):
    booking = request_one()
    room_108.layouts.update(setup_minutes=5, teardown_minutes=5)

    booking.refresh_from_db()

    assert (booking.setup_minutes, booking.teardown_minutes) == (30, 30)


def test_request_is_logged_and_told_to_secretaries(request_one, applicant, secretary, now):
    booking = request_one()

    entry = BookingLog.objects.get()
    assert (entry.verb, entry.actor, entry.at, entry.from_status, entry.to_status) == (
        "request", applicant, now, "", "requested",
    )  # fmt: skip
    assert notices("booking_requested") == ["secretary"]
    assert Notice.objects.get().url == f"/bookings/{booking.ref}/"


def test_request_as_draft_tells_nobody(request_one, secretary):
    booking = request_one(submit=False)

    assert (booking.status, booking.requested_at) == ("draft", None)
    assert not Notice.objects.exists()


def test_refs_run_by_the_day_of_the_meeting(request_one, now):
    later = now + timedelta(days=2)

    refs = [request_one().ref, request_one(start_at=later, end_at=later + HOUR).ref, request_one().ref]

    assert refs == ["HW-20261124-001", "HW-20261125-001", "HW-20261124-002"]


def test_ref_takes_the_day_at_the_site(request_one):
    # 00:30 on the 25th in Shanghai is still the 24th in UTC.
    start = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)

    assert request_one(start_at=start, end_at=start + HOUR).ref == "HW-20261125-001"


def test_request_for_a_taken_room_is_refused_with_alternatives(approve_one, request_one, rooms, now):
    first = approve_one()

    with pytest.raises(RoomTaken) as caught:
        request_one()

    start, end = first.start_at, first.end_at
    assert caught.value.conflicts == [(first.occupied_from, first.occupied_until)]
    assert [(each.room.code, each.start, each.end) for each in caught.value.alternatives[:2]] == [
        ("201", start, end),
        ("205", start, end),
    ]
    assert Booking.objects.count() == 1


def test_request_back_to_back_with_buffers_is_free(approve_one, request_one):
    first = approve_one()

    second = request_one(start_at=first.end_at + HOUR, end_at=first.end_at + 2 * HOUR)

    assert second.occupied_from == first.occupied_until


def test_request_a_minute_into_the_buffer_is_refused(approve_one, request_one):
    first = approve_one()
    start = first.end_at + HOUR - timedelta(minutes=1)

    with pytest.raises(RoomTaken):
        request_one(start_at=start, end_at=start + HOUR)


def test_ash_tray_where_smoking_is_forbidden_is_noted(request_one):
    request_one(guests=(GuestData(name="李先生", ash_tray="right"),))

    assert BookingLog.objects.get().changes == {"remarks": ["ash_tray_no_smoking"]}


def test_microphones_ask_for_the_equipment(request_one):
    assert request_one(microphones=1).equipment == ["microphone"]


def test_submit_draft_waits_for_a_decision(request_one, applicant, secretary, now):
    booking = request_one(submit=False)

    services.submit_booking(booking_id=booking.pk, actor=applicant, now=now)

    booking.refresh_from_db()
    assert (booking.status, booking.requested_at) == ("requested", now)
    assert notices("booking_requested") == ["secretary"]


def test_submit_draft_of_the_past_is_refused(request_one, applicant, now):
    booking = request_one(submit=False)

    with pytest.raises(InvalidBooking) as caught:
        services.submit_booking(booking_id=booking.pk, actor=applicant, now=now + timedelta(days=2))

    assert caught.value.errors == {"start_at": [Fault("in_past")], "end_at": [Fault("in_past")]}


def test_submit_twice_conflicts(request_one, applicant, now):
    booking = request_one()

    with pytest.raises(StateConflict) as caught:
        services.submit_booking(booking_id=booking.pk, actor=applicant, now=now)

    assert caught.value.status == "requested"


HARMLESS = [
    {"title": "年度会"},
    {"wishes": "靠窗"},
    {"headcount": 9},
    {"tea": False},
    {"contact_phone": "6202"},
    {"guests": (GuestData(name="李先生"),)},
    {"curtains": "shut"},
]


@pytest.mark.parametrize("changes", HARMLESS, ids=lambda each: next(iter(each)))
def test_change_harmless_keeps_the_approval(approve_one, applicant, now, heard, changes):
    booking = approve_one(tea=True)
    heard.clear()

    result = services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now)

    booking.refresh_from_db()
    assert (result.reopened, booking.status, booking.version) == (False, "approved", 2)
    assert list(result.changes) == list(changes)
    assert heard == [("booking_changed", booking.ref)]
    assert BookingLog.objects.last().changes == result.changes
    assert occupied(booking) == [(booking.occupied_from, booking.occupied_until)]


SUBSTANTIAL = [
    {"layout": "u_shape"},
    {"headcount": 11},
    {"coffee": True},
    {"name_plates": 10},
    {"flags": ("CN",)},
    {"equipment": ("projector",)},
    {"microphones": 1},
    {"sign_in": True},
]


@pytest.mark.parametrize("changes", SUBSTANTIAL, ids=lambda each: next(iter(each)))
def test_change_of_substance_reopens_the_approval(approve_one, applicant, secretary, now, heard, changes):
    booking = approve_one()
    heard.clear()
    Notice.objects.all().delete()

    result = services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now)

    booking.refresh_from_db()
    assert (result.reopened, booking.status, booking.version) == (True, "requested", 2)
    assert (booking.decided_at, booking.decided_by) == (None, None)
    assert heard == [("booking_released", booking.ref)]
    assert occupied(booking) == []
    assert notices("booking_reopened") == ["secretary"]
    entry = BookingLog.objects.last()
    assert (entry.verb, entry.from_status, entry.to_status, entry.changes) == (
        "reopen", "approved", "requested", result.changes,
    )  # fmt: skip


def test_change_of_time_within_the_old_shortens_the_occupancy(approve_one, applicant, now):
    booking = approve_one()
    changes = {"start_at": booking.start_at + HOUR / 2, "end_at": booking.end_at - HOUR / 2}

    result = services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now)

    assert not result.reopened
    assert occupied(booking) == [(booking.start_at, booking.end_at)]
    assert result.changes == {
        "start_at": [booking.start_at.isoformat(), changes["start_at"].isoformat()],
        "end_at": [booking.end_at.isoformat(), changes["end_at"].isoformat()],
    }


def test_change_of_time_earlier_reopens(approve_one, applicant, now):
    booking = approve_one()
    changes = {"start_at": booking.start_at - HOUR}

    assert services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now).reopened


def test_change_of_room_refreezes_minutes(approve_one, applicant, site, now):
    booking = approve_one()
    other = factories.make_room(site, "301", setup=15, teardown=10)

    result = services.change_booking(booking_id=booking.pk, changes={"room": other}, actor=applicant, now=now)

    booking.refresh_from_db()
    assert result.changes == {"room": ["108", "301"]}
    assert (booking.room, booking.setup_minutes, booking.teardown_minutes) == (other, 15, 10)


def test_change_onto_a_taken_room_changes_nothing(approve_one, rooms, applicant, now):
    booking, other = approve_one(), approve_one(room=rooms[1])

    with pytest.raises(RoomTaken) as caught:
        services.change_booking(booking_id=booking.pk, changes={"room": rooms[1]}, actor=applicant, now=now)

    booking.refresh_from_db()
    assert caught.value.conflicts == occupied(other)
    assert (booking.room, booking.status, booking.version) == (rooms[0], "approved", 1)
    assert occupied(booking) == [(booking.occupied_from, booking.occupied_until)]


def test_change_of_nothing_leaves_no_trace(approve_one, applicant, now, heard):
    booking = approve_one()
    heard.clear()
    entries = BookingLog.objects.count()

    result = services.change_booking(booking_id=booking.pk, changes={"title": "季度会"}, actor=applicant, now=now)

    booking.refresh_from_db()
    assert (result.changes, booking.version, heard) == ({}, 1, [])
    assert BookingLog.objects.count() == entries


def test_change_moves_the_agenda_along(request_one, applicant, now):
    start = now + timedelta(days=1)
    booking = request_one(agenda=(AgendaData("开场", start, start + HOUR),))
    changes = {"start_at": start + HOUR, "end_at": start + 3 * HOUR}

    services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now)

    assert [(item.starts_at, item.ends_at) for item in booking.agenda.all()] == [(start + HOUR, start + 2 * HOUR)]


def test_change_that_cuts_the_agenda_is_refused(request_one, applicant, now):
    start = now + timedelta(days=1)
    booking = request_one(agenda=(AgendaData("开场", start, start + 2 * HOUR),))

    with pytest.raises(InvalidBooking) as caught:
        services.change_booking(booking_id=booking.pk, changes={"end_at": start + HOUR}, actor=applicant, now=now)

    assert caught.value.errors == {"agenda": [Fault("outside_meeting", {"title": "开场"})]}


def test_change_of_text_is_not_held_to_a_room_that_shrank(approve_one, room_108, applicant, now):
    booking = approve_one()
    room_108.layouts.update(capacity=2)

    result = services.change_booking(booking_id=booking.pk, changes={"title": "年度会"}, actor=applicant, now=now)

    assert result.changes == {"title": ["季度会", "年度会"]}


def test_change_of_text_while_running_is_stored(run_one, applicant, now):
    booking = run_one()

    result = services.change_booking(booking_id=booking.pk, changes={"title": "年度会"}, actor=applicant, now=now)

    assert (result.reopened, result.booking.status) == (False, "running")


@pytest.mark.parametrize("changes", [{"coffee": True}, {"end_at": datetime(2026, 11, 24, 2, 30, tzinfo=UTC)}])
def test_change_of_substance_while_running_is_refused(run_one, applicant, changes):
    booking = run_one()

    with pytest.raises(BookingError) as caught:
        services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=booking.start_at)

    assert caught.value.code == "no_change_while_running"


def test_change_of_a_decided_away_booking_conflicts(request_one, applicant, secretary, now):
    booking = request_one()
    services.decline_booking(booking_id=booking.pk, reason="已满", actor=secretary, now=now)

    with pytest.raises(StateConflict) as caught:
        services.change_booking(booking_id=booking.pk, changes={"title": "年度会"}, actor=applicant, now=now)

    assert caught.value.status == "declined"


def test_change_of_an_unknown_field_is_a_programming_error(request_one, applicant, now):
    booking = request_one()

    with pytest.raises(ValueError, match="status"):
        services.change_booking(booking_id=booking.pk, changes={"status": "approved"}, actor=applicant, now=now)


def test_change_by_the_secretary_is_told_to_the_applicant(request_one, secretary, now):
    booking = request_one()

    services.change_booking(booking_id=booking.pk, changes={"wishes": "靠窗"}, actor=secretary, now=now)

    assert notices("booking_changed") == ["applicant"]


def test_cancel_approved_gives_the_room_back(approve_one, applicant, secretary, now, heard):
    booking = approve_one()
    heard.clear()

    services.cancel_booking(booking_id=booking.pk, reason="改期", actor=applicant, now=now)

    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason) == ("cancelled", "改期")
    assert occupied(booking) == []
    assert heard == [("booking_released", booking.ref)]
    assert notices("booking_cancelled") == ["secretary"]


def test_cancel_pending_sends_no_release(request_one, applicant, now, heard):
    booking = request_one()

    services.cancel_booking(booking_id=booking.pk, actor=applicant, now=now)

    assert heard == []


def test_cancel_running_conflicts(run_one, applicant, now):
    booking = run_one()

    with pytest.raises(StateConflict) as caught:
        services.cancel_booking(booking_id=booking.pk, reason="x", actor=applicant, now=now)

    assert caught.value.status == "running"


def test_cancel_by_the_office_mails_the_applicant(request_one, applicant, secretary, now):
    applicant.email = "a@example.org"
    applicant.save()
    booking = request_one()

    services.cancel_booking(booking_id=booking.pk, reason="停电", actor=secretary, now=now)

    assert [each.notice.recipient for each in Delivery.objects.all()] == [applicant]


def test_verb_whose_receiver_fails_is_undone(request_one, secretary, now):
    from bookings.signals import booking_approved

    def fail(sender, **kwargs):
        raise RuntimeError

    booking = request_one()
    booking_approved.connect(fail)

    try:
        with pytest.raises(RuntimeError):
            services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    finally:
        booking_approved.disconnect(fail)

    booking.refresh_from_db()
    assert booking.status == "requested"
    assert occupied(booking) == []
    assert notices("booking_approved") == []
