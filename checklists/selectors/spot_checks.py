"""What a spot check looks at: the gaps between refills, who is on duty, and the step it settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bookings.models import Booking
from checklists.models import Assignment, SpotCheck, Step, Tick
from checklists.unannounced import SPOT_CHECK
from checklists.wanted import rhythm_in
from staff.models import User
from staff.roles import FLOOR_ROLES, Role

State = Step.State
REFILL = "U1"
# Who ticked a step of the meeting within this time is there.
SEEN_WITHIN = timedelta(hours=1)
# What was checked in time may be written down a little after the end.
WRITTEN_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Gap:
    """Between two refills; the last one is open while the meeting runs."""

    from_at: datetime
    until_at: datetime
    limit_minutes: int | None
    is_open: bool = False

    @property
    def seconds(self) -> int:
        return int((self.until_at - self.from_at).total_seconds())

    @property
    def minutes(self) -> int:
        return self.seconds // 60

    @property
    def is_over(self) -> bool:
        return self.limit_minutes is not None and self.seconds > self.limit_minutes * 60


def can_be_checked(booking: Booking, now: datetime) -> bool:
    if booking.status == Booking.Status.RUNNING:
        return True
    if booking.status == Booking.Status.APPROVED:
        return booking.start_at <= now < booking.end_at
    ended_at = booking.actual_end_at
    return booking.status == Booking.Status.ENDED and ended_at is not None and now <= ended_at + WRITTEN_WITHIN


def refill_gaps(booking: Booking, now: datetime) -> list[Gap]:
    """Every gap from pouring up to now or the end; empty where nothing is refilled."""
    rounds = list(Step.objects.filter(booking=booking, item__code=REFILL).order_by("round"))
    if booking.actual_end_at is None:
        # At the end the round that was open is withdrawn; before, tea that is no longer wanted.
        rounds = [step for step in rounds if step.state != State.WITHDRAWN]
    rhythm = rhythm_in(rounds[-1]) if rounds else None
    until = min(now, booking.actual_end_at or now)
    if rhythm is None or until <= rhythm.anchor_at:
        return []
    settled = sorted(step.done_at for step in rounds if step.done_at and step.state in Step.SETTLED)
    moments = [rhythm.anchor_at, *(at for at in settled if rhythm.anchor_at < at <= until)]
    closed = [Gap(*pair, rhythm.limit_minutes) for pair in pairwise(moments)]
    last = Gap(moments[-1], until, rhythm.limit_minutes, is_open=booking.actual_end_at is None)
    return [*closed, last] if last.seconds else closed


def people_on_duty(booking: Booking, now: datetime) -> list[User]:
    """Assigned to serve, or seen at work there within the hour."""
    at = min(now, booking.actual_end_at or now)
    assigned = Assignment.objects.filter(booking=booking, role=Role.SERVICE_STAFF).select_related("user")
    ticks = Tick.objects.filter(step__booking=booking, received_at__gt=at - SEEN_WITHIN, received_at__lte=now)
    on_floor = ticks.filter(by__groups__name__in=FLOOR_ROLES).select_related("by").order_by("received_at", "pk")
    people = [*(each.user for each in assigned.order_by("pk")), *(tick.by for tick in on_floor)]
    return list({user.pk: user for user in people}.values())


def spot_check_due(booking: Booking, now: datetime) -> Step | None:
    """The planned check whose moment has come, also where the end of the meeting came before its score."""
    planned = Step.objects.filter(booking=booking, item__code=SPOT_CHECK, is_on_demand=False, opens_at__lte=now)
    open_or_missed = planned.filter(state__in=(State.OPEN, State.MISSED), spot_check=None)
    return open_or_missed.order_by("due_at", "pk").first()


def spot_checks_of(booking: Booking) -> Sequence[SpotCheck]:
    return list(booking.spot_checks.select_related("by").prefetch_related("on_duty__user").order_by("at", "pk"))
