"""Shifts somebody cannot work, and who could instead: colleagues who are free, with what speaks against each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from staff.exchange_reads import colleagues_of
from staff.models import Leave, Shift, User
from staff.roles import Role
from staff.roster import first_duty
from staff.working_time import Breach, Limits, Span, breaches, caused
from staff.working_time_reads import limits_of, spans_of_people
from staff.working_time_words import short_words

# A longer absence is planned week by week, like everything else.
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class ShiftTaker:
    user: User
    warnings: list[str]


@dataclass(frozen=True)
class UncoveredShift:
    shift_id: int
    name: str
    role: str
    start: datetime
    end: datetime
    takers: list[ShiftTaker]
    # What has begun is nothing to ask for.
    can_open: bool


@dataclass(frozen=True)
class Ground:
    """What the statements found of everybody who might stand in."""

    site: Site
    people: list[User]
    taken: dict[int, list[Span]]
    at_work: dict[int, list[Span]]
    limits: Limits


def shifts_lost(person: User, start: datetime, end: datetime) -> list[Shift]:
    """Published ones; a draft binds nobody and is planned anew."""
    window = DateTimeTZRange(start, min(end, start + AHEAD), "[)")
    rows = Shift.objects.published().filter(user=person, during__overlap=window)
    return list(rows.select_related("pattern", "site").order_by("during", "pk"))


def end_with_shift(person: User, end: datetime) -> datetime:
    """Whoever is ill on a day does not come in at midnight for the rest of its night shift."""
    at_night = Shift.objects.filter(user=person, during__contains=end).exclude(during__startswith=end)
    return max([end, *(during.upper for during in at_night.values_list("during", flat=True))])


def lost_part(shift: Shift, start: datetime, end: datetime) -> Span:
    return max(shift.during.lower, start), min(shift.during.upper, end)


def uncovered_shifts(person: User, start: datetime, end: datetime, now: datetime) -> list[UncoveredShift]:
    """In a number of statements that grows with neither shifts nor people."""
    lost = shifts_lost(person, start, end)
    if not lost or person.site is None:
        return []
    parts = [lost_part(shift, start, end) for shift in lost]
    ground = ground_of(person, person.site, (parts[0][0], max(ends for _begins, ends in parts)))
    role = duty_of(person)
    return [
        UncoveredShift(
            shift_id=shift.pk,
            name=shift.pattern.name if shift.pattern else "",
            role=str(role.label) if role else "",
            start=part[0],
            end=part[1],
            takers=takers_of(part, ground, is_at_work=not shift.is_on_call),
            can_open=role is not None and part[0] > now,
        )
        for shift, part in zip(lost, parts, strict=True)
    ]


def duty_of(person: User) -> Role | None:
    """The first of their duties, which an open shift is for."""
    try:
        return first_duty(person)
    except StopIteration:
        return None


def ground_of(person: User, site: Site, window: Span) -> Ground:
    limits = limits_of(site)
    people = list(colleagues_of(person).order_by("display_name", "pk"))
    pks = [each.pk for each in people]
    during = DateTimeTZRange(*window, "[)")
    taken: dict[int, list[Span]] = defaultdict(list)
    granted = Leave.objects.filter(user__in=pks, state=Leave.State.GRANTED, during__overlap=during)
    shifts = Shift.objects.filter(user__in=pks, during__overlap=during)
    for rows in (granted, shifts):
        for user_id, span in rows.values_list("user_id", "during"):
            taken[user_id].append((span.lower, span.upper))
    around = (window[0] - limits.reach, window[1] + limits.reach)
    return Ground(site, people, taken, spans_of_people(pks, around), limits)


def takers_of(part: Span, ground: Ground, *, is_at_work: bool) -> list[ShiftTaker]:
    """Those against whom nothing speaks first. Whom a rule bars is not among them."""
    found = []
    for person in ground.people:
        if meets(part, ground.taken.get(person.pk, ())):
            continue
        broken = broken_by(part, ground.at_work[person.pk], ground) if is_at_work else []
        if not any(each.is_bar for each in broken):
            found.append(ShiftTaker(person, [short_words(each) for each in broken]))
    return sorted(found, key=lambda each: len(each.warnings))


def meets(part: Span, others: Sequence[Span]) -> bool:
    return any(part[0] < ends and begins < part[1] for begins, ends in others)


def broken_by(part: Span, spans: Sequence[Span], ground: Ground) -> list[Breach]:
    zone = ground.site.zone
    return caused(breaches(spans, ground.limits, zone), breaches([*spans, part], ground.limits, zone))
