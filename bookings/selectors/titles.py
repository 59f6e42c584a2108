"""What a reader may see of a meeting's topic."""

from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.permissions import can_see_title
from staff.models import User


def is_public(booking: Booking) -> bool:
    """Whether the topic may hang in the corridor, where guests and passers-by read it too."""
    return not booking.is_private and booking.secrecy != Booking.Secrecy.CONFIDENTIAL


def public_title(booking: Booking) -> str:
    return booking.title if is_public(booking) else str(MASKED_TITLE)


def title_for(user: User, booking: Booking) -> str:
    """The topic, or a word in its place where it is not the reader's to know."""
    return booking.title if can_see_title(user, booking) else str(MASKED_TITLE)
