"""A series' own page, and a change or cancellation of one date, those that follow, or all."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking
from bookings.recurrence import Every, Rule
from bookings.services.series import request_series
from tests.bookings.pages import filled, text_of
from tests.bookings.series import TUESDAYS, titles

Status = Booking.Status


def test_series_page_tells_the_rule_and_every_date(browser, given):
    text = text_of(browser.get(given.get_absolute_url()))

    assert "Every week on Tue, 4 times" in text
    assert text.count("Approved") == 5


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "每周"), ("zh-hant", "每週"), ("en", "Every week on Tue, 4 times")]
)
def test_series_page_tells_the_rule_in_the_readers_language(browser, applicant, given, language, words):
    applicant.language = language
    applicant.save()

    assert browser.get(given.get_absolute_url()).status_code == 200


def test_series_page_of_a_stranger_is_not_there(read_by, stranger, given):
    assert read_by(stranger).get(given.get_absolute_url()).status_code == 404


def test_series_page_of_the_floor_is_not_there(read_by, server, given):
    assert read_by(server).get(given.get_absolute_url()).status_code == 404


def test_series_page_asks_as_many_questions_for_many_dates_as_for_few(
    browser, data, room_108, applicant, now, query_count
):
    def make(count, hour):
        terms = data(start_at=now + timedelta(days=1, hours=hour), end_at=now + timedelta(days=1, hours=hour + 1))
        return request_series(data=terms, rule=Rule(Every.WEEK, TUESDAYS[0], count=count), actor=applicant, now=now)

    few, many = make(2, 0), make(50, 5)
    browser.get(few.get_absolute_url())

    assert query_count(lambda: browser.get(few.get_absolute_url())) == query_count(
        lambda: browser.get(many.get_absolute_url())
    )


def test_series_cancel_calls_off_the_range(browser, given):
    answer = browser.post(
        f"/series/{given.ref}/cancel/", {"first": "2026-12-01", "last": "2026-12-08", "reason": "出差"}
    )

    assert answer.url == given.get_absolute_url()
    assert list(given.bookings.order_by("start_at").values_list("status", "cancel_reason")) == [
        (Status.APPROVED, ""),
        (Status.CANCELLED, "出差"),
        (Status.CANCELLED, "出差"),
        (Status.APPROVED, ""),
    ]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"first": "2026-12-08", "last": "2026-12-01"}, 422),
        ({"first": "x", "last": ""}, 422),
        ({"first": "2028-12-08", "last": "2028-12-31"}, 409),
    ],
)
def test_series_cancel_with_a_fault_says_so(browser, given, fields, status):
    assert browser.post(f"/series/{given.ref}/cancel/", fields).status_code == status
    assert not given.bookings.filter(status=Status.CANCELLED).exists()


def test_series_cancel_by_somebody_else_is_forbidden(read_by, manager, given):
    answer = read_by(manager).post(f"/series/{given.ref}/cancel/", {"first": "2026-12-01", "last": "2026-12-08"})

    assert answer.status_code == 403


def test_booking_of_a_series_says_which_date_it_is(browser, given):
    second = given.dates.get(on=TUESDAYS[1]).booking

    assert f"Date 2 of 4 of the series {given.ref}" in text_of(browser.get(second.get_absolute_url()))


def test_booking_of_a_series_links_to_it_only_for_those_who_may_open_it(read_by, server, given):
    second = given.dates.get(on=TUESDAYS[1]).booking

    page = read_by(server).get(second.get_absolute_url())

    assert "Date 2 of 4" in text_of(page)
    assert given.get_absolute_url() not in page.content.decode()


def test_mine_marks_dates_of_a_series(browser, given, request_one, rooms):
    request_one(room=rooms[1])

    assert text_of(browser.get("/bookings/mine/")).count("季度会 Series") == 4


def test_board_marks_dates_of_a_series(browser, given, request_one, rooms):
    request_one(room=rooms[1])

    body = browser.get("/board/?date=2026-11-24").content.decode()

    assert body.count("↻ 季度会") == 1
    assert 'data-more="市场部 · 10 · Series"' in body


@pytest.mark.parametrize(
    ("scope", "changed"), [("one", [1]), ("following", [1, 2, 3]), ("all", [0, 1, 2, 3]), ("everything", [1])]
)
def test_edit_of_a_date_goes_as_far_as_chosen(browser, given, room_108, scope, changed):
    second = given.dates.get(on=TUESDAYS[1]).booking

    browser.post(
        reverse("bookings:edit", args=[second.ref]), filled(room_108, on="2026-12-01", title="新", scope=scope)
    )

    assert titles(given) == ["新" if number in changed else "季度会" for number in range(4)]


def test_edit_of_following_dates_onto_a_taken_one_shows_which(browser, given, room_108, take, now, manager):
    start = now + timedelta(days=15, hours=5)
    terms = {"start": start, "end": start + timedelta(hours=2), "reason": "x", "actor": manager, "now": now}
    services.close_room(room_id=room_108.pk, **terms)
    second = given.dates.get(on=TUESDAYS[1]).booking
    address = reverse("bookings:edit", args=[second.ref])
    moved = filled(room_108, on="2026-12-01", start="14:00", end="16:00", scope="following")

    page = browser.post(address, moved)

    third = given.dates.get(on=TUESDAYS[2]).booking
    assert page.status_code == 409
    assert f'name="keep" value="{third.pk}"' in page.content.decode()
    assert not given.bookings.filter(status=Status.REQUESTED).exists()

    assert browser.post(address, moved | {"keep": str(third.pk)}).status_code == 302
    assert list(given.bookings.order_by("recurrence_at").values_list("status", flat=True)) == [
        Status.APPROVED,
        Status.REQUESTED,
        Status.APPROVED,
        Status.REQUESTED,
    ]


def test_edit_of_following_dates_with_a_fault_says_so(browser, given, room_108):
    second = given.dates.get(on=TUESDAYS[1]).booking

    page = browser.post(
        reverse("bookings:edit", args=[second.ref]), filled(room_108, on="2026-12-01", headcount="900", scope="all")
    )

    assert page.status_code == 422
    assert "In this layout the room seats 24." in text_of(page)


@pytest.mark.parametrize(("scope", "cancelled"), [("one", [1]), ("following", [1, 2, 3]), ("all", [0, 1, 2, 3])])
def test_cancel_of_a_date_goes_as_far_as_chosen(browser, given, scope, cancelled):
    second = given.dates.get(on=TUESDAYS[1]).booking

    browser.post(reverse("bookings:cancel", args=[second.ref]), {"reason": "", "scope": scope})

    statuses = given.bookings.order_by("start_at").values_list("status", flat=True)
    assert [number for number, status in enumerate(statuses) if status == Status.CANCELLED] == cancelled


def test_answer_goes_for_the_whole_series(browser, series, secretary, now):
    from bookings.services.series import question_series

    question_series(series_id=series.pk, text="几人？", actor=secretary, now=now)
    assert "几人？" in text_of(browser.get(series.get_absolute_url()))

    browser.post(f"/series/{series.ref}/answer/", {"text": "十人"})

    assert set(series.bookings.values_list("status", flat=True)) == {Status.REQUESTED}
