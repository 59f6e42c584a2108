"""Who may do what with bookings; whether the state allows it is the services' business."""

from collections.abc import Iterable
from dataclasses import dataclass

from bookings.deciders import APPROVING, Deciders, deciders_at, is_approver
from bookings.models import Booking, Series
from rooms.models import Room, Site
from staff.models import User
from staff.roles import FLOOR_ROLES, Role

REQUESTING = (Role.APPLICANT, Role.SECRETARY, Role.MANAGER, Role.ADMINISTRATOR)
OFFICE = (Role.SECRETARY, Role.MANAGER)


def works_at(user: User, site_id: int, *roles: str) -> bool:
    """Administrators work everywhere, others in their roles at their own site."""
    if user.has_role(Role.ADMINISTRATOR):
        return True
    return user.site_id == site_id and user.has_role(*roles)


def can_request(user: User, room: Room | None = None) -> bool:
    if not user.has_role(*REQUESTING):
        return False
    return room is None or works_at(user, room.site_id, *REQUESTING)


def can_view(user: User, booking: Booking) -> bool:
    """The same rule as `Booking.objects.visible_to`, for one booking at hand."""
    if booking.applicant_id == user.pk or user.has_role(Role.ADMINISTRATOR):
        return True
    if works_at(user, booking.site_id, *OFFICE):
        return booking.status != Booking.Status.DRAFT
    return works_at(user, booking.site_id, *FLOOR_ROLES) and booking.status in Booking.PLANNED


def can_change(user: User, booking: Booking) -> bool:
    return booking.applicant_id == user.pk or works_at(user, booking.site_id, Role.SECRETARY)


def can_cancel(user: User, booking: Booking) -> bool:
    return can_change(user, booking)


def can_view_series(user: User, series: Series) -> bool:
    """The same rule as `Series.objects.visible_to`, for one series at hand."""
    return series.applicant_id == user.pk or works_at(user, series.site_id, *OFFICE)


def can_cancel_series(user: User, series: Series) -> bool:
    return series.applicant_id == user.pk or works_at(user, series.site_id, Role.SECRETARY)


def can_submit(user: User, booking: Booking) -> bool:
    return booking.applicant_id == user.pk


def can_answer(user: User, booking: Booking) -> bool:
    return booking.applicant_id == user.pk


def can_accept(user: User, booking: Booking) -> bool:
    return booking.applicant_id == user.pk


def can_decide(user: User, booking: Booking, deciders: Deciders | None = None) -> bool:
    """Whoever is named for the room or site, else its secretaries; nobody on their own unless the site allows it.

    A page that asks for many requests reads the `deciders` once.
    """
    if not works_at(user, booking.site_id, *APPROVING):
        return False
    return (deciders or deciders_at([booking.site_id])).may_decide(user, booking)


def decidable(user: User, bookings: Iterable[Booking], deciders: Deciders | None = None) -> list[Booking]:
    """Of several, such as the dates of a series, those the person may decide on; their rooms may have others named."""
    rows = list(bookings)
    known = deciders or deciders_at({each.site_id for each in rows})
    return [each for each in rows if can_decide(user, each, known)]


def can_use_inbox(user: User) -> bool:
    return user.has_role(Role.SECRETARY, Role.ADMINISTRATOR) or is_approver(user)


def can_set_deciding(user: User, site: Site) -> bool:
    """Approvers, rules, policy and common reasons of a site."""
    return works_at(user, site.pk, Role.SECRETARY)


def can_wait(user: User, booking: Booking) -> bool:
    return booking.applicant_id == user.pk


def can_run(user: User, booking: Booking) -> bool:
    return works_at(user, booking.site_id, *OFFICE, *FLOOR_ROLES)


def can_run_from_door(user: User, booking: Booking) -> bool:
    """Start, extend and end it standing at its door: whoever asked for the meeting, and those who serve it."""
    return booking.applicant_id == user.pk or can_run(user, booking)


def can_set_up_screens(user: User, site: Site) -> bool:
    return works_at(user, site.pk, Role.SECRETARY)


def can_see_guests(user: User, booking: Booking) -> bool:
    return booking.applicant_id == user.pk or works_at(user, booking.site_id, *OFFICE, *FLOOR_ROLES)


def can_see_title(user: User, booking: Booking) -> bool:
    """A private topic is for the applicant and the office; a pending one for those who may open the booking."""
    if booking.applicant_id == user.pk or works_at(user, booking.site_id, *OFFICE):
        return True
    if booking.is_private:
        return False
    return user.site_id == booking.site_id and booking.status in Booking.PLANNED


def can_close_room(user: User, room: Room) -> bool:
    return works_at(user, room.site_id, *OFFICE)


def can_import(user: User, site: Site) -> bool:
    """Requests of other people too: the secretary's."""
    return works_at(user, site.pk, Role.SECRETARY)


def can_export(user: User, site: Site) -> bool:
    return works_at(user, site.pk, *OFFICE)


def can_manage_webhooks(user: User) -> bool:
    """What leaves the house is the administrator's business."""
    return user.has_role(Role.ADMINISTRATOR)


def can_see_board(user: User, site: Site) -> bool:
    return user.has_role(Role.ADMINISTRATOR) or user.site_id == site.pk


@dataclass(frozen=True)
class Reader:
    """`can_view`, `can_see_title` and `can_change` for the many bookings of one site, with the roles asked once."""

    user_id: int
    is_administrator: bool
    is_office: bool
    is_secretary: bool
    is_floor: bool
    is_here: bool

    @classmethod
    def of(cls, user: User, site: Site) -> "Reader":
        return cls(
            user_id=user.pk,
            is_administrator=user.has_role(Role.ADMINISTRATOR),
            is_office=works_at(user, site.pk, *OFFICE),
            is_secretary=works_at(user, site.pk, Role.SECRETARY),
            is_floor=works_at(user, site.pk, *FLOOR_ROLES),
            is_here=user.site_id == site.pk,
        )

    def may_open(self, applicant_id: int, status: str) -> bool:
        if applicant_id == self.user_id or self.is_administrator:
            return True
        if self.is_office:
            return status != Booking.Status.DRAFT
        return self.is_floor and status in Booking.PLANNED

    def may_read(self, applicant_id: int, status: str, *, is_private: bool) -> bool:
        if applicant_id == self.user_id or self.is_office:
            return True
        return not is_private and self.is_here and status in Booking.PLANNED

    def may_change(self, applicant_id: int) -> bool:
        return applicant_id == self.user_id or self.is_secretary
