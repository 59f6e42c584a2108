"""Signs of life in a room nobody checked in to: somebody serves there, or calls for service."""

from django.db.models import Q

from bookings.models import Booking
from bookings.signs import register
from checklists.models import StandardItem, Step

Phase = StandardItem.Phase


def is_served(booking: Booking) -> bool:
    served = Q(item__phase__in=(Phase.DURING, Phase.AFTER), state=Step.State.DONE)
    # Wishes, notes and incidents come from people who are inside.
    return Step.objects.filter(served | Q(is_on_demand=True), booking=booking).exists()


register(is_served)
