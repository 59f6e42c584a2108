"""What one person on the floor has to do today: late first, then now, next, and what is done."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Assignment, ServiceStandard, Step
from checklists.selectors.cards import (
    Lateness,
    RoundInfo,
    StepCard,
    cards_of,
    is_late,
    last_rounds,
    lateness,
    round_of,
    title_of,
    with_card_relations,
)
from checklists.selectors.day_lanes import people_on
from checklists.selectors.words import layout_word
from checklists.unannounced import SPOT_CHECK, without_hidden
from rooms.models import Site
from rooms.ranges import AmongIds
from rooms.selectors import day_bounds, site_today
from rooms.text import language_suffix
from staff.models import User

State = Step.State
SETTLED = (State.DONE, State.SKIPPED, State.MISSED)
# What nobody settled in this time is the manager's page's business.
LONGEST_LATE = timedelta(days=14)
# Shortly before midnight a running meeting's next steps are those of the next day.
LOOK_AHEAD = timedelta(hours=3)

OF_RING = (
    "booking_id", "round", "opens_at", "due_at", "limit_at", "subject", "details", "item__code", "item__title_zh_hans",
    "item__title_zh_hant", "item__title_en",
)  # fmt: skip
OF_NEXT = (*OF_RING, "state", "assignee__username", "assignee__display_name")

# `title_for` reads the first of them.
OF_MEETING = (
    "title", "applicant_id", "site_id", "is_private", "status", "ref", "start_at", "end_at", "headcount", "layout",
    "room__code", "room__name_zh_hans", "room__name_zh_hant", "room__name_en",
)  # fmt: skip

BY_TIME = ("start_at", "room__position", "room__code", "pk")

# Sections of the page, and of a group of steps by the most pressing of them.
LATE, NOW, NEXT, EARLIER, DONE = "late", "now", "next", "earlier", "done"


@dataclass(frozen=True)
class CardGroup:
    """Steps shown as one: a single card, or several of one kind and moment folded under a title."""

    key: str
    title: str
    cards: tuple[StepCard, ...]
    is_folded: bool = False

    @property
    def first(self) -> StepCard:
        return self.cards[0]

    @property
    def done_count(self) -> int:
        return sum(not card.is_open for card in self.cards)

    @property
    def late(self) -> Lateness:
        return lateness(max((card.late_minutes for card in self.cards if card.is_late), default=0))


@dataclass(frozen=True)
class TabletDay:
    late: tuple[CardGroup, ...]
    now: tuple[CardGroup, ...]
    next: tuple[CardGroup, ...]
    # Left open on a day that is over, for meetings that are over: never forgotten, and not in the way.
    earlier: tuple[CardGroup, ...]
    done: tuple[StepCard, ...]

    @property
    def open_count(self) -> int:
        groups = (*self.late, *self.now)
        return sum(card.is_open for group in groups for card in group.cards)

    @property
    def is_clear(self) -> bool:
        return not (self.late or self.now or self.next)


@dataclass(frozen=True)
class NextStep:
    """No more than a line of a room says: a full card for each meeting of a big house would take a second."""

    id: int
    code: str
    title: str
    opens_at: datetime
    due_at: datetime
    is_late: bool
    assignee: str


@dataclass(frozen=True)
class Ring:
    """The round that presses, of a step's card no more than its clock shows."""

    code: str
    title: str
    due_at: datetime
    round: RoundInfo | None


@dataclass(frozen=True)
class RoomMeeting:
    ref: str
    room: str
    room_name: str
    topic: str
    start: datetime
    end: datetime
    status: str
    status_label: str
    headcount: int
    layout: str
    people: tuple[str, ...]
    is_mine: bool
    open_count: int
    late_count: int
    layout_code: str = ""
    # The round that presses most while it runs, and what comes next in the room.
    ring: Ring | None = None
    next: NextStep | None = None

    @property
    def get_status_display(self) -> str:
        """Read by the include that marks the state of a booking."""
        return self.status_label


def steps_for(user: User, *, now: datetime) -> TabletDay:
    """The steps of the person and of their roles; empty for a person without a site."""
    if user.site is None:
        return TabletDay((), (), (), (), ())
    cards = cards_of(with_card_relations(day_steps(user, user.site, now)), user=user, now=now)
    groups = grouped(cards, group_titles(user.site))
    today_from = day_bounds(user.site, site_today(user.site, now))[0]
    sections: dict[str, list[CardGroup]] = {LATE: [], NOW: [], NEXT: [], EARLIER: []}
    done: list[StepCard] = []
    for group in groups:
        section = section_of(group, now, today_from)
        if section == DONE:
            done.extend(group.cards)
        else:
            sections[section].append(group)
    done.sort(key=lambda card: card.done_at or card.due_at, reverse=True)
    late, coming, later, earlier = (tuple(found) for found in sections.values())
    return TabletDay(late, coming, later, earlier, tuple(done))


def day_steps(user: User, site: Site, now: datetime) -> QuerySet[Step]:
    day_from, day_until = day_bounds(site, site_today(site, now))
    mine = Q(assignee=user) | Q(assignee=None, role__in=user.roles) | Q(done_by=user)
    # Who helps with a daily step has it on the list too: the manager sees what is prepared for a day off (D7).
    mine |= Q(item__phase="daily", helpers__overlap=sorted(user.roles))
    is_due = Q(state=State.OPEN, due_at__gte=now - LONGEST_LATE, due_at__lt=max(day_until, now + LOOK_AHEAD))
    is_settled = Q(state__in=SETTLED, done_at__gte=day_from, done_at__lt=day_until)
    is_missed = Q(state=State.MISSED, due_at__gte=day_from, due_at__lt=day_until)
    return Step.objects.filter(mine, is_due | is_settled | is_missed, site=site).order_by(
        "due_at", "item__position", "pk"
    )


def group_titles(site: Site) -> dict[str, str]:
    """The titles of a standard's groups, without reading the whole document."""
    standards = ServiceStandard.objects.filter(Q(site=site) | Q(site=None), state=ServiceStandard.State.PUBLISHED)
    titles: dict[str, str] = {}
    for groups in standards.order_by("published_at").values_list("document__groups", flat=True):
        titles.update({group["code"]: group["title"].get(language_suffix(), group["code"]) for group in groups or ()})
    return titles


def grouped(cards: Iterable[StepCard], titles: dict[str, str]) -> list[CardGroup]:
    """In the order of the first card of each; a group of one is just its card."""
    found: dict[str, list[StepCard]] = defaultdict(list)
    for card in cards:
        found[group_key(card)].append(card)
    groups = []
    for key, members in found.items():
        if len(members) > 1 and any(card.is_open for card in members):
            groups.append(CardGroup(key, group_title(members, titles), tuple(members), is_folded=True))
        else:
            groups.extend(CardGroup(f"s{card.id}", card.title, (card,)) for card in members)
    return groups


def group_key(card: StepCard) -> str:
    """Same meeting, same group and same due moment; a daily item is one over all rooms."""
    if card.round or not card.group:
        return f"s{card.id}"
    subject = f"b{card.booking_id}-{card.group}" if card.booking_id else f"i{card.item_id}"
    return f"{subject}-{card.due_at:%Y%m%d%H%M}"


def group_title(members: Sequence[StepCard], titles: dict[str, str]) -> str:
    first = members[0]
    return titles.get(first.group, first.title) if first.booking_id else first.title


def section_of(group: CardGroup, now: datetime, today_from: datetime) -> str:
    """By the most pressing open card; what was ticked a moment ago stays where it was."""
    cards = [card for card in group.cards if card.is_open] or [card for card in group.cards if card.is_just_done]
    if not cards:
        return DONE
    if all(card.due_at < today_from and (card.end or card.due_at) < today_from for card in cards):
        return EARLIER
    if any(card.is_late or (card.is_just_done and card.late_minutes and not card.round) for card in cards):
        return LATE
    return NOW if any(card.opens_at <= now for card in cards) else NEXT


def meetings_today(user: User, now: datetime) -> QuerySet[Booking]:
    """The day's planned meetings of the reader's site."""
    if user.site is None:
        return Booking.objects.none()
    window = day_bounds(user.site, site_today(user.site, now))
    return Booking.objects.filter(site=user.site).planned().on_day(*window)


def rooms_today(user: User, *, now: datetime, first: int = 0, until: int | None = None) -> tuple[RoomMeeting, ...]:
    """What runs, the reader's own before the others', what is to come, and what is over; or a part of that list."""
    shown = in_order(meetings_today(user, now), user).values_list("pk", flat=True)[first:until]
    return in_rooms(in_order(Booking.objects.filter(AmongIds("pk", list(shown))), user), user, now)


def in_order(meetings: QuerySet[Booking], user: User) -> QuerySet[Booking]:
    is_own = Exists(Assignment.objects.filter(booking=OuterRef("pk"), user=user))
    running = When(Q(is_own, status=Booking.Status.RUNNING), then=0), When(status=Booking.Status.RUNNING, then=1)
    rank = Case(*running, When(status__in=Booking.HOLDING, then=2), default=3)
    return meetings.order_by(rank, *BY_TIME)


def in_rooms(meetings: QuerySet[Booking], user: User, now: datetime) -> tuple[RoomMeeting, ...]:
    rows = list(with_counts(meetings, now))
    rings, following = rings_of(rows), next_steps_of(rows, now)
    return tuple(room_meeting(row, user, ring=rings.get(row.pk), following=following.get(row.pk)) for row in rows)


def with_counts(bookings: QuerySet[Booking], now: datetime) -> QuerySet[Booking]:
    # A count that rises by one would announce the spot check.
    is_open = Q(steps__state=State.OPEN) & ~Q(steps__item__code=SPOT_CHECK)
    return (
        bookings.select_related("room")
        .only(*OF_MEETING)
        .prefetch_related(people_on())
        .annotate(
            open_count=Count("steps", filter=is_open & Q(steps__opens_at__lte=now)),
            late_count=Count("steps", filter=is_open & Q(steps__due_at__lt=now)),
        )
    )


def rings_of(meetings: Iterable[Booking]) -> dict[int | None, Ring]:
    """By running meeting, the round that presses most."""
    running = [booking.pk for booking in meetings if booking.status == Booking.Status.RUNNING]
    by_limit = ("booking_id", F("limit_at").asc(nulls_last=True), "due_at", "pk")
    rounds = open_work(running).filter(details__has_key="rhythm").order_by(*by_limit).distinct("booking_id")
    found = list(Step.objects.filter(pk__in=rounds.values("pk")).select_related("item").only(*OF_RING))
    last = last_rounds(found)
    return {step.booking_id: Ring(step.item.code, title_of(step), step.due_at, round_of(step, last)) for step in found}


def next_steps_of(meetings: Iterable[Booking], now: datetime) -> dict[int | None, NextStep]:
    """By meeting, the first step that is open; the rounds of one that runs have their ring."""
    has_ring = Q(details__has_key="rhythm", booking__status=Booking.Status.RUNNING)
    by_due = ("booking_id", "due_at", "item__position", "pk")
    firsts = open_work([each.pk for each in meetings]).exclude(has_ring).order_by(*by_due).distinct("booking_id")
    found = Step.objects.filter(pk__in=firsts.values("pk")).select_related("item", "assignee").only(*OF_NEXT)
    return {step.booking_id: next_step(step, now) for step in found}


def open_work(meeting_ids: Sequence[int]) -> QuerySet[Step]:
    """What people set off is not shown, nor what nobody is to know of."""
    planned = Step.objects.filter(AmongIds("booking_id", meeting_ids), state=State.OPEN, is_on_demand=False)
    return planned.exclude(item__code=SPOT_CHECK)


def next_step(step: Step, now: datetime) -> NextStep:
    assignee = step.assignee.get_full_name() if step.assignee else ""
    late = is_late(step, now)
    return NextStep(step.pk, step.item.code, title_of(step), step.opens_at, step.due_at, late, assignee)


def room_meeting(
    booking: Booking, user: User, *, ring: Ring | None = None, following: NextStep | None = None
) -> RoomMeeting:
    people = [assignment.user for assignment in booking.assignments.all()]
    return RoomMeeting(
        ref=booking.ref,
        room=booking.room.code,
        room_name=booking.room.name,
        topic=title_for(user, booking),
        start=booking.start_at,
        end=booking.end_at,
        status=booking.status,
        status_label=booking.get_status_display(),
        headcount=booking.headcount,
        layout=layout_word(booking.layout),
        people=tuple(dict.fromkeys(person.get_full_name() for person in people)),
        is_mine=any(person.pk == user.pk for person in people),
        open_count=booking.open_count,
        late_count=booking.late_count,
        layout_code=booking.layout,
        ring=ring,
        next=following,
    )


@dataclass(frozen=True)
class PhaseSteps:
    phase: str
    groups: tuple[CardGroup, ...]
    done: int
    total: int

    @property
    def is_over(self) -> bool:
        return self.done == self.total


def meeting_steps(booking: Booking, *, user: User, now: datetime) -> list[PhaseSteps]:
    """Every live step of a meeting by phase, for the meeting's card."""
    live = Step.objects.filter(booking=booking).exclude(state=State.WITHDRAWN)
    steps = without_hidden(live, user).order_by("due_at", "item__position", "pk")
    cards = cards_of(with_card_relations(steps), user=user, now=now)
    phases: dict[str, list[StepCard]] = defaultdict(list)
    for card in cards:
        phases[card.phase].append(card)
    titles = group_titles(booking.site)
    order = [phase for phase in ("daily", "before", "during", "after") if phase in phases]
    return [phase_steps(phase, phases[phase], titles) for phase in order]


def phase_steps(phase: str, cards: list[StepCard], titles: dict[str, str]) -> PhaseSteps:
    settled = sum(not card.is_open for card in cards)
    return PhaseSteps(phase, tuple(grouped(cards, titles)), settled, len(cards))
