"""Boring, valid objects for tests; everything is relative to the fixed moment in conftest."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.contrib.auth.models import Group

from bookings.models import Booking
from rooms.models import (
    EquipmentKind,
    EquipmentPool,
    LayoutKind,
    Room,
    RoomEquipment,
    RoomLayout,
    Site,
    Space,
    Supply,
    SupplyMovement,
    WorkingPeriod,
)
from staff.models import User

_numbers = count(1)

OFFICE_HOURS = (("08:30", "12:00"), ("13:30", "18:00"))


def make_site(code: str = "HQ", **fields) -> Site:
    defaults = {"name_zh_hans": "总部", "name_zh_hant": "總部", "name_en": "Headquarters"}
    site = Site.objects.create(code=code, **(defaults | fields))
    WorkingPeriod.objects.bulk_create(
        WorkingPeriod(site=site, weekday=weekday, starts_at=starts, ends_at=ends)
        for weekday in range(5)
        for starts, ends in OFFICE_HOURS
    )
    return site


def make_room(site: Site, code: str = "108", *, setup: int = 30, teardown: int = 30, **fields) -> Room:
    defaults = {
        "name_zh_hans": f"{code}会议室",
        "name_zh_hant": f"{code}會議室",
        "name_en": f"Room {code}",
        "floor": "1",
        "standing_layout": LayoutKind.BOARD_ROOM,
        "has_movable_tables": True,
    }
    room = Room.objects.create(site=site, code=code, **(defaults | fields))
    space, _ = Space.objects.get_or_create(site=site, code=code)
    room.spaces.add(space)
    capacities = {LayoutKind.BOARD_ROOM: 24, LayoutKind.U_SHAPE: 28, LayoutKind.THEATRE: 60}
    RoomLayout.objects.bulk_create(
        RoomLayout(room=room, layout=layout, capacity=capacity, setup_minutes=setup, teardown_minutes=teardown)
        for layout, capacity in capacities.items()
    )
    RoomEquipment.objects.bulk_create(
        RoomEquipment(room=room, kind=kind) for kind in (EquipmentKind.PROJECTOR, EquipmentKind.MICROPHONE)
    )
    return room


def make_pool(site: Site, code: str = "CART", quantity: int = 1, **fields) -> EquipmentPool:
    names = {"name_zh_hans": f"{code}推车", "name_zh_hant": f"{code}推車", "name_en": f"Trolley {code}"}
    return EquipmentPool.objects.create(site=site, code=code, quantity=quantity, **(names | fields))


def make_supply(site: Site, code: str = "TEA", *, on_hand: int = 0, at: datetime | None = None, **fields) -> Supply:
    names = {"name_zh_hans": f"{code}料", "name_zh_hant": f"{code}料", "name_en": f"Supply {code}"}
    supply = Supply.objects.create(site=site, code=code, **(names | {"use": "tea"} | fields))
    if on_hand:
        SupplyMovement.objects.create(supply=supply, kind="received", change=on_hand, at=at or datetime.now(UTC))
    return supply


def make_user(username: str, *roles: str, site: Site | None = None, **fields) -> User:
    user = User(username=username, display_name=username.title(), site=site, **fields)
    user.set_password("demo")
    user.save()
    # A transactional test before this one has emptied the table of groups.
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
    return user


def make_booking(*, room: Room, applicant: User, start: datetime, minutes: int = 120, **fields) -> Booking:
    """A row as it stands in the table; services are not involved and nothing is occupied."""
    defaults = {
        "ref": f"HW-TEST-{next(_numbers):04}",
        "site": room.site,
        "title": "季度会",
        "host_department": "市场部",
        "contact_name": "王敏",
        "contact_phone": "6201",
        "headcount": 10,
        "layout": LayoutKind.BOARD_ROOM,
        "setup_minutes": 30,
        "teardown_minutes": 30,
        "status": Booking.Status.REQUESTED,
        "requested_at": start - timedelta(days=1),
        "start_at": start,
        "end_at": start + timedelta(minutes=minutes),
    }
    return Booking.objects.create(room=room, applicant=applicant, **(defaults | fields))
