"""The plan of one booking to read: its steps by phase and moment, and how far the room is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from bookings.models import Booking
from checklists.models import ServicePlan, Step
from checklists.selectors.cards import StepCard, cards_of, with_card_relations
from checklists.selectors.readiness import is_ready_late
from checklists.unannounced import without_hidden
from staff.models import User

PHASE_ORDER = ("daily", "before", "during", "after")


@dataclass(frozen=True)
class Moment:
    """Everything due at one moment."""

    at: datetime
    cards: tuple[StepCard, ...]


@dataclass(frozen=True)
class PhaseTimeline:
    phase: str
    done: int
    total: int
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Readiness:
    """How far the preparation is: `state` is none, planned, under_way, late, ready, ready_late or over."""

    state: str
    done: int
    total: int
    ready_at: datetime | None
    due_at: datetime | None


def timeline_of(booking: Booking, *, user: User, now: datetime) -> list[PhaseTimeline]:
    cards = cards_of(with_card_relations(without_hidden(live_steps(booking), user)), user=user, now=now)
    phases: dict[str, dict[datetime, list[StepCard]]] = defaultdict(lambda: defaultdict(list))
    for card in cards:
        phases[card.phase][card.due_at].append(card)
    return [phase_timeline(phase, phases[phase]) for phase in PHASE_ORDER if phase in phases]


def live_steps(booking: Booking) -> QuerySet[Step]:
    steps = Step.objects.filter(booking=booking).exclude(state=Step.State.WITHDRAWN)
    return steps.order_by("due_at", "item__position", "pk")


def phase_timeline(phase: str, moments: dict[datetime, list[StepCard]]) -> PhaseTimeline:
    cards = [card for members in moments.values() for card in members]
    return PhaseTimeline(
        phase=phase,
        done=sum(card.state in Step.SETTLED for card in cards),
        total=len(cards),
        moments=tuple(Moment(at, tuple(members)) for at, members in sorted(moments.items())),
    )


def readiness_of(booking: Booking, now: datetime) -> Readiness:
    plan = ServicePlan.objects.only("ready_at", "ready_due_at").filter(booking=booking).first()
    steps = list(live_steps(booking).filter(item__phase="before"))
    if plan is None or not steps:
        return Readiness("none", 0, 0, None, None)
    done = sum(step.state in Step.SETTLED for step in steps)
    return Readiness(readiness_state(booking, plan, steps, now), done, len(steps), plan.ready_at, plan.ready_due_at)


def readiness_state(booking: Booking, plan: ServicePlan, steps: list[Step], now: datetime) -> str:
    if booking.status in {Booking.Status.ENDED, Booking.Status.CLOSED}:
        return "over"
    if plan.ready_at:
        return "ready_late" if is_ready_late(plan.ready_at, plan.ready_due_at) else "ready"
    if any(step.state == Step.State.OPEN and step.due_at < now for step in steps):
        return "late"
    return "under_way" if any(step.state in Step.SETTLED for step in steps) else "planned"
