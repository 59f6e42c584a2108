"""The choice of rooms in the request form: those that fit first, each with its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.safestring import SafeString

from bookings.drawing import Mine, strip
from bookings.forms import RequestForm
from bookings.forms.tools import instant
from bookings.messages import ROOM_REASONS
from bookings.selectors import RoomFit, board_day, free_rooms
from bookings.services.data import MICROPHONE
from rooms.models import LayoutKind, Site
from staff.models import User

# Figures of the largest id; Python refuses to read numbers of thousands.
LONGEST_NUMBER = 19


def number_in(query: Mapping[str, Any], name: str) -> int | None:
    """A number of an address; None where it is missing or none."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


@dataclass(frozen=True)
class RoomChoice:
    fit: RoomFit
    drawing: SafeString
    is_chosen: bool
    set_up_from: datetime
    clear_until: datetime
    reasons: tuple[str, ...]
    layout_name: str


@dataclass(frozen=True)
class Choices:
    """`suited` can be had; `others` cannot, and say why. `wish` is None until there is a time to ask for."""

    suited: list[RoomChoice]
    others: list[RoomChoice]
    is_asked: bool


@dataclass(frozen=True)
class Asked:
    start: datetime
    end: datetime
    headcount: int
    layout: str
    equipment: tuple[str, ...]
    microphones: int


def values_of(form: RequestForm) -> Mapping[str, Any]:
    """What the form holds that can be read, sent or initial."""
    if not form.is_bound:
        return form.initial
    form.errors  # noqa: B018 - cleans
    return form.cleaned_data


def asked_of(values: Mapping[str, Any], site: Site) -> Asked | None:
    on, start, end = values.get("on"), values.get("start"), values.get("end")
    if not (isinstance(on, date) and isinstance(start, time) and isinstance(end, time)):
        return None
    begins, ends = instant(on, start, site.zone), instant(values.get("ends_on") or on, end, site.zone)
    # A longer stretch is refused by the services; asked for here it would only cost.
    if not timedelta(0) < ends - begins <= timedelta(days=1):
        return None
    microphones = values.get("microphones") or 0
    equipment = tuple(values.get("equipment") or ())
    if microphones:
        equipment = (*equipment, MICROPHONE)
    return Asked(begins, ends, values.get("headcount") or 1, values.get("layout") or "", equipment, microphones)


def room_choices(
    form: RequestForm, *, user: User, now: datetime, chosen: int | None, exclude_booking: int | None = None
) -> Choices:
    asked = asked_of(values_of(form), form.site)
    if asked is None:
        return Choices([], [], is_asked=False)
    fits = free_rooms(
        site=form.site,
        start=asked.start,
        end=asked.end,
        headcount=asked.headcount,
        layout=asked.layout,
        equipment=asked.equipment,
        microphones=asked.microphones,
        exclude_booking=exclude_booking,
    )
    board = board_day(site=form.site, on=asked.start.astimezone(form.site.zone).date(), user=user, now=now)
    days = {row.room.pk: row for row in board.rows}
    shown = [_choice(fit, asked, days[fit.room.pk], is_chosen=fit.room.pk == chosen) for fit in fits]
    return Choices(
        # What is chosen stays in sight.
        suited=sorted((each for each in shown if each.fit.suits), key=lambda each: not each.is_chosen),
        others=[each for each in shown if not each.fit.suits],
        is_asked=True,
    )


def _choice(fit: RoomFit, asked: Asked, day: Any, *, is_chosen: bool) -> RoomChoice:
    mine = Mine(asked.start, asked.end, fit.setup_minutes, fit.teardown_minutes)
    return RoomChoice(
        fit=fit,
        drawing=strip(day, mine=mine),
        is_chosen=is_chosen,
        set_up_from=asked.start - timedelta(minutes=fit.setup_minutes),
        clear_until=asked.end + timedelta(minutes=fit.teardown_minutes),
        reasons=tuple(str(ROOM_REASONS[reason]) for reason in fit.reasons),
        layout_name=str(LayoutKind(fit.layout).label),
    )
