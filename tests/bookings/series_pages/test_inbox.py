"""A series in the inbox: one entry with all its dates, and one decision on them."""

import re
from urllib.parse import quote

import pytest

from bookings.models import Booking, Offer
from bookings.recurrence import Every, Rule
from bookings.services.series import request_series
from staff.models import Notice
from tests import factories
from tests.bookings.pages import text_of
from tests.bookings.series import TUESDAYS, at

Status = Booking.Status


def test_inbox_shows_a_series_as_one_entry(desk, series):
    page = desk.get("/inbox/")

    text = text_of(page)
    assert page.content.decode().count('class="inbox-item') == 1
    assert "Series, 4 dates" in text
    assert "4 dates are free" in text


def test_inbox_asks_as_many_questions_for_many_dates_as_for_few(
    desk, data, applicant, now, query_count, rooms, secretary
):
    def make(count, room):
        rule = Rule(Every.WEEK, TUESDAYS[0], count=count)
        return request_series(data=data(room=room), rule=rule, actor=applicant, now=now)

    few, many = make(2, rooms[0]), make(50, rooms[1])

    def opened(series):
        address = f"/inbox/{series.bookings.earliest('start_at').ref}/"
        desk.get(address)
        return query_count(lambda: desk.get(address))

    assert opened(few) == opened(many)


def test_inbox_checks_a_date_taken_meanwhile_as_left_out(desk, series, take):
    take(TUESDAYS[1])
    taken = series.dates.get(on=TUESDAYS[1]).booking

    page = desk.get("/inbox/")

    assert f'name="leave_out" value="{taken.pk}" checked' in page.content.decode()
    assert "1 date is taken meanwhile" in text_of(page)


def test_inbox_approves_a_series_without_what_is_left_out(desk, series, take):
    take(TUESDAYS[1])
    taken = series.dates.get(on=TUESDAYS[1]).booking

    desk.post(f"/inbox/series/{series.ref}/approve/", {"leave_out": str(taken.pk)})

    assert list(series.bookings.order_by("start_at").values_list("status", flat=True)) == [
        Status.APPROVED,
        Status.DECLINED,
        Status.APPROVED,
        Status.APPROVED,
    ]


def test_inbox_refuses_a_series_with_a_taken_date_that_stays_in(desk, series, take):
    take(TUESDAYS[1])

    page = desk.post(f"/inbox/series/{series.ref}/approve/", {}, headers={"HX-Request": "true"})

    assert page.status_code == 409
    assert "Taken dates in this series: 1. Nothing has been changed yet." in text_of(page)
    assert set(series.bookings.values_list("status", flat=True)) == {Status.REQUESTED}


@pytest.mark.parametrize(
    ("verb", "field", "status"), [("decline", "reason", Status.DECLINED), ("question", "text", Status.QUESTIONED)]
)
def test_inbox_says_one_verb_for_all_dates(desk, series, verb, field, status):
    address = f"/inbox/series/{series.ref}/{verb}/"
    refused = desk.post(address, {field: ""}, headers={"HX-Request": "true"})
    desk.post(address, {field: "装修"})

    assert refused.status_code == 422
    assert set(series.bookings.values_list("status", flat=True)) == {status}


def test_inbox_declines_a_series_with_a_common_reason(desk, series):
    desk.post(f"/inbox/series/{series.ref}/decline/", {"common": "usual-0", "reason": ""})

    assert set(series.bookings.values_list("status", flat=True)) == {Status.DECLINED}
    assert "" not in set(series.bookings.values_list("decline_reason", flat=True))


def test_inbox_lets_nobody_decide_their_own_series(desk, data, secretary, now):
    own = request_series(data=data(), rule=Rule(Every.WEEK, TUESDAYS[0], count=2), actor=secretary, now=now)

    assert desk.post(f"/inbox/series/{own.ref}/approve/").status_code == 403


def test_inbox_of_another_site_has_no_such_series(read_by, stranger, series):
    assert read_by(stranger).post(f"/inbox/series/{series.ref}/approve/").status_code == 404


@pytest.mark.parametrize("ref", ["HS-0", quote("一"), "x" * 90])
def test_series_that_is_not_there_is_not_found(desk, ref):
    assert desk.get(f"/series/{ref}/").status_code == 404
    factories.make_user("x")


# Another room or time for one date


@pytest.fixture
def dated(series):
    return series.bookings.get(start_at=at(TUESDAYS[1], 9))


def offering(room, **fields):
    return {"room": room.pk, "on": "2026-12-01", "start": "09:00", "end": "11:00", **fields}


def test_inbox_looks_for_another_room_on_the_date_that_was_chosen(desk, series, dated, rooms, take):
    take(TUESDAYS[1])
    first = series.bookings.order_by("start_at").first()

    page = desk.get(f"/inbox/{first.ref}/?date={dated.pk}")

    content = page.content.decode()
    assert "Another room or time for" in text_of(page)
    assert re.search(r'<input type="date" name="on" value="2026-12-01"', content)
    offered = content.count('<input type="hidden" name="room"')
    assert offered > 1
    # Each in one click, and one form to fill in.
    assert content.count(f'action="/inbox/series/{series.ref}/offer/{dated.pk}/') == offered + 1


@pytest.mark.parametrize("date", ["0", "x", "9" * 30])
def test_inbox_of_a_series_opens_whatever_date_the_address_names(desk, series, date):
    first = series.bookings.order_by("start_at").first()

    assert "Another room or time for" not in text_of(desk.get(f"/inbox/{first.ref}/?date={date}"))


def test_inbox_offers_another_room_for_one_date_and_stays_with_the_series(desk, series, dated, rooms, applicant):
    first = series.bookings.order_by("start_at").first()

    answer = desk.post(f"/inbox/series/{series.ref}/offer/{dated.pk}/", offering(rooms[1]))

    assert answer.url == f"/inbox/{first.ref}/"
    offer = Offer.objects.get()
    assert (offer.booking, offer.room, offer.start_at) == (dated, rooms[1], dated.start_at)
    assert Notice.objects.filter(recipient=applicant, code="booking_offered").count() == 1
    assert "201 on" in text_of(desk.get(answer.url))
    assert set(series.bookings.values_list("status", flat=True)) == {Status.REQUESTED}


def test_applicant_accepts_the_offer_for_one_date_on_the_series_page(
    read_by, desk, client, series, dated, rooms, applicant
):
    desk.post(f"/inbox/series/{series.ref}/offer/{dated.pk}/", offering(rooms[1]))
    read_by(applicant)

    assert f'action="/bookings/{dated.ref}/accept/"' in client.get(series.get_absolute_url()).content.decode()
    client.post(f"/bookings/{dated.ref}/accept/")

    dated.refresh_from_db()
    assert (dated.status, dated.room) == (Status.APPROVED, rooms[1])


def test_inbox_offer_with_a_fault_keeps_what_was_written(desk, series, dated, rooms):
    page = desk.post(f"/inbox/series/{series.ref}/offer/{dated.pk}/", offering(rooms[1], end="08:00"))

    assert page.status_code == 422
    assert "The end must be after the start." in text_of(page)
    assert re.search(r'<input type="time" name="end" value="08:00"', page.content.decode())
    assert Offer.objects.count() == 0


def test_inbox_offer_for_a_date_of_another_series_is_not_found(desk, series, dated, rooms, request_one):
    other = request_one(start_at=at(TUESDAYS[7], 9), end_at=at(TUESDAYS[7], 11))

    assert desk.post(f"/inbox/series/{series.ref}/offer/{other.pk}/", offering(rooms[1])).status_code == 404


def test_inbox_leaves_a_date_in_line_unchecked(desk, data, applicant, take, now):
    take(TUESDAYS[1])
    rule = Rule(Every.WEEK, TUESDAYS[0], count=4)
    series = request_series(data=data(), rule=rule, actor=applicant, now=now, waits_taken=True)

    page = desk.get(f"/inbox/{series.bookings.order_by('start_at').first().ref}/")

    assert "On the waiting list" in text_of(page)
    assert "checked" not in page.content.decode().split('id="series-approve"')[1]
