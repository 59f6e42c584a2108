"""Labels of models, in the reader's language, for what stands in data as a code."""

from typing import cast

from django.db.models import Field

from bookings.models import Booking
from rooms.models import EquipmentKind, LayoutKind


def service_word(name: str) -> str:
    return str(cast("Field", Booking._meta.get_field(name)).verbose_name)


def service_heading(name: str) -> str:
    word = service_word(name)
    return word[:1].upper() + word[1:]


def layout_word(code: str) -> str:
    return str(dict(LayoutKind.choices).get(code, code))


def equipment_word(code: str) -> str:
    return str(dict(EquipmentKind.choices).get(code, code))
