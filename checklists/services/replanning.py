"""Carries a published standard over to meetings already planned: only when somebody asks, meeting by meeting."""

import logging
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet

from bookings.models import Booking
from checklists import tasks
from checklists.errors import ChecklistError
from checklists.models import PlanRevision, Replanning, ServicePlan, ServiceStandard, StandardLog
from checklists.services.locks import lock_booking
from checklists.services.plans import LIVE, plan_booking
from rooms.models import Site
from rooms.selectors import midnight
from staff.models import User

logger = logging.getLogger(__name__)
RUNNING = Booking.Status.RUNNING


@transaction.atomic
def request_replanning(
    *, standard: ServiceStandard, since: date, with_running: bool, actor: User, now: datetime
) -> Replanning:
    """A worker plans the meetings anew; without one the run waits, and its page says so."""
    if standard.state != ServiceStandard.State.PUBLISHED:
        raise ChecklistError("not_published")
    total = meetings_for(standard, since=since, with_running=with_running, now=now).count()
    run = Replanning.objects.create(
        standard=standard,
        requested_by=actor,
        requested_at=now,
        since=since,
        with_running=with_running,
        total=total,
    )
    StandardLog.objects.create(
        site=standard.site,
        standard=standard,
        verb="replanned",
        at=now,
        actor=actor,
        changes={"number": standard.number, "since": since.isoformat(), "meetings": total},
    )
    transaction.on_commit(partial(tasks.replan_meetings.delay, run.pk), robust=True)
    return run


def replan_meetings(*, run_id: int, now: datetime) -> Replanning | None:
    """Make a waiting run; None when another worker has it. A meeting that cannot be planned stops no other."""
    if not Replanning.objects.filter(pk=run_id, state=Replanning.State.WAITING).update(state=Replanning.State.RUNNING):
        return None
    run = Replanning.objects.select_related("standard__site", "requested_by").get(pk=run_id)
    found = meetings_for(run.standard, since=run.since, with_running=run.with_running, now=now)
    pks = list(found.order_by("start_at", "pk").values_list("pk", flat=True))
    Replanning.objects.filter(pk=run_id).update(total=len(pks))
    for pk in pks:
        changed, failed = replan_one(run, pk, now)
        Replanning.objects.filter(pk=run_id).update(
            done=F("done") + 1, changed=F("changed") + changed, failed=F("failed") + failed
        )
    Replanning.objects.filter(pk=run_id).update(state=Replanning.State.DONE, finished_at=now)
    run.refresh_from_db()
    return run


def replan_one(run: Replanning, booking_id: int, now: datetime) -> tuple[int, int]:
    """Whether the plan came out differently, and whether it failed."""
    try:
        revision = replan_with(
            booking_id=booking_id,
            standard=run.standard,
            now=now,
            actor=run.requested_by,
            with_running=run.with_running,
        )
    except Exception:
        logger.exception("re-planning of booking %s with standard %s", booking_id, run.standard_id)
        return 0, 1
    return int(revision is not None), 0


@transaction.atomic
def replan_with(
    *, booking_id: int, standard: ServiceStandard, now: datetime, actor: User | None, with_running: bool = False
) -> PlanRevision | None:
    """Plan one meeting by this standard from now on; what was ticked stays, for keys name items by their code.

    A meeting that began meanwhile is left alone unless running ones were asked for.
    """
    booking = lock_booking(booking_id)
    if booking.status not in LIVE or (has_begun(booking) and not with_running):
        return None
    if standard.state != ServiceStandard.State.PUBLISHED or standard.site_id not in {None, booking.site_id}:
        raise ChecklistError("not_published")
    # Without a digest the sweep looks at it again should this planning be lost.
    switched = ServicePlan.objects.filter(booking_id=booking_id).exclude(standard=standard)
    if not switched.update(standard=standard, facts_digest=""):
        return None
    return plan_booking(booking_id=booking_id, now=now, actor=actor, cause="standard")


def has_begun(booking: Booking) -> bool:
    return booking.actual_start_at is not None or booking.status != Booking.Status.APPROVED


def meetings_for(standard: ServiceStandard, *, since: date, with_running: bool, now: datetime) -> QuerySet[Booking]:
    """Planned by another standard, and to start on that day of their site or later; running ones if asked for."""
    sites = sites_of(standard)
    found = Booking.objects.none()
    for site in sites:
        coming = Booking.objects.filter(site=site, status=Booking.Status.APPROVED, actual_start_at=None)
        found |= coming.filter(start_at__gte=max(midnight(site, since), now))
        if with_running:
            found |= Booking.objects.filter(site=site, status=RUNNING)
    return found.filter(plan__isnull=False).exclude(plan__standard=standard)


def sites_of(standard: ServiceStandard) -> list[Site]:
    """The standard's own site; of the shared one every site that has published none of its own."""
    if standard.site:
        return [standard.site]
    own = ServiceStandard.objects.filter(state=ServiceStandard.State.PUBLISHED, site__isnull=False)
    return list(Site.objects.exclude(pk__in=own.values("site")))
