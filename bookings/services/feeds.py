"""Calendar feeds made, given a new address, and revoked."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from bookings.errors import BookingError
from bookings.models import CalendarFeed
from rooms.models import Room, Site
from staff.channels.sealing import UnreadableError, seal, unseal
from staff.models import User
from staff.services.tokens import digest_of

MOST_FEEDS = 30
# Writing the moment of every reading would turn each into a write.
READ_RESOLUTION = timedelta(hours=1)


def make_feed(
    *, user: User, kind: str, now: datetime, room: Room | None = None, site: Site | None = None, role: str = ""
) -> CalendarFeed:
    """The person's feed of that; one that stands already is answered instead of a second."""
    what = {"user": user, "kind": kind, "room": room, "site": site, "role": role}
    standing = CalendarFeed.objects.filter(**what, revoked_at=None)
    if found := standing.first():
        return found
    if user.calendar_feeds.filter(revoked_at=None).count() >= MOST_FEEDS:
        raise BookingError("too_many_feeds", most=MOST_FEEDS)
    try:
        with transaction.atomic():
            return CalendarFeed.objects.create(**what, **new_secret(), created_at=now)
    except IntegrityError:
        # A second tap came between.
        return standing.get()


def renew_feed(*, feed_id: int, actor: User, now: datetime) -> bool:
    """A new address; whoever has the old one reads no more. False when it is not the actor's or revoked."""
    own = CalendarFeed.objects.filter(pk=feed_id, user=actor, revoked_at=None)
    return bool(own.update(**new_secret(), created_at=now, read_at=None))


def revoke_feed(*, feed_id: int, actor: User, now: datetime) -> bool:
    return bool(CalendarFeed.objects.filter(pk=feed_id, user=actor, revoked_at=None).update(revoked_at=now))


def feed_of_token(token: str, now: datetime) -> CalendarFeed | None:
    rows = CalendarFeed.objects.select_related("user__site", "room__site", "site")
    found = rows.filter(digest=digest_of(token), revoked_at=None).first()
    if found and (found.read_at is None or now - found.read_at >= READ_RESOLUTION):
        CalendarFeed.objects.filter(pk=found.pk).update(read_at=now)
    return found


def token_of(feed: CalendarFeed) -> str:
    """Empty when it can no longer be read; a new address helps."""
    try:
        return unseal(feed.sealed)
    except UnreadableError:
        return ""


def new_secret() -> dict[str, object]:
    token = secrets.token_urlsafe(32)
    return {"digest": digest_of(token), "sealed": seal(token)}
