"""The bookings that a calendar feed shows, and the feeds of a person."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bookings.models import Booking, BookingLog, CalendarFeed
from rooms.models import Room
from staff.models import User

Status = Booking.Status
PAST = timedelta(days=90)
# A program that looks in once a month still learns what was called off.
CANCELLED_KEPT = timedelta(days=30)
MOST = 2000
# Approved, until it was called off.
HAD_A_ROOM = Q(status=Status.CANCELLED, decided_at__isnull=False)


def bookings_of_person(user: User, now: datetime) -> QuerySet[Booking]:
    """What the person asked for, whatever became of it."""
    return shown(Booking.objects.filter(applicant=user).exclude(status=Status.DRAFT), now)


def bookings_of_room(room: Room, now: datetime) -> QuerySet[Booking]:
    """What has the room, and what had it until it was called off."""
    return shown(Booking.objects.filter(Q(status__in=Booking.PLANNED) | HAD_A_ROOM, room=room), now)


def shown(bookings: QuerySet[Booking], now: datetime) -> QuerySet[Booking]:
    """Not too long past, and of those called off only the latest; each with the moment of its last change."""
    off = Q(status__in=(Status.CANCELLED, Status.DECLINED))
    rows = with_last_change(bookings.filter(start_at__gte=now - PAST))
    return rows.filter(~off | Q(changed_at__gte=now - CANCELLED_KEPT)).order_by("start_at", "pk")[:MOST]


def with_last_change(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    last = BookingLog.objects.filter(booking=OuterRef("pk")).order_by("-pk").values("at")[:1]
    return bookings.annotate(changed_at=Subquery(last)).select_related("room__site", "site", "applicant")


def changed_at_of(booking: Booking) -> datetime:
    """The moment of the last entry in its log, which `shown` has read along."""
    changed_at: datetime | None = getattr(booking, "changed_at", None)
    return changed_at or booking.requested_at or booking.start_at


def feeds_of(user: User) -> QuerySet[CalendarFeed]:
    return user.calendar_feeds.filter(revoked_at=None).select_related("user__site", "room__site", "site")
