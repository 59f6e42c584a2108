"""What a proposal is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Half-open, in minutes.
Span = tuple[int, int]
# Pinned to nobody: whoever leads wants this open.
NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a site asks for; a `break_after` of 0 is no rule, `shared_heads` of 0 shares no rounds."""

    room_minutes: int = 1
    floor_minutes: int = 2
    building_minutes: int = 0
    # People in two rooms of one floor together, up to which one person may look after both.
    shared_heads: int = 0
    break_after: int = 0
    break_minutes: int = 0


@dataclass(frozen=True, kw_only=True)
class Person:
    """`carried` and `carried_unpopular` are what somebody had beyond their share of the weeks before, or less."""

    id: int
    roles: frozenset[str]
    shifts: tuple[Span, ...] = ()
    skills: Mapping[int, Span] = field(default_factory=dict)
    # Empty: may be sent to any.
    rooms: frozenset[int] = frozenset()
    carried: float = 0.0
    carried_unpopular: float = 0.0
    guests: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Job:
    """One place to be filled: a meeting, a role, and which of several people in it."""

    id: str
    meeting: int
    role: str
    room: int
    floor: str = ""
    # Rooms without one stand in the main building.
    building: str = ""
    # When somebody has to be there; the longest is the meeting itself where the role stays in the room.
    spans: tuple[Span, ...]
    # Work, with what may be done at any time.
    minutes: int = 0
    skills: frozenset[int] = frozenset()
    # Serving is done in the room; other roles look after several meetings at once.
    is_exclusive: bool = True
    is_unpopular: bool = False
    guests: frozenset[str] = frozenset()
    host: str = ""
    heads: int = 0
    # Who has it as published, and who is to have it whatever the search finds.
    holder: int | None = None
    pin: int | None = None
    # Under way or outside what is proposed: it only takes its person's time.
    is_fixed: bool = False

    @property
    def begins(self) -> int:
        return self.spans[0][0]

    @property
    def ends(self) -> int:
        return max(ends for _begins, ends in self.spans)


@dataclass(frozen=True)
class Way:
    """From or to a neighbouring job of the same person: the minutes it takes and the minutes there are."""

    job: str
    needs: int
    has: int
    is_onward: bool = False


@dataclass(frozen=True, kw_only=True)
class Problem:
    people: tuple[Person, ...]
    jobs: tuple[Job, ...]
    limits: Limits = Limits()
