from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, StateConflict
from bookings.models import Booking, Offer
from bookings.selectors import undoable
from bookings.services import FurtherRoom
from bookings.services.decisions import UNDO_WITHIN
from bookings.services.series import approve_series, decline_series
from checklists.models import Step
from staff.models import Delivery, Notice
from staff.notice_texts import render_notice
from staff.services.notices import mark_read
from staff.services.outbox import claim_next
from tests import factories

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def mailed(applicant):
    applicant.email = "a@example.org"
    applicant.save()
    return applicant


def approve(booking, actor, now):
    return services.approve_booking(booking_id=booking.pk, actor=actor, now=now)


def undo(booking, actor, now):
    return services.undo_decision(booking_id=booking.pk, actor=actor, now=now)


def codes():
    return sorted(Notice.objects.values_list("code", flat=True))


def test_undo_of_an_approval_gives_the_room_back(request_one, secretary, now, heard):
    booking = request_one()
    approve(booking, secretary, now)

    undo(booking, secretary, now + 9 * SECOND)

    booking.refresh_from_db()
    assert (booking.status, booking.decided_by, booking.decided_at) == ("requested", None, None)
    assert not booking.occupancies.exists()
    assert heard == [("booking_approved", booking.ref), ("booking_released", booking.ref)]
    assert list(booking.log.values_list("verb", "from_status", "to_status"))[-1] == ("undo", "approved", "requested")


def test_undo_of_an_approval_withdraws_its_plan(request_one, secretary, now):
    booking = request_one()
    approve(booking, secretary, now)
    assert Step.objects.filter(booking=booking, state="open").exists()

    undo(booking, secretary, now + SECOND)

    assert not Step.objects.filter(booking=booking, state="open").exists()


def test_undo_of_a_decline_forgets_its_reason(request_one, secretary, now):
    booking = request_one()
    services.decline_booking(booking_id=booking.pk, reason="已满", actor=secretary, now=now)

    undo(booking, secretary, now + SECOND)

    booking.refresh_from_db()
    assert (booking.status, booking.decline_reason) == ("requested", "")


def test_undo_goes_back_to_an_open_question(request_one, secretary, now):
    booking = request_one()
    services.question_booking(booking_id=booking.pk, text="？", actor=secretary, now=now)
    approve(booking, secretary, now)

    assert undo(booking, secretary, now + SECOND).status == "questioned"


def test_mail_of_a_decision_waits_until_it_cannot_be_undone(request_one, secretary, mailed, now):
    approve(request_one(), secretary, now)

    assert claim_next(now=now + UNDO_WITHIN - SECOND) is None
    assert claim_next(now=now + UNDO_WITHIN).notice.code == "booking_approved"


def test_undo_in_time_leaves_no_word_of_the_decision(request_one, secretary, mailed, site, now):
    rival = factories.make_user("rival", "applicant", site=site, email="r@example.org")
    booking, _loser = request_one(), request_one(actor=rival)
    approve(booking, secretary, now)
    assert {"booking_approved", "booking_outbid"} <= set(codes())

    undo(booking, secretary, now + SECOND)

    assert not {"booking_approved", "booking_outbid", "booking_decision_undone"} & set(codes())
    assert not Delivery.objects.exists()


def test_undo_after_the_notice_was_read_sends_a_correction_in_the_app(request_one, secretary, applicant, now):
    booking = request_one()
    approve(booking, secretary, now)
    mark_read(notice_id=Notice.objects.get(code="booking_approved").pk, actor=applicant, now=now)

    undo(booking, secretary, now + SECOND)

    correction = Notice.objects.get(code="booking_decision_undone")
    assert (correction.recipient, correction.params["ref"]) == (applicant, booking.ref)
    assert not Delivery.objects.exists()


def test_undo_after_the_mail_has_left_mails_the_correction(request_one, secretary, mailed, now):
    booking = request_one()
    approve(booking, secretary, now)
    claim_next(now=now + UNDO_WITHIN)

    undo(booking, secretary, now + UNDO_WITHIN)

    sent = Delivery.objects.filter(channel="mail").order_by("pk").values_list("notice__code", "state")
    assert list(sent) == [("booking_approved", "sending"), ("booking_decision_undone", "pending")]


@pytest.mark.parametrize("late", [13 * SECOND, HOUR])
def test_undo_too_late_is_refused(request_one, secretary, now, late):
    booking = request_one()
    approve(booking, secretary, now)

    with pytest.raises(BookingError) as caught:
        undo(booking, secretary, now + late)

    assert caught.value.code == "undo_gone"
    assert Booking.objects.get().status == "approved"


def test_undo_by_another_person_is_refused(request_one, secretary, administrator, now):
    booking = request_one()
    approve(booking, secretary, now)

    with pytest.raises(BookingError) as caught:
        undo(booking, administrator, now + SECOND)

    assert caught.value.code == "undo_gone"


def test_undo_twice_conflicts(request_one, secretary, now):
    booking = request_one()
    approve(booking, secretary, now)
    undo(booking, secretary, now + SECOND)

    with pytest.raises(StateConflict):
        undo(booking, secretary, now + SECOND)


def test_undo_after_a_change_is_refused(request_one, secretary, applicant, now):
    booking = request_one()
    approve(booking, secretary, now)
    services.change_booking(booking_id=booking.pk, changes={"title": "改名"}, actor=applicant, now=now + SECOND)

    with pytest.raises(BookingError) as caught:
        undo(booking, secretary, now + 2 * SECOND)

    assert caught.value.code == "undo_gone"


def test_undo_holds_the_withdrawn_offer_again(request_one, secretary, rooms, now):
    booking = request_one()
    times = {"start": booking.start_at, "end": booking.end_at}
    offer = services.offer_alternative(booking_id=booking.pk, room_id=rooms[1].pk, actor=secretary, now=now, **times)
    services.decline_booking(booking_id=booking.pk, reason="x", actor=secretary, now=now)
    assert not offer.occupancies.exists()

    undo(booking, secretary, now + SECOND)

    assert (Offer.objects.get().state, offer.occupancies.count()) == ("open", 1)


def test_undo_leaves_an_offer_gone_whose_room_somebody_has_by_now(request_one, secretary, site, rooms, now):
    booking = request_one()
    times = {"start": booking.start_at, "end": booking.end_at}
    services.offer_alternative(booking_id=booking.pk, room_id=rooms[1].pk, actor=secretary, now=now, **times)
    services.decline_booking(booking_id=booking.pk, reason="x", actor=secretary, now=now)
    approve(request_one(room=rooms[1]), secretary, now)

    undo(booking, secretary, now + SECOND)

    booking.refresh_from_db()
    assert (booking.status, Offer.objects.get().state) == ("requested", "withdrawn")


def test_approve_many_names_what_could_not_be_approved(request_one, secretary, rooms, now):
    first, second, rival = request_one(), request_one(room=rooms[1]), request_one()
    own = request_one(room=rooms[2], actor=secretary)
    Booking.objects.filter(pk=first.pk).update(requested_at=now - HOUR)
    chosen = Booking.objects.select_related("site", "room", "applicant")

    result = services.approve_many(bookings=chosen, actor=secretary, now=now)

    assert [each.ref for each in result.done] == [first.ref, second.ref]
    assert [(each.ref, error.code) for each, error in result.refused] == [
        (rival.ref, "room_taken"),
        (own.ref, "not_yours"),
    ]
    assert set(Booking.objects.filter(status="approved")) == {first, second}


def test_undo_many_takes_each_back(request_one, secretary, rooms, now):
    bookings = [request_one(), request_one(room=rooms[1])]
    for booking in bookings:
        approve(booking, secretary, now)

    result = services.undo_many(bookings=bookings, actor=secretary, now=now + SECOND)

    assert (result.done, result.refused) == (bookings, [])
    assert not Booking.objects.filter(status="approved").exists()


# --- Requests of several rooms


@pytest.fixture
def group(data, rooms, applicant, now):
    further = [FurtherRoom(rooms[1], 6), FurtherRoom(rooms[2], 4)]
    services.request_rooms(data=data(), further=further, actor=applicant, now=now)
    return list(Booking.objects.order_by("pk"))


def states():
    return list(Booking.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_undo_in_any_room_takes_back_all(group, secretary, now, heard, number):
    approve(group[0], secretary, now)

    undone = undo(group[number], secretary, now + SECOND)

    assert (undone.pk, states()) == (group[number].pk, ["requested"] * 3)
    assert not any(each.occupancies.exists() for each in group)
    assert sorted(heard) == sorted(
        (verb, each.ref) for each in group for verb in ("booking_approved", "booking_released")
    )
    assert [each.log.last().verb for each in group] == ["undo"] * 3
    assert not Step.objects.filter(state="open").exists()


def test_undo_of_a_decline_takes_back_all(group, secretary, now):
    services.decline_booking(booking_id=group[1].pk, reason="已满", actor=secretary, now=now)

    undo(group[2], secretary, now + SECOND)

    assert states() == ["requested"] * 3


def test_undo_with_one_room_moved_on_takes_back_none(group, secretary, applicant, now):
    approve(group[0], secretary, now)
    services.cancel_booking(booking_id=group[2].pk, actor=applicant, now=now + SECOND)

    with pytest.raises(BookingError) as caught:
        undo(group[0], secretary, now + 2 * SECOND)

    assert caught.value.code == "undo_gone"
    assert states() == ["approved", "approved", "cancelled"]
    assert undoable(secretary, now + 2 * SECOND) == []


def test_undo_that_fails_in_one_room_takes_back_none(group, secretary, now, monkeypatch):
    approve(group[0], secretary, now)
    told = []

    def fail(booking, entry):
        told.append(booking.pk)
        if len(told) == 2:
            raise BookingError("undo_gone")

    monkeypatch.setattr("bookings.services.undo._forget_line", fail)
    with pytest.raises(BookingError):
        undo(group[0], secretary, now + SECOND)

    assert (len(told), states()) == (2, ["approved"] * 3)


def test_undo_leaves_a_room_that_was_out_before(group, secretary, applicant, now):
    services.cancel_booking(booking_id=group[1].pk, actor=applicant, now=now)
    approve(group[0], secretary, now + SECOND)

    undo(group[0], secretary, now + 2 * SECOND)

    assert states() == ["requested", "cancelled", "requested"]


def test_undo_after_the_notices_were_read_sends_one_correction(group, secretary, applicant, now):
    approve(group[1], secretary, now)
    for notice in Notice.objects.filter(code="booking_approved"):
        mark_read(notice_id=notice.pk, actor=applicant, now=now)

    undo(group[1], secretary, now + SECOND)

    correction = Notice.objects.get(code="booking_decision_undone")
    body = render_notice(correction, "en", group[0].site.zone)[1]
    assert (correction.recipient, correction.params["ref"]) == (applicant, group[0].ref)
    assert body.startswith("Room 108, Room 201, Room 205, ")


def test_undo_is_shown_once_and_counted_once(group, secretary, now):
    approve(group[0], secretary, now)

    (shown,) = undoable(secretary, now + SECOND)
    result = services.undo_many(bookings=group, actor=secretary, now=now + SECOND)

    assert [each.pk for each in shown.bookings] == [each.pk for each in group]
    assert (result.done, result.refused, states()) == ([group[0]], [], ["requested"] * 3)


def test_approve_many_takes_a_request_of_several_rooms_once(group, secretary, now):
    chosen = Booking.objects.select_related("site", "room", "applicant")

    result = services.approve_many(bookings=chosen, actor=secretary, now=now)

    assert (len(result.done), result.refused, states()) == (3, [], ["approved"] * 3)


# --- Series


@pytest.fixture
def decided(series, secretary, room_108, manager, now):
    """Approved as one, but for a date that somebody else has."""
    lost = series.bookings.order_by("start_at")[1]
    terms = {"start": lost.start_at, "end": lost.end_at, "reason": "x", "actor": manager, "now": now}
    services.close_room(room_id=room_108.pk, **terms)
    return approve_series(series_id=series.pk, actor=secretary, now=now, leaves_taken=True)


def dates_of(series):
    return list(series.bookings.order_by("start_at"))


def test_undo_of_a_series_takes_back_every_date_and_those_left_out(decided, secretary, now, heard):
    assert [each.status for each in dates_of(decided)] == ["approved", "declined", "approved", "approved"]

    undo(dates_of(decided)[2], secretary, now + SECOND)

    assert [each.status for each in dates_of(decided)] == ["requested"] * 4
    assert not any(each.occupancies.exists() for each in dates_of(decided))
    assert set(decided.dates.values_list("reason", flat=True)) == {""}
    assert [name for name, _ref in heard] == ["booking_released"] * 3
    assert approve_series(series_id=decided.pk, actor=secretary, now=now + 2 * SECOND, leaves_taken=True)


def test_undo_of_a_series_leaves_no_word_of_it(series, request_one, secretary, mailed, now):
    rival = request_one(start_at=dates_of(series)[0].start_at, end_at=dates_of(series)[0].end_at)
    approve_series(series_id=series.pk, actor=secretary, now=now)
    assert {"series_approved", "booking_outbid"} <= set(codes())

    undo(dates_of(series)[3], secretary, now + SECOND)

    assert not {"series_approved", "booking_outbid", "series_decision_undone"} & set(codes())
    assert rival.status == "requested"


def test_undo_of_a_series_that_was_read_is_corrected(series, secretary, applicant, now):
    decline_series(series_id=series.pk, reason="装修", actor=secretary, now=now)
    Notice.objects.filter(recipient=applicant).update(read_at=now)

    undo(dates_of(series)[0], secretary, now + SECOND)

    correction = Notice.objects.get(code="series_decision_undone")
    assert (correction.recipient, correction.params["ref"], correction.params["count"]) == (applicant, series.ref, 4)


def test_series_stands_once_among_what_can_be_undone(decided, secretary, now):
    (row,) = undoable(secretary, now + SECOND)

    assert (row.entry.verb, len(row.bookings)) == ("approve", 4)


def test_undo_of_a_series_with_a_date_moved_on_takes_back_none(decided, secretary, applicant, now):
    services.cancel_booking(booking_id=dates_of(decided)[3].pk, actor=applicant, now=now + SECOND)

    with pytest.raises(BookingError) as caught:
        undo(dates_of(decided)[0], secretary, now + 2 * SECOND)

    assert caught.value.code == "undo_gone"
    assert [each.status for each in dates_of(decided)] == ["approved", "declined", "approved", "cancelled"]


def test_undo_of_a_series_holds_its_withdrawn_offers_again(series, secretary, rooms, now):
    first = dates_of(series)[0]
    offer = services.offer_alternative(
        booking_id=first.pk,
        room_id=rooms[1].pk,
        start=first.start_at,
        end=first.end_at,
        held_until=now + timedelta(hours=5),
        actor=secretary,
        now=now,
    )
    decline_series(series_id=series.pk, reason="装修", actor=secretary, now=now)

    undo(first, secretary, now + SECOND)

    offer.refresh_from_db()
    assert (offer.state, offer.occupancies.exists()) == ("open", True)
