"""The measures and exactly what each of them counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from checklists.models.standard import StepRole
from rooms.models import Room, Site

# Items of the standard that make a measure of their own.
REFILL = "U1"
CLEAR_UP = ("A1", "A2", "A3", "A4", "A5", "A6")
ANSWERED_WITHIN_MINUTES = 3


@dataclass(frozen=True)
class Scope:
    """What is asked for: whole days of the site (both included), and at most one room, item and role.

    Nothing after `now` counts: a step that is not due yet is neither in time nor late.
    """

    site: Site
    since: date
    until: date
    from_at: datetime
    until_at: datetime
    now: datetime
    room: Room | None = None
    item: str = ""
    role: StepRole | None = None
    person_id: int | None = None

    @property
    def ends_at(self) -> datetime:
        return min(self.until_at, self.now)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@dataclass(frozen=True)
class Share:
    """So many of so many; without any there is no share."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> float | None:
        """With one decimal, cut rather than rounded: 999 of 1,000 is never shown as all of them."""
        return self.part * 1000 // self.whole / 10 if self.whole else None

    @property
    def rest(self) -> int:
        return self.whole - self.part

    def __add__(self, other: "Share") -> "Share":
        return Share(self.part + other.part, self.whole + other.whole)


NOTHING = Share()


@dataclass(frozen=True)
class StepCounts:
    """Steps by their due time, without those withdrawn.

    `due`: fell due in the span: settled, missed, or still open past their time.
    `in_time`: settled (done, or skipped with a reason) at their due time or before, of those due.
    `missed`: never settled when the meeting or the day was over.
    `median` and `ninetieth`: minutes late of the settled ones, those in time being 0 minutes late.
    `clear_up`: steps A1 to A6, in time of all that fell due.
    """

    in_time: Share = NOTHING
    settled: int = 0
    missed: int = 0
    clear_up: Share = NOTHING
    median: float | None = None
    ninetieth: float | None = None

    @property
    def due(self) -> int:
        return self.in_time.whole


@dataclass(frozen=True)
class MeetingCounts:
    """Meetings by their booked start.

    `ready`: every step before the meeting was settled by the latest due time of them; never ready counts as not.
    `refill`: gaps between refill rounds (U1) within the limit. The first gap begins where the rounds begin, each
    round settled while the meeting ran ends one, the end of the meeting ends the last. A gap with a recorded breach
    is not kept, and counts from the moment it is over the limit.
    """

    meetings: int = 0
    ready: Share = NOTHING
    refill: Share = NOTHING


@dataclass(frozen=True)
class WishCounts:
    """Wishes by the moment they were raised.

    `within`: met within three minutes, of all that were not refused and have been met or have waited that long.
    `median`: minutes from being raised to being met. Refused ones (skipped with a reason) are counted apart.
    """

    raised: int = 0
    met: int = 0
    refused: int = 0
    within: Share = NOTHING
    median: float | None = None


@dataclass(frozen=True)
class Spot:
    """Spot checks by their moment: how many, and the average of each score that was given."""

    checks: int = 0
    refill: float | None = None
    manner: float | None = None
    quietness: float | None = None
    dress: float | None = None

    @property
    def scores(self) -> tuple[float | None, ...]:
        return (self.refill, self.manner, self.quietness, self.dress)

    @property
    def overall(self) -> float | None:
        """The mean of the averages that there are."""
        return mean(score for score in self.scores if score is not None)


@dataclass(frozen=True)
class IncidentCounts:
    """Incidents by the moment they were raised; `serious` are those of gravity 2 and 3."""

    raised: int = 0
    serious: int = 0
    open: int = 0


@dataclass(frozen=True)
class Load:
    """One person's share of the work.

    `done`: steps of the span ticked as done by this person, `in_time` those at their due time or before.
    `missed`: steps that were theirs and were missed. `minutes`: actual length of the meetings of the span they
    were assigned to, each once; a meeting that runs counts up to now. `wishes`: wishes they met.
    """

    user_id: int
    name: str
    in_time: Share = NOTHING
    missed: int = 0
    median: float | None = None
    meetings: int = 0
    minutes: int = 0
    wishes: int = 0
    spot: Spot = Spot()

    @property
    def done(self) -> int:
        return self.in_time.whole


def mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
