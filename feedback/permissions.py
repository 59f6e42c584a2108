"""Who may read and open what of feedback."""

from bookings.models import Booking
from bookings.permissions import can_run
from staff.models import User
from staff.roles import Role


def can_read_answers(user: User) -> bool:
    return user.has_role(Role.MANAGER, Role.ADMINISTRATOR)


def can_open_closing_page(user: User, booking: Booking) -> bool:
    """The applicant, and whoever may stand in the room with a tablet when the meeting ends."""
    return booking.applicant_id == user.pk or can_run(user, booking)
