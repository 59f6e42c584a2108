"""What a reader may see of a meeting's topic."""

from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.permissions import can_see_title
from staff.models import User


def title_for(user: User, booking: Booking) -> str:
    """The topic, or a word in its place where it is not the reader's to know."""
    return booking.title if can_see_title(user, booking) else str(MASKED_TITLE)
