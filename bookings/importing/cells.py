"""A cell's text as the value of a field; raises `ValueError` with the code of what is wrong."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import translation

from bookings.models import Booking
from rooms.dates import is_known
from rooms.models import EquipmentKind, LayoutKind
from rooms.sheet_cells import DATE, clock, day

BETWEEN = re.compile(r"[,，、;；\n]+")
CHOICES: dict[str, Any] = {
    "layout": LayoutKind,
    "kind": Booking.Kind,
    "secrecy": Booking.Secrecy,
    "curtains": Booking.Curtains,
    "equipment": EquipmentKind,
}


def number(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII):
        raise ValueError("not_a_number")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in BETWEEN.split(text))))


def moment(text: str, on: date | None, zone: ZoneInfo) -> datetime:
    """With a date of its own or on the row's; wall-clock time of the site unless it brings its offset."""
    first, _, rest = text.replace("T", " ", 1).partition(" ")
    if on is not None and not DATE.match(text):
        return datetime.combine(on, clock(text), tzinfo=zone)
    if re.search(r"(Z|[+-]\d\d:?\d\d)$", rest):
        return with_offset(text)
    if not rest:
        raise ValueError("no_date")
    return datetime.combine(day(first), clock(rest.strip()), tzinfo=zone)


def with_offset(text: str) -> datetime:
    """As it was written: whether a clock of the site ever shows it hangs on the offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_time") from None
    if not is_known(found):
        raise ValueError("not_a_time")
    return found


def choice(name: str, text: str) -> str:
    """A stored value by itself or by its label in any of the languages."""
    found = known_words(name).get(text.casefold())
    if found is None:
        raise ValueError("unknown_choice")
    return found


@lru_cache(maxsize=len(CHOICES))
def known_words(name: str) -> dict[str, str]:
    kinds: type[models.TextChoices] = CHOICES[name]
    words = {each.value.casefold(): each.value for each in kinds}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words |= {str(each.label).casefold(): each.value for each in kinds}
    return words
