"""The measures as tables: the same rows behind a chart and in a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from checklists.models import StandardItem
from feedback.figures.measures import Load, MeetingCounts, Scope, Share, StepCounts, WishCounts
from feedback.figures.reading import Figures, Key
from rooms.dates import format_date
from rooms.models import Room, Site

Value = date | str | int | float | Share | None
Text = str | Promise


@dataclass(frozen=True)
class Column:
    """`kind`: text, day, count, share or decimal; `behind` names the list behind its numbers."""

    label: Text
    kind: str
    behind: str = ""


@dataclass(frozen=True)
class Line:
    """`key` chooses these rows in the list behind, as `name=value`."""

    label: str
    values: tuple[Value, ...]
    key: tuple[str, str] | None = None


@dataclass(frozen=True)
class Cell:
    """What stands in a page's table; `query` opens the list behind a number."""

    text: str
    is_number: bool
    query: str = ""


@dataclass(frozen=True)
class Table:
    name: str
    title: Text
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    @property
    def cells(self) -> list[list[Cell]]:
        return [[cell_of(line, *pair) for pair in zip(self.columns, line.values, strict=True)] for line in self.lines]


def cell_of(line: Line, column: Column, value: Value) -> Cell:
    query = urlencode({"what": column.behind, line.key[0]: line.key[1]}) if column.behind and value and line.key else ""
    return Cell(text_of(value), column.kind not in {"text", "day"}, query)


def text_of(value: Value) -> str:
    if value is None or (isinstance(value, Share) and value.percent is None):
        return "–"
    if isinstance(value, Share):
        return f"{value.percent:.1f}%"
    if isinstance(value, date):
        return format_date(value)
    return f"{value:.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


STEP_COLUMNS = (
    Column(_("Steps due"), "count", "due"),
    Column(_("In time"), "share"),
    Column(_("Late"), "count", "late"),
    Column(_("Missed"), "count", "missed"),
    Column(_("Minutes late, median"), "decimal"),
    Column(_("Minutes late, 90 of 100"), "decimal"),
)
MEETING_COLUMNS = (
    Column(_("Meetings"), "count"),
    Column(_("Ready on time"), "share"),
    Column(_("Not ready on time"), "count", "not_ready"),
    Column(_("Refill gaps kept"), "share"),
    Column(_("Gaps too long"), "count", "gaps"),
    Column(_("Clear-up in time"), "share"),
    Column(pgettext_lazy("during a meeting", "Wishes"), "count", "wishes"),
    Column(_("Wishes met within 3 minutes"), "share"),
)
DAY, ROOM = Column(_("Day"), "day"), Column(_("Room"), "text")
HOUR, ITEM = Column(_("Hour"), "text"), Column(_("Standard item"), "text")
PERSON_COLUMNS = (
    Column(_("Person"), "text"),
    Column(_("Steps done"), "count", "done"),
    Column(_("In time"), "share"),
    Column(_("Minutes late, median"), "decimal"),
    Column(_("Missed"), "count", "missed"),
    Column(pgettext_lazy("figures", "Meetings served"), "count"),
    Column(_("Minutes served"), "count"),
    Column(_("Wishes met"), "count"),
    Column(_("Spot checks"), "count"),
    Column(_("Spot check score"), "decimal"),
)


def step_values(counts: StepCounts) -> tuple[Value, ...]:
    late = counts.in_time.rest - counts.missed
    return (counts.due, counts.in_time, late, counts.missed, counts.median, counts.ninetieth)


def meeting_values(meetings: MeetingCounts, steps: StepCounts, wishes: WishCounts) -> tuple[Value, ...]:
    ready, refill = meetings.ready, meetings.refill
    return (
        meetings.meetings,
        ready,
        ready.rest,
        refill,
        refill.rest,
        steps.clear_up,
        wishes.raised,
        wishes.within,
    )


def days_of(scope: Scope) -> list[date]:
    """Every day of the span that has begun."""
    days = (scope.since + timedelta(days=number) for number in range(scope.days))
    today = scope.now.astimezone(scope.site.zone).date()
    return [on for on in days if on <= today]


def day_table(figures: Figures, scope: Scope) -> Table:
    """Days on which nothing was due and nothing met are left out."""
    known = {*figures.steps_by_day, *figures.meetings.by_day, *figures.wishes.by_day}
    lines = [
        Line(format_date(on), (on, *all_values(figures, "by_day", on)), ("day", on.isoformat()))
        for on in days_of(scope)
        if on in known
    ]
    return Table("days", _("By day"), (DAY, *STEP_COLUMNS, *MEETING_COLUMNS), tuple(lines))


def room_table(figures: Figures, rooms: Iterable[Room]) -> Table:
    known = {*figures.steps_by_room, *figures.meetings.by_room, *figures.wishes.by_room}
    lines = [
        Line(room.code, (f"{room.code} {room.name}", *all_values(figures, "by_room", room.pk)), ("room", str(room.pk)))
        for room in rooms
        if room.pk in known
    ]
    return Table("rooms", _("By room"), (ROOM, *STEP_COLUMNS, *MEETING_COLUMNS), tuple(lines))


def all_values(figures: Figures, which: str, key: Key) -> tuple[Value, ...]:
    by_key: Mapping[Key, StepCounts] = getattr(figures, f"steps_{which}")
    steps = by_key.get(key, StepCounts())
    meetings = getattr(figures.meetings, which).get(key, MeetingCounts())
    wishes = getattr(figures.wishes, which).get(key, WishCounts())
    return (*step_values(steps), *meeting_values(meetings, steps, wishes))


def item_table(figures: Figures, titles: Mapping[str, str]) -> Table:
    """In the order of the standard; items of an older one that are in it no more stand last."""
    order = {code: position for position, code in enumerate(titles)}
    codes = sorted(figures.steps_by_item, key=lambda code: (order.get(str(code), len(order)), str(code)))
    lines = [
        Line(
            str(code),
            (f"{code} {titles.get(str(code), '')}".strip(), *step_values(figures.steps_by_item[code])),
            ("item", str(code)),
        )
        for code in codes
    ]
    return Table("items", _("By standard item"), (ITEM, *STEP_COLUMNS), tuple(lines))


def hour_table(by_hour: Mapping[Key, StepCounts]) -> Table:
    """From the first hour with a step to the last."""
    known = sorted(int(str(hour)) for hour in by_hour)
    hours = range(known[0], known[-1] + 1) if known else range(0)
    lines = [
        Line(f"{hour:02}", (f"{hour:02}:00", *step_values(by_hour.get(hour, StepCounts()))), ("hour", str(hour)))
        for hour in hours
    ]
    return Table("hours", _("By hour of the day"), (HOUR, *STEP_COLUMNS), tuple(lines))


def people_table(loads: Sequence[Load]) -> Table:
    lines = [
        Line(
            load.name,
            (
                load.name,
                load.done,
                load.in_time,
                load.median,
                load.missed,
                load.meetings,
                load.minutes,
                load.wishes,
                load.spot.checks,
                load.spot.overall,
            ),
            ("person", str(load.user_id)),
        )
        for load in loads
    ]
    return Table("people", _("By person"), PERSON_COLUMNS, tuple(lines))


def item_titles(site: Site) -> dict[str, str]:
    """Code to title, of every standard that counted at the site; the newest wording, in its order."""
    published = Q(standard__state="published") & (Q(standard__site=site) | Q(standard__site=None))
    items = StandardItem.objects.filter(published).order_by(
        F("standard__site").asc(nulls_last=True), "-standard__number", "position"
    )
    titles: dict[str, str] = {}
    for item in items.only("code", "title_zh_hans", "title_zh_hant", "title_en"):
        titles.setdefault(item.code, item.title)
    return titles
