"""What the rules need to know of one booking, or of one day of a site."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime


@dataclass(frozen=True, kw_only=True)
class GuestFacts:
    """An important guest. `key` identifies the guest within the booking; the name serves where it is empty."""

    name: str
    key: str = ""
    ash_tray: str = ""
    tea: str = ""
    drink: str = ""
    diet: str = ""
    seat: str = ""
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class AgendaFacts:
    key: str
    title: str
    start_at: datetime
    end_at: datetime

    def __post_init__(self) -> None:
        keep_in_utc(self, "start_at", "end_at")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One booking. All instants are aware; `end_at` includes extensions.

    `previous_layout` is the layout of the meeting before it in that room on that site-local day, if any.
    `done_at` maps an item's id to its first tick. `seed` (the booking's reference) fixes what is random.
    """

    start_at: datetime
    end_at: datetime
    actual_start_at: datetime | None = None
    actual_end_at: datetime | None = None
    headcount: int = 0
    kind: str = ""
    secrecy: str = ""
    room_code: str = ""
    layout: str = ""
    standing_layout: str = ""
    previous_layout: str | None = None
    has_movable_tables: bool = False
    allows_smoking: bool = False
    tea: bool = False
    coffee: bool = False
    water: bool = False
    fruit: bool = False
    flowers: bool = False
    stationery: bool = False
    materials: bool = False
    sign_in: bool = False
    name_plates: int = 0
    flags: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    microphones: int = 0
    guests: tuple[GuestFacts, ...] = ()
    foreign_countries: tuple[str, ...] = ()
    agenda: tuple[AgendaFacts, ...] = ()
    curtains: str = ""
    temperature: int | None = None
    has_incident: bool = False
    has_complaint: bool = False
    seed: str = ""
    done_at: Mapping[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keep_in_utc(self, "start_at", "end_at", "actual_start_at", "actual_end_at")
        ticked = {item: instant.astimezone(UTC) for item, instant in self.done_at.items()}
        object.__setattr__(self, "done_at", ticked)

    @property
    def is_ended(self) -> bool:
        return self.actual_end_at is not None

    @property
    def began_at(self) -> datetime:
        """The actual start once known, else the booked one."""
        return self.actual_start_at or self.start_at

    @property
    def ended_at(self) -> datetime:
        """The actual end once known, else the booked one."""
        return self.actual_end_at or self.end_at


@dataclass(frozen=True, kw_only=True)
class RoomDayFacts:
    """A room on a day, with the layouts of its meetings in order, and the one its tables stand in until then."""

    code: str
    layouts: tuple[str, ...] = ()
    stands: str = ""


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    """A site's day: its rooms, and the start and end of every approved meeting."""

    on: date
    rooms: tuple[RoomDayFacts, ...] = ()
    meetings: tuple[tuple[datetime, datetime], ...] = ()

    def __post_init__(self) -> None:
        spans = ((start_at.astimezone(UTC), end_at.astimezone(UTC)) for start_at, end_at in self.meetings)
        object.__setattr__(self, "meetings", tuple(spans))


def keep_in_utc(facts: object, *names: str) -> None:
    """Python adds and compares local instants by their wall clock, which is wrong across a clock change."""
    for name in names:
        instant = getattr(facts, name)
        if instant is not None:
            object.__setattr__(facts, name, instant.astimezone(UTC))
