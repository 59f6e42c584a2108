"""Gaps between rounds beyond the limit, kept as rows whether or not anyone ticks later."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bookings.models import Booking
from checklists.models import Breach, Step
from checklists.rounds import Breach as Gap, breaches
from checklists.wanted import rhythm_in, ticks_by_item


def record_breaches(*, booking: Booking, steps: Sequence[Step], now: datetime) -> None:
    """Open what is over its limit, close what a tick or the end has closed."""
    ticks = ticks_by_item(steps)
    for step in present_rounds(steps):
        rhythm = rhythm_in(step)
        if rhythm is None or rhythm.limit_minutes is None:
            continue
        is_running = booking.actual_end_at is not None or step.state != Step.State.WITHDRAWN
        done = ticks.get(step.item.code, [])
        gaps = breaches(rhythm, done, now=now, ended_at=booking.actual_end_at)
        write_gaps(booking, step.item_id, gaps if is_running else (), done, now)


def present_rounds(steps: Iterable[Step]) -> list[Step]:
    """The latest round of each repeating item."""
    latest: dict[int, Step] = {}
    for step in steps:
        if "rhythm" in step.details and step.round >= latest.get(step.item_id, step).round:
            latest[step.item_id] = step
    return list(latest.values())


def write_gaps(booking: Booking, item_id: int, gaps: Iterable[Gap], ticks: Sequence[datetime], now: datetime) -> None:
    kept = {breach.gap_from: breach for breach in Breach.objects.filter(booking=booking, item=item_id)}
    for gap in gaps:
        known = kept.pop(gap.gap_from, None)
        if known is None:
            write_gap(booking, item_id, gap, now)
        elif known.gap_until != gap.gap_until:
            Breach.objects.filter(pk=known.pk).update(gap_until=gap.gap_until)
    # A tick within the limit that waited on a tablet while the gap was written: there was none.
    disproved = [each for each in kept.values() if any(each.gap_from < at <= each.limit_at for at in ticks)]
    for breach in disproved:
        kept.pop(breach.gap_from)
        breach.delete()
    # A gap that is none any more (the meeting moved, tea was dropped) is closed, not forgotten.
    over = [breach.pk for breach in kept.values() if breach.gap_until is None and breach.limit_at < now]
    if over:
        Breach.objects.filter(pk__in=over).update(gap_until=now)


def write_gap(booking: Booking, item_id: int, gap: Gap, now: datetime) -> None:
    Breach.objects.create(
        booking=booking,
        item_id=item_id,
        gap_from=gap.gap_from,
        limit_at=gap.limit_at,
        gap_until=gap.gap_until,
        recorded_at=now,
    )
