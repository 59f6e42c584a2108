"""What runs and what comes at a site today, for the screen in the lobby."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bookings.models import Booking
from bookings.selectors.door import SHOWN, DoorMeeting
from rooms.models import Room, Site
from rooms.selectors import day_bounds, site_today

ROOM_COLUMNS = ("code", "building", "floor", "name_zh_hans", "name_zh_hant", "name_en", "way", "way_notes")


@dataclass(frozen=True)
class LobbyLine:
    meeting: DoorMeeting
    room: Room
    is_now: bool


def lobby_lines(*, site: Site, now: datetime) -> list[LobbyLine]:
    """By time; what is over is gone, and what runs over stays until it is marked ended. One statement."""
    day_from, day_until = day_bounds(site, site_today(site, now))
    of_today = Booking.objects.filter(site=site, status__in=Booking.HOLDING).overlapping(day_from, day_until)
    rows = of_today.filter(Q(end_at__gt=now) | Q(status=Booking.Status.RUNNING)).select_related("room")
    columns = (*SHOWN, *(f"room__{name}" for name in ROOM_COLUMNS))
    shown = rows.only(*columns).order_by("start_at", "room__position", "room__code", "pk")
    return [LobbyLine(DoorMeeting(each), each.room, each.start_at <= now) for each in shown]
