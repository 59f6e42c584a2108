"""Who may do what with plans, steps and the pages of the day."""

from bookings.models import Booking
from bookings.permissions import OFFICE, can_run, works_at
from checklists.models import Handover, Incident, PassedNote, Step
from checklists.models.standard import StepRole
from rooms.models import Site
from staff.models import User
from staff.roles import DUTY_ROLES, FLOOR_ROLES, Role


def can_use_tablet(user: User) -> bool:
    return user.site_id is not None and user.has_role(*FLOOR_ROLES, *OFFICE)


def can_see_day(user: User, site: Site) -> bool:
    return works_at(user, site.pk, *OFFICE)


def can_run_day(user: User, site: Site) -> bool:
    """Opening and closing the day, and giving a step to somebody else, is the manager's."""
    return works_at(user, site.pk, Role.MANAGER)


def can_reassign(user: User, step: Step) -> bool:
    return works_at(user, step.site_id, Role.MANAGER)


def can_print_rundown(user: User, site: Site) -> bool:
    return works_at(user, site.pk, *OFFICE, *FLOOR_ROLES)


def can_staff_meeting(user: User, booking: Booking) -> bool:
    return works_at(user, booking.site_id, *OFFICE)


def can_plan_people(user: User, site: Site) -> bool:
    """Who serves what over a whole day or week, and what a meeting asks of them, is the manager's to say."""
    return works_at(user, site.pk, Role.MANAGER)


def can_call(user: User) -> bool:
    """Colleagues' telephone numbers are for those who lead the service."""
    return user.has_role(Role.MANAGER, Role.SECRETARY, Role.ADMINISTRATOR)


def can_tick(user: User, step: Step) -> bool:
    """Whoever has the step, anyone of its roles at the site, and a manager.

    Being on shift is not asked for: a step done a minute after the shift is still done by that person.
    """
    if step.assignee_id == user.pk or works_at(user, step.site_id, Role.MANAGER):
        return True
    if StepRole.HOST in (step.role, *step.helpers) and step.booking and step.booking.applicant_id == user.pk:
        return True
    return works_at(user, step.site_id, step.role, *step.helpers)


def can_skip(user: User, step: Step) -> bool:
    return can_tick(user, step)


def can_take_over(user: User, step: Step) -> bool:
    """A manager takes over anything; colleagues take what is of their role."""
    return works_at(user, step.site_id, Role.MANAGER, step.role)


def can_hand_over(user: User) -> bool:
    """Whoever may have steps of the day: the roles that are worked in shifts."""
    return user.site_id is not None and user.has_role(*DUTY_ROLES)


def can_see_handover(user: User, handover: Handover) -> bool:
    """The two it concerns, and the managers of the site."""
    return user.pk in {handover.giver_id, handover.receiver_id} or works_at(user, handover.site_id, Role.MANAGER)


def can_withdraw_handover(user: User, handover: Handover) -> bool:
    return user.pk == handover.giver_id or works_at(user, handover.site_id, Role.MANAGER)


def can_see_plan(user: User, booking: Booking) -> bool:
    return works_at(user, booking.site_id, *OFFICE, *FLOOR_ROLES) or booking.applicant_id == user.pk


def can_work_on_plan(user: User, booking: Booking) -> bool:
    """The applicant is told how far the room is; the steps themselves are the service's."""
    return works_at(user, booking.site_id, *OFFICE, *FLOOR_ROLES)


def can_raise_incident(user: User, site: Site) -> bool:
    return works_at(user, site.pk, *OFFICE, *FLOOR_ROLES)


def can_see_incident(user: User, incident: Incident) -> bool:
    """The office sees every incident of the site; the floor the open ones, and those one raised or ended oneself."""
    if works_at(user, incident.site_id, *OFFICE):
        return True
    is_own = user.pk in {incident.raised_by_id, incident.over_by_id}
    return works_at(user, incident.site_id, *FLOOR_ROLES) and (incident.over_at is None or is_own)


def can_use_incidents(user: User) -> bool:
    return user.has_role(Role.ADMINISTRATOR, *OFFICE, *FLOOR_ROLES)


def can_raise_wish(user: User, booking: Booking) -> bool:
    return can_run(user, booking)


def can_print_call_card(user: User, booking: Booking) -> bool:
    return can_run(user, booking) and booking.status in Booking.PLANNED


def can_see_habits(user: User, booking: Booking) -> bool:
    """What guests like is for those who serve them, and for the office; for all servers while none is named."""
    return booking.applicant_id == user.pk or works_at(user, booking.site_id, *OFFICE) or serves(user, booking)


def can_see_notes(user: User, booking: Booking) -> bool:
    """Notes passed in are seen by those who serve the meeting and by managers; by all servers while none is named."""
    return works_at(user, booking.site_id, Role.MANAGER) or serves(user, booking)


def serves(user: User, booking: Booking) -> bool:
    if not works_at(user, booking.site_id, *FLOOR_ROLES):
        return False
    serving = {each.user_id for each in booking.assignments.all()}
    is_named = any(each.role == Role.SERVICE_STAFF for each in booking.assignments.all())
    return user.pk in serving or (not is_named and user.has_role(Role.SERVICE_STAFF))


def can_handle_note(user: User, note: PassedNote) -> bool:
    """Those who may see the meeting's notes, whoever took this one, and whoever has its step now."""
    booking = note.step.booking
    if booking is None or not can_run(user, booking):
        return False
    return user.pk in {note.raised_by_id, note.step.assignee_id} or can_see_notes(user, booking)


def can_see_standard(user: User, site: Site | None) -> bool:
    """The shared standard is everyone's who leads a service; one of a site is that site's."""
    if site is None:
        return user.has_role(Role.ADMINISTRATOR, *OFFICE)
    return works_at(user, site.pk, *OFFICE)


def can_edit_standard(user: User, site: Site | None) -> bool:
    """The shared one speaks for many sites, so it is the administrators'."""
    if site is None:
        return user.has_role(Role.ADMINISTRATOR)
    return works_at(user, site.pk, Role.MANAGER)


def can_see_operation(user: User) -> bool:
    """Managers see how their site's reminders go, administrators all of them."""
    return user.has_role(Role.ADMINISTRATOR) or (user.site_id is not None and user.has_role(Role.MANAGER))
