"""A series asked for on pages: in plain choices, every date seen first."""

from datetime import timedelta

import pytest

from bookings.models import Booking, BookingPolicy, Series
from tests import factories
from tests.bookings.pages import field_value, filled, text_of
from tests.bookings.series import REPEATS, TUESDAYS, at, titles

NEW, PREVIEW = "/bookings/new/", "/bookings/new/series/"
Status = Booking.Status


def repeated(room, **fields):
    return filled(room, **(REPEATS | fields))


def test_new_offers_to_repeat(browser, rooms):
    assert "It repeats" in text_of(browser.get(NEW))


def test_new_that_repeats_shows_every_date_and_saves_nothing(browser, room_108):
    page = browser.post(NEW, repeated(room_108))

    text = text_of(page)
    assert page.status_code == 200
    assert [on for on in ("Tue 24 Nov", "Tue 1 Dec", "Tue 8 Dec", "Tue 15 Dec", "Tue 22 Dec") if on in text] == [
        "Tue 24 Nov",
        "Tue 1 Dec",
        "Tue 8 Dec",
        "Tue 15 Dec",
    ]
    assert "Every week on Tue, 4 times" in text
    assert Booking.objects.count() == 0


def test_preview_carries_along_what_was_filled_in(browser, room_108):
    body = browser.post(NEW, repeated(room_108, wishes="一\n二")).content.decode()

    assert '<textarea name="wishes" hidden>\n一\n二</textarea>' in body
    assert '<textarea name="repeats" hidden>\nweek</textarea>' in body


def test_preview_confirmed_sends_one_series(browser, room_108):
    answer = browser.post(PREVIEW, repeated(room_108, confirm="1"))

    series = Series.objects.get()
    assert answer.url == f"/series/{series.ref}/"
    assert titles(series) == ["季度会"] * 4
    assert "Your series HS-20261124-001 with 4 dates has been sent." in text_of(browser.get(answer.url))


def test_preview_shows_a_taken_date_without_saying_by_whom(browser, room_108, rooms, take):
    take(TUESDAYS[1])

    page = browser.post(NEW, repeated(room_108))

    text = text_of(page)
    assert "taken: 1" in text
    assert "秘密" not in text
    # Two other rooms, to wait, and to leave it out.
    assert page.content.decode().count('name="date-2026-12-01"') == 4
    # The first other room at the same time is proposed.
    assert f'name="date-2026-12-01" value="{rooms[1].pk}:0" checked' in page.content.decode()


def test_preview_marks_the_dates_that_cannot_have_the_shared_equipment(browser, rooms, site, approve_one):
    factories.make_pool(site, "CART")
    start = at(TUESDAYS[1], 9)
    approve_one(room=rooms[1], equipment=("CART",), start_at=start, end_at=start + timedelta(hours=1))

    page = browser.post(NEW, repeated(rooms[0], shared="CART"))

    text = text_of(page)
    assert text.count("Trolley CART: others have all of it then") == 1
    assert "1 date cannot have the shared equipment" in text
    assert "cannot have" not in text_of(browser.post(NEW, repeated(rooms[0])))


def test_preview_of_a_year_without_published_working_days_says_provisional(browser, room_108):
    text = text_of(browser.post(NEW, repeated(room_108, times="60")))

    assert "provisional" in text


def test_preview_marks_holidays_and_leaves_them_out_by_itself(browser, room_108):
    page = browser.post(NEW, repeated(room_108, on="2026-12-31", repeats="day", times="3"))

    assert "on holidays: 1" in text_of(page)
    assert 'name="left_out" value="2027-01-01" checked' in page.content.decode()
    assert 'name="left_out" value="2026-12-31" checked' not in page.content.decode()


def test_preview_confirmed_takes_the_choices(browser, room_108, rooms, take):
    take(TUESDAYS[1])
    take(TUESDAYS[2])
    chosen = {"date-2026-12-01": f"{rooms[1].pk}:30", "date-2026-12-08": "out", "left_out": "2026-12-15"}

    browser.post(PREVIEW, repeated(room_108, confirm="1", **chosen))

    series = Series.objects.get()
    rows = {row.on: row for row in series.dates.select_related("booking__room")}
    moved = rows[TUESDAYS[1]].booking
    assert (moved.room, moved.start_at - moved.recurrence_at) == (rooms[1], timedelta(minutes=30))
    assert [(rows[on].booking, rows[on].reason) for on in TUESDAYS[2:4]] == [(None, "taken"), (None, "left_out")]


def test_preview_confirmed_with_a_date_taken_meanwhile_shows_it_and_saves_nothing(browser, room_108, take):
    take(TUESDAYS[3])

    page = browser.post(PREVIEW, repeated(room_108, confirm="1", left_out="2026-12-01"))

    assert page.status_code == 409
    assert "Taken dates in this series: 1." in text_of(page)
    assert 'value="2026-12-01" checked' in page.content.decode()
    assert Series.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"times": ""}, "Please say until when it repeats, or how often."),
        ({"until": "2026-12-24"}, "Please give either the last day or the number of times, not both."),
        ({"times": "900"}, "At most 260."),
        ({"times": "", "until": "2026-11-01"}, "The last day lies before the first."),
        ({"more_dates": "soon"}, "Please give each date like 2026-11-23."),
        ({"repeats": "sometimes"}, "not one of the available choices"),
        ({"title": ""}, "Please fill this in."),
        ({"on": "2026-11-20"}, "This time is already past."),
    ],
)
def test_new_that_repeats_with_a_fault_says_so_beside_the_field_and_loses_nothing(browser, room_108, fields, words):
    page = browser.post(NEW, repeated(room_108, **({"wishes": "安静"} | fields)))

    assert page.status_code == 422
    assert words in text_of(page)
    assert "安静" in page.content.decode()
    assert Booking.objects.count() == 0


def test_preview_back_brings_the_form_as_it_was(browser, room_108):
    page = browser.post(PREVIEW, repeated(room_108, back="1", title="月会"))

    assert page.status_code == 200
    assert (field_value(page, "title"), field_value(page, "times")) == ("月会", "4")
    assert "Nothing you wrote was lost" not in text_of(page)


def test_preview_opened_by_address_leads_to_the_form(browser, rooms):
    assert browser.get(PREVIEW).url == NEW


@pytest.mark.parametrize("value", ["", "x", "0:0", "9" * 30 + ":0", "1:-", "1:99999", "²:0", ":", "out"])
def test_preview_with_an_odd_choice_leaves_the_date_out(browser, room_108, take, value):
    take(TUESDAYS[1])

    browser.post(PREVIEW, repeated(room_108, confirm="1", **{"date-2026-12-01": value}))

    assert Series.objects.get().dates.get(on=TUESDAYS[1]).reason == "taken"


def test_preview_asks_as_many_questions_for_many_dates_as_for_few(browser, room_108, rooms, take, query_count):
    for on in TUESDAYS[1:4]:
        take(on)

    few = query_count(lambda: browser.post(NEW, repeated(room_108, times="2")))
    many = query_count(lambda: browser.post(NEW, repeated(room_108, times="100")))

    assert few == many


def test_preview_confirmed_lets_a_taken_date_wait(browser, room_108, take):
    take(TUESDAYS[1])

    browser.post(PREVIEW, repeated(room_108, confirm="1", **{"date-2026-12-01": "wait"}))

    series = Series.objects.get()
    waiting = series.bookings.get(waiting_places__state="waiting")
    assert (series.bookings.count(), waiting.series_date.on) == (4, TUESDAYS[1])
    assert "number 1 on the waiting list" in text_of(browser.get(waiting.get_absolute_url()))


def test_series_beyond_the_policy_asks_for_the_reason_before_the_preview(browser, room_108, site):
    BookingPolicy.objects.create(site=site, furthest_days=10)

    page = browser.post(NEW, repeated(room_108))
    assert page.status_code == 422
    assert "too far ahead" in text_of(page)
    assert 'name="exception_reason"' in page.content.decode()

    reasoned = repeated(room_108, exception_reason="审计")
    assert "for exception: 2" in text_of(browser.post(NEW, reasoned))
    browser.post(PREVIEW, reasoned | {"confirm": "1"})
    assert Series.objects.get().bookings.exclude(exceptions=[]).count() == 2
