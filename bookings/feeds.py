"""What each kind of calendar feed shows: its sources are registered here, by the apps that know them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from bookings.ical import Entry
from bookings.messages import MASKED_TITLE
from bookings.models import Booking, CalendarFeed
from bookings.permissions import can_see_board, can_view
from bookings.selectors.feeds import bookings_of_person, bookings_of_room, changed_at_of
from bookings.selectors.titles import title_for
from rooms.text import listed
from staff.models import User

Status = Booking.Status
CONFIRMED = frozenset(Booking.PLANNED)
ENDED_OTHERWISE = frozenset({Status.CANCELLED, Status.DECLINED})


@dataclass(frozen=True)
class Source:
    """Who may have such a feed, which bookings it shows, and what is added to the topic of one of them."""

    may: Callable[[User, CalendarFeed], bool]
    bookings: Callable[[CalendarFeed, datetime], QuerySet[Booking]]
    note: Callable[[CalendarFeed, list[Booking]], dict[int, str]] = lambda _feed, _bookings: {}
    # What belongs into it and is no booking.
    more: Callable[[CalendarFeed, datetime], Iterable[Entry]] = lambda _feed, _now: ()


_sources: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    _sources[kind] = source


def may_have(user: User, feed: CalendarFeed) -> bool:
    source = _sources.get(feed.kind)
    return bool(source and user.is_active and source.may(user, feed))


def entries_of(feed: CalendarFeed, now: datetime) -> Iterator[Entry]:
    """As its owner may see them. A private topic shows to its applicant alone, for addresses get about."""
    source = _sources[feed.kind]
    bookings = list(source.bookings(feed, now))
    notes = source.note(feed, bookings)
    for booking in bookings:
        yield entry_of(booking, feed.user, note=notes.get(booking.pk, ""))
    yield from source.more(feed, now)


def entry_of(booking: Booking, reader: User, *, note: str = "") -> Entry:
    is_open = can_view(reader, booking)
    status = status_of(booking)
    state = "" if status == "CONFIRMED" else str(booking.get_status_display())
    summary = " · ".join(filter(None, (shown_title(booking, reader), note, state)))
    facts = [f"{booking.ref} · {booking.get_status_display()}"]
    if is_open:
        facts.append(f"{booking.get_layout_display()} · {booking.headcount}")
    return Entry(
        uid=uid_of(booking),
        sequence=booking.version,
        changed_at=changed_at_of(booking),
        start=booking.start_at,
        end=booking.end_at,
        zone=booking.site.zone,
        summary=summary,
        status=status,
        location=place_of(booking),
        description="\n".join(facts),
        url=link_to(booking) if is_open else "",
        is_private=booking.is_private,
    )


def uid_of(booking: Booking) -> str:
    return f"{booking.ref}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def link_to(booking: Booking) -> str:
    return settings.SITE_URL.rstrip("/") + booking.get_absolute_url()


def status_of(booking: Booking) -> str:
    if booking.status in ENDED_OTHERWISE:
        return "CANCELLED"
    return "CONFIRMED" if booking.status in CONFIRMED else "TENTATIVE"


def shown_title(booking: Booking, reader: User) -> str:
    if booking.is_private and booking.applicant_id != reader.pk:
        return str(MASKED_TITLE)
    return title_for(reader, booking)


def place_of(booking: Booking) -> str:
    return listed(filter(None, (booking.room.label, booking.room.building, booking.room.floor, booking.site.name)))


def own_only(_user: User, _feed: CalendarFeed) -> bool:
    return True


def sees_room(user: User, feed: CalendarFeed) -> bool:
    return feed.room is not None and can_see_board(user, feed.room.site)


def of_person(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    return bookings_of_person(feed.user, now)


def of_room(feed: CalendarFeed, now: datetime) -> QuerySet[Booking]:
    assert feed.room is not None  # noqa: S101 - the table says so for a room's feed
    return bookings_of_room(feed.room, now)


def kinds() -> Iterable[str]:
    return _sources.keys()


register(CalendarFeed.Kind.PERSON, Source(own_only, of_person))
register(CalendarFeed.Kind.ROOM, Source(sees_room, of_room))
