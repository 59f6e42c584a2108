"""The log of a room or site in the reader's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext, gettext_lazy as _

from rooms.dates import format_moment, instant_of
from rooms.messages import LOG_TEXTS
from rooms.models import AccessKind, DoorActs, EquipmentKind, LayoutKind, Room, RoomLog, Site, SupplyUse, Unit, Way
from rooms.text import listed

LABELS = {
    "layouts": _("layouts"),
    "equipment": _("equipment"),
    "parts": _("spaces"),
    "photo": _("photo"),
    "door": _("screen"),
    "tablet": _("shared tablet"),
    "hours": _("working hours"),
    "on": _("date"),
    "start": _("from"),
    "end": _("until"),
    "reason": _("reason"),
    "channel": _("chat room"),
    "approver": _("approver"),
    "rule": _("approval rule"),
    "policy": _("bounds"),
    "longest_minutes": _("longest meeting in minutes"),
    "furthest_days": _("at most so many days ahead"),
    "notice_minutes": _("at least so many minutes ahead"),
    "opens_at": _("not before"),
    "closes_at": _("not after"),
    "is_working": _("working day"),
    "pool": _("shared equipment"),
    "pool_kind": _("stands in for"),
    "pool_active": _("can be asked for"),
    "quantity": _("quantity"),
    "supply": _("supply"),
    "unit": _("unit"),
    "use": _("goes with"),
    "per_head": _("per person"),
    "is_reused": _("is washed and used again"),
    "reorder_level": _("reorder level"),
    "supply_active": _("is kept"),
    "name_zh_hans": _("name in Simplified Chinese"),
    "name_zh_hant": _("name in Traditional Chinese"),
    "name_en": _("name in English"),
}


@dataclass(frozen=True)
class Difference:
    """What was and is; without `old`, a fact of the entry."""

    label: str
    old: str | None
    new: str


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    actor: Any
    text: str
    differences: list[Difference]


def history_of(log: Iterable[RoomLog], model: type[Room] | type[Site]) -> list[HistoryLine]:
    return [line_of(entry, model) for entry in log]


def line_of(entry: RoomLog, model: type[Model]) -> HistoryLine:
    # What a new room has is on its page; only what was different before is news.
    is_new = entry.verb.endswith("_created")
    changes = {} if is_new else entry.changes
    differences = [difference(label_of(name, model), value, entry.site) for name, value in changes.items()]
    return HistoryLine(entry.at, entry.actor, str(LOG_TEXTS.get(entry.verb, entry.verb)), differences)


def difference(label: str, value: Any, site: Site) -> Difference:
    if isinstance(value, list) and len(value) == 2:
        return Difference(label, shown(value[0]), shown(value[1]))
    instant = instant_of(str(value))
    return Difference(label, None, format_moment(instant, site.zone) if instant else shown(value))


def label_of(name: str, model: type[Model]) -> str:
    if name in LABELS:
        return str(LABELS[name])
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(field.verbose_name)


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        return listed(f"{word(kind)} × {quantity}" for kind, quantity in value.items()) or "—"
    if isinstance(value, list):
        return listed(items_of(value)) or "—"
    return word(str(value)) if value not in (None, "") else "—"


def items_of(values: list[Any]) -> Iterator[str]:
    for each in values:
        if isinstance(each, dict):
            yield f"{word(each['layout'])} {each['capacity']} ({each['setup_minutes']}+{each['teardown_minutes']})"
        else:
            yield word(str(each))


def word(value: str) -> str:
    """A stored value by its label, where it has one."""
    labels: dict[str, Any] = {}
    for choices in (LayoutKind, EquipmentKind, AccessKind, Way, DoorActs, Unit, SupplyUse):
        labels |= dict(choices.choices)
    return str(labels.get(value, value))
