"""What waits for a decision, and what a person has asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from bookings.deciders import Deciders, deciders_at, named
from bookings.look_times import last_look
from bookings.models import Approver, Booking, BookingLog, Offer, WaitingPlace
from bookings.selectors.competing import is_taken, occupied_range
from bookings.selectors.groups import with_room_numbers
from bookings.selectors.series import Standing, one_of_each_series, series_standing
from rooms.models import Room, Site
from rooms.selectors import calendar_of, read_calendars, sites_visible_to
from rooms.together import read_together
from staff.models import User
from staff.roles import Role

UNDO_SHOWN = timedelta(seconds=10)


@dataclass(frozen=True)
class InboxItem:
    booking: Booking
    age: timedelta
    # Something already stands in the room then, so approving would fail.
    is_taken: bool
    competing: int
    has_offer: bool
    may_decide: bool
    # Nobody who decides has opened it yet; and it came before the day's last look-time.
    is_unread: bool
    is_due: bool
    # Stands in the waiting list for its slot.
    waits_for_slot: bool
    # How many dates of its series wait; 0 for a single request.
    dates: int = 0

    @property
    def has_conflict(self) -> bool:
        return self.is_taken or bool(self.competing)


SHOWN: dict[str, Any] = {
    "": bool,
    "mine": lambda item: item.may_decide,
    "due": lambda item: item.is_due,
    "conflicts": lambda item: item.has_conflict,
    "exceptions": lambda item: bool(item.booking.exceptions),
    "line": lambda item: item.waits_for_slot,
}


@dataclass(frozen=True)
class InboxWish:
    """What the reader wants to see of the inbox; `show` is a key of `SHOWN`."""

    site: Site | None = None
    room: Room | None = None
    first_on: date | None = None
    last_on: date | None = None
    show: str = ""

    @property
    def is_told_by_columns(self) -> bool:
        """Whether the references alone say what fits; else each request has to be looked at."""
        return not (self.show or self.first_on or self.last_on)


@dataclass(frozen=True)
class Desk:
    """What all requests of a person's inbox have in common."""

    # With what was read of each, such as its calendar.
    sites: Mapping[int, Site]
    deciders: Deciders


def desk_of(user: User, *further: QuerySet[Any]) -> Desk:
    """`further` is read along in one statement."""
    sites = {site.pk: site for site in sites_visible_to(user)}
    read_together(*further)
    read_calendars(list(sites.values()))
    return Desk(sites, deciders_at(sites))


def inbox_refs(user: User, wish: InboxWish) -> QuerySet[Any]:
    """The references of all that waits, oldest first; those with an open question after the rest."""
    is_questioned = Case(When(status=Booking.Status.REQUESTED, then=0), default=1)
    rows = _wished(waiting_at(user), wish).order_by(is_questioned, "requested_at", "pk")
    return rows.values_list("ref", flat=True)


def inbox_of(
    user: User,
    now: datetime,
    wish: InboxWish | None = None,
    refs: Sequence[str] | None = None,
    desk: Desk | None = None,
) -> list[InboxItem]:
    """What is known of each request that waits, in the same order; with `refs` only of those."""
    wish, desk = wish or InboxWish(), desk or desk_of(user)
    rows = waiting_at(user) if refs is None else waiting_at(user).filter(ref__in=refs)
    rows = _wished(rows, wish).annotate(
        occupied=occupied_range(), is_taken=is_taken(), competing=_competing(), has_offer=_has_offer(), in_line=_line()
    )
    rows = with_room_numbers(rows.select_related("room", "applicant", "series"))
    waiting = series_standing([row.series_id for row in rows if row.series_id])
    ordered = sorted(rows, key=lambda row: (row.status != Booking.Status.REQUESTED, row.requested_at, row.pk))
    for row in ordered:
        # One instance, so that what was read of the site is read once.
        row.site = row.room.site = desk.sites[row.site_id]
    sites = {row.site for row in ordered}
    looks = {site.pk: last_look(calendar_of(site), now) for site in sites}
    around = _Around(desk.deciders, looks, waiting)
    items = [_item(row, user, around, now) for row in ordered]
    return [item for item in items if _is_wished(item, wish)]


def waiting_at(user: User) -> QuerySet[Booking]:
    """Pending requests the person is to look at, a series as its first one; nothing for those who decide nowhere."""
    pending = Booking.objects.filter(status__in=Booking.PENDING)
    rows = one_of_each_series(pending)
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    if user.site_id and user.has_role(Role.SECRETARY):
        return rows.filter(site=user.site_id)
    if user.site_id and user.has_role(Role.MANAGER):
        mine = Approver.objects.filter(named(user))
        of_site = Q(Exists(mine.filter(room=None, site=OuterRef("site"))))
        # A series stands there by the first date that is theirs to look at, whatever room its other dates are in.
        return one_of_each_series(pending, Q(room__in=mine.exclude(room=None).values("room")) | of_site)
    return pending.none()


def bookings_of(applicant: User) -> QuerySet[Booking]:
    """The person's own, latest meeting first."""
    rows = Booking.objects.filter(applicant=applicant).select_related("room", "site")
    return with_room_numbers(rows).order_by("-start_at", "-pk")


@dataclass(frozen=True)
class Undoable:
    """A decision, and all bookings it was taken on: the rooms of one request, or the dates of a series."""

    entry: BookingLog
    bookings: list[Booking]


def recent_decisions(user: User, now: datetime) -> QuerySet[Any]:
    """The person's, of the last seconds, newest first."""
    verbs = ("approve", "decline")
    since = now - UNDO_SHOWN
    entries = BookingLog.objects.filter(actor=user, at__gt=since, at__lte=now, verb__in=verbs)
    later = BookingLog.objects.filter(booking=OuterRef("booking"), pk__gt=OuterRef("pk"))
    rows = entries.annotate(is_past=Exists(later)).select_related("booking__room", "booking__site")
    return rows.order_by("-pk")


def undoable(user: User, now: datetime, recent: Iterable[Any] | None = None) -> list[Undoable]:
    """Those decisions that still stand; `recent` where they are read already."""
    decisions: dict[Any, list[Any]] = {}
    for row in recent_decisions(user, now) if recent is None else recent:
        decisions.setdefault(_decided_together(row), []).append(row)
    standing = [found for found in decisions.values() if not any(row.is_past for row in found)]
    # Of a series' decision the dates that were left out come last; what was decided is told by the first.
    return [Undoable(found[-1], [row.booking for row in reversed(found)]) for found in standing]


def _decided_together(row: BookingLog) -> tuple[Any, ...]:
    if "series" in row.changes:
        return "series", row.booking.series_id, row.at
    return row.booking.group_id or -row.booking_id, row.verb, row.at


def _wished(rows: QuerySet[Booking], wish: InboxWish) -> QuerySet[Booking]:
    if wish.site:
        rows = rows.filter(site=wish.site)
    if wish.room:
        rows = rows.filter(room=wish.room)
    return rows


def _is_wished(item: InboxItem, wish: InboxWish) -> bool:
    # The date is that of the meeting's own site.
    on = item.booking.start_at.astimezone(item.booking.site.zone).date()
    is_in_span = (wish.first_on or on) <= on <= (wish.last_on or on)
    return is_in_span and bool(SHOWN[wish.show](item))


@dataclass(frozen=True)
class _Around:
    """What is known of all rows at once: who decides, each site's last look-time, and how each series stands."""

    deciders: Deciders
    looks: Mapping[int, datetime | None]
    series: Mapping[int, Standing]


def _item(row: Any, user: User, around: _Around, now: datetime) -> InboxItem:
    is_unread = row.status == Booking.Status.REQUESTED and row.read_at is None
    look, standing = around.looks[row.site_id], around.series.get(row.series_id)
    return InboxItem(
        booking=row,
        age=now - (row.requested_at or now),
        is_taken=row.is_taken or bool(standing and standing.taken),
        competing=row.competing,
        has_offer=row.has_offer,
        may_decide=around.deciders.may_decide_in(user, row, standing.rooms if standing else ()),
        is_unread=is_unread,
        is_due=is_unread and look is not None and row.requested_at is not None and row.requested_at < look,
        waits_for_slot=row.in_line,
        dates=standing.dates if standing else 0,
    )


def _has_offer() -> Exists:
    return Exists(Offer.objects.filter(booking=OuterRef("pk"), state=Offer.State.OPEN))


def _line() -> Exists:
    return Exists(WaitingPlace.objects.filter(booking=OuterRef("pk"), state__in=WaitingPlace.OPEN))


def _competing() -> Coalesce:
    rows = Booking.objects.filter(status__in=Booking.PENDING, room__spaces__rooms=OuterRef("room_id"))
    rows = (
        rows.annotate(theirs=occupied_range()).filter(theirs__overlap=OuterRef("occupied")).exclude(pk=OuterRef("pk"))
    )
    counted = rows.order_by().values(one=Value(1)).annotate(number=Count("pk", distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
