"""From what a reader chose to what is counted, and the words and drawings of the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _, gettext_lazy

from checklists.models.standard import StepRole
from feedback.figures.charts import Chart, Datum, Row, bar_chart, line_chart
from feedback.figures.measures import MeetingCounts, Scope, Share, StepCounts
from feedback.figures.reading import Figures, Heads, Key, moved_scope
from feedback.figures.spans import named_span, span_before
from feedback.figures.tables import Table, days_of
from rooms.dates import format_date
from rooms.models import Room, Site
from rooms.selectors import day_bounds, site_today

DEFAULT_SPAN = "month"
# Under half a point nobody sees a difference.
SAME = 0.5


def scope_of(site: Site, asked: Mapping[str, Any], now: datetime) -> Scope:
    scope = span_scope(site, asked["since"], asked["until"], now)
    role = StepRole(asked["role"]) if asked.get("role") else None
    return replace(scope, room=asked.get("room"), item=asked.get("item", ""), role=role)


def span_scope(site: Site, since: date, until: date, now: datetime) -> Scope:
    from_at, until_at = day_bounds(site, since)[0], day_bounds(site, until)[1]
    return Scope(site, since, until, from_at, until_at, now)


def own_scope(site: Site, user_id: int, now: datetime) -> Scope:
    """This month's work of one person."""
    since, until = named_span(DEFAULT_SPAN, site_today(site, now))
    return replace(span_scope(site, since, until, now), person_id=user_id)


def before_scope(span: str, scope: Scope) -> Scope:
    return moved_scope(scope, *span_before(span, scope.since, scope.until))


def link_query(scope: Scope) -> str:
    """With its dates written out: a shared link tells the same tomorrow."""
    asked = {
        "site": scope.site.code,
        "span": "own",
        "since": scope.since.isoformat(),
        "until": scope.until.isoformat(),
        "room": scope.room.pk if scope.room else "",
        "item": scope.item,
        "role": scope.role or "",
    }
    return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class Head:
    """One of the four figures on top, and how it stands to the span before."""

    name: str
    label: str
    share: Share
    change: float | None

    @property
    def direction(self) -> str:
        if self.change is None or abs(self.change) < SAME:
            return "same"
        return "better" if self.change > 0 else "worse"

    @property
    def points(self) -> str:
        return f"{abs(self.change or 0):.1f}"


HEAD_LABELS = {
    "ready": gettext_lazy("Ready on time"),
    "in_time": gettext_lazy("Steps in time"),
    "refill": gettext_lazy("Refill gaps kept"),
    "clear_up": gettext_lazy("Clear-up in time"),
}
MEASURE_LABELS = HEAD_LABELS | {"missed": gettext_lazy("Missed steps")}


def heads_for(figures: Figures) -> list[Head]:
    return [
        Head(name, str(label), share(figures.heads, name), change(figures.heads, figures.before, name))
        for name, label in HEAD_LABELS.items()
    ]


def share(heads: Heads, name: str) -> Share:
    return getattr(heads, name)


def change(now: Heads, before: Heads, name: str) -> float | None:
    """In points of a hundred."""
    present, past = share(now, name).value, share(before, name).value
    return None if present is None or past is None else (present - past) * 100


# How a measure is read from the counts of one day or room.
OF_COUNTS: dict[str, Callable[[StepCounts, MeetingCounts], Share]] = {
    "ready": lambda _steps, meetings: meetings.ready,
    "in_time": lambda steps, _meetings: steps.in_time,
    "refill": lambda _steps, meetings: meetings.refill,
    "clear_up": lambda steps, _meetings: steps.clear_up,
    "missed": lambda steps, _meetings: Share(steps.missed, steps.due),
}


def day_chart(figures: Figures, scope: Scope, measure: str) -> Chart:
    shares = [(on, measured(figures, "by_day", on, measure)) for on in days_of(scope)]
    if measure == "missed":
        return bar_chart([Datum(day_label(on), each.part, day_text(on, each)) for on, each in shares])
    return line_chart([Datum(day_label(on), each.value, day_text(on, each)) for on, each in shares])


def measured(figures: Figures, which: str, key: Key, measure: str) -> Share:
    steps = getattr(figures, f"steps_{which}").get(key, StepCounts())
    meetings = getattr(figures.meetings, which).get(key, MeetingCounts())
    return OF_COUNTS[measure](steps, meetings)


def day_label(on: date) -> str:
    return f"{on:%m-%d}"


def day_text(on: date, share: Share) -> str:
    return f"{format_date(on)}: {share_text(share)}"


def share_text(share: Share) -> str:
    if share.percent is None:
        return _("nothing to count")
    return _("%(part)s of %(whole)s (%(percent)s%%)") % {
        "part": share.part,
        "whole": share.whole,
        "percent": f"{share.percent:.1f}",
    }


def room_rows(figures: Figures, rooms: Mapping[Key, Room], measure: str) -> list[Row]:
    """Worst first."""
    keys = [key for key in {*figures.steps_by_room, *figures.meetings.by_room} if key in rooms]
    shares = [(rooms[key].code, rooms[key].name, measured(figures, "by_room", key, measure)) for key in keys]
    return share_rows(shares, is_bad=measure == "missed")


def item_rows(figures: Figures, titles: Mapping[str, str], measure: str) -> list[Row]:
    """By item only steps can be counted: in time, or missed."""
    is_missed = measure == "missed"
    shares = [
        (str(code), titles.get(str(code), ""), Share(each.missed, each.due) if is_missed else each.in_time)
        for code, each in figures.steps_by_item.items()
    ]
    return share_rows(shares, is_bad=is_missed)


def share_rows(shares: list[tuple[str, str, Share]], *, is_bad: bool) -> list[Row]:
    known = [(label, name, each) for label, name, each in shares if each.value is not None]
    known.sort(key=lambda row: ((-1 if is_bad else 1) * (row[2].value or 0), row[0]))
    return [Row(label, name, round((each.value or 0) * 100, 2), share_text(each)) for label, name, each in known]


def hour_columns(table: Table) -> list[tuple[str, int, str]]:
    """Label, number of steps late or missed, and the words for it."""
    columns = []
    for line in table.lines:
        due = next(value for value in line.values if isinstance(value, Share))
        words = _("%(hour)s:00: %(late)s of %(whole)s steps late or missed") % {
            "hour": line.label,
            "late": due.rest,
            "whole": due.whole,
        }
        columns.append((line.label, due.rest, words))
    return columns


def own_chart(by_day: Mapping[Key, StepCounts], scope: Scope) -> Chart:
    """One person's steps by day, as many as were due."""
    counts = [(on, by_day.get(on, StepCounts())) for on in days_of(scope)]
    return bar_chart([Datum(day_label(on), each.due, day_text(on, each.in_time)) for on, each in counts])


def own_lines(by_day: Mapping[Key, StepCounts], scope: Scope) -> list[tuple[date, StepCounts]]:
    """Newest first."""
    return [(on, by_day[on]) for on in reversed(days_of(scope)) if on in by_day]
