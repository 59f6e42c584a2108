"""Feeds made, fetched and taken apart."""

from icalendar import Calendar

from bookings.services.feeds import make_feed, token_of


def feed_for(user, now, kind="person", **what):
    return make_feed(user=user, kind=kind, now=now, **what)


def read(client, feed, **headers):
    return client.get(f"/feeds/{token_of(feed)}.ics", headers=headers)


def events_in(response):
    return {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(response.content).events}
