"""One decision for a series, and one notice for each verb."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import BookingError, InvalidBooking, SeriesTaken, StateConflict
from bookings.models import Booking, Occupancy, SeriesDate
from bookings.services.series import (
    answer_series,
    approve_series,
    decline_series,
    question_series,
)
from staff.models import Delivery, Notice
from tests import factories
from tests.bookings.series import TUESDAYS, at, notices, starts, weekly

Status = Booking.Status


def test_approve_series_takes_the_room_on_every_date(approved, applicant, heard):
    series = approved()

    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:4]]
    assert [row.during.lower for row in Occupancy.objects.order_by("during")] == [
        at(on, 9) - timedelta(minutes=30) for on in TUESDAYS[:4]
    ]
    assert heard == [("booking_approved", row.ref) for row in series.bookings.order_by("start_at")]
    assert notices(applicant) == [("series_approved", 4)]


def test_approve_series_twice_tells_the_state(approved, secretary, now):
    series = approved()

    with pytest.raises(StateConflict) as caught:
        approve_series(series_id=series.pk, actor=secretary, now=now)

    assert caught.value.status == "approved"
    assert Notice.objects.filter(code="series_approved").count() == 1


def test_approve_series_with_a_date_taken_meanwhile_writes_nothing(ask, take, secretary, now, heard):
    series = ask()
    take(TUESDAYS[2])

    with pytest.raises(SeriesTaken) as caught:
        approve_series(series_id=series.pk, actor=secretary, now=now)

    assert [each.start for each in caught.value.dates] == [at(TUESDAYS[2], 9)]
    assert starts(series, Status.REQUESTED) == [at(on, 9) for on in TUESDAYS[:4]]
    assert (Occupancy.objects.filter(closure=None).count(), heard) == (0, [])


def test_approve_series_leaving_out_the_taken_date_keeps_it_with_the_reason(ask, take, secretary, now, applicant):
    series = ask()
    take(TUESDAYS[2])
    taken = series.dates.get(on=TUESDAYS[2]).booking

    approve_series(series_id=series.pk, leave_out=[taken.pk], actor=secretary, now=now)

    assert starts(series, Status.APPROVED) == [at(TUESDAYS[number], 9) for number in (0, 1, 3)]
    row = series.dates.get(on=TUESDAYS[2])
    assert (row.reason, row.booking.status) == ("taken", Status.DECLINED)
    # A closure is what took the room.
    assert notices(applicant) == [("series_room_closed", 1), ("series_approved", 3)]


def test_approve_series_leaving_out_one_date_still_refuses_another_that_is_taken(ask, take, secretary, now):
    series = ask()
    take(TUESDAYS[2])
    free = series.dates.get(on=TUESDAYS[0]).booking

    with pytest.raises(SeriesTaken):
        approve_series(series_id=series.pk, leave_out=[free.pk], actor=secretary, now=now)

    assert starts(series, Status.REQUESTED) == [at(on, 9) for on in TUESDAYS[:4]]


def test_approve_series_after_a_decline_in_the_middle_leaves_that_date_declined(ask, secretary, now):
    series = ask()
    middle = series.dates.get(on=TUESDAYS[1]).booking
    services.decline_booking(booking_id=middle.pk, reason="x", actor=secretary, now=now)

    approve_series(series_id=series.pk, actor=secretary, now=now)

    assert starts(series, Status.APPROVED) == [at(TUESDAYS[number], 9) for number in (0, 2, 3)]
    assert starts(series, Status.DECLINED) == [at(TUESDAYS[1], 9)]


def test_approve_series_leaves_out_what_is_over(ask, secretary, now):
    series = ask()

    approve_series(series_id=series.pk, actor=secretary, now=now + timedelta(days=10))

    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[2:4]]
    assert starts(series, Status.DECLINED) == [at(on, 9) for on in TUESDAYS[:2]]


def test_approve_series_that_is_over_is_too_late(ask, secretary, now):
    with pytest.raises(BookingError) as caught:
        approve_series(series_id=ask().pk, actor=secretary, now=now + timedelta(days=99))

    assert caught.value.code == "too_late"


def test_approve_series_tells_losers_once_each(ask, request_one, secretary, manager, now):
    winner = ask()
    loser = ask(actor=manager)
    single = request_one(actor=secretary, start_at=at(TUESDAYS[1], 10), end_at=at(TUESDAYS[1], 12))
    deputy = factories.make_user("deputy", "secretary", site=single.site)

    approve_series(series_id=winner.pk, actor=deputy, now=now)

    assert list(Notice.objects.filter(code="series_outbid").values_list("recipient", "params__count")) == [
        (manager.pk, 4)
    ]
    assert list(Notice.objects.filter(code="booking_outbid").values_list("recipient", "params__ref")) == [
        (secretary.pk, single.ref)
    ]
    # They compete on; nothing of others is touched.
    assert starts(loser, Status.REQUESTED) == [at(on, 9) for on in TUESDAYS[:4]]


def test_approve_series_gives_back_what_was_held_for_its_dates(ask, rooms, secretary, now):
    series = ask()
    booking = series.bookings.earliest("start_at")
    terms = {"start": at(TUESDAYS[0], 9), "end": at(TUESDAYS[0], 11), "room_id": rooms[0].pk}
    services.offer_alternative(booking_id=booking.pk, actor=secretary, now=now, **terms)

    approve_series(series_id=series.pk, actor=secretary, now=now)

    assert Occupancy.objects.filter(booking=booking).count() == 1
    assert Occupancy.objects.exclude(offer=None).count() == 0


def test_approve_series_takes_as_many_statements_for_many_dates_as_for_few(ask, secretary, now, query_count):
    few, many = ask(weekly(3)), ask(weekly(60), start_at=at(TUESDAYS[0], 14), end_at=at(TUESDAYS[0], 15))

    def approve(series):
        return query_count(lambda: approve_series(series_id=series.pk, actor=secretary, now=now - timedelta(days=5)))

    assert approve(few) == approve(many)


def test_decline_series_declines_every_waiting_date_with_the_reason(ask, secretary, applicant, now):
    series = ask()

    decline_series(series_id=series.pk, reason="装修", actor=secretary, now=now)

    assert set(series.bookings.values_list("status", "decline_reason")) == {(Status.DECLINED, "装修")}
    assert set(series.dates.values_list("reason", flat=True)) == {SeriesDate.Reason.DECLINED}
    assert notices(applicant) == [("series_declined", 4)]


def test_decline_series_without_a_reason_is_refused(ask, secretary, now):
    with pytest.raises(InvalidBooking):
        decline_series(series_id=ask().pk, reason=" ", actor=secretary, now=now)


def test_question_and_answer_go_for_the_whole_series(ask, secretary, applicant, now):
    series = ask()

    question_series(series_id=series.pk, text="几人？", actor=secretary, now=now)
    assert set(series.bookings.values_list("status", flat=True)) == {Status.QUESTIONED}
    answer_series(series_id=series.pk, text="十人", actor=applicant, now=now)

    assert set(series.bookings.values_list("status", flat=True)) == {Status.REQUESTED}
    for row in series.bookings.all():
        assert list(row.messages.values_list("kind", "text")) == [("question", "几人？"), ("answer", "十人")]
    assert notices(applicant) == [("series_questioned", 4)]
    assert notices(secretary) == [("series_requested", 4), ("series_answered", 4)]


def test_series_verb_mails_one_digest(ask, secretary, applicant, now):
    applicant.email = "a@example.com"
    applicant.save()

    approve_series(series_id=ask(weekly(30)).pk, actor=secretary, now=now)

    assert Delivery.objects.filter(notice__recipient=applicant, channel="mail").count() == 1
