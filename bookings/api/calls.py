"""The calls: load what the caller may see, ask permission, say the verb."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Body, Field, Path, Query, Router
from ninja.responses import Status

from bookings import permissions, services
from bookings.api.schemas import (
    BookingChange,
    BookingFilters,
    BookingIn,
    BookingOut,
    ChangeOut,
    ExtendIn,
    FreeOut,
    FurtherIn,
    Layout,
    Nothing,
    OfferIn,
    OptionalReason,
    Reason,
    Words,
    alternative_fields,
    booking_fields,
    public_changes,
    service_fields,
)
from bookings.errors import Alternative, BookingError, InvalidBooking
from bookings.models import Booking
from bookings.selectors import RoomFit, Wish, alternatives_to, free_rooms
from bookings.services import BookingData
from bookings.services.validation import LONGEST
from rooms.api import access_kinds, room_fields
from rooms.api_tools import Several, said_in
from rooms.equipment import all_shared_at
from rooms.models import LayoutKind, Room, Site
from rooms.selectors import day_bounds, find_site, sites_visible_to
from staff.api_tools import (
    Code,
    Day,
    Filters,
    Moment,
    Page,
    caller,
    needs,
    page_of_list,
    page_of_rows,
    refuse_unknown_query,
)
from staff.models import Scope, User

router = Router(tags=["bookings"])
BOOKINGS, DECIDE, STEPS = needs(Scope.BOOKINGS), needs(Scope.DECIDE), needs(Scope.STEPS)

Ref = Annotated[str, Path(description="Such as HW-20261123-007.")]


class FreeFilters(Filters):
    start: Moment
    end: Moment
    headcount: Annotated[int, Field(ge=1, le=32767)] = 1
    layout: Layout = ""
    equipment: Annotated[Several, Field(description="Kinds, or codes of shared equipment; separated by commas.")] = []
    accessibility: Several = []
    microphones: Annotated[int, Field(ge=0, le=32767)] = 0
    site: Code = ""


class ListFilters(BookingFilters):
    date: Day | None = None


@router.get(
    "/rooms/free", response=FreeOut, tags=["rooms"], summary="Rooms free for the whole occupancy, best fit first"
)
def list_free_rooms(request: HttpRequest, filters: Query[FreeFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, FreeFilters)
    _check(filters)
    site = find_site(caller(request), filters.site or None)
    _check_equipment(site, filters)
    access = set(access_kinds(filters.accessibility))
    fits = [fit for fit in _fits(site, filters) if fit.suits and access <= set(fit.room.access)] if site else []
    prefetch_related_objects([fit.room for fit in fits], "layouts", "equipment")
    # What is free instead is not measured by it, so it may not be promised to whoever needs it.
    instead = _instead(site, filters) if site and not (fits or access) else []
    return {
        **page_of_list(fits, filters, shape=_fit_fields),
        "alternatives": [alternative_fields(each) for each in instead],
    }


@router.post("/bookings", response={200: BookingOut, 201: BookingOut}, summary="Ask for a room", auth=BOOKINGS)
def create_booking(request: HttpRequest, payload: BookingIn) -> Status[dict[str, Any]]:
    """201 for a new one; 200 for the one that already has this external id, which stays as it is."""
    user = caller(request)
    if not permissions.can_request(user):
        raise PermissionDenied
    fields = service_fields(payload, payload.headcount)
    fields["room"] = room_of(user, payload.room)
    defaults = {"host_department": user.department, "contact_name": user.display_name}
    data = BookingData(**(defaults | fields))
    further = [_further(user, each, number) for number, each in enumerate(payload.further)]
    facts = {"external_id": payload.external_id, "submit": payload.submit, "wait": payload.wait}
    booking, is_new = services.import_booking(data=data, further=further, actor=user, now=timezone.now(), **facts)
    if not is_new and not permissions.can_view(user, booking):
        raise BookingError("external_id_taken")
    return Status(201 if is_new else 200, _shown(booking.ref, user))


@router.get("/bookings", response=Page[BookingOut], summary="Bookings the caller may see, by start")
def list_bookings(request: HttpRequest, filters: Query[ListFilters]) -> dict[str, Any]:
    refuse_unknown_query(request, ListFilters)
    user = caller(request)
    rows = _visible(user)
    if filters.date:
        rows = _on_day(rows, filters.date)
    if filters.room:
        rows = rows.filter(room__code=filters.room)
    if filters.state:
        if filters.state not in Booking.Status.values:
            raise InvalidBooking.of("state", "unknown_choice")
        rows = rows.filter(status=filters.state)
    return page_of_rows(rows, filters, order=("start_at", "id"), shape=lambda row: booking_fields(row, user))


@router.get("/bookings/{ref}", response=BookingOut, summary="One booking")
def read_booking(request: HttpRequest, ref: Ref) -> dict[str, Any]:
    return _shown(ref, caller(request))


@router.patch("/bookings/{ref}", response=ChangeOut, summary="Change a booking", auth=BOOKINGS)
def change_booking(request: HttpRequest, ref: Ref, payload: BookingChange) -> dict[str, Any]:
    """A change of substance to an approved booking gives the room back and asks for a new decision.

    Where a rule of the site covers what is new, the approval stands.
    """
    user = caller(request)
    booking = load_booking(ref, user, permissions.can_change)
    changes = service_fields(
        payload, payload.headcount if "headcount" in payload.model_fields_set else booking.headcount
    )
    if "room" in changes:
        changes["room"] = room_of(user, changes["room"])
    result = services.change_booking(booking_id=booking.pk, changes=changes, actor=user, now=timezone.now())
    changed = public_changes(result.changes)
    facts = {"reopened": result.reopened, "by_rule": result.by_rule}
    return {"ref": ref, "state": result.booking.status, **facts, "changes": changed}


@router.post("/bookings/{ref}/submit", response=BookingOut, summary="Ask for a decision on a draft", auth=BOOKINGS)
def submit(request: HttpRequest, ref: Ref, payload: Annotated[Nothing | None, Body()] = None) -> dict[str, Any]:
    return say(request, ref, permissions.can_submit, services.submit_booking)


@router.post("/bookings/{ref}/approve", response=BookingOut, summary="Approve", auth=DECIDE)
def approve(request: HttpRequest, ref: Ref, payload: Annotated[Nothing | None, Body()] = None) -> dict[str, Any]:
    return say(request, ref, permissions.can_decide, services.approve_booking)


@router.post("/bookings/{ref}/decline", response=BookingOut, summary="Decline, with a reason", auth=DECIDE)
def decline(request: HttpRequest, ref: Ref, payload: Reason) -> dict[str, Any]:
    return say(request, ref, permissions.can_decide, services.decline_booking, reason=payload.reason)


@router.post("/bookings/{ref}/undo", response=BookingOut, summary="Take back one's own decision at once", auth=DECIDE)
def undo(request: HttpRequest, ref: Ref, payload: Annotated[Nothing | None, Body()] = None) -> dict[str, Any]:
    """Within 12 seconds of approving or declining, while nothing else has happened; with all rooms of the request."""
    return say(request, ref, permissions.can_decide, services.undo_decision)


@router.post("/bookings/{ref}/question", response=BookingOut, summary="Ask the applicant", auth=DECIDE)
def question(request: HttpRequest, ref: Ref, payload: Words) -> dict[str, Any]:
    return say(request, ref, permissions.can_decide, services.question_booking, text=payload.text)


@router.post("/bookings/{ref}/answer", response=BookingOut, summary="Answer a question", auth=BOOKINGS)
def answer(request: HttpRequest, ref: Ref, payload: Words) -> dict[str, Any]:
    return say(request, ref, permissions.can_answer, services.answer_booking, text=payload.text)


@router.post(
    "/bookings/{ref}/offer",
    response=BookingOut,
    summary="Offer another room or time, held for the applicant",
    auth=DECIDE,
)
def offer(request: HttpRequest, ref: Ref, payload: OfferIn) -> dict[str, Any]:
    user = caller(request)
    booking = load_booking(ref, user, permissions.can_decide)
    room = Room.objects.filter(site=booking.site_id, code=payload.room).first()
    if room is None:
        raise InvalidBooking.of("room", "unknown_room")
    times: dict[str, Any] = {"start": payload.start, "end": payload.end, "held_until": payload.held_until}
    services.offer_alternative(booking_id=booking.pk, room_id=room.pk, actor=user, now=timezone.now(), **times)
    return _shown(ref, user)


@router.post("/bookings/{ref}/accept", response=BookingOut, summary="Accept the offer", auth=BOOKINGS)
def accept(request: HttpRequest, ref: Ref, payload: Annotated[Nothing | None, Body()] = None) -> dict[str, Any]:
    return say(request, ref, permissions.can_accept, services.accept_offer)


@router.post("/bookings/{ref}/cancel", response=BookingOut, summary="Cancel", auth=BOOKINGS)
def cancel(request: HttpRequest, ref: Ref, payload: Annotated[OptionalReason | None, Body()] = None) -> dict[str, Any]:
    said = payload or OptionalReason()
    verb = services.cancel_all_rooms if said.all_rooms else services.cancel_booking
    return say(request, ref, permissions.can_cancel, verb, reason=said.reason)


@router.post("/bookings/{ref}/start", response=BookingOut, summary="Mark the meeting started", auth=STEPS)
def start(request: HttpRequest, ref: Ref, payload: Annotated[Nothing | None, Body()] = None) -> dict[str, Any]:
    return say(request, ref, permissions.can_run, services.start_meeting)


@router.post("/bookings/{ref}/extend", response=BookingOut, summary="Keep the room longer", auth=STEPS)
def extend(request: HttpRequest, ref: Ref, payload: ExtendIn) -> dict[str, Any]:
    return say(request, ref, permissions.can_run, services.extend_meeting, end=payload.end)


@router.post("/bookings/{ref}/end", response=BookingOut, summary="Mark the meeting ended", auth=STEPS)
def end(request: HttpRequest, ref: Ref, payload: Annotated[Nothing | None, Body()] = None) -> dict[str, Any]:
    return say(request, ref, permissions.can_run, services.end_meeting)


def say(
    request: HttpRequest, ref: str, may: Callable[[User, Booking], bool], verb: Callable[..., Any], **said: Any
) -> dict[str, Any]:
    user = caller(request)
    booking = load_booking(ref, user, may)
    verb(booking_id=booking.pk, actor=user, now=timezone.now(), **said)
    return _shown(ref, user)


def _visible(user: User) -> Any:
    rows = Booking.objects.visible_to(user).select_related("site", "room", "applicant")
    return rows.prefetch_related("guests", "agenda", "offers__room__site", "group__bookings__room")


def _find(ref: str, user: User) -> Booking:
    """404 whether it does not exist or is not the caller's to see."""
    booking = _visible(user).named(ref).first()
    if booking is None:
        raise Http404
    return booking


def load_booking(ref: str, user: User, may: Callable[[User, Booking], bool]) -> Booking:
    booking = _find(ref, user)
    if not may(user, booking):
        raise PermissionDenied
    return booking


def _shown(ref: str, user: User) -> dict[str, Any]:
    return booking_fields(_find(ref, user), user)


def room_of(user: User, code: str) -> Room:
    """The room of this code where the caller works; of several for an administrator, the one at their own site."""
    rooms = Room.objects.filter(site__in=sites_visible_to(user), code=code).with_fittings()
    found = sorted(rooms, key=lambda room: room.site_id != user.site_id)
    if not found or not permissions.can_request(user, found[0]):
        raise InvalidBooking.of("room", "unknown_room")
    return found[0]


def _further(user: User, each: FurtherIn, number: int) -> services.FurtherRoom:
    try:
        room = room_of(user, each.room)
    except InvalidBooking as error:
        raise InvalidBooking({f"further.{number}.room": error.errors["room"]}) from error
    return services.FurtherRoom(room, each.headcount, each.layout, each.purpose)


def _on_day(rows: Any, on: date) -> Any:
    """Meetings of that date where they take place."""
    matches = Q(pk=None)
    for site in Site.objects.all():
        day_from, day_until = day_bounds(site, on)
        near = Q(start_at__lt=day_until, start_at__gt=day_from - LONGEST)
        matches |= near & Q(site=site, end_at__gt=day_from)
    return rows.filter(matches)


def _check(filters: FreeFilters) -> None:
    if filters.end <= filters.start:
        raise InvalidBooking.of("end_at", "end_before_start")
    if filters.end - filters.start > LONGEST:
        raise InvalidBooking.of("end_at", "lasts_too_long", hours=LONGEST // timedelta(hours=1))
    if filters.layout not in ("", *LayoutKind.values):
        raise InvalidBooking.of("layout", "unknown_choice")


def _check_equipment(site: Site | None, filters: FreeFilters) -> None:
    """Kinds that rooms have, and codes of what the site's rooms share."""
    if site and not all_shared_at(site, said_in(filters.equipment), is_lent=True):
        raise InvalidBooking.of("equipment", "unknown_choice")


def _fits(site: Site, filters: FreeFilters) -> list[RoomFit]:
    return free_rooms(
        site=site,
        start=filters.start,
        end=filters.end,
        headcount=filters.headcount,
        layout=filters.layout,
        equipment=said_in(filters.equipment),
        microphones=filters.microphones,
    )


def _instead(site: Site, filters: FreeFilters) -> list[Alternative]:
    wish = Wish(
        start=filters.start,
        end=filters.end,
        headcount=filters.headcount,
        layout=filters.layout,
        equipment=frozenset(said_in(filters.equipment)),
        microphones=filters.microphones,
    )
    return alternatives_to(site=site, wish=wish, now=timezone.now())


def _fit_fields(fit: RoomFit) -> dict[str, Any]:
    return {
        **room_fields(fit.room),
        "layout": fit.layout,
        "capacity": fit.capacity,
        "setup_minutes": fit.setup_minutes,
        "teardown_minutes": fit.teardown_minutes,
    }
