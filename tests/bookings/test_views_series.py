"""A series on pages: asked for in plain choices, every date seen first, then its own page, inbox and changes."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking, Series
from bookings.recurrence import Every, Rule
from bookings.services.series import approve_series, request_series
from tests import factories
from tests.bookings.pages import field_value, filled, text_of

NEW, PREVIEW = "/bookings/new/", "/bookings/new/series/"
TUESDAYS = [date(2026, 11, 24) + timedelta(weeks=number) for number in range(8)]
REPEATS = {"repeats": "week", "interval": "1", "until": "", "times": "4", "more_dates": "", "leaves_holidays": "on"}
Status = Booking.Status


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


def sign_in(client, user):
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def browser(client, applicant):
    return sign_in(client, applicant)


@pytest.fixture
def desk(client, secretary):
    return sign_in(client, secretary)


@pytest.fixture
def series(data, applicant, now):
    """Four Tuesdays that wait for a decision."""
    return request_series(data=data(), rule=Rule(Every.WEEK, TUESDAYS[0], count=4), actor=applicant, now=now)


@pytest.fixture
def given(series, secretary, now):
    return approve_series(series_id=series.pk, actor=secretary, now=now)


@pytest.fixture
def take(room_108, manager, now):
    """The room is out of use on that date, from nine to eleven."""

    def make(on):
        start = now + (on - date(2026, 11, 23))
        terms = {"start": start, "end": start + timedelta(hours=2), "reason": "秘密", "actor": manager, "now": now}
        return services.close_room(room_id=room_108.pk, **terms)

    return make


def repeated(room, **fields):
    return filled(room, **(REPEATS | fields))


def titles(series):
    return list(series.bookings.order_by("start_at").values_list("title", flat=True))


# The preview


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
    assert page.content.decode().count('name="date-2026-12-01"') == 3
    # The first other room at the same time is proposed.
    assert f'name="date-2026-12-01" value="{rooms[1].pk}:0" checked' in page.content.decode()


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


# The series' page


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


def test_series_page_of_a_stranger_is_not_there(client, stranger, given):
    assert sign_in(client, stranger).get(given.get_absolute_url()).status_code == 404


def test_series_page_of_the_floor_is_not_there(client, server, given):
    assert sign_in(client, server).get(given.get_absolute_url()).status_code == 404


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


def test_series_cancel_by_somebody_else_is_forbidden(client, manager, given):
    answer = sign_in(client, manager).post(
        f"/series/{given.ref}/cancel/", {"first": "2026-12-01", "last": "2026-12-08"}
    )

    assert answer.status_code == 403


def test_booking_of_a_series_says_which_date_it_is(browser, given):
    second = given.dates.get(on=TUESDAYS[1]).booking

    assert f"Date 2 of 4 of the series {given.ref}" in text_of(browser.get(second.get_absolute_url()))


def test_booking_of_a_series_links_to_it_only_for_those_who_may_open_it(client, server, given):
    second = given.dates.get(on=TUESDAYS[1]).booking

    page = sign_in(client, server).get(second.get_absolute_url())

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


# Changing and calling off one, those that follow, or all


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


# The inbox


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


def test_inbox_of_another_site_has_no_such_series(client, stranger, series):
    assert sign_in(client, stranger).post(f"/inbox/series/{series.ref}/approve/").status_code == 404


@pytest.mark.parametrize("ref", ["HS-0", quote("一"), "x" * 90])
def test_series_that_is_not_there_is_not_found(desk, ref):
    assert desk.get(f"/series/{ref}/").status_code == 404
    factories.make_user("x")
