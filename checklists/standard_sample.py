"""A sample meeting, worked out from a few choices: the facts a standard is shown around."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from checklists.planner import AgendaFacts, DayFacts, Facts, GuestFacts, RoomDayFacts
from rooms.workcal import WorkingCalendar

WORKING, NON_WORKING = "working", "non_working"
LONGEST_SEARCH = 60
FLAGS = ("CN", "FR", "DE", "JP", "SG", "GB", "US", "BR")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the page asks about the meeting; drinks and the like are names of facts."""

    day: str = WORKING
    start: time = time(14)
    minutes: int = 120
    headcount: int = 20
    layout: str = "board_room"
    kind: str = "exchange"
    secrecy: str = "internal"
    services: frozenset[str] = frozenset({"tea", "water"})
    equipment: tuple[str, ...] = ()
    name_plates: int = 0
    flags: int = 0
    microphones: int = 0
    agenda: int = 0
    guests: frozenset[str] = frozenset()
    room: frozenset[str] = field(default_factory=lambda: frozenset({"movable"}))
    trouble: frozenset[str] = frozenset()


def sample_day(choices: Choices, calendar: WorkingCalendar, today: date) -> date:
    """The next day of the kind chosen that is not tomorrow, so that nothing of it lies in the past."""
    wants_work = choices.day == WORKING
    days = (today + timedelta(days=count) for count in range(2, LONGEST_SEARCH))
    return next((on for on in days if calendar.is_working(on) == wants_work), today + timedelta(days=2))


def sample_facts(choices: Choices, calendar: WorkingCalendar, today: date) -> Facts:
    start_at = calendar.at_wall(sample_day(choices, calendar, today), choices.start)
    end_at = start_at + timedelta(minutes=choices.minutes)
    plain = Facts(
        start_at=start_at,
        end_at=end_at,
        headcount=choices.headcount,
        kind=choices.kind,
        secrecy=choices.secrecy,
        layout=choices.layout,
        standing_layout="board_room",
        has_movable_tables="movable" in choices.room,
        allows_smoking="smoking" in choices.room,
        name_plates=choices.name_plates,
        flags=FLAGS[: choices.flags],
        equipment=choices.equipment,
        microphones=choices.microphones,
        guests=guests_of(choices),
        foreign_countries=("FR",) if "foreign" in choices.guests else (),
        agenda=agenda_of(choices.agenda, start_at, end_at),
        has_incident="incident" in choices.trouble,
        has_complaint="complaint" in choices.trouble,
        seed="sample",
    )
    return replace(plain, **dict.fromkeys(choices.services, True))


def guests_of(choices: Choices) -> tuple[GuestFacts, ...]:
    """One important guest, who may smoke."""
    if not choices.guests & {"important", "smokes"}:
        return ()
    return (GuestFacts(name="*", key="1", ash_tray="right" if "smokes" in choices.guests else ""),)


def agenda_of(count: int, start_at: datetime, end_at: datetime) -> tuple[AgendaFacts, ...]:
    part = (end_at - start_at) / max(count, 1)
    return tuple(
        AgendaFacts(
            key=str(number + 1),
            title=str(number + 1),
            start_at=start_at + number * part,
            end_at=start_at + (number + 1) * part,
        )
        for number in range(count)
    )


def sample_day_facts(facts: Facts, calendar: WorkingCalendar) -> DayFacts:
    """The day of the sample with this one meeting in its one room."""
    rooms = (RoomDayFacts(code="", layouts=(facts.layout,)),)
    return DayFacts(on=calendar.local_date(facts.start_at), rooms=rooms, meetings=((facts.start_at, facts.end_at),))
