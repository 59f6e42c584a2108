"""The load of a day drawn for each role: people on shift as ground, people needed as bars, in percent of the width."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from checklists.lanes import Axis, DrawnHour, hours_of
from checklists.selectors.load import QUARTER, DayLoad, RoleLoad, Slot

HEIGHT = 56.0


@dataclass(frozen=True)
class DrawnSlot:
    x: float
    width: float
    people_y: float
    people_height: float
    needed_y: float
    needed_height: float
    asked_y: float
    asked_height: float
    slot: Slot


@dataclass(frozen=True)
class DrawnRole:
    label: str
    highest: int
    slots: tuple[DrawnSlot, ...]


@dataclass(frozen=True)
class LoadPicture:
    hours: tuple[DrawnHour, ...]
    roles: tuple[DrawnRole, ...]


def draw_load(load: DayLoad, zone: ZoneInfo) -> LoadPicture:
    if not load.roles or not load.roles[0].slots:
        return LoadPicture((), ())
    slots = load.roles[0].slots
    last = slots[-1].at + QUARTER
    axis = Axis(slots[0].at, last if last > slots[0].at else slots[0].at + timedelta(hours=1))
    return LoadPicture(hours_of(axis, zone), tuple(draw_role(role, axis) for role in load.roles))


def draw_role(role: RoleLoad, axis: Axis) -> DrawnRole:
    part = HEIGHT / max(role.highest, 1)
    return DrawnRole(role.label, role.highest, tuple(draw_slot(slot, axis, part) for slot in role.slots))


def draw_slot(slot: Slot, axis: Axis, part: float) -> DrawnSlot:
    bar = axis.bar(slot.at, slot.at + QUARTER)
    people, needed, asked = (round(number * part, 1) for number in (slot.people, slot.needed, slot.asked))
    return DrawnSlot(
        x=bar.x,
        width=bar.width,
        people_y=HEIGHT - people,
        people_height=people,
        needed_y=round(HEIGHT - needed, 1),
        needed_height=needed,
        asked_y=round(HEIGHT - needed - asked, 1),
        asked_height=asked,
        slot=slot,
    )
