"""Reads the measures of a span: a fixed number of statements, counted in the database, however many steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Avg, Count, Q, QuerySet

from checklists.models import Incident, SpotCheck
from checklists.models.spotcheck import SCORES
from feedback.figures.measures import (
    ANSWERED_WITHIN_MINUTES,
    CLEAR_UP,
    NOTHING,
    REFILL,
    IncidentCounts,
    MeetingCounts,
    Scope,
    Share,
    Spot,
    StepCounts,
    WishCounts,
)
from rooms.selectors import day_bounds

T = TypeVar("T")
Key = date | int | str | None

# One grouping at a time: each is a hash over an index that holds all columns, faster together than all at once.
DIMENSIONS = {
    "total": "NULL",
    "day": "(s.due_at AT TIME ZONE %(zone)s)::date",
    "hour": "date_part('hour', s.due_at AT TIME ZONE %(zone)s)::int",
    "room": "s.room_id",
    "item": "i.code",
}
STEPS = """
    SELECT key, count(*) FILTER (WHERE is_in_time), count(*), count(*) FILTER (WHERE is_settled),
        count(*) FILTER (WHERE state = 'missed'), count(*) FILTER (WHERE is_clear_up AND is_in_time),
        count(*) FILTER (WHERE is_clear_up),
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY late) FILTER (WHERE is_settled)
    FROM (
        SELECT {key} AS key, s.state, s.state IN ('done', 'skipped') AS is_settled,
            s.state IN ('done', 'skipped') AND s.done_at <= s.due_at AS is_in_time,
            i.code = ANY(%(clear_up)s) AS is_clear_up,
            CASE WHEN s.done_at > s.due_at THEN date_part('epoch', s.done_at - s.due_at) / 60 ELSE 0 END AS late
        FROM checklists_step s JOIN checklists_standarditem i ON i.id = s.item_id
        WHERE {which}
    ) steps GROUP BY key
"""
MEETINGS = """
    WITH meeting AS (
        SELECT b.id, b.room_id, (b.start_at AT TIME ZONE %(zone)s)::date AS day, b.actual_end_at,
            p.ready_due_at IS NOT NULL AS has_ready, p.ready_at <= p.ready_due_at AS is_ready
        FROM bookings_booking b LEFT JOIN checklists_serviceplan p ON p.booking_id = b.id WHERE {which}
    ), rounds AS (
        SELECT s.booking_id, count(*) FILTER (
            WHERE s.state IN ('done', 'skipped') AND s.done_at <= coalesce(m.actual_end_at, 'infinity')
        ) AS settled
        FROM checklists_step s JOIN checklists_standarditem i ON i.id = s.item_id JOIN meeting m ON m.id = s.booking_id
        WHERE s.site_id = %(site)s AND s.due_at >= %(from_at)s AND s.due_at < %(rounds_until)s AND i.code = %(refill)s
            AND s.state <> 'withdrawn'
        GROUP BY s.booking_id
    ), broken AS (
        SELECT g.booking_id, count(*) AS gaps, count(*) FILTER (WHERE g.gap_until IS NULL) AS open
        FROM checklists_breach g JOIN checklists_standarditem i ON i.id = g.item_id
            JOIN meeting m ON m.id = g.booking_id
        WHERE i.code = %(refill)s GROUP BY g.booking_id
    ), counted AS (
        SELECT m.*, coalesce(b.gaps, 0) AS broken, greatest(coalesce(b.gaps, 0), coalesce(r.settled + CASE
            WHEN m.actual_end_at IS NOT NULL THEN 1 ELSE coalesce(b.open, 0) END, 0)) AS gaps
        FROM meeting m LEFT JOIN rounds r ON r.booking_id = m.id LEFT JOIN broken b ON b.booking_id = m.id
    )
    SELECT GROUPING(day, room_id), day, room_id, count(*), count(*) FILTER (WHERE is_ready),
        count(*) FILTER (WHERE has_ready), coalesce(sum(gaps - broken), 0)::int, coalesce(sum(gaps), 0)::int
    FROM counted GROUP BY GROUPING SETS ((), (day), (room_id))
"""
WISHES = """
    SELECT GROUPING(day, room_id), day, room_id, count(*), count(*) FILTER (WHERE state = 'done'),
        count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'done' AND took <= %(within)s),
        count(*) FILTER (WHERE state = 'done' OR state <> 'skipped' AND raised_at <= %(now)s - %(within)s),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', took) / 60) FILTER (WHERE state = 'done')
    FROM (
        SELECT (w.raised_at AT TIME ZONE %(zone)s)::date AS day, s.room_id, s.state, w.raised_at,
            s.done_at - w.raised_at AS took
        FROM checklists_wish w JOIN checklists_step s ON s.id = w.step_id
        WHERE s.site_id = %(site)s AND w.raised_at >= %(from_at)s AND w.raised_at < %(ends_at)s
            AND s.state <> 'withdrawn' {which}
    ) wishes GROUP BY GROUPING SETS ((), (day), (room_id))
"""
# A bit of GROUPING is 1 where the column is not grouped by.
SETS = {"total": 3, "day": 1, "room": 2}
# A meeting lasts a day at most, and so do its rounds after the last day's start.
ROUNDS_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Grouped(Generic[T]):
    total: T
    by_day: Mapping[Key, T]
    by_room: Mapping[Key, T]


def rows(statement: str, values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        yield from cursor.fetchall()


def values_of(scope: Scope) -> dict[str, Any]:
    return {
        "site": scope.site.pk,
        "zone": scope.site.zone.key,
        "from_at": scope.from_at,
        "ends_at": scope.ends_at,
        "rounds_until": scope.until_at + ROUNDS_AFTER,
        "now": scope.now,
        "room": scope.room.pk if scope.room else None,
        "item": scope.item,
        "role": scope.role,
        "person": scope.person_id,
        "clear_up": list(CLEAR_UP),
        "refill": REFILL,
        "within": timedelta(minutes=ANSWERED_WITHIN_MINUTES),
    }


def which_steps(scope: Scope) -> str:
    """The steps that fell due in the span, by alias `s` for them and `i` for their items."""
    conditions = [
        "s.site_id = %(site)s AND s.due_at >= %(from_at)s AND s.due_at < %(ends_at)s AND s.state <> 'withdrawn'",
        "s.room_id = %(room)s" if scope.room else "",
        "i.code = %(item)s" if scope.item else "",
        "s.role = %(role)s" if scope.role else "",
        "coalesce(s.done_by_id, s.assignee_id) = %(person)s" if scope.person_id else "",
    ]
    return " AND ".join(filter(None, conditions))


def which_meetings(scope: Scope) -> str:
    conditions = [
        "b.site_id = %(site)s AND b.start_at >= %(from_at)s AND b.start_at < %(ends_at)s",
        "b.status IN ('approved', 'running', 'ended', 'closed')",
        "b.room_id = %(room)s" if scope.room else "",
    ]
    return " AND ".join(filter(None, conditions))


def steps_by(dimension: str, scope: Scope) -> dict[Key, StepCounts]:
    """Step counts by `day`, `hour`, `room` (none for steps of the whole site) or `item`, or the one `total`."""
    # The texts put together are this file's own; what readers give travels as values.
    statement = STEPS.format(key=DIMENSIONS[dimension], which=which_steps(scope))
    return {key: step_counts(found) for key, *found in rows(statement, values_of(scope))}


def step_total(scope: Scope) -> StepCounts:
    return steps_by("total", scope).get(None, StepCounts())


def step_counts(found: list[Any]) -> StepCounts:
    in_time, due, settled, missed, cleared, to_clear, late = found
    median, ninetieth = late or (None, None)
    return StepCounts(Share(in_time, due), settled, missed, Share(cleared, to_clear), median, ninetieth)


def meetings_of(scope: Scope) -> Grouped[MeetingCounts]:
    """An item or a role says nothing about a whole meeting and is left aside."""
    found = list(rows(MEETINGS.format(which=which_meetings(scope)), values_of(scope)))
    return grouped(found, lambda n, ready, due, kept, gaps: MeetingCounts(n, Share(ready, due), Share(kept, gaps)))


def wishes_of(scope: Scope) -> Grouped[WishCounts]:
    found = list(rows(WISHES.format(which="AND s.room_id = %(room)s" if scope.room else ""), values_of(scope)))
    return grouped(
        found,
        lambda raised, met, refused, quick, counted, median: WishCounts(
            raised, met, refused, Share(quick, counted), median
        ),
    )


def grouped(found: list[tuple[Any, ...]], make: Any) -> Grouped[T]:
    def chosen(name: str, column: int) -> dict[Key, T]:
        return {row[column]: make(*row[3:]) for row in found if row[0] == SETS[name]}

    return Grouped(next(iter(chosen("total", 1).values())), chosen("day", 1), chosen("room", 2))


def spots_of(scope: Scope) -> QuerySet[SpotCheck]:
    found = SpotCheck.objects.filter(booking__site=scope.site, at__gte=scope.from_at, at__lt=scope.ends_at)
    return found.filter(booking__room=scope.room) if scope.room else found


def spot_of(scope: Scope) -> Spot:
    found = spots_of(scope).order_by().aggregate(checks=Count("pk"), **{name: Avg(name) for name in SCORES})
    return Spot(**found)


def incidents_of(scope: Scope) -> IncidentCounts:
    found = Incident.objects.filter(site=scope.site, raised_at__gte=scope.from_at, raised_at__lt=scope.ends_at)
    if scope.room:
        found = found.filter(room=scope.room)
    serious, is_open = Q(gravity__gte=Incident.Gravity.SERIOUS), Q(over_at=None)
    counts = found.order_by().aggregate(
        raised=Count("pk"), serious=Count("pk", filter=serious), open=Count("pk", filter=is_open)
    )
    return IncidentCounts(**counts)


@dataclass(frozen=True)
class Heads:
    """The four figures on top."""

    ready: Share = NOTHING
    in_time: Share = NOTHING
    refill: Share = NOTHING
    clear_up: Share = NOTHING


@dataclass(frozen=True)
class Figures:
    heads: Heads
    before: Heads
    steps: StepCounts
    meetings: Grouped[MeetingCounts]
    wishes: Grouped[WishCounts]
    spot: Spot
    incidents: IncidentCounts
    steps_by_day: Mapping[Key, StepCounts]
    steps_by_room: Mapping[Key, StepCounts]
    steps_by_item: Mapping[Key, StepCounts]
    steps_by_hour: Mapping[Key, StepCounts]

    @property
    def is_empty(self) -> bool:
        return not (self.steps.due or self.meetings.total.meetings or self.wishes.total.raised or self.incidents.raised)


def figures_of(scope: Scope, before: Scope) -> Figures:
    """Everything the page shows but the people, in eleven statements."""
    steps, meetings = step_total(scope), meetings_of(scope)
    return Figures(
        heads=heads_of(steps, meetings.total),
        before=heads_of(step_total(before), meetings_of(before).total),
        steps=steps,
        meetings=meetings,
        wishes=wishes_of(scope),
        spot=spot_of(scope),
        incidents=incidents_of(scope),
        steps_by_day=steps_by("day", scope),
        steps_by_room=steps_by("room", scope),
        steps_by_item=steps_by("item", scope),
        steps_by_hour=steps_by("hour", scope),
    )


def heads_of(steps: StepCounts, meetings: MeetingCounts) -> Heads:
    return Heads(meetings.ready, steps.in_time, meetings.refill, steps.clear_up)


def moved_scope(scope: Scope, since: date, until: date) -> Scope:
    """The same question of other days."""
    from_at, until_at = day_bounds(scope.site, since)[0], day_bounds(scope.site, until)[1]
    return replace(scope, since=since, until=until, from_at=from_at, until_at=until_at)
