"""The rows behind a number: steps, meetings that were not ready, gaps that were too long."""

from datetime import datetime
from typing import Protocol

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractHour

from bookings.models import Booking
from checklists.models import Breach, Step
from feedback.figures.measures import CLEAR_UP, REFILL, Scope

STEPS = ("due", "late", "missed", "done", "clear_up", "wishes")
LISTS = (*STEPS, "not_ready", "gaps")


def steps_behind(scope: Scope, what: str, hour: int | None = None) -> QuerySet[Step]:
    """Newest first, with what a page and a file show of them."""
    found = wishes_among(scope) if what == "wishes" else steps_of(scope).filter(WHICH[what])
    if hour is not None:
        found = found.annotate(hour=ExtractHour("due_at", tzinfo=scope.site.zone)).filter(hour=hour)
    return found.order_by("-due_at", "-pk")


def wishes_among(scope: Scope) -> QuerySet[Step]:
    """Wishes count by the moment they were raised."""
    found = Step.objects.filter(
        site=scope.site, wish__raised_at__gte=scope.from_at, wish__raised_at__lt=scope.ends_at
    ).exclude(state=Step.State.WITHDRAWN)
    return with_names(found.filter(room=scope.room) if scope.room else found)


def steps_of(scope: Scope) -> QuerySet[Step]:
    """The steps that fell due, exactly those that the measures count."""
    found = Step.objects.filter(site=scope.site, due_at__gte=scope.from_at, due_at__lt=scope.ends_at)
    found = found.exclude(state=Step.State.WITHDRAWN)
    chosen = {"room": scope.room, "item__code": scope.item, "role": scope.role}
    found = found.filter(**{name: value for name, value in chosen.items() if value})
    if scope.person_id:
        found = found.annotate(whose=Coalesce("done_by", "assignee")).filter(whose=scope.person_id)
    return with_names(found)


def with_names(steps: QuerySet[Step]) -> QuerySet[Step]:
    related = ("item", "room", "booking", "done_by", "assignee")
    return steps.select_related(*related).defer("item__rule", "details", "result", "booking__purpose")


WHICH = {
    "due": Q(),
    "late": ~Q(state=Step.State.MISSED) & (Q(state=Step.State.OPEN) | Q(done_at__gt=F("due_at"))),
    "missed": Q(state=Step.State.MISSED),
    "done": Q(state=Step.State.DONE),
    "clear_up": Q(item__code__in=CLEAR_UP) & ~Q(state__in=Step.SETTLED, done_at__lte=F("due_at")),
}


def meetings_behind(scope: Scope) -> QuerySet[Booking]:
    """Meetings whose room was not ready by the time it should have been."""
    found = Booking.objects.planned().filter(
        site=scope.site, start_at__gte=scope.from_at, start_at__lt=scope.ends_at, plan__ready_due_at__isnull=False
    )
    if scope.room:
        found = found.filter(room=scope.room)
    not_in_time = Q(plan__ready_at=None) | Q(plan__ready_at__gt=F("plan__ready_due_at"))
    return found.filter(not_in_time).select_related("room", "plan").order_by("-start_at", "-pk")


def gaps_behind(scope: Scope) -> QuerySet[Breach]:
    """Gaps between refill rounds over the limit, in the meetings of the span."""
    meetings = Booking.objects.planned().filter(
        site=scope.site, start_at__gte=scope.from_at, start_at__lt=scope.ends_at
    )
    if scope.room:
        meetings = meetings.filter(room=scope.room)
    found = Breach.objects.filter(booking__in=meetings, item__code=REFILL)
    return found.select_related("booking__room").order_by("-gap_from", "-pk")


class Settled(Protocol):
    """A step, or a bare row of one."""

    @property
    def due_at(self) -> datetime: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def state(self) -> str: ...


def minutes_late(step: Settled) -> float | None:
    """Of a settled step, 0 when it was in time; None for one that was never settled."""
    if step.done_at is None or step.state not in Step.SETTLED:
        return None
    return max((step.done_at - step.due_at).total_seconds() / 60, 0)
