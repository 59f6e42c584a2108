"""Shifts handed over: what would go along, who could take it, what waits for an answer, and what was."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from checklists.models import Handover, HandoverStep, Incident, Step
from checklists.models.standard import StepRole
from checklists.selectors.cards import StepCard, cards_of, with_card_relations
from checklists.selectors.roster import roster_of
from checklists.selectors.tablet import LONGEST_LATE
from checklists.unannounced import without_hidden
from rooms.models import Site
from rooms.selectors import day_bounds, site_today
from staff.models import User
from staff.roles import DUTY_ROLES, Role

SHOWN = 20
SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Colleague:
    user: User
    roles: tuple[str, ...]
    is_on_shift: bool
    until: datetime | None


@dataclass(frozen=True)
class Line:
    card: StepCard
    outcome: str
    outcome_label: str


@dataclass(frozen=True)
class HandoverShown:
    handover: Handover
    lines: tuple[Line, ...]
    incidents: tuple[Incident, ...]
    # Meetings that the giver still serves by name, though their steps passed on.
    still_serving: tuple[str, ...] = field(default=())

    @property
    def passed_count(self) -> int:
        return sum(line.outcome == HandoverStep.Outcome.PASSED for line in self.lines)


def colleagues_of(user: User, now: datetime) -> list[Colleague]:
    """Who works in one of the person's roles at the site; those on shift first. In the statements of a roster."""
    if user.site is None:
        return []
    roster = roster_of(user.site, now, now + timedelta(minutes=1))
    found: dict[int, list[str]] = {}
    people: dict[int, User] = {}
    for role in DUTY_ROLES:
        for member in roster.members_of(role) if role in user.roles else ():
            people[member.pk] = member
            found.setdefault(member.pk, []).append(str(Role(role).label))
    people.pop(user.pk, None)
    rows = [
        Colleague(each, tuple(found[each.pk]), roster.works_at(each.pk, now), until(roster.shifts.get(each.pk), now))
        for each in people.values()
    ]
    return sorted(rows, key=lambda each: (not each.is_on_shift, each.user.get_full_name(), each.user.pk))


def until(spans: list[tuple[datetime, datetime]] | None, now: datetime) -> datetime | None:
    return next((ends for begins, ends in spans or () if begins <= now < ends), None)


def steps_left(user: User, now: datetime) -> QuerySet[Step]:
    """What is open of theirs until the day is over. What they have as the host is not of the shift."""
    if user.site is None:
        return Step.objects.none()
    day_until = day_bounds(user.site, site_today(user.site, now))[1]
    mine = Step.objects.filter(assignee=user, site=user.site, state=Step.State.OPEN).exclude(role=StepRole.HOST)
    rows = mine.filter(due_at__gte=now - LONGEST_LATE, due_at__lt=day_until)
    return with_card_relations(rows).order_by("due_at", "item__position", "pk")


def incidents_left(user: User, now: datetime) -> QuerySet[Incident]:
    """Open ones that the person raised, has the step of, or that happened where they serve."""
    theirs = Q(raised_by=user) | Q(step__assignee=user) | Q(booking__assignments__user=user)
    rows = Incident.objects.filter(theirs, site=user.site_id, over_at=None, raised_at__lte=now).distinct()
    return rows.select_related("room", "booking__room")


def open_handovers_of(user: User) -> list[Handover]:
    """What waits for the person's answer, and their own offer that waits for another's; in one statement."""
    waiting = Handover.objects.filter(Q(giver=user) | Q(receiver=user), state=Handover.State.OPEN)
    rows = waiting.select_related("giver", "receiver").annotate(step_count=Count("lines"))
    return sorted(rows, key=lambda each: (each.receiver_id != user.pk, each.offered_at))


def recent_handovers(user: User, now: datetime) -> QuerySet[Handover]:
    """The person's own, and to a manager those of the site, newest first."""
    rows = Handover.objects.filter(site=user.site_id, offered_at__gte=now - SHOWN_FOR)
    if not user.has_role(Role.MANAGER):
        rows = rows.filter(Q(giver=user) | Q(receiver=user))
    return rows.select_related("giver", "receiver").annotate(step_count=Count("lines"))[:SHOWN]


def handovers_of_day(site: Site, on: date) -> list[Handover]:
    """For the manager: what is offered and unanswered first, then what changed hands that day; in one statement."""
    begins, ends = day_bounds(site, on)
    rows = Handover.objects.filter(site=site, offered_at__gte=begins, offered_at__lt=ends)
    rows = rows.exclude(state=Handover.State.WITHDRAWN).select_related("giver", "receiver")
    found = rows.annotate(step_count=Count("lines")).order_by("offered_at", "pk")
    return sorted(found, key=lambda each: each.state != Handover.State.OPEN)


def handover_seen(user: User, pk: int) -> Handover | None:
    """None for one of another site."""
    related = ("giver", "receiver", "answered_by", "site")
    return Handover.objects.filter(pk=pk, site=user.site_id).select_related(*related).first()


def shown(handover: Handover, *, user: User, now: datetime) -> HandoverShown:
    """The steps as they are now, with what became of each."""
    outcomes = dict(handover.lines.order_by().values_list("step", "outcome"))
    steps = without_hidden(Step.objects.filter(pk__in=outcomes), user).order_by("due_at", "item__position", "pk")
    cards = cards_of(with_card_relations(steps), user=user, now=now)
    labels = dict(HandoverStep.Outcome.choices)
    lines = tuple(Line(card, outcomes[card.id], str(labels.get(outcomes[card.id], ""))) for card in cards)
    incidents = tuple(handover.incidents.select_related("room", "booking__room").order_by("raised_at"))
    return HandoverShown(handover, lines, incidents, still_serving(handover, lines))


def still_serving(handover: Handover, lines: tuple[Line, ...]) -> tuple[str, ...]:
    if handover.state != Handover.State.CONFIRMED:
        return ()
    passed = {line.card.booking_id for line in lines if line.outcome == HandoverStep.Outcome.PASSED}
    named = handover.giver.assignments.filter(booking__in=passed - {None}).select_related("booking__room")
    return tuple(dict.fromkeys(each.booking.room.code for each in named.order_by("booking__start_at")))
