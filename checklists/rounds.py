"""How repeating steps roll on: the next round from the last tick, and the gaps that were too long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from checklists.planner import PlannedStep

# Ticks closer together than this share of the interval are one round done by two people.
SAME_ROUND_SHARE = 5


@dataclass(frozen=True)
class Rhythm:
    """Due every so many minutes: the first gap begins at `anchor_at`, the first round falls at `first_due_at`."""

    every_minutes: int
    limit_minutes: int | None
    anchor_at: datetime
    first_due_at: datetime

    @property
    def every(self) -> timedelta:
        return timedelta(minutes=self.every_minutes)

    @property
    def limit(self) -> timedelta | None:
        return None if self.limit_minutes is None else timedelta(minutes=self.limit_minutes)

    def limit_after(self, instant: datetime) -> datetime | None:
        return None if self.limit is None else instant + self.limit


@dataclass(frozen=True)
class Round:
    number: int
    due_at: datetime
    limit_at: datetime | None


@dataclass(frozen=True)
class Breach:
    """A gap beyond the limit; open (`gap_until` is None) until a tick or the meeting's end closes it."""

    gap_from: datetime
    limit_at: datetime
    gap_until: datetime | None = None

    def length(self, now: datetime) -> timedelta:
        """The whole gap so far."""
        return (self.gap_until or now) - self.gap_from

    def over(self, now: datetime) -> timedelta:
        """How much of it lies beyond the limit."""
        return (self.gap_until or now) - self.limit_at


def rhythm_of(step: PlannedStep) -> Rhythm | None:
    """The rhythm of a repeating step's round 1; None for a step that happens once."""
    if step.every_minutes is None:
        return None
    return Rhythm(step.every_minutes, step.limit_minutes, step.anchor_at, step.due_at)


def next_round(
    rhythm: Rhythm, ticks: Sequence[datetime], *, ended_at: datetime | None = None, settled: int = 0
) -> Round | None:
    """The one round that is open now; None once the meeting is ended, however late that is.

    Rounds missed in between are not made up: the next is due one interval after the last tick. `settled` is the
    highest number already given away (done or skipped); no number comes twice.
    """
    if ended_at is not None:
        return None
    done = sorted(ticks)
    number = max(len(rounds_done(rhythm, done)), settled) + 1
    if not done:
        return Round(number, rhythm.first_due_at, rhythm.limit_after(rhythm.anchor_at))
    last_at = max(done[-1], rhythm.anchor_at)
    return Round(number, last_at + rhythm.every, rhythm.limit_after(last_at))


def rounds_done(rhythm: Rhythm, ticks: Sequence[datetime]) -> tuple[datetime, ...]:
    """The ticks that began a round of their own, in order."""
    begun: list[datetime] = []
    for tick in sorted(ticks):
        if not begun or not is_same_round(rhythm, begun[-1], tick):
            begun.append(tick)
    return tuple(begun)


def is_same_round(rhythm: Rhythm, earlier: datetime, later: datetime) -> bool:
    """Whether a tick follows another so closely that two people did one round."""
    return abs(later - earlier) < rhythm.every / SAME_ROUND_SHARE


def breaches(
    rhythm: Rhythm, ticks: Sequence[datetime], *, now: datetime, ended_at: datetime | None = None
) -> tuple[Breach, ...]:
    """Every gap over the limit up to now, whether or not anyone ticked later; a gap of just the limit is none."""
    until = min(now, ended_at) if ended_at else now
    return tuple(breaches_until(rhythm, sorted(ticks), until, is_over=ended_at is not None and ended_at <= now))


def breaches_until(rhythm: Rhythm, ticks: Sequence[datetime], until: datetime, *, is_over: bool) -> Iterator[Breach]:
    counted = [tick for tick in ticks if rhythm.anchor_at <= tick <= until]
    for gap_from, gap_until in pairwise([rhythm.anchor_at, *counted]):
        limit_at = rhythm.limit_after(gap_from)
        if limit_at and gap_until > limit_at:
            yield Breach(gap_from, limit_at, gap_until)
    last_at = counted[-1] if counted else rhythm.anchor_at
    limit_at = rhythm.limit_after(last_at)
    if limit_at and until > limit_at:
        yield Breach(last_at, limit_at, until if is_over else None)
