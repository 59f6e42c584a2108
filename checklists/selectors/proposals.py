"""A proposal as its page shows it: what is open, a picture of people by hours, and a table of choices."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Assignment, AssignmentProposal, ProposalLine
from checklists.proposal_words import against_in_words, reasons_in_words, way_in_words, why_in_words
from checklists.rostering import Option, Solution, options_for
from checklists.selectors.needs import common_roles, rules_for
from checklists.selectors.rostering import roster_problem, window_of
from rooms.models import Room, Site
from rooms.selectors import day_bounds
from rooms.text import listed
from staff.models import Shift, Skill, User
from staff.roles import DUTY_ROLES, Role

# Who stands in the room first.
ORDER = {role.value: number for number, role in enumerate(DUTY_ROLES)}


@dataclass(frozen=True)
class LineCard:
    """One choice; `others` are the names of who else is free, the best first."""

    id: int
    ref: str
    topic: str
    room: str
    role: str
    role_label: str
    start: datetime
    end: datetime
    person: User | None
    holder: User | None
    is_change: bool
    is_pinned: bool
    is_shared: bool
    is_open: bool
    # Nobody's by name, done by whoever of the role is on shift.
    is_common: bool
    reasons: str
    warnings: list[str]
    others: list[str]
    busy: int
    why: str


@dataclass(frozen=True)
class DayTab:
    on: date
    lines: int
    open: int


@dataclass(frozen=True)
class Bar:
    start: datetime
    end: datetime
    room: str
    line_id: int | None
    is_change: bool


@dataclass(frozen=True)
class PersonRow:
    person: User
    shifts: tuple[tuple[datetime, datetime], ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Team:
    label: str
    rows: tuple[PersonRow, ...]


@dataclass(frozen=True)
class ProposalDay:
    on: date
    tabs: list[DayTab]
    # Of all its days; the rest is of the day shown.
    open: list[LineCard]
    changes: int
    lines: list[LineCard]
    teams: list[Team]
    # Roles for which no line is made: their steps stay with everyone.
    common: list[str]


@dataclass(frozen=True)
class Choice:
    """Somebody who might take a line, with what speaks against them."""

    user: User
    warnings: list[str]
    elsewhere: list[str]
    is_possible: bool
    is_chosen: bool


def latest_proposal(site: Site, since: date, days: int) -> AssignmentProposal | None:
    found = AssignmentProposal.objects.filter(site=site, since=since, days=days)
    return found.select_related("requested_by", "applied_by").first()


def proposal_day(proposal: AssignmentProposal, *, on: date | None, user: User) -> ProposalDay:
    """In a number of statements that does not grow with the lines."""
    rows = list(
        proposal.lines.select_related("booking__room", "booking__site", "user", "holder").order_by(
            "booking__start_at", "booking__room__position", "booking", "role", "place"
        )
    )
    rows.sort(key=lambda row: (row.booking.start_at, row.booking.room.position, row.booking_id, ORDER[row.role]))
    names = names_of(rows)
    skills, from_rooms = skill_names(rows), rooms_of_ways(rows)
    zone = proposal.site.zone
    cards = [(day_of(row, zone), card_of(row, user, names, skills, from_rooms)) for row in rows]
    shown = on if on and is_within(proposal, on) else first_day(proposal, cards)
    lines = [card for day, card in cards if day == shown]
    return ProposalDay(
        on=shown,
        tabs=tabs_of(proposal, cards),
        open=[card for _day, card in cards if card.is_open],
        changes=sum(row.is_change for row in rows),
        lines=lines,
        teams=teams_of(proposal.site, shown, rows),
        common=common_labels(proposal.site, window_of(proposal.site, proposal.since, proposal.days)),
    )


def common_labels(site: Site, window: tuple[datetime, datetime]) -> list[str]:
    common = common_roles(rules_for(site), window)
    return [str(role.label) for role in DUTY_ROLES if role.value in common]


def is_within(proposal: AssignmentProposal, on: date) -> bool:
    return proposal.since <= on < proposal.since + timedelta(days=proposal.days)


def first_day(proposal: AssignmentProposal, cards: Sequence[tuple[date, LineCard]]) -> date:
    """The first with something open, else the first with anything."""
    opened = [day for day, card in cards if card.is_open]
    return next(iter([*opened, *(day for day, _card in cards)]), proposal.since)


def day_of(row: ProposalLine, zone: ZoneInfo) -> date:
    return row.booking.start_at.astimezone(zone).date()


def names_of(rows: Iterable[ProposalLine]) -> dict[int, str]:
    wanted = {each["user"] for row in rows for each in row.others}
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=wanted)}


def skill_names(rows: Iterable[ProposalLine]) -> dict[int, str]:
    wanted = {pk for row in rows for pk in row.why.get("skills", ())}
    return {skill.pk: skill.name for skill in Skill.objects.filter(pk__in=wanted)} if wanted else {}


def rooms_of_ways(rows: Iterable[ProposalLine]) -> dict[int, Room]:
    wanted = {row.way["room"] for row in rows if row.way}
    return Room.objects.in_bulk(wanted) if wanted else {}


def way_of(row: ProposalLine, rooms: dict[int, Room]) -> str:
    room = rooms.get(row.way.get("room", 0))
    return way_in_words(room, needs=row.way["needs"], has=row.way["has"]) if room else ""


def card_of(
    row: ProposalLine, reader: User, names: dict[int, str], skills: dict[int, str], rooms: dict[int, Room]
) -> LineCard:
    booking = row.booking
    free = [names[each["user"]] for each in row.others if not each["code"] and each["user"] in names]
    return LineCard(
        id=row.pk,
        ref=booking.ref,
        topic=title_for(reader, booking),
        room=booking.room.code,
        role=row.role,
        role_label=str(row.get_role_display()),
        start=booking.start_at,
        end=booking.end_at,
        person=row.user,
        holder=row.holder,
        is_change=row.is_change,
        is_pinned=row.is_pinned,
        is_shared=row.is_shared,
        is_open=row.is_open,
        is_common=row.user_id is None and not row.is_open,
        reasons=listed(filter(None, (reasons_in_words(row.reasons), way_of(row, rooms)))),
        warnings=against_in_words(row.reasons),
        others=free,
        busy=sum(bool(each["code"]) for each in row.others),
        why=why_in_words(row.why, skills),
    )


def tabs_of(proposal: AssignmentProposal, cards: Sequence[tuple[date, LineCard]]) -> list[DayTab]:
    days = [proposal.since + timedelta(days=number) for number in range(proposal.days)]
    return [
        DayTab(
            on=each,
            lines=sum(day == each for day, _card in cards),
            open=sum(day == each and card.is_open for day, card in cards),
        )
        for each in days
    ]


def teams_of(site: Site, on: date, rows: Iterable[ProposalLine]) -> list[Team]:
    """Everyone with a shift or a meeting that day, by the role they have there."""
    window = day_bounds(site, on)
    bars: dict[tuple[str, int], list[Bar]] = defaultdict(list)
    people: dict[int, User] = {}
    lines = [row for row in rows if row.user and window[0] <= row.booking.start_at < window[1]]
    for row in lines:
        user = cast("User", row.user)
        people[user.pk] = user
        bars[row.role, user.pk].append(bar_of(row.booking, row.pk, is_change=row.is_change))
    for each in already_serving(site, window, lines):
        people[each.user_id] = each.user
        bars[each.role, each.user_id].append(bar_of(each.booking, None, is_change=False))
    shifts: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for shift in Shift.objects.on_duty().filter(site=site, during__overlap=window).select_related("user"):
        shifts[shift.user_id].append((shift.during.lower, shift.during.upper))
    members = members_on(site, shifts)
    return [team for role in DUTY_ROLES if (team := team_of(role, members[role.value], people, bars, shifts)).rows]


def bar_of(booking: Booking, line_id: int | None, *, is_change: bool) -> Bar:
    return Bar(booking.start_at, booking.end_at, booking.room.code, line_id, is_change)


def already_serving(site: Site, window: tuple[datetime, datetime], lines: Iterable[ProposalLine]) -> list[Assignment]:
    """Meetings of the day that are no lines: under way when the proposal was made."""
    found = Assignment.objects.filter(booking__site=site, during__overlap=window, role__in=DUTY_ROLES)
    ours = {row.booking_id for row in lines}
    return list(found.exclude(booking__in=ours).select_related("booking__room", "user"))


def members_on(site: Site, shifts: dict[int, list[tuple[datetime, datetime]]]) -> dict[str, list[User]]:
    found: dict[str, list[User]] = defaultdict(list)
    people = User.objects.filter(site=site, is_active=True, pk__in=shifts, groups__name__in=DUTY_ROLES)
    for user in people.distinct().prefetch_related("groups").order_by("username"):
        for group in user.groups.all():
            found[group.name].append(user)
    return found


def team_of(
    role: Role,
    members: Iterable[User],
    people: dict[int, User],
    bars: dict[tuple[str, int], list[Bar]],
    shifts: dict[int, list[tuple[datetime, datetime]]],
) -> Team:
    known = {user.pk: user for user in members} | {pk: people[pk] for each, pk in bars if each == role.value}
    return Team(
        label=str(role.label),
        rows=tuple(
            PersonRow(user, tuple(sorted(shifts[pk])), tuple(sorted(bars[role.value, pk], key=lambda bar: bar.start)))
            for pk, user in known.items()
        ),
    )


def choices_for(line: ProposalLine, now: datetime) -> list[Choice]:
    """Everyone of the line's role, the best first, as the proposal stands."""
    proposal = line.proposal
    roster = roster_problem(site=proposal.site, since=proposal.since, days=proposal.days, now=now)
    if line.job_id not in roster.jobs:
        return []
    chosen = {each.job_id: each.user_id for each in proposal.lines.all()}
    options = options_for(roster.problem, Solution(known_people(chosen, set(roster.people))), line.job_id)
    rooms = {job.id: roster.bookings[job.meeting].room for job in roster.problem.jobs}
    return [choice_of(each, roster.people[each.person], line, rooms) for each in options]


def known_people(chosen: dict[str, int | None], people: set[int]) -> dict[str, int | None]:
    """Who has left since the proposal was made is nobody's choice."""
    return {job: user if user in people else None for job, user in chosen.items()}


def choice_of(option: Option, user: User, line: ProposalLine, rooms: dict[str, Room]) -> Choice:
    way = option.way
    ways = [way_in_words(rooms[way.job], needs=way.needs, has=way.has, is_onward=way.is_onward)] if way else []
    return Choice(
        user=user,
        warnings=[*against_in_words([code for code in option.codes if code != "too_far"]), *ways],
        elsewhere=[] if way else sorted({rooms[job].code for job in option.elsewhere}),
        is_possible=option.is_possible,
        is_chosen=line.user_id == user.pk,
    )
