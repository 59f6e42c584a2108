"""A person's published shifts as entries of their duty feed: a stable name each, newer ones when they change."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.ical import Entry
from bookings.models import CalendarFeed
from staff.models import RemovedShift, Shift

# Calendars keep what they have; what is long over need not be said again.
PAST, AHEAD = timedelta(days=31), timedelta(days=366)


def shift_entries(feed: CalendarFeed, now: datetime) -> Iterator[Entry]:
    window = DateTimeTZRange(now - PAST, now + AHEAD, "[)")
    shifts = Shift.objects.published().filter(user=feed.user, during__overlap=window)
    held = set()
    for shift in shifts.select_related("site", "pattern").order_by("during"):
        held.add(shift.pk)
        yield entry_of(
            shift, shift.pk, shift.pattern.name if shift.pattern else "", shift.changed_at or feed.created_at
        )
    for gone in RemovedShift.objects.filter(user=feed.user, during__overlap=window).select_related("site"):
        # One that came back to the person is theirs again, under a newer number.
        if gone.shift_id not in held:
            yield entry_of(gone, gone.shift_id, "", gone.removed_at)


def entry_of(shift: Shift | RemovedShift, shift_id: int, name: str, changed_at: datetime) -> Entry:
    kind = _("On call") if shift.is_on_call else _("Shift")
    return Entry(
        uid=f"shift-{shift_id}-{shift.user_id}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}",
        sequence=shift.version,
        changed_at=changed_at,
        start=shift.during.lower,
        end=shift.during.upper,
        zone=shift.site.zone,
        summary=f"{kind} · {name}" if name else kind,
        status="CANCELLED" if isinstance(shift, RemovedShift) else "CONFIRMED",
        location=shift.site.name,
        description="",
        url=settings.SITE_URL.rstrip("/") + reverse("staff:my_shifts"),
        is_private=False,
    )
