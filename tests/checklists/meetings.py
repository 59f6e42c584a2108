"""Bookings as the plan sees them: rows in the states that services would have left them in, and short cuts to steps."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.marks import Mark
from bookings.models import Booking
from bookings.selectors.board import board_rooms, board_sheet
from checklists.models import Assignment, PlanRevision, Step
from checklists.services.plans import plan_booking
from checklists.services.staffing import assign_staff
from checklists.services.ticks import tick_step
from rooms.models import Site
from rooms.selectors import site_today
from staff.models import Shift, User
from tests import factories

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def approved(*, room, applicant, start: datetime, minutes: int = 120, now: datetime, **fields) -> Booking:
    """An approved booking with its plan, as made at `now`."""
    booking = factories.make_booking(
        room=room, applicant=applicant, start=start, minutes=minutes, status=Booking.Status.APPROVED, **fields
    )
    plan_booking(booking_id=booking.pk, now=now)
    return booking


def change(
    booking: Booking, *, now: datetime, actor: User | None = None, cause: str = "changed", **fields
) -> PlanRevision | None:
    """What a bookings service would write, followed by the planning that its signal brings."""
    Booking.objects.filter(pk=booking.pk).update(**fields)
    booking.refresh_from_db()
    return plan_booking(booking_id=booking.pk, now=now, actor=actor, cause=cause)


def start(booking: Booking, *, now: datetime, actor: User | None = None) -> PlanRevision | None:
    fields = {"status": Booking.Status.RUNNING, "actual_start_at": now}
    return change(booking, now=now, actor=actor, cause="started", **fields)


def end(booking: Booking, *, now: datetime, actor: User | None = None) -> PlanRevision | None:
    began = booking.actual_start_at or min(booking.start_at, now)
    fields = {"status": Booking.Status.ENDED, "actual_start_at": began, "actual_end_at": now}
    return change(booking, now=now, actor=actor, cause="ended", **fields)


def step_of(booking: Booking, item: str, number: int = 1) -> Step:
    return Step.objects.get(booking=booking, item__code=item, round=number)


def codes(booking: Booking, state: str = Step.State.OPEN) -> list[str]:
    return sorted(booking.steps.filter(state=state).values_list("item__code", flat=True))


def each(text: str) -> list[str]:
    return sorted(text.split())


RESULTS = {"ok": {"ok": True}, "number": {"value": 23}, "tick": {}, "photo": {}, "signature": {}}


def fitting_result(step: Step) -> dict:
    evidence = step.details["evidence"]
    if evidence["kind"] == "count":
        return {"value": step.details.get("expected", 3)}
    if evidence.get("unit") == "points":
        return {"value": 4}
    return RESULTS[evidence["kind"]]


def tick(step: Step, actor: User, *, now: datetime, **fields):
    given = {"op": uuid4(), "wanted": "done", "result": fitting_result(step), "note": "", "device_at": None}
    return tick_step(step_id=step.pk, actor=actor, now=now, **(given | fields))


def serve(booking: Booking, user: User, role: str, *, now: datetime) -> Assignment:
    """Assigned as the services do it, with the steps of the role."""
    return assign_staff(booking_id=booking.pk, user_id=user.pk, role=role, actor=None, now=now)


def served(*, room, applicant, server: User, now: datetime) -> Booking:
    """With tea, in four hours, all of its service in these hands."""
    booking = approved(room=room, applicant=applicant, start=now + 4 * HOUR, now=now - 72 * HOUR, tea=True)
    serve(booking, server, "service_staff", now=now - 71 * HOUR)
    return booking


def on_shift(user: User, begins: datetime, hours: float = 10) -> Shift:
    return Shift.objects.create(
        user=user, site=user.site, during=DateTimeTZRange(begins, begins + timedelta(hours=hours))
    )


def marks_of_today(site: Site, user: User, now: datetime) -> dict[int, Mark]:
    """By the booking's id, what the board of the day says of its room."""
    sheet = board_sheet(site=site, rooms=board_rooms(site), first=site_today(site, now), user=user, now=now)
    pairs = [pair for pk, line in sheet.lines.items() for pair in zip(line.row, sheet.marks_by_room[pk], strict=True)]
    return {each.booking_id: mark for each, mark in pairs if mark}
