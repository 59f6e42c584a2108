"""Times of a usual shift by the wall clock: read from what is stored, checked, and put on a day."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Wall = tuple[time, time]
Span = tuple[datetime, datetime]

MOST_SPANS = 3
DAY = timedelta(days=1)


def walls_of(stored: Iterable[Sequence[str]]) -> list[Wall]:
    return [(time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in stored]


def stored_walls(walls: Iterable[Wall]) -> list[list[str]]:
    return [[f"{begins:%H:%M}", f"{ends:%H:%M}"] for begins, ends in walls]


def spans_on(walls: Iterable[Wall], on: date, zone: ZoneInfo) -> list[Span]:
    """One that does not end after it begins ends on the next day. What a clock change swallows whole is left out."""
    spans = [
        (at_wall(on, begins, zone), at_wall(on if ends > begins else on + DAY, ends, zone)) for begins, ends in walls
    ]
    return [span for span in spans if span[0] < span[1]]


def at_wall(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time; one that a clock change skips becomes the one as much later."""
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)


def are_apart(walls: Sequence[Wall]) -> bool:
    """Whether no two of them meet, the next day's first one included; touching is no meeting."""
    minutes = sorted(minutes_of(wall) for wall in walls)
    if any(end > begins for (_begin, end), (begins, _end) in pairwise(minutes)):
        return False
    return not minutes or minutes[-1][1] <= minutes[0][0] + 24 * 60


def minutes_of(wall: Wall) -> tuple[int, int]:
    begins, ends = (at.hour * 60 + at.minute for at in wall)
    return begins, ends if ends > begins else ends + 24 * 60


def shown(walls: Iterable[Wall]) -> str:
    return " ".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in walls)
