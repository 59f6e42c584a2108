"""Calendars of duties and of those who serve: what was called off stays for a while, masked as before."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.models import Booking
from bookings.recurrence import Every, Rule
from bookings.services.series import approve_series, cancel_dates, request_series
from checklists.services.staffing import assign_staff, unassign_staff
from tests.bookings.feeds.reading import feed_for, read

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def service_feeds(server, manager, site, now):
    """The server's own meetings, and the duty as its manager sees it."""
    return [
        feed_for(server, now, "service"),
        feed_for(manager, now, "duty", site=site, role="service_staff"),
    ]


@pytest.fixture
def served(ask, secretary, server, manager, now):
    booking = ask(24)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    assign_staff(booking_id=booking.pk, user_id=server.pk, role="service_staff", actor=manager, now=now)
    return Booking.objects.get()


def test_feeds_of_those_who_serve_say_what_was_called_off(served, applicant, service_feeds, entries, now):
    before = [entries(feed)[served.ref] for feed in service_feeds]

    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now + HOUR)
    after = [entries(feed, now + HOUR)[served.ref] for feed in service_feeds]

    assert [str(event["status"]) for event in before + after] == ["CONFIRMED"] * 2 + ["CANCELLED"] * 2
    assert [new["sequence"] - old["sequence"] for old, new in zip(before, after, strict=True)] == [1, 1]
    assert [new["uid"] == old["uid"] for old, new in zip(before, after, strict=True)] == [True, True]
    assert not [event for event in after if "Staff1" in str(event["summary"])]


def test_feeds_of_those_who_serve_keep_what_was_called_off_for_a_month(ask, secretary, service_feeds, entries, now):
    booking = ask(24 * 50)
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    assign_staff(booking_id=booking.pk, user_id=service_feeds[0].user_id, role="service_staff", actor=None, now=now)
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    kept = [list(entries(feed, now + 30 * DAY)) for feed in service_feeds]
    gone = [list(entries(feed, now + 30 * DAY + HOUR)) for feed in service_feeds]

    assert (kept, gone) == ([[booking.ref]] * 2, [[]] * 2)


def test_feed_of_a_duty_without_a_name_says_what_was_called_off(ask, secretary, service_feeds, entries, now):
    booking = ask()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    own, duty = (entries(feed) for feed in service_feeds)

    assert ({ref: str(event["status"]) for ref, event in duty.items()}, own) == ({booking.ref: "CANCELLED"}, {})


def test_feeds_of_those_who_serve_are_silent_of_requests_never_approved(ask, applicant, service_feeds, entries, now):
    services.cancel_booking(booking_id=ask().pk, actor=applicant, now=now)

    assert [entries(feed) for feed in service_feeds] == [{}, {}]


def test_feed_of_a_person_no_longer_assigned_is_silent_of_it(
    served, server, manager, applicant, service_feeds, entries, now
):
    unassign_staff(booking_id=served.pk, user_id=server.pk, role="service_staff", actor=manager, now=now)
    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now)

    assert entries(service_feeds[0]) == {}


def test_feeds_of_other_people_and_duties_are_silent_of_it(served, applicant, technician, site, entries, now):
    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now)

    assert entries(feed_for(technician, now, "service")) == {}


def test_feed_masks_a_private_topic_that_was_called_off(served, applicant, service_feeds, entries, now):
    Booking.objects.update(is_private=True, title="并购谈判")
    services.cancel_booking(booking_id=served.pk, actor=applicant, now=now)

    assert not [feed for feed in service_feeds if "并购" in str(entries(feed)[served.ref]["summary"])]


def test_feeds_of_those_who_serve_cost_the_same_for_one_and_three(
    ask, secretary, server, service_feeds, client, now, query_count
):
    def called_off(hours):
        booking = ask(hours)
        services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
        assign_staff(booking_id=booking.pk, user_id=server.pk, role="service_staff", actor=None, now=now)
        services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    called_off(24)
    for feed in service_feeds:
        read(client, feed)
    one = [query_count(lambda feed=feed: read(client, feed)) for feed in service_feeds]
    called_off(48)
    called_off(72)

    assert [query_count(lambda feed=feed: read(client, feed)) for feed in service_feeds] == one


def test_series_called_off_rises_in_sequence(applicant, secretary, room_108, entries, now):
    start = now + DAY
    facts = {"room": room_108, "title": "例会", "start_at": start, "end_at": start + HOUR, "headcount": 10}
    data = services.BookingData(**facts, host_department="市场部", contact_name="王敏")
    rule = Rule(every=Every.WEEK, first=start.date(), count=2)
    series = request_series(data=data, rule=rule, actor=applicant, now=now)
    feed = feed_for(applicant, now)

    approve_series(series_id=series.pk, actor=secretary, now=now)
    approved = entries(feed)
    cancel_dates(series_id=series.pk, first=start.date(), last=start.date() + 30 * DAY, actor=applicant, now=now)
    off = entries(feed)

    assert [int(event["sequence"]) for found in (approved, off) for event in found.values()] == [1, 1, 2, 2]
    assert {str(event["status"]) for event in off.values()} == {"CANCELLED"}
