"""People by the hours of a day: their shifts, and on them the meetings they serve, in percent of the width."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from checklists.lanes import Axis, Bar, DrawnHour, hours_of
from checklists.selectors.proposals import Bar as Served, PersonRow, Team
from staff.models import User

# The part of the day the picture has at least, from midnight.
FIRST, LAST = timedelta(hours=7), timedelta(hours=20)
BAR, THIN_BAR = 20, 15


@dataclass(frozen=True)
class DrawnServed:
    bar: Bar
    served: Served
    # Too narrow for the room's code.
    is_narrow: bool
    y: int = 5
    height: int = 20


@dataclass(frozen=True)
class DrawnPerson:
    person: User
    shifts: tuple[Bar, ...]
    bars: tuple[DrawnServed, ...]
    height: int = 30


@dataclass(frozen=True)
class DrawnTeam:
    label: str
    rows: tuple[DrawnPerson, ...]


@dataclass(frozen=True)
class PeoplePicture:
    hours: tuple[DrawnHour, ...]
    teams: tuple[DrawnTeam, ...]


def draw_people(teams: Sequence[Team], window: tuple[datetime, datetime], zone: ZoneInfo) -> PeoplePicture:
    axis = axis_of(teams, window)
    drawn = tuple(DrawnTeam(team.label, tuple(draw_person(row, axis) for row in team.rows)) for team in teams)
    return PeoplePicture(hours_of(axis, zone), drawn)


def axis_of(teams: Sequence[Team], window: tuple[datetime, datetime]) -> Axis:
    """Whole hours with everything of the day in them; what goes on over midnight is cut there."""
    spans = [span for team in teams for row in team.rows for span in row.shifts]
    spans += [(bar.start, bar.end) for team in teams for row in team.rows for bar in row.bars]
    first = min([window[0] + FIRST, *(begins for begins, _ends in spans)])
    last = max([window[0] + LAST, *(ends for _begins, ends in spans)])
    whole = first.replace(minute=0, second=0, microsecond=0)
    until = last.replace(minute=0, second=0, microsecond=0)
    return Axis(max(whole, window[0]), min(until if until == last else until + timedelta(hours=1), window[1]))


def draw_person(row: PersonRow, axis: Axis) -> DrawnPerson:
    lanes = lanes_of(row.bars)
    number = max(lanes, default=0) + 1
    height = BAR if number == 1 else THIN_BAR
    drawn = [
        draw_served(each, axis.bar(each.start, each.end), 5 + lane * (height + 2), height)
        for each, lane in zip(row.bars, lanes, strict=True)
    ]
    return DrawnPerson(
        person=row.person,
        shifts=tuple(axis.bar(*span) for span in row.shifts),
        bars=tuple(drawn),
        height=8 + number * (height + 2),
    )


def draw_served(served: Served, bar: Bar, y: int, height: int) -> DrawnServed:
    return DrawnServed(bar, served, is_narrow=bar.width < 3, y=y, height=height)


def lanes_of(bars: Sequence[Served]) -> list[int]:
    """Meetings of one hour below each other; by their beginning, each in the first lane that is free."""
    free_at: list[datetime] = []
    found = []
    for each in bars:
        lane = next((number for number, at in enumerate(free_at) if at <= each.start), len(free_at))
        free_at[lane : lane + 1] = [each.end]
        found.append(lane)
    return found
