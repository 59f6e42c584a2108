"""What an alternative is and costs, in the reader's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from bookings.alternatives import Kind
from bookings.errors import Alternative
from rooms.dates import format_period
from rooms.models import EquipmentKind, Site
from rooms.text import listed

# By kind: what it is, and its icon.
KINDS: dict[str, tuple[Any, str]] = {
    Kind.OTHER_ROOM: (gettext_lazy("Same time, another room"), "door-open"),
    Kind.JOINED: (gettext_lazy("Same time, the halves of the hall joined"), "arrows-collapse"),
    Kind.SHIFTED: (gettext_lazy("Another time"), "clock"),
    Kind.SHORTER: (gettext_lazy("Shorter"), "hourglass-split"),
    Kind.ANOTHER_DAY: (gettext_lazy("Another day"), "calendar-event"),
    Kind.LESS: (gettext_lazy("Same time, with less"), "dash-circle"),
}


@dataclass(frozen=True)
class Price:
    """One thing an alternative costs; `is_dear` where somebody goes without."""

    text: str
    is_dear: bool = False


@dataclass(frozen=True)
class Instead:
    """An alternative as a card shows it, and what the form becomes when it is taken."""

    room: Any
    name: str
    icon: str
    period: str
    prices: list[Price]
    start: Any
    end: Any
    ends_on: Any
    # The head count the room seats, where that is fewer than were asked for.
    headcount: int | None
    without: str


def instead_of(each: Alternative, site: Site, headcount: int) -> Instead:
    name, icon = KINDS[each.kind]
    start, end = each.start.astimezone(site.zone), each.end.astimezone(site.zone)
    short = each.cost.spare_seats < 0
    return Instead(
        room=each.room,
        name=str(name),
        icon=icon,
        period=format_period(each.start, each.end, site.zone),
        prices=list(prices_of(each, headcount)),
        start=start,
        end=end,
        ends_on=end.date() if end.date() != start.date() else None,
        headcount=headcount + each.cost.spare_seats if short else None,
        without=" ".join(each.cost.missing),
    )


def prices_of(each: Alternative, headcount: int) -> Iterator[Price]:
    """The dearest first."""
    cost = each.cost
    if cost.missing:
        names = listed(EquipmentKind(kind).label for kind in cost.missing)
        yield Price(_("without: %(equipment)s") % {"equipment": names}, is_dear=True)
    if cost.spare_seats < 0:
        n = -cost.spare_seats
        words = ngettext("%(n)s seat short: seats %(seats)s", "%(n)s seats short: seats %(seats)s", n)
        yield Price(words % {"n": n, "seats": headcount - n}, is_dear=True)
    if cost.minutes_lost:
        yield Price(_("%(n)s min shorter") % {"n": cost.minutes_lost}, is_dear=True)
    if cost.minutes_shifted:
        words = _("%(n)s min later") if cost.minutes_shifted > 0 else _("%(n)s min earlier")
        yield Price(words % {"n": abs(cost.minutes_shifted)})
    if cost.days_later:
        yield Price(ngettext("%(n)s day later", "%(n)s days later", cost.days_later) % {"n": cost.days_later})
    yield from _of_the_room(each)


def _of_the_room(each: Alternative) -> Iterator[Price]:
    cost = each.cost
    if cost.moves_tables:
        yield Price(_("tables are moved"))
    if cost.is_other_floor:
        floor = each.room.floor
        yield Price(_("another floor: %(floor)s") % {"floor": floor} if floor else _("another floor"))
    if cost.spare_seats > 0:
        n = cost.spare_seats
        yield Price(ngettext("%(n)s seat stays empty", "%(n)s seats stay empty", n) % {"n": n})
