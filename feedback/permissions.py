"""Who may read and open what of feedback."""

from bookings.models import Booking
from bookings.permissions import OFFICE, can_run, works_at
from rooms.models import Site
from staff.models import User
from staff.roles import Role


def can_read_answers(user: User) -> bool:
    return user.has_role(Role.MANAGER, Role.ADMINISTRATOR)


def can_open_closing_page(user: User, booking: Booking) -> bool:
    """The applicant, and whoever may stand in the room with a tablet when the meeting ends."""
    return booking.applicant_id == user.pk or can_run(user, booking)


def can_read_figures(user: User, site: Site) -> bool:
    return works_at(user, site.pk, *OFFICE)


def can_read_figures_of_people(user: User, site: Site) -> bool:
    """How a person works is for who leads them; everyone has a page of their own."""
    return works_at(user, site.pk, Role.MANAGER)
