"""Requests read: the mark of who opened one first, and the nudge for those left unread past a look-time."""

from collections import Counter
from datetime import datetime, timedelta

from django.urls import reverse

from bookings.deciders import deciders_at
from bookings.look_times import last_look
from bookings.models import Booking
from rooms.models import Site
from rooms.selectors import calendar_of
from staff.models import User
from staff.services.notices import Draft, write_new

# After an outage a nudge much later would only disturb.
NUDGE_WITHIN = timedelta(hours=2)


def mark_read(*, booking_id: int, now: datetime) -> bool:
    """True for the first to open it since it was sent; no event, since nothing about the request changed."""
    return bool(Booking.objects.filter(pk=booking_id, read_at=None, status__in=Booking.PENDING).update(read_at=now))


def nudge_deciders(*, now: datetime) -> int:
    """Once for each look-time, whoever decides hears how many requests from before it nobody has read."""
    unread = Booking.objects.filter(status=Booking.Status.REQUESTED, read_at=None, requested_at__lt=now)
    sites = Site.objects.filter(pk__in=unread.order_by().values("site"))
    return sum(_nudge(site, now) for site in sites)


def _nudge(site: Site, now: datetime) -> int:
    look = last_look(calendar_of(site), now)
    if look is None or now - look > NUDGE_WITHIN:
        return 0
    due = Booking.objects.filter(site=site, status=Booking.Status.REQUESTED, read_at=None, requested_at__lt=look)
    deciders = deciders_at([site.pk])
    counted: Counter[User] = Counter()
    for booking in due.select_related("site"):
        counted.update(deciders.of(booking))
    url = reverse("bookings:inbox")
    params = {"at": look.isoformat()}
    drafts = [
        Draft(user, "inbox_due", {**params, "number": number}, url, f"inbox_due:{look:%Y%m%d%H%M}:{user.pk}")
        for user, number in counted.items()
    ]
    return len(write_new(drafts, now))
