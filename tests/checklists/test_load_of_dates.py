"""On which dates of a series people do not suffice: by name of rooms and of what is due, never by name of people."""

from datetime import time, timedelta

import pytest

from bookings.models import Booking, Series
from checklists.selectors.load_of_dates import load_of_dates, pending_dates
from staff.models import Shift
from tests import factories
from tests.checklists.assigning import crew
from tests.checklists.meetings import HOUR, approved, on_shift
from tests.checklists.pages import HTMX, signed_in

pytestmark = pytest.mark.usefixtures("still_english_clock")

WEEK = timedelta(weeks=1)


@pytest.fixture
def people(site, now):
    """Two on shift on the three Mondays of the series, of which the fourth has no roster."""
    found = crew(site, now, 2)
    for user in found:
        for number in (1, 2):
            on_shift(user, now + number * WEEK - HOUR, 12)
    return found


@pytest.fixture
def series(site, room_108, applicant, now):
    made = Series.objects.create(
        ref="HS-TEST",
        site=site,
        applicant=applicant,
        picked_dates=[(now + number * WEEK).date() for number in range(4)],
        starts_on=now.date(),
        start_time=time(12),
        end_time=time(13),
        time_zone=site.time_zone,
        created_at=now,
    )
    for number in range(4):
        start = now + 3 * HOUR + number * WEEK
        booking = factories.make_booking(room=room_108, applicant=applicant, start=start, minutes=60, tea=True)
        Booking.objects.filter(pk=booking.pk).update(series=made, recurrence_at=start)
    return made


def others(rooms, applicant, now, number, weeks):
    for room in rooms[1 : number + 1]:
        approved(room=room, applicant=applicant, start=now + 3 * HOUR + weeks * WEEK, minutes=60, now=now, tea=True)


def read(series, now):
    return load_of_dates(bookings=pending_dates(series.bookings.order_by("start_at").first()), now=now)


def test_worst_date_is_the_one_that_wants_for_most(series, people, rooms, applicant, now):
    Shift.objects.filter(user=people[1], during__startswith__gt=now + 13 * 24 * HOUR).delete()
    others(rooms, applicant, now, 2, 1)
    others(rooms, applicant, now, 2, 2)

    found = read(series, now)

    assert (found.dates, len(found.short), found.without_roster) == (4, 2, 1)
    assert found.worst.booking.start_at == now + 3 * HOUR + 2 * WEEK
    assert (found.worst.missing, found.worst.gaps[-1].rooms) == (2, ("201", "205"))


def test_dates_with_enough_people_are_none_and_one_without_a_roster_is_told_apart(series, people, now):
    found = read(series, now)

    assert (found.dates, found.short, found.without_roster, found.worst) == (4, (), 1, None)


def test_dates_that_are_over_or_decided_do_not_count(series, people, rooms, applicant, now):
    first = series.bookings.order_by("start_at").first()
    Booking.objects.filter(pk=first.pk).update(status="approved")

    assert read(series, now).dates == 3
    assert load_of_dates(bookings=pending_dates(first), now=now + 5 * WEEK).dates == 0


def test_statements_do_not_grow_with_the_dates(series, people, rooms, applicant, now, query_count):
    dates = pending_dates(series.bookings.first())
    others(rooms, applicant, now, 1, 0)
    one = query_count(lambda: load_of_dates(bookings=dates[:1], now=now))
    others(rooms, applicant, now, 2, 1)

    assert query_count(lambda: load_of_dates(bookings=dates, now=now)) == one


def hint(series, user, language="en"):
    user.language = language
    user.save(update_fields=["language"])
    first = series.bookings.order_by("start_at").first()
    return signed_in(user).get(f"/bookings/{first.ref}/load/?series", **HTMX)


@pytest.mark.parametrize(
    ("language", "role"), [("en", "Service staff"), ("zh-hans", "会议服务员"), ("zh-hant", "會議服務員")]
)
def test_decision_on_a_series_names_rooms_and_what_is_due_but_nobody(
    series, people, rooms, applicant, secretary, now, language, role
):
    others(rooms, applicant, now, 2, 1)

    text = hint(series, secretary, language).content.decode()

    assert role in text
    assert all(room in text for room in ("108", "201", "205"))
    assert any(user.get_full_name() for user in people)
    assert not any(user.get_full_name() in text for user in people)


def test_page_of_the_series_asks_for_it_and_a_request_has_it_too(series, people, rooms, applicant, secretary, now):
    others(rooms, applicant, now, 2, 1)
    first = series.bookings.order_by("start_at").first()

    text = signed_in(secretary).get(f"/inbox/{first.ref}/").content.decode()

    assert f"/bookings/{first.ref}/load/?series" in text
    assert "1 of 4 dates is short of people" in hint(series, secretary).content.decode()
    single = signed_in(secretary).get(f"/bookings/{first.ref}/load/", **HTMX).content.decode()
    assert "load-hint" in single


def test_hint_is_for_those_who_decide_at_the_site(series, people, applicant, server, stranger):
    assert [hint(series, user).status_code for user in (applicant, server, stranger)] == [403, 404, 404]
