"""Incidents for their list and their page, and the meetings still to come in a room with a fault."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from bookings.models import Booking
from bookings.permissions import OFFICE, can_change, can_decide
from bookings.selectors import RoomFit, free_rooms, title_for
from checklists.models import Incident, IncidentEntry
from rooms.models import Room, Site
from rooms.selectors import day_bounds
from staff.models import User
from staff.roles import FLOOR_ROLES, Role

Kind = Incident.Kind
WARNED_AHEAD = timedelta(days=3)
# Somebody taken ill or turned away leaves the room as it was.
LEAVES_THE_ROOM_USABLE = (Kind.ILLNESS, Kind.UNINVITED)
# Enough to choose from; the booking's own page offers every room.
ROOMS_OFFERED = 3
COMING = (*Booking.PENDING, Booking.Status.APPROVED)


@dataclass(frozen=True)
class IncidentFilter:
    """What the list is asked for; open ones only unless it says otherwise."""

    site: Site | None = None
    is_open: bool = True
    kind: str = ""
    room: Room | None = None
    on: date | None = None


@dataclass(frozen=True)
class ComingMeeting:
    """A meeting that meets the fault, and where it could be held instead at the same time."""

    booking: Booking
    topic: str
    rooms: tuple[RoomFit, ...]
    # How the reader may move it: by an offer while it waits, by a change once it is approved.
    may_offer: bool
    may_change: bool


def incidents_visible_to(user: User) -> QuerySet[Incident]:
    """The rule of `can_see_incident` for a list."""
    rows = Incident.objects.select_related("site", "room", "booking__room", "booking__site", "raised_by", "over_by")
    if user.has_role(Role.ADMINISTRATOR):
        return rows
    if user.site_id is None or not user.has_role(*OFFICE, *FLOOR_ROLES):
        return rows.none()
    rows = rows.filter(site=user.site_id)
    if user.has_role(*OFFICE):
        return rows
    return rows.filter(Q(over_at=None) | Q(raised_by=user) | Q(over_by=user))


def incidents_matching(user: User, wanted: IncidentFilter) -> QuerySet[Incident]:
    rows = incidents_visible_to(user)
    if wanted.site:
        rows = rows.filter(site=wanted.site)
    if wanted.is_open:
        rows = rows.filter(over_at=None)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.room:
        rows = rows.filter(room=wanted.room)
    if wanted.site and wanted.on:
        day_from, day_until = day_bounds(wanted.site, wanted.on)
        lasted = Q(over_at=None) | Q(over_at__gte=day_from)
        rows = rows.filter(lasted, raised_at__lt=day_until)
    return rows


def open_in_rooms(room_ids: list[int]) -> dict[int, Incident]:
    """The oldest open incident of each of these rooms that keeps it from being used as usual."""
    rows = Incident.objects.filter(room__in=room_ids, over_at=None).exclude(kind__in=LEAVES_THE_ROOM_USABLE)
    return {row.room_id: row for row in rows.order_by("-raised_at", "-pk") if row.room_id}


def meetings_ahead(incident: Incident, now: datetime) -> list[Booking]:
    """What is to begin in the room within three days, approved or asked for; not the incident's own meeting."""
    if incident.room_id is None or incident.kind in LEAVES_THE_ROOM_USABLE:
        return []
    coming = Booking.objects.filter(
        room=incident.room_id, status__in=COMING, start_at__gte=now, start_at__lt=now + WARNED_AHEAD
    ).exclude(pk=incident.booking_id or 0)
    return list(coming.select_related("room", "site", "applicant").order_by("start_at", "pk"))


def coming_meetings(incident: Incident, *, user: User, now: datetime) -> list[ComingMeeting]:
    """Each meeting ahead with the best free rooms; rooms that have a fault of their own come last."""
    faulty = set(
        Incident.objects.filter(site=incident.site_id, over_at=None, room__isnull=False)
        .exclude(kind__in=LEAVES_THE_ROOM_USABLE)
        .values_list("room_id", flat=True)
    )
    return [coming_meeting(booking, user, faulty) for booking in meetings_ahead(incident, now)]


def coming_meeting(booking: Booking, user: User, faulty: set[int]) -> ComingMeeting:
    is_pending = booking.status in Booking.PENDING
    return ComingMeeting(
        booking=booking,
        topic=title_for(user, booking),
        rooms=tuple(rooms_instead(booking, faulty)[:ROOMS_OFFERED]),
        may_offer=is_pending and can_decide(user, booking),
        may_change=not is_pending and can_change(user, booking),
    )


def rooms_instead(booking: Booking, faulty: set[int]) -> list[RoomFit]:
    """The rooms that suit and are free at its time, best fit first, none with a fault."""
    found = free_rooms(
        site=booking.site,
        start=booking.start_at,
        end=booking.end_at,
        headcount=booking.headcount,
        layout=booking.layout,
        equipment=booking.equipment,
        microphones=booking.microphones,
        exclude_booking=booking.pk,
    )
    return [fit for fit in found if fit.suits and fit.room.pk != booking.room_id and fit.room.pk not in faulty]


def seen_by(user: User, pk: int) -> Incident | None:
    """The incident of a site the reader works at; whether it may be opened is `can_see_incident`'s business."""
    rows = Incident.objects.select_related("site", "room", "booking__room", "booking__site", "raised_by", "over_by")
    if not user.has_role(Role.ADMINISTRATOR):
        rows = rows.filter(site=user.site_id)
    return rows.filter(pk=pk).first()


@dataclass(frozen=True)
class EntryShown:
    """One line of an incident's log."""

    at: datetime
    who: str
    verb: str
    told: str = ""
    done: str = ""
    text: str = ""
    gravity: str = ""


def entries_of(incident: Incident) -> list[EntryShown]:
    return [entry_shown(entry) for entry in incident.entries.select_related("actor")]


def entry_shown(entry: IncidentEntry) -> EntryShown:
    gravity = entry.data.get("gravity")
    return EntryShown(
        at=entry.at,
        who=entry.actor.get_full_name() if entry.actor else "",
        verb=entry.verb,
        gravity=str(Incident.Gravity(gravity).label) if gravity in Incident.Gravity.values else "",
        **{name: entry.data.get(name, "") for name in ("told", "done", "text")},
    )
