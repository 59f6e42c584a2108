"""The choice of rooms in the form of a request that repeats: each measured on every date."""

import pytest

from tests import factories
from tests.bookings.pages import filled, text_of
from tests.bookings.series import REPEATS, TUESDAYS

ROOMS = "/bookings/new/rooms/"
TEN_TIMES = REPEATS | {"times": "10"}


@pytest.fixture
def ask_rooms(browser, room_108):
    def make(**fields):
        return text_of(browser.get(ROOMS, filled(room_108, **(TEN_TIMES | fields))))

    return make


def test_rooms_say_on_how_many_dates_they_are_free(ask_rooms, rooms, take):
    take(TUESDAYS[7])
    for on in TUESDAYS[:3]:
        take(on, room=rooms[1])

    words = ask_rooms()

    assert "Free on 9 of 10 dates" in words
    assert "Free on 7 of 10 dates" in words
    # The freest first, whatever is chosen already.
    assert words.index("Free on all 10 dates") < words.index("Free on 7 of 10 dates")
    assert "3 rooms fit" in words


def test_room_taken_on_every_date_cannot_be_chosen(ask_rooms, rooms, take):
    for on in TUESDAYS[:2]:
        take(on, room=rooms[1])

    words = ask_rooms(times="2")

    assert "2 rooms fit" in words
    assert "1 other room" in words


def test_room_taken_on_the_first_date_alone_is_no_loss_of_the_whole(ask_rooms, rooms, take):
    take(TUESDAYS[0])

    assert "Free on 9 of 10 dates" in ask_rooms()


def test_holidays_that_are_left_out_do_not_count(ask_rooms, rooms):
    """Of the sixty days from Christmas on, those of the new year and the spring festival are holidays."""
    daily = {"repeats": "day", "times": "60", "on": "2026-12-25"}

    kept, left = ask_rooms(**daily, leaves_holidays=""), ask_rooms(**daily)

    assert "Free on all 60 dates" in kept
    assert "Free on all 60 dates" not in left


@pytest.mark.parametrize(
    "fields", [{"times": "", "until": ""}, {"times": "x"}, {"until": "2026-01-01"}, {"repeats": "?"}]
)
def test_rooms_of_a_rule_that_is_not_whole_are_those_of_the_first_date(ask_rooms, rooms, take, fields):
    take(TUESDAYS[1])

    words = ask_rooms(**fields)

    assert "Free and fits" in words
    assert "dates" not in words.replace("date and the times", "")


def test_what_is_taken_later_on_a_date_is_not_in_the_way(ask_rooms, rooms, take):
    take(TUESDAYS[1], hours=(12, 13))

    assert "of 10 dates" not in ask_rooms()


def test_rooms_ask_as_many_questions_for_many_dates_and_rooms_as_for_few(browser, site, room_108, take, query_count):
    def asked(times):
        return query_count(lambda: browser.get(ROOMS, filled(room_108, **(TEN_TIMES | {"times": times}))))

    take(TUESDAYS[1])
    asked("2")
    few = asked("2")
    for code in ("301", "302", "303"):
        factories.make_room(site, code)

    assert asked("52") == few


def test_form_sent_back_still_counts_every_date(browser, room_108, take):
    take(TUESDAYS[1])

    page = browser.post("/bookings/new/", filled(room_108, **(TEN_TIMES | {"title": ""})))

    assert page.status_code == 422
    assert "Free on 9 of 10 dates" in text_of(page)
