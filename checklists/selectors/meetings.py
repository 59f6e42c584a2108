"""A day's meetings counted by the database: what the manager's figures and alerts need of thousands of steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bookings.models import Booking
from checklists.models import Breach, Step
from checklists.selectors.readiness import is_ready_late
from rooms.models import Site

State = Step.State
SETTLED = (State.DONE, State.SKIPPED)
# From when on an unstaffed meeting is the manager's business.
STAFF_AHEAD = timedelta(hours=3)
# Lanes on one page; the figures and alerts are of the whole day all the same.
LANES_SHOWN = 50


@dataclass
class Meeting:
    """What the figures, the alerts and the coverage of the day need of each of its meetings."""

    pk: int
    status: str
    start: datetime
    end: datetime
    actual_end: datetime | None
    ready_at: datetime | None
    ready_due_at: datetime | None
    late: int = 0
    breaches: int = 0

    @property
    def is_ready_on_time(self) -> bool:
        return self.ready_at is not None and not is_ready_late(self.ready_at, self.ready_due_at)

    def should_be_ready(self, now: datetime) -> bool:
        """Whether it counts already; one that nothing was planned for should be ready by its start."""
        return self.ready_at is not None or (self.ready_due_at or self.start) <= now

    def may_need_care(self, now: datetime) -> bool:
        """Whether it may have an alert of its own state: not staffed, not started, not ended."""
        if self.status == Booking.Status.APPROVED:
            return now >= self.start - STAFF_AHEAD
        return self.status == Booking.Status.RUNNING and self.end < now


def meetings_of(site: Site, window: tuple[datetime, datetime], now: datetime) -> list[Meeting]:
    """The day's meetings with their counts, in the order of the lanes; a full day has thousands."""
    bookings = Booking.objects.filter(site=site).planned().on_day(*window)
    rows = bookings.order_by("start_at", "room__position", "room__code").values_list(
        "pk", "status", "start_at", "end_at", "actual_end_at", "plan__ready_at", "plan__ready_due_at"
    )
    meetings = [Meeting(*row) for row in rows]
    by_pk = {meeting.pk: meeting for meeting in meetings}
    for pk, late in late_counts(bookings, now):
        by_pk[pk].late = late
    for pk in [*breaches_recorded(bookings), *breaches_unrecorded(bookings, now)]:
        by_pk[pk].breaches += 1
    return meetings


def late_counts(bookings: QuerySet[Booking], now: datetime) -> Iterable[tuple[int, int]]:
    late = Step.objects.filter(late_steps(now), booking__in=bookings.values("pk"))
    return late.order_by().values("booking").annotate(late=Count("pk")).values_list("booking", "late")


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
