"""Screens at doors and in lobbies: set up, shut out, seen; and what people do with a meeting standing before one."""

import secrets
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from bookings.errors import BookingError, InvalidBooking
from bookings.models import Booking, DoorDevice
from bookings.selectors.door import SOON
from bookings.services.meetings import end_meeting, extend_meeting, start_meeting
from bookings.services.record import booking_verb, lock_booking
from bookings.services.validation import text_faults
from rooms.models import DoorActs, Room, RoomLog, Site
from staff.models import User
from staff.services.devices import device_of, shut_out
from staff.services.tokens import digest_of

NAME_LIMIT = 60


class Act(StrEnum):
    START = "start"
    EXTEND = "extend"
    END = "end"


ALLOWED: dict[str, frozenset[Act]] = {
    DoorActs.NOTHING: frozenset(),
    DoorActs.CHECK_IN: frozenset({Act.START}),
    DoorActs.ALL: frozenset(Act),
}


@transaction.atomic
def add_screen(*, site: Site, room: Room | None, name: str, actor: User, now: datetime) -> tuple[DoorDevice, str]:
    """A new screen and its key, which is never to be had again."""
    tidy = name.strip()
    if faults := [*text_faults(tidy, limit=NAME_LIMIT, one_line=True)]:
        raise InvalidBooking({"name": faults})
    if not tidy:
        raise InvalidBooking.of("name", "required")
    key = secrets.token_urlsafe(32)
    device = DoorDevice.objects.create(
        site=site, room=room, name=tidy, digest=digest_of(key), created_by=actor, created_at=now
    )
    _log(device, "door_added", actor, now)
    return device, key


@transaction.atomic
def revoke_screen(*, device_id: int, actor: User, now: datetime) -> bool:
    """From now on its address leads nowhere; true when it was in use until then."""
    device = DoorDevice.objects.select_for_update(of=("self",)).select_related("site", "room").get(pk=device_id)
    was_in_use = shut_out(device, actor=actor, now=now)
    if was_in_use:
        _log(device, "door_revoked", actor, now)
    return was_in_use


def screen_of(key: str, *, now: datetime, lobby: bool) -> DoorDevice | None:
    """The screen that knows this key; none when it is unknown, shut out or of the other kind."""
    rows = DoorDevice.objects.filter(revoked_at=None, room__isnull=lobby).select_related("site", "room__site")
    return device_of(key, rows, now=now)


@booking_verb
def act_at_screen(*, device_id: int, ref: str, act: Act, end: datetime | None, now: datetime) -> Booking:
    """What somebody does at the door without saying who they are, where the site allows it.

    No person stands in the log: it names the screen.
    """
    device = DoorDevice.objects.select_related("site", "room").get(pk=device_id)
    if device.revoked_at or act not in ALLOWED[device.site.door_acts]:
        raise BookingError("not_at_door")
    here = Booking.objects.filter(room__spaces__in=device.room.spaces.all()) if device.room else Booking.objects.none()
    booking = here.named(ref).planned().first()
    if booking is None:
        raise BookingError("not_at_door")
    return run_meeting(booking_id=booking.pk, act=act, end=end, actor=None, now=now, at_door=device.name)


@booking_verb
def run_meeting(
    *, booking_id: int, act: Act, end: datetime | None, actor: User | None, now: datetime, at_door: str = ""
) -> Booking:
    """Start, extend or end the meeting from its door. Raises `RoomTaken` when it cannot last that long."""
    if act == Act.EXTEND:
        if end is None:
            raise InvalidBooking.of("end", "required")
        return extend_meeting(booking_id=booking_id, end=end, actor=actor, now=now, at_door=at_door)
    if act == Act.END:
        return end_meeting(booking_id=booking_id, actor=actor, now=now, at_door=at_door)
    _refuse_too_early(lock_booking(booking_id), now)
    return start_meeting(booking_id=booking_id, actor=actor, now=now, at_door=at_door)


def _refuse_too_early(booking: Booking, now: datetime) -> None:
    """Neither long before its time nor over the heads of those who are still inside."""
    if booking.status != Booking.Status.APPROVED:
        return
    if now < booking.start_at - SOON:
        raise BookingError("too_early_at_door", minutes=int(SOON.total_seconds() // 60))
    if booking.end_at <= now:
        raise BookingError("too_late")
    inside = Booking.objects.filter(status=Booking.Status.RUNNING, room__spaces__in=booking.room.spaces.all())
    if inside.exclude(pk=booking.pk).exists():
        raise BookingError("room_in_use")


def _log(device: DoorDevice, verb: str, actor: User, now: datetime) -> None:
    changes = {"door": device.name}
    RoomLog.objects.create(site=device.site, room=device.room, at=now, actor=actor, verb=verb, changes=changes)
