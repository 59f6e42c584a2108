"""Reads of sites, rooms and their working calendar."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from rooms.models import (
    Room,
    RoomEquipment,
    RoomLayout,
    RoomQuerySet,
    Site,
    Supply,
    SupplyMovement,
)
from rooms.permissions import ADMINISTRATOR, Person, can_change_rooms
from rooms.workcal import Period, WorkingCalendar

# Periods first, by weekday and beginning, then the days that are otherwise.
CALENDAR = """
    SELECT site_id, weekday, starts_at, ends_at, NULL::date, NULL::boolean FROM rooms_workingperiod
    WHERE site_id = ANY (%(sites)s)
    UNION ALL
    SELECT site_id, NULL, NULL, NULL, "on", is_working FROM rooms_calendarexception WHERE site_id = ANY (%(sites)s)
    ORDER BY 2, 3, 5
"""


def calendar_of(site: Site) -> WorkingCalendar:
    """The site's working calendar, in one statement; in none after `read_calendars` of this instance."""
    return site.known_calendar or _calendar(site, _calendar_rows([site]))


def read_calendars(sites: Sequence[Site]) -> None:
    """Of several sites in one statement; from here on `calendar_of` asks nothing for these instances."""
    rows = _calendar_rows(sites)
    for site in sites:
        site.known_calendar = _calendar(site, [row for row in rows if row[0] == site.pk])


def _calendar_rows(sites: Sequence[Site]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR, {"sites": [site.pk for site in sites]})
        return cursor.fetchall()


def _calendar(site: Site, rows: Iterable[tuple[Any, ...]]) -> WorkingCalendar:
    weekly: dict[int, list[Period]] = defaultdict(list)
    days: dict[date, bool] = {}
    for _site, weekday, starts_at, ends_at, on, is_working in rows:
        if on is None:
            weekly[weekday].append((starts_at, ends_at))
        else:
            days[on] = is_working
    hours = {weekday: tuple(periods) for weekday, periods in sorted(weekly.items())}
    ordinary = next(iter(hours.values()), ())
    exceptions = {on: hours.get(on.weekday(), ordinary) if is_working else () for on, is_working in days.items()}
    return WorkingCalendar(zone=site.zone, weekly=hours, country=site.holiday_calendar, exceptions=exceptions)


def site_today(site: Site, now: datetime) -> date:
    return now.astimezone(site.zone).date()


def day_bounds(site: Site, on: date) -> tuple[datetime, datetime]:
    """The instants at which the site's day begins and ends: 23 or 25 hours apart at a clock change."""
    return midnight(site, on), midnight(site, on + timedelta(days=1))


def midnight(site: Site, on: date) -> datetime:
    return at_wall(site, on, time.min)


def at_wall(site: Site, on: date, at: time) -> datetime:
    """The instant of a wall time of the site; one that a clock change skips becomes the one an hour later."""
    return datetime.combine(on, at, tzinfo=site.zone).astimezone(UTC)


def find_site(user: Person, code: str | None = None) -> Site | None:
    """The person's own site, or the one with this code where they may see it; administrators see every site."""
    sites = sites_visible_to(user)
    if code:
        return next((site for site in sites if site.code == code), None)
    return user.site or (sites[0] if sites else None)


def sites_visible_to(user: Person) -> list[Site]:
    if user.has_role(ADMINISTRATOR):
        return list(Site.objects.all())
    return [user.site] if user.site else []


def rooms_visible_to(user: Person) -> RoomQuerySet:
    """The rooms of the sites a person sees; those out of the list only to who may bring them back."""
    rooms = Room.objects.filter(site__in=sites_visible_to(user))
    return rooms if can_change_rooms(user) else rooms.active()


def parts_of(room: Room) -> list[Room]:
    """The rooms a hall divides into: those that cover a part of its spaces and nothing else."""
    held = {space.pk for space in room.spaces.all()}
    return [each for each, spaces in _neighbours(room) if spaces and spaces < held]


def halls_around(room: Room) -> list[Room]:
    """The halls this room is a part of."""
    held = {space.pk for space in room.spaces.all()}
    return [each for each, spaces in _neighbours(room) if held and spaces > held]


def _neighbours(room: Room) -> list[tuple[Room, set[int]]]:
    others = Room.objects.filter(site=room.site_id).exclude(pk=room.pk).prefetch_related("spaces")
    return [(each, {space.pk for space in each.spaces.all()}) for each in others]


@dataclass(frozen=True)
class RoomFilter:
    """What the rooms page is asked for."""

    text: str = ""
    people: int | None = None
    layout: str = ""
    equipment: tuple[str, ...] = ()
    access: tuple[str, ...] = ()


@dataclass(frozen=True)
class Floor:
    building: str
    name: str
    rooms: list[Room]


def floors_of(rooms: RoomQuerySet, wanted: RoomFilter) -> list[Floor]:
    """The rooms that match, by building and floor in the order of the board."""
    found = list(matching_rooms(rooms, wanted).with_fittings())
    places = sorted({(room.building, room.floor) for room in found}, key=lambda each: (each[0], floor_order(each[1])))
    return [Floor(*place, [room for room in found if (room.building, room.floor) == place]) for place in places]


def matching_rooms(rooms: RoomQuerySet, wanted: RoomFilter) -> RoomQuerySet:
    for field_text in wanted.text.split():
        names = ("code", "name_zh_hans", "name_zh_hant", "name_en", "notes")
        rooms = rooms.filter(reduce(or_, (Q(**{f"{name}__icontains": field_text}) for name in names)))
    fits = {key: value for key, value in (("layout", wanted.layout), ("capacity__gte", wanted.people)) if value}
    if fits:
        rooms = rooms.filter(Exists(RoomLayout.objects.filter(room=OuterRef("pk"), **fits)))
    for kind in wanted.equipment:
        rooms = rooms.filter(Exists(RoomEquipment.objects.filter(room=OuterRef("pk"), kind=kind)))
    return rooms.filter(access__contains=wanted.access) if wanted.access else rooms


def floor_order(name: str) -> tuple[int, str]:
    """By the number in the floor's name, basements first, nameless last."""
    digits = re.search(r"\d+", name)
    if not digits:
        return (1000, name)
    number = int(digits.group())
    return (-number if name.upper().startswith("B") or name.startswith("-") else number, name)


def supplies_on_hand(site_id: int) -> QuerySet[Supply]:
    """The site's supplies, each with `on_hand`: the sum of its movements."""
    moved = SupplyMovement.objects.filter(supply=OuterRef("pk")).order_by().values("supply")
    total = Subquery(moved.annotate(total=Sum("change")).values("total"), output_field=IntegerField())
    return Supply.objects.filter(site=site_id).annotate(on_hand=Coalesce(total, Value(0)))


def on_hand_of(supply_ids: Iterable[int]) -> dict[int, int]:
    found = dict.fromkeys(supply_ids, 0)
    rows = SupplyMovement.objects.filter(supply__in=list(found)).order_by().values("supply")
    return found | dict(rows.annotate(total=Sum("change")).values_list("supply", "total"))
