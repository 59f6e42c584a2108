"""Rooms: what they are called, seat, hold, and which floor they stand on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from rooms.errors import RoomsError
from rooms.models import Room, RoomEquipment, RoomLayout, Site, Space
from rooms.refusals import refusing
from rooms.selectors import parts_of
from rooms.services.log import Changes, apply_fields, record
from rooms.signals import spaces_changed
from rooms.text import NAMES

FIELDS = (
    "code",
    *NAMES,
    "building",
    "floor",
    "standing_layout",
    "has_movable_tables",
    "allows_smoking",
    "notes",
    "access",
    "access_notes",
    "way",
    "way_notes",
    "is_active",
    "position",
)
PICTURES = ("photo", "floor_plan")
CODE_ONCE = {"room_code_once": "code_taken"}


@dataclass(frozen=True)
class LayoutRow:
    layout: str
    capacity: int
    setup_minutes: int = 0
    teardown_minutes: int = 0


def create_room(
    *,
    site: Site,
    fields: Mapping[str, Any],
    layouts: Sequence[LayoutRow],
    equipment: Mapping[str, int],
    parts: Iterable[Room] = (),
    pictures: Mapping[str, ContentFile | None] | None = None,
    actor: Any,
    now: datetime,
) -> Room:
    """A new room; with `parts` it is a hall that divides into them and covers their spaces."""
    room = Room(site=site)
    changes = apply_fields(room, fields, FIELDS)
    _require_standing_layout(room, layouts)
    with transaction.atomic(), refusing(CODE_ONCE):
        _lock_plan(site)
        _set_pictures(room, pictures or {})
        room.save()
        changes |= _set_layouts(room, layouts) | _set_equipment(room, equipment) | _set_parts(room, list(parts), now)
        record(site=site, room=room, verb="room_created", changes=changes, actor=actor, now=now)
    return room


def change_room(
    *,
    room_id: int,
    fields: Mapping[str, Any],
    layouts: Sequence[LayoutRow],
    equipment: Mapping[str, int],
    parts: Iterable[Room] | None = None,
    pictures: Mapping[str, ContentFile | None] | None = None,
    actor: Any,
    now: datetime,
) -> Room:
    """Change a room. Bookings made keep their minutes; without `parts` the division stays as it is.

    `pictures` gives new ones by their field, none where the old one goes.
    """
    with transaction.atomic(), refusing(CODE_ONCE):
        room = Room.objects.select_for_update(of=("self",)).select_related("site").get(pk=room_id)
        _lock_plan(room.site)
        changes = apply_fields(room, fields, FIELDS)
        _require_standing_layout(room, layouts)
        changes |= _set_pictures(room, pictures or {})
        room.save()
        changes |= _set_layouts(room, layouts) | _set_equipment(room, equipment)
        if parts is not None:
            changes |= _set_parts(room, list(parts), now)
        if changes:
            record(site=room.site, room=room, verb="room_changed", changes=changes, actor=actor, now=now)
    return room


def _lock_plan(site: Site) -> None:
    # Two divisions changed at once could each cover what the other just moved.
    Site.objects.select_for_update().only("pk").get(pk=site.pk)


def _require_standing_layout(room: Room, layouts: Sequence[LayoutRow]) -> None:
    if room.standing_layout not in {row.layout for row in layouts}:
        raise RoomsError("standing_layout_missing")


def _set_pictures(room: Room, pictures: Mapping[str, ContentFile | None]) -> Changes:
    if unknown := set(pictures) - set(PICTURES):
        raise ValueError(f"not pictures of a room: {sorted(unknown)}")
    changes: Changes = {}
    for name, picture in pictures.items():
        changes |= _set_picture(room, name, picture)
    return changes


def _set_picture(room: Room, name: str, picture: ContentFile | None) -> Changes:
    held = getattr(room, name)
    old = held.name or ""
    if picture:
        held.save(str(picture.name), picture, save=False)
    else:
        setattr(room, name, "")
    new = getattr(room, name).name or ""
    if old and old != new:
        storage = held.storage
        transaction.on_commit(lambda: storage.delete(old))
    return {} if old == new else {name: [bool(old), bool(new)]}


def _set_layouts(room: Room, rows: Sequence[LayoutRow]) -> Changes:
    old = {each.layout: _layout_facts(each) for each in room.layouts.all()}
    new = {row.layout: asdict(row) for row in rows}
    if old == new:
        return {}
    room.layouts.exclude(layout__in=new).delete()
    for layout, facts in new.items():
        RoomLayout.objects.update_or_create(room=room, layout=layout, defaults=facts)
    return {"layouts": [list(old.values()), list(new.values())]}


def _layout_facts(each: RoomLayout) -> dict[str, Any]:
    return asdict(LayoutRow(each.layout, each.capacity, each.setup_minutes, each.teardown_minutes))


def _set_equipment(room: Room, wanted: Mapping[str, int]) -> Changes:
    old = {each.kind: each.quantity for each in room.equipment.all()}
    new = {kind: quantity for kind, quantity in wanted.items() if quantity}
    if old == new:
        return {}
    room.equipment.exclude(kind__in=new).delete()
    for kind, quantity in new.items():
        RoomEquipment.objects.update_or_create(room=room, kind=kind, defaults={"quantity": quantity})
    return {"equipment": [old, new]}


def _set_parts(room: Room, parts: Sequence[Room], now: datetime) -> Changes:
    """Give the room the spaces of its parts, or one of its own, and carry that on to the halls around it."""
    _check_parts(room, parts)
    before = _space_ids(room)
    if before and not parts and not parts_of(room):
        return {}
    after = {pk for part in parts for pk in _space_ids(part)} or {_own_space(room).pk}
    if before == after:
        return {}
    around = [hall for hall in room.site.rooms.exclude(pk=room.pk) if before and _space_ids(hall) >= before]
    _cover(room, before, after, now)
    for hall in around:
        held = _space_ids(hall)
        _cover(hall, held, (held - before) | after, now)
    return {"parts": [_codes(room, before), _codes(room, after)]}


def _check_parts(room: Room, parts: Sequence[Room]) -> None:
    mine = _space_ids(room)
    for part in parts:
        if part.site_id != room.site_id or part.pk == room.pk:
            raise RoomsError("part_elsewhere")
        if mine and _space_ids(part) > mine:
            raise RoomsError("part_around")


def _cover(room: Room, before: set[int], after: set[int], now: datetime) -> None:
    # Whoever is taking the room holds these: after them, what they took is seen.
    list(Space.objects.filter(pk__in=before | after).order_by("pk").select_for_update(no_key=True))
    room.spaces.set(after)
    if before:
        spaces_changed.send(sender=Room, room=room, before=before, after=after, now=now)


def _space_ids(room: Room) -> set[int]:
    return set(room.spaces.values_list("pk", flat=True))


def _own_space(room: Room) -> Space:
    """A space no other room covers: rooms change their codes, spaces keep theirs."""
    for number in count(1):
        code = room.code if number == 1 else f"{room.code[:15]}-{number}"
        space = Space.objects.get_or_create(site=room.site, code=code)[0]
        if not space.rooms.exclude(pk=room.pk).exists():
            return space
    raise AssertionError


def _codes(room: Room, ids: set[int]) -> list[str]:
    return list(Space.objects.filter(pk__in=ids).values_list("code", flat=True))
