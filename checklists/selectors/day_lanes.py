"""The lanes of the manager's day: each meeting with its people, and its steps as marks along the hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Prefetch, When

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Assignment, Breach, ServicePlan, StandardItem, Step
from checklists.selectors.on_demand_cards import own_title
from checklists.selectors.readiness import is_ready_late
from checklists.selectors.words import layout_word
from rooms.ranges import AmongIds
from staff.models import User
from staff.roles import Role

State = Step.State
PHASES = ("daily", "before", "during", "after")
# Worst first.
MARKS = ("breach", "late", "missed", "open", "done")
# Named, since meeting and person have dozens of columns more; `title_for` reads the first of them.
OF_LANE = (
    "title", "applicant_id", "site_id", "is_private", "ref", "status", "start_at", "end_at",
    "actual_start_at", "actual_end_at", "setup_minutes", "teardown_minutes", "headcount", "layout", "host_department",
    "room__code", "plan__ready_at", "plan__ready_due_at",
)  # fmt: skip
OF_PERSON = ("user__username", "user__display_name", "user__phone")
# What the words of a step that people set off stand in.
OWN_WORDS = ("wish", "incident_kind")


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    initials: str
    role: str
    phone: str


@dataclass(frozen=True)
class Mark:
    """What stands at one moment of a lane: one step, or several due together."""

    at: datetime
    phase: str
    state: str
    done: int
    total: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class PhaseProgress:
    phase: str
    done: int
    total: int
    late: int

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True)
class Lane:
    ref: str
    room: str
    topic: str
    host: str
    status: str
    status_label: str
    start: datetime
    end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    occupied_from: datetime
    occupied_until: datetime
    headcount: int
    layout: str
    people: tuple[Person, ...]
    marks: tuple[Mark, ...]
    progress: tuple[PhaseProgress, ...]
    late: int
    breaches: int
    ready_at: datetime | None
    ready_due_at: datetime | None
    # Ready only after it should have been, or not ready although it should be.
    is_ready_late: bool

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None


class LaneStep(NamedTuple):
    """All a lane wants of a step: whole rows of the thousands of a page would take most of its time."""

    phase: str
    item_id: int
    due_at: datetime
    mark: str
    is_late: bool
    title: str


class LaneBreach(NamedTuple):
    item_id: int
    limit_at: datetime
    # Somebody came in the end.
    is_over: bool
    title: str


def lanes_of(pks: Sequence[int], user: User, now: datetime) -> tuple[Lane, ...]:
    steps, breaches = steps_by_meeting(pks, now), breaches_by_meeting(pks)
    return tuple(
        lane_of(booking, steps.get(booking.pk, ()), breaches.get(booking.pk, ()), user, now)
        for booking in meetings_with_people(pks)
    )


def meetings_with_people(pks: Iterable[int]) -> list[Booking]:
    return list(
        Booking.objects.filter(pk__in=pks)
        .select_related("room", "plan")
        .only(*OF_LANE)
        .prefetch_related(people_on())
        .order_by("start_at", "room__position", "room__code")
    )


def steps_by_meeting(pks: Sequence[int], now: datetime) -> Mapping[int, Sequence[LaneStep]]:
    """The steps that were not withdrawn, in the order of their time."""
    own = Case(When(details__has_any_keys=OWN_WORDS, then="details"))
    live = Step.objects.filter(AmongIds("booking_id", pks)).exclude(state=State.WITHDRAWN).annotate(own=own)
    rows = live.order_by("due_at", "item__position", "pk").values_list(
        "booking_id", "item__phase", "item_id", "state", "due_at", "limit_at", "subject", "own"
    )
    titles = item_titles({row[2] for row in rows})
    found: dict[int, list[LaneStep]] = defaultdict(list)
    for pk, phase, item_id, state, due_at, limit_at, subject, words in rows:
        mark = mark_state(state, due_at, limit_at, now)
        title = lane_title(titles[item_id], subject, words)
        found[pk].append(LaneStep(phase, item_id, due_at, mark, mark in {"late", "breach"}, title))
    return found


def item_titles(pks: Iterable[int]) -> dict[int, str]:
    items = StandardItem.objects.filter(pk__in=pks).only("title_zh_hans", "title_zh_hant", "title_en")
    return {item.pk: item.title for item in items}


def lane_title(title: str, subject: str, words: Mapping[str, Any] | None) -> str:
    """The title a card of the step has."""
    own = own_title(Step(details=words)) if words else ""
    return own or (f"{title} · {subject}" if subject else title)


def mark_state(state: str, due_at: datetime, limit_at: datetime | None, now: datetime) -> str:
    if state in Step.SETTLED:
        return "done"
    if state == State.MISSED:
        return "missed"
    if limit_at:
        return "breach" if limit_at < now else "open"
    return "late" if due_at < now else "open"


def people_on() -> Prefetch:
    """Who serves a meeting, without all that is known of each person."""
    return Prefetch("assignments", Assignment.objects.select_related("user").only("booking_id", "role", *OF_PERSON))


def breaches_by_meeting(pks: Sequence[int]) -> Mapping[int, Sequence[LaneBreach]]:
    columns = ("booking_id", "item_id", "limit_at", "gap_until")
    rows = list(Breach.objects.filter(AmongIds("booking_id", pks)).order_by("gap_from").values_list(*columns))
    titles = item_titles({row[1] for row in rows}) if rows else {}
    found: dict[int, list[LaneBreach]] = defaultdict(list)
    for pk, item_id, limit_at, gap_until in rows:
        found[pk].append(LaneBreach(item_id, limit_at, gap_until is not None, titles[item_id]))
    return found


def lane_of(
    booking: Booking, steps: Sequence[LaneStep], breaches: Sequence[LaneBreach], user: User, now: datetime
) -> Lane:
    plan: ServicePlan | None = getattr(booking, "plan", None)
    ready_at, ready_due_at = (plan.ready_at, plan.ready_due_at) if plan else (None, None)
    return Lane(
        ref=booking.ref,
        room=booking.room.code,
        topic=title_for(user, booking),
        host=booking.host_department,
        status=booking.status,
        status_label=booking.get_status_display(),
        start=booking.start_at,
        end=booking.end_at,
        actual_start=booking.actual_start_at,
        actual_end=booking.actual_end_at,
        occupied_from=booking.occupied_from,
        occupied_until=booking.occupied_until,
        headcount=booking.headcount,
        layout=layout_word(booking.layout),
        people=people_of(booking),
        marks=tuple(marks_of(steps, breaches)),
        progress=tuple(phases_of(steps)),
        late=sum(step.is_late for step in steps),
        breaches=len(breaches) + unrecorded_breaches(steps, breaches),
        ready_at=ready_at,
        ready_due_at=ready_due_at,
        is_ready_late=is_ready_late(ready_at or now, ready_due_at),
    )


def unrecorded_breaches(steps: Iterable[LaneStep], breaches: Iterable[LaneBreach]) -> int:
    """Rounds past their limit whose gap the sweep has not written down yet."""
    known = {breach.item_id for breach in breaches if not breach.is_over}
    return sum(step.mark == "breach" and step.item_id not in known for step in steps)


def people_of(booking: Booking) -> tuple[Person, ...]:
    return tuple(person_of(assignment.user, assignment.role) for assignment in booking.assignments.all())


def person_of(user: User, role: str) -> Person:
    name = user.get_full_name()
    return Person(user.pk, name, initials_of(user), str(dict(Role.choices).get(role, role)), user.phone)


def initials_of(user: User) -> str:
    """A Chinese name's last two characters, else the capitals of a Latin one."""
    name = user.get_full_name()
    if name and ord(name[0]) > 0x2E7F:
        return name[-2:]
    return "".join(part[0] for part in name.split()[:2]).upper()


def marks_of(steps: Iterable[LaneStep], breaches: Iterable[LaneBreach]) -> Iterable[Mark]:
    """Steps due within the same five minutes stand as one; a breach stands where its limit was passed."""
    clusters: dict[tuple[str, int], list[LaneStep]] = defaultdict(list)
    for step in steps:
        clusters[step.phase, int(step.due_at.timestamp()) // 300].append(step)
    for (phase, _), members in clusters.items():
        yield Mark(
            at=min(step.due_at for step in members),
            phase=phase,
            state=min((step.mark for step in members), key=MARKS.index),
            done=sum(step.mark == "done" for step in members),
            total=len(members),
            titles=tuple(step.title for step in members),
        )
    for breach in breaches:
        # The round that is still open stands for its gap itself.
        if breach.is_over:
            yield Mark(breach.limit_at, "during", "breach", 0, 1, (breach.title,))


def phases_of(steps: Iterable[LaneStep]) -> Iterable[PhaseProgress]:
    by_phase: dict[str, list[LaneStep]] = defaultdict(list)
    for step in steps:
        by_phase[step.phase].append(step)
    for phase in PHASES:
        if members := by_phase.get(phase):
            done = sum(step.mark == "done" for step in members)
            yield PhaseProgress(phase, done, len(members), sum(step.is_late for step in members))
