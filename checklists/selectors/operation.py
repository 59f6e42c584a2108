"""How the reminders and messages are going: one reading for the operator's page, /readyz and /metrics.

The number of statements does not grow; each reads an index of what is waiting, what failed, or what fell due lately.
What is counted by window is counted by the moment at which it fell due.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q

from checklists.models import Reminder, Step
from checklists.selectors.pulses import PulseState, pulse_states
from staff.models import Delivery, User
from staff.selectors import deliveries_of_site

State = Reminder.State
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Past these something stands still: the pulse comes every five seconds, and a mail is tried again within minutes.
STUCK_AFTER = timedelta(seconds=60)
DELIVERY_STUCK_AFTER = timedelta(minutes=10)
# Told to the managers; the other reasons are as they should be.
PAST_GRACE = "past_grace"

SETTLED = """
    SELECT GROUPING(hour, is_recent, reason), hour, is_recent, reason,
        count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'missed'),
        percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY late) FILTER (WHERE state = 'sent'), max(late)
    FROM (
        SELECT r.state, r.reason, date_bin('1 hour', r.due_at, TIMESTAMPTZ '2000-01-01') AS hour,
            r.due_at > %(hour_ago)s AS is_recent, date_part('epoch', r.sent_at - r.due_at) AS late
        FROM checklists_reminder r {of_site}
        WHERE r.state IN ('sent', 'missed') AND r.due_at > %(day_ago)s AND r.due_at <= %(now)s
    ) settled GROUP BY GROUPING SETS ((), (hour), (is_recent), (is_recent, reason))
"""
OF_SITE = "JOIN checklists_step s ON s.id = r.step_id AND s.site_id = %(site)s"
# A bit of GROUPING is 1 where the column is not grouped by.
TOTAL, BY_HOUR, BY_WINDOW, BY_REASON = 7, 3, 5, 4


@dataclass(frozen=True)
class Waiting:
    """Due and not sent: how many, and for how long the oldest."""

    count: int = 0
    oldest_seconds: float = 0.0

    def is_within(self, limit: timedelta) -> bool:
        return self.oldest_seconds <= limit.total_seconds()


@dataclass(frozen=True)
class Settled:
    """What fell due in a window and is settled: seconds from due to sent, None where nothing was sent."""

    sent: int = 0
    missed: int = 0
    median: float | None = None
    p99: float | None = None
    longest: float | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MissedReminder:
    """One moment of a step that went by: what several people were to hear stands together."""

    step: Step
    kind: str
    due_at: datetime
    reason: str
    recipients: Sequence[User]


@dataclass(frozen=True)
class Operation:
    at: datetime
    reminders: Waiting
    hour: Settled
    day: Settled
    # By the beginning of each hour of the clock in which something fell due.
    hours: Mapping[datetime, Settled]
    deliveries: Waiting
    failed: Mapping[str, int]
    pulses: tuple[PulseState, ...]

    @property
    def is_going(self) -> bool:
        """Reminders leave in time, whoever sends them."""
        return self.reminders.is_within(STUCK_AFTER)

    @property
    def faults(self) -> tuple[str, ...]:
        """What needs a hand, worst first."""
        found = {
            "reminders_stuck": not self.is_going,
            "pulse_stopped": not all(pulse.is_alive for pulse in self.pulses),
            "reminders_missed": bool(self.day.reasons.get(PAST_GRACE)),
            "deliveries_stuck": not self.deliveries.is_within(DELIVERY_STUCK_AFTER),
            "deliveries_failed": bool(self.failed),
        }
        return tuple(code for code, is_so in found.items() if is_so)


def operation(*, now: datetime, site_id: int | None = None) -> Operation:
    """Of one site, or of the whole house; pulses are always the house's."""
    hour, day, hours = settled(now, site_id)
    return Operation(
        at=now,
        reminders=reminders_waiting(now, site_id),
        hour=hour,
        day=day,
        hours=hours,
        deliveries=deliveries_waiting(now, site_id),
        failed=failed_deliveries(site_id),
        pulses=pulse_states(now),
    )


def reminders_waiting(now: datetime, site_id: int | None = None) -> Waiting:
    due = Reminder.objects.filter(of_site(site_id), state=State.PENDING, due_at__lte=now)
    return waiting_of(due.aggregate(count=Count("pk"), oldest=Min("due_at")), now)


def deliveries_waiting(now: datetime, site_id: int | None = None) -> Waiting:
    under_way = (Delivery.State.PENDING, Delivery.State.SENDING)
    due = deliveries_of_site(site_id).filter(state__in=under_way, next_at__lte=now)
    return waiting_of(due.aggregate(count=Count("pk"), oldest=Min("next_at")), now)


def waiting_of(found: Mapping[str, Any], now: datetime) -> Waiting:
    oldest = found["oldest"]
    return Waiting(found["count"], (now - oldest).total_seconds() if oldest else 0.0)


def failed_deliveries(site_id: int | None = None) -> dict[str, int]:
    """By channel, all that nobody has sent again."""
    failed = deliveries_of_site(site_id).filter(state=Delivery.State.FAILED)
    return dict(failed.order_by("channel").values_list("channel").annotate(Count("pk")))


def of_site(site_id: int | None) -> Q:
    return Q() if site_id is None else Q(step__site=site_id)


def settled(now: datetime, site_id: int | None) -> tuple[Settled, Settled, dict[datetime, Settled]]:
    """Of the last hour, of the last day, and of each hour of the clock in it."""
    hour, day, hours = Settled(), Settled(), {}
    recent, all_day = Counter[str](), Counter[str]()
    for grouping, begins, is_recent, reason, sent, missed, percentiles, longest in settled_rows(now, site_id):
        median, p99 = percentiles or (None, None)
        figures = Settled(sent, missed, median, p99, longest)
        if grouping == TOTAL:
            day = figures
        elif grouping == BY_HOUR:
            hours[begins] = figures
        elif grouping == BY_WINDOW and is_recent:
            hour = figures
        elif grouping == BY_REASON and missed:
            all_day[reason] += missed
            recent[reason] += missed if is_recent else 0
    return replace(hour, reasons=+recent), replace(day, reasons=all_day), dict(sorted(hours.items()))


def settled_rows(now: datetime, site_id: int | None) -> list[tuple[Any, ...]]:
    values = {"now": now, "hour_ago": now - HOUR, "day_ago": now - DAY, "site": site_id}
    with connection.cursor() as cursor:
        cursor.execute(SETTLED.format(of_site="" if site_id is None else OF_SITE), values)
        return cursor.fetchall()


def missed_reminders(*, now: datetime, site_id: int | None = None, most: int) -> list[MissedReminder]:
    """The first so many reminders of the last day, those that were told to the managers first, then newest first."""
    rows = Reminder.objects.filter(of_site(site_id), state=State.MISSED, due_at__gt=now - DAY, due_at__lte=now)
    related = ("recipient", "step__item", "step__room", "step__site", "step__booking")
    rows = rows.select_related(*related).order_by("reason", "-due_at", "step", "kind", "recipient__username", "pk")
    return [
        MissedReminder(each[0].step, each[0].get_kind_display(), due_at, reason, [one.recipient for one in each])
        for (reason, due_at, _step, _kind), group in groupby(rows[:most], key=one_moment)
        for each in [list(group)]
    ]


def one_moment(reminder: Reminder) -> tuple[str, datetime, int, str]:
    return reminder.reason, reminder.due_at, reminder.step_id, reminder.kind
