"""The log of rooms and sites, written in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from rooms.models import Room, RoomLog, Site

Changes = dict[str, list[Any]]


def record(*, site: Site, room: Room | None, verb: str, changes: Changes, actor: Any, now: datetime) -> None:
    RoomLog.objects.create(site=site, room=room, at=now, actor=actor, verb=verb, changes=changes)


def apply_fields(instance: Model, fields: Mapping[str, Any], allowed: tuple[str, ...]) -> Changes:
    """Set the fields that differ and say how; nothing is saved."""
    if unknown := set(fields) - set(allowed):
        raise ValueError(f"not fields that may be set here: {sorted(unknown)}")
    changes = {name: [plain(getattr(instance, name)), plain(value)] for name, value in fields.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    for name in changes:
        setattr(instance, name, fields[name])
    return changes


def plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
