"""Calendar feeds of those who serve: a person's meetings, and a duty at a site with who does it."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from bookings.feeds import Source, register
from bookings.models import Booking, CalendarFeed
from bookings.permissions import OFFICE, works_at
from bookings.selectors.feeds import HAD_A_ROOM, shown
from bookings.shift_entries import shift_entries
from checklists.models import Assignment, ReleasedPerson, Step
from rooms.text import listed
from staff.models import User
from staff.roles import DUTY_ROLES


def serves(user: User, _feed: CalendarFeed) -> bool:
    return user.has_role(*DUTY_ROLES)


def has_duty(user: User, feed: CalendarFeed) -> bool:
    """Their own duty, or any for those who plan them."""
    return feed.site_id is not None and works_at(user, feed.site_id, feed.role, *OFFICE)


def served_by(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    """And what they were to serve until it was called off."""
    own = Assignment.objects.filter(booking=OuterRef("pk"), user=feed.user)
    released = ReleasedPerson.objects.filter(booking=OuterRef("pk"), user=feed.user)
    served = Q(Exists(own), status__in=Booking.PLANNED) | Q(Exists(released), HAD_A_ROOM)
    return shown(Booking.objects.filter(served), now)


def of_duty(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    """Where somebody is named for the duty, or the plan asks for it; or did until the meeting was called off."""
    named = Assignment.objects.filter(booking=OuterRef("pk"), role=feed.role)
    released = ReleasedPerson.objects.filter(booking=OuterRef("pk"), role=feed.role)
    steps = Step.objects.filter(booking=OuterRef("pk"), role=feed.role)
    asked = steps.exclude(state=Step.State.WITHDRAWN)
    planned = Q(Exists(named) | Exists(asked), status__in=Booking.PLANNED)
    called_off = Q(Exists(released) | Exists(steps), HAD_A_ROOM)
    return shown(Booking.objects.filter(planned | called_off, site=feed.site_id), now)


def who_serves(feed: CalendarFeed, bookings: list[Booking]) -> dict[int, str]:
    """Nobody any more where the meeting is called off."""
    people: dict[int, list[str]] = defaultdict(list)
    for each in Assignment.objects.filter(booking__in=bookings, role=feed.role).select_related("user"):
        people[each.booking_id].append(each.user.get_short_name())
    served = [booking for booking in bookings if booking.status in Booking.PLANNED]
    return {booking.pk: listed(people[booking.pk]) or gettext("nobody yet") for booking in served}


register(CalendarFeed.Kind.SERVICE, Source(serves, served_by, more=shift_entries))
register(CalendarFeed.Kind.DUTY, Source(has_duty, of_duty, who_serves))
