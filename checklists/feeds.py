"""Calendar feeds of those who serve: a person's meetings, and a duty at a site with who does it."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from bookings.feeds import Source, register
from bookings.models import Booking, CalendarFeed
from bookings.permissions import OFFICE, works_at
from bookings.selectors.feeds import shown
from checklists.models import Assignment, Step
from rooms.text import listed
from staff.models import User
from staff.roles import DUTY_ROLES


def serves(user: User, _feed: CalendarFeed) -> bool:
    return user.has_role(*DUTY_ROLES)


def has_duty(user: User, feed: CalendarFeed) -> bool:
    """Their own duty, or any for those who plan them."""
    return feed.site_id is not None and works_at(user, feed.site_id, feed.role, *OFFICE)


def served_by(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    own = Assignment.objects.filter(booking=OuterRef("pk"), user=feed.user)
    return shown(Booking.objects.filter(Exists(own), status__in=Booking.PLANNED), now)


def of_duty(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    """Where somebody is named for the duty, or the plan asks for it."""
    named = Assignment.objects.filter(booking=OuterRef("pk"), role=feed.role)
    asked = Step.objects.filter(booking=OuterRef("pk"), role=feed.role).exclude(state=Step.State.WITHDRAWN)
    at_site = Booking.objects.filter(site=feed.site_id, status__in=Booking.PLANNED)
    return shown(at_site.filter(Exists(named) | Exists(asked)), now)


def who_serves(feed: CalendarFeed, bookings: list[Booking]) -> dict[int, str]:
    people: dict[int, list[str]] = defaultdict(list)
    for each in Assignment.objects.filter(booking__in=bookings, role=feed.role).select_related("user"):
        people[each.booking_id].append(each.user.get_short_name())
    return {booking.pk: listed(people[booking.pk]) or gettext("nobody yet") for booking in bookings}


register(CalendarFeed.Kind.SERVICE, Source(serves, served_by))
register(CalendarFeed.Kind.DUTY, Source(has_duty, of_duty, who_serves))
