"""The equipment of one booking: what its room has, and what is brought to it."""

from django import template

from bookings.models import Booking
from rooms.equipment import KINDS, pools_by_code, shared_codes

register = template.Library()


@register.filter
def own_equipment(booking: Booking) -> list[str]:
    return [code for code in booking.equipment if code in KINDS]


@register.filter
def shared_equipment(booking: Booking) -> list[str]:
    """Their names; a statement where there is any, so it is for the page of one booking."""
    codes = shared_codes(booking.equipment)
    pools = pools_by_code(booking.site) if codes else {}
    return [pools[code].name if code in pools else code for code in codes]
