"""A day's meetings counted by the database: what the manager's figures and alerts need of thousands of steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.models import Booking
from checklists.models import Breach, Step
from checklists.selectors.readiness import is_ready_late
from rooms.models import Site

State = Step.State
# From when on an unstaffed meeting is the manager's business.
STAFF_AHEAD = timedelta(hours=3)
# Lanes on one page; the figures and alerts are of the whole day all the same.
LANES_SHOWN = 50


class LateStep(NamedTuple):
    pk: int
    due_at: datetime
    limit_at: datetime | None


@dataclass(slots=True)
class Meeting:
    """What the figures, the alerts and the coverage of the day need of each of its meetings."""

    pk: int
    status: str
    start: datetime
    end: datetime
    actual_end: datetime | None
    ready_at: datetime | None
    ready_due_at: datetime | None
    late_steps: list[LateStep] = field(default_factory=list)
    breaches: int = 0
    # Nobody is assigned although it begins soon.
    is_unstaffed: bool = False

    @property
    def is_ready_on_time(self) -> bool:
        return self.ready_at is not None and not is_ready_late(self.ready_at, self.ready_due_at)

    def should_be_ready(self, now: datetime) -> bool:
        """Whether it counts already; one that nothing was planned for should be ready by its start."""
        return self.ready_at is not None or (self.ready_due_at or self.start) <= now


def meetings_of(site: Site, window: tuple[datetime, datetime], now: datetime) -> list[Meeting]:
    """The day's meetings with their counts, in the order of the lanes; a full day has thousands."""
    bookings = Booking.objects.filter(site=site).planned().on_day(*window)
    rows = bookings.order_by("start_at", "room__position", "room__code").values_list(
        "pk", "status", "start_at", "end_at", "actual_end_at", "plan__ready_at", "plan__ready_due_at"
    )
    meetings = [Meeting(*row) for row in rows]
    by_pk = {meeting.pk: meeting for meeting in meetings}
    # One approved since the first statement is left for the next look.
    for pk, step in late_steps_of(bookings, now):
        if pk in by_pk:
            by_pk[pk].late_steps.append(step)
    for pk in unstaffed(bookings, now):
        if pk in by_pk:
            by_pk[pk].is_unstaffed = True
    for pk in [*breaches_recorded(bookings), *breaches_unrecorded(bookings, now)]:
        if pk in by_pk:
            by_pk[pk].breaches += 1
    return meetings


def late_steps_of(bookings: QuerySet[Booking], now: datetime) -> Iterable[tuple[int, LateStep]]:
    late = Step.objects.filter(late_steps(now), booking__in=bookings.values("pk")).order_by("due_at", "pk")
    for booking, pk, due_at, limit_at in late.values_list("booking", "pk", "due_at", "limit_at"):
        yield booking, LateStep(pk, due_at, limit_at)


def unstaffed(bookings: QuerySet[Booking], now: datetime) -> Iterable[int]:
    soon = bookings.filter(status=Booking.Status.APPROVED, start_at__lte=now + STAFF_AHEAD)
    return soon.filter(assignments=None).order_by().values_list("pk", flat=True)


def late_steps(now: datetime) -> Q:
    """`is_late` in SQL."""
    return Q(state=State.OPEN) & (Q(limit_at__lt=now) | Q(limit_at=None, due_at__lt=now))


def breaches_recorded(bookings: QuerySet[Booking]) -> Iterable[int]:
    return Breach.objects.filter(booking__in=bookings.values("pk")).order_by().values_list("booking", flat=True)


def breaches_unrecorded(bookings: QuerySet[Booking], now: datetime) -> Iterable[int]:
    """Rounds past their limit whose gap the sweep has not written down yet."""
    recorded = Breach.objects.filter(booking=OuterRef("booking"), item=OuterRef("item"), gap_until=None)
    over = Step.objects.filter(booking__in=bookings.values("pk"), state=State.OPEN, limit_at__lt=now)
    return over.exclude(Exists(recorded)).order_by().values_list("booking", flat=True)


def page_of(meetings: Sequence[Meeting], asked: int | None, now: datetime) -> tuple[int, int]:
    """The page to show, and how many there are."""
    pages = max(1, -(-len(meetings) // LANES_SHOWN))
    if asked is None:
        first = next((place for place, meeting in enumerate(meetings) if (meeting.actual_end or meeting.end) > now), 0)
        asked = first // LANES_SHOWN + 1
    return min(max(asked, 1), pages), pages
