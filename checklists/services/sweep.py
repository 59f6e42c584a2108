"""The sweep: heals what a lost signal left undone and does what only time brings; every part may run at any moment.

Each part first finds, in a number of queries that does not grow, the few rows that need it, and takes locks for those
alone. A part that fails leaves the others to run; the next sweep tries again.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q

from bookings.errors import BookingError
from bookings.models import Booking, BookingLog
from bookings.services.meetings import close_booking
from bookings.services.no_shows import release_no_shows
from bookings.services.offers import withdraw_expired_offers
from bookings.services.reading import nudge_deciders
from bookings.services.waiting import offer_free_slots, settle_places
from checklists.errors import ChecklistError
from checklists.facts import LONGEST_OVERRUN, OVERRUN_STEP, digest_of, facts_of, with_facts
from checklists.links import booking_params
from checklists.models import Assignment, Breach, ServiceStandard, Step
from checklists.selectors.roster import roster_of
from checklists.selectors.standards import anchor_items, longest_lead_minutes, rules_of
from checklists.services.day_watch import tell_days
from checklists.services.days import close_days, plan_day
from checklists.services.locks import lock_booking, lock_site
from checklists.services.plans import GONE, LIVE, plan_booking, withdraw_plan
from checklists.services.reminders import FALLBACK_WITHIN, arm_reminders, reminder_changes
from checklists.services.shift_handovers import tell_unanswered
from rooms.models import RoomLog, Site
from rooms.selectors import calendar_of, site_today
from rooms.workcal import WorkingCalendar
from staff.services.notices import notify_many

logger = logging.getLogger(__name__)

# Around now the facts themselves are compared; further away only bookings whose log moved on are looked at.
CLOSELY = timedelta(days=2)
# What is counted in working time moves with the site's calendar, however far ahead it is.
CALENDAR_CHANGED = Q(verb__in=("exception_added", "exception_removed")) | Q(
    verb="site_changed", changes__has_any_keys=["hours", "time_zone", "holiday_calendar"]
)


@dataclass
class SweepReport:
    planned: int = 0
    withdrawn: int = 0
    breaches: int = 0
    days: int = 0
    missed: int = 0
    rearmed: int = 0
    overruns: int = 0
    told_of_days: int = 0
    handovers: int = 0
    offers: int = 0
    settled: int = 0
    slots: int = 0
    nudged: int = 0
    no_shows: int = 0
    closed: int = 0

    def __str__(self) -> str:
        done = {name: count for name, count in vars(self).items() if count}
        return ", ".join(f"{count} {name}" for name, count in done.items()) or "nothing to do"


def sweep(*, now: datetime) -> SweepReport:
    report = SweepReport()
    for name, part in PARTS.items():
        try:
            setattr(report, name, part(now))
        except (DatabaseError, ChecklistError):
            logger.exception("sweep: %s failed, the others go on", name)
    return report


def plan_stale(now: datetime) -> int:
    """Live bookings without a plan, or whose facts are not those of their last planning."""
    calendars: dict[int, WorkingCalendar] = {}
    anchors: dict[int, frozenset[str]] = {}
    stale = [booking.pk for booking in bookings_to_compare(now) if is_stale(booking, now, calendars, anchors)]
    return sum(plan_booking(booking_id=pk, now=now) is not None for pk in stale)


def bookings_to_compare(now: datetime) -> Iterable[Booking]:
    news = BookingLog.objects.filter(booking=OuterRef("pk"), at__gt=OuterRef("plan__planned_at"))
    other_hours = RoomLog.objects.filter(CALENDAR_CHANGED, site=OuterRef("site"), at__gt=OuterRef("plan__planned_at"))
    is_close = Q(start_at__lt=now + CLOSELY, end_at__gt=now - CLOSELY)
    live = Booking.objects.filter(status__in=LIVE)
    return (
        with_facts(live.filter(Q(plan=None) | is_close | Exists(news) | Exists(other_hours)))
        .select_related("plan__standard")
        .defer("plan__standard__document")
    )


def is_stale(
    booking: Booking, now: datetime, calendars: dict[int, WorkingCalendar], anchors: dict[int, frozenset[str]]
) -> bool:
    plan = getattr(booking, "plan", None)
    if plan is None:
        return True
    if booking.site_id not in calendars:
        calendars[booking.site_id] = calendar_of(booking.site)
    if plan.standard_id not in anchors:
        anchors[plan.standard_id] = anchor_items(rules_of(plan.standard))
    facts = facts_of(booking, anchors[plan.standard_id])
    calendar = calendars[booking.site_id]
    known = digest_of(facts, standard_id=plan.standard_id, booking=booking, calendar=calendar, now=now)
    return known != plan.facts_digest


def withdraw_gone(now: datetime) -> int:
    """Bookings that are not served any more but still have open steps or people."""
    open_steps = Step.objects.filter(booking=OuterRef("pk"), state=Step.State.OPEN)
    people = Assignment.objects.filter(booking=OuterRef("pk"))
    gone = Booking.objects.exclude(status__in=Booking.PLANNED).filter(
        Exists(open_steps) | Q(Exists(people), status__in=GONE)
    )
    pks = list(gone.values_list("pk", flat=True))
    for pk in pks:
        withdraw_plan(booking_id=pk, now=now)
    return len(pks)


def open_breaches(now: datetime) -> int:
    """Rounds past their limit whose gap is not yet recorded."""
    recorded = Breach.objects.filter(
        booking=OuterRef("booking"), item=OuterRef("item"), limit_at=OuterRef("limit_at"), gap_until=None
    )
    over = Step.objects.filter(state=Step.State.OPEN, limit_at__lt=now, booking__status__in=LIVE)
    pks = set(over.exclude(Exists(recorded)).values_list("booking", flat=True))
    for pk in pks:
        plan_booking(booking_id=pk, now=now)
    return len(pks)


def plan_days(now: datetime) -> int:
    """Today's and tomorrow's daily steps of every site."""
    days = [(site, site_today(site, now)) for site in Site.objects.all()]
    return sum(plan_day(site=site, on=on + timedelta(days=ahead), now=now) for site, on in days for ahead in (0, 1))


def miss_days(now: datetime) -> int:
    return sum(close_days(site=site, now=now) for site in Site.objects.all())


def rearm(now: datetime) -> int:
    """Steps that come near: who is on shift may have changed since they were armed."""
    owners: set[tuple[int, int | None]] = set()
    for site_id, steps in steps_coming_near(now).items():
        changed = reminder_changes(steps=steps, now=now).step_ids()
        owners |= {(site_id, step.booking_id) for step in steps if step.pk in changed}
    for site_id, booking_id in owners:
        rearm_owner(site_id, booking_id, now)
    return len(owners)


def steps_coming_near(now: datetime) -> dict[int, list[Step]]:
    standards = ServiceStandard.objects.filter(state=ServiceStandard.State.PUBLISHED).defer("document")
    lead = timedelta(minutes=max((longest_lead_minutes(rules_of(each)) for each in standards), default=0))
    near = Step.objects.filter(
        state=Step.State.OPEN, assignee=None, due_at__gt=now - FALLBACK_WITHIN, due_at__lt=now + lead + FALLBACK_WITHIN
    )
    by_site: dict[int, list[Step]] = {}
    # A day has thousands of steps and a standard a few dozen items: each item is read once.
    for step in near.defer("details", "result", "note").prefetch_related("item"):
        by_site.setdefault(step.site_id, []).append(step)
    return by_site


@transaction.atomic
def rearm_owner(site_id: int, booking_id: int | None, now: datetime) -> None:
    if booking_id:
        lock_booking(booking_id)
    else:
        lock_site(site_id)
    steps = Step.objects.filter(site=site_id, booking=booking_id, state=Step.State.OPEN)
    arm_reminders(steps=list(steps.select_related("item", "assignee")), now=now)


def tell_overruns(now: datetime) -> int:
    """A meeting well past its booked end that nobody marked ended: its people and the managers hear of it once."""
    over = Booking.objects.filter(
        status__in=Booking.HOLDING, end_at__lt=now - OVERRUN_STEP, end_at__gt=now - LONGEST_OVERRUN
    )
    told = 0
    for booking in over.select_related("room", "site"):
        people = {each.user_id: each.user for each in booking.assignments.select_related("user")}
        people |= {user.pk: user for user in roster_of(booking.site_id, now, now + CLOSELY).managers_at(now)}
        told += len(
            notify_many(
                recipients=people.values(),
                code="meeting_overruns",
                params=booking_params(booking),
                url=booking.get_absolute_url(),
                key=f"overruns:{booking.pk}:{booking.end_at:%Y%m%d%H%M}",
                now=now,
            )
        )
    return told


def close_complete(now: datetime) -> int:
    """Ended meetings with nothing left open have their file closed."""
    still_open = Step.objects.filter(booking=OuterRef("pk"), state=Step.State.OPEN)
    complete = Booking.objects.filter(status=Booking.Status.ENDED, plan__isnull=False).exclude(Exists(still_open))
    closed = 0
    for pk in complete.values_list("pk", flat=True):
        try:
            close_booking(booking_id=pk, now=now)
            closed += 1
        except BookingError:
            logger.info("sweep: booking %s was changed meanwhile", pk)
    return closed


PARTS: dict[str, Callable[[datetime], int]] = {
    "planned": plan_stale,
    "withdrawn": withdraw_gone,
    "breaches": open_breaches,
    "days": plan_days,
    "missed": miss_days,
    "rearmed": rearm,
    "overruns": tell_overruns,
    "told_of_days": tell_days,
    "handovers": tell_unanswered,
    "offers": lambda now: withdraw_expired_offers(now=now),
    "settled": lambda now: settle_places(now=now),
    "slots": lambda now: offer_free_slots(now=now),
    "nudged": lambda now: nudge_deciders(now=now),
    "no_shows": lambda now: release_no_shows(now=now),
    "closed": close_complete,
}
