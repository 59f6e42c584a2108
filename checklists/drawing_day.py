"""The lanes of the manager's day and their table as text: dozens of meetings with a mark for every step of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext, pgettext

from checklists.lanes import Bar, Dot, Drawing, DrawnLane
from checklists.selectors.day_lanes import Lane, Person, PhaseProgress
from rooms.dates import format_clock, format_moment
from rooms.pieces import mark, status_mark
from rooms.text import listed

COLUMNS = ("before", "during", "after")
# Beside the shape of a mark a word says what is wrong.
WRONG = ("late", "breach", "missed")
# Stands for a reference while the address of all of them is worked out.
ANY_REF = "0"


@dataclass(frozen=True)
class Paper:
    """What all lanes of a page are drawn by."""

    zone: ZoneInfo
    # The lines of the hours, and the line of now over the bars.
    grid: str
    now: str
    # What comes before and after the reference in the address of a booking.
    address: tuple[str, str]
    phases: dict[str, str]
    wrong: dict[str, str]
    moments: dict[datetime, str] = field(default_factory=dict)

    @classmethod
    def of(cls, drawing: Drawing, zone: ZoneInfo) -> "Paper":
        before, _ref, after = reverse("bookings:detail", args=[ANY_REF]).partition(ANY_REF)
        return cls(
            zone=zone,
            grid="".join(f'<line class="grid" {_upright(hour.x)}' for hour in drawing.hours),
            now="" if drawing.now_x is None else f'<g class="now"><line {_upright(drawing.now_x)}</g>',
            address=(before, after),
            phases={"before": _("before"), "during": _("during"), "after": _("after"), "daily": _("daily")},
            wrong={"late": _("late"), "breach": _("breach"), "missed": _("missed")},
        )

    def url_of(self, ref: str) -> str:
        return self.address[0] + escape(ref) + self.address[1]

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"

    def clock_beside(self, at: datetime | None, other: datetime) -> str:
        return format_clock(at, self.zone, other.astimezone(self.zone).date()) if at else ""

    def moment(self, at: datetime) -> str:
        if at not in self.moments:
            self.moments[at] = format_moment(at, self.zone)
        return self.moments[at]


def _upright(x: float) -> str:
    return f'x1="{x}%" x2="{x}%" y1="0" y2="64" />'


def day_lanes(drawing: Drawing, zone: ZoneInfo) -> SafeString:
    paper = Paper.of(drawing, zone)
    return mark_safe("\n".join([_lane(drawn, paper) for drawn in drawing.lanes]))  # noqa: S308 - escaped below


def _lane(drawn: DrawnLane, paper: Paper) -> str:
    lane = drawn.lane
    kind = " has-breach" if lane.breaches else " has-late" if lane.late else ""
    return (
        f'<li class="lane{kind}">{_what(lane, paper)}'
        '<svg class="lane-svg" width="100%" height="64" aria-hidden="true" focusable="false">'
        f"{paper.grid}{_bars(drawn)}{paper.now}{_dots(drawn.dots, paper)}</svg>"
        f'<div class="lane-end"><span class="lane-people">{_people(lane.people)}</span>'
        f'<span class="lane-progress">{"".join([_part(part, paper) for part in lane.progress])}</span></div></li>'
    )


def _what(lane: Lane, paper: Paper) -> str:
    people = ngettext("%(people)s person", "%(people)s people", lane.headcount) % {"people": lane.headcount}
    return (
        f'<a class="lane-what" href="{paper.url_of(lane.ref)}"><b class="lane-room">{escape(lane.room)}</b>'
        f' <span class="lane-topic">{escape(lane.topic)}</span> <span class="lane-time">'
        f'<span class="num">{paper.clock(lane.start)}–{paper.clock(lane.end)}</span> · '
        f'<span class="num">{people}</span> · {escape(lane.layout)}</span>'
        f' <span class="lane-marks">{status_mark(lane.status, lane.status_label)} '
        f"{_ready(lane, paper)}{_breaches(lane)}</span></a>"
    )


def _ready(lane: Lane, paper: Paper) -> str:
    at, due = (paper.clock_beside(each, lane.start) for each in (lane.ready_at, lane.ready_due_at))
    times = {"at": at, "due": due}
    if lane.is_ready and lane.is_ready_late:
        return mark("warn", "exclamation-triangle", escape(_("ready only at %(at)s, due %(due)s") % times))
    if lane.is_ready and lane.ready_due_at:
        return mark("ok", "check-lg", escape(_("ready %(at)s, due %(due)s") % times))
    if lane.is_ready_late:
        return mark("warn", "exclamation-triangle", escape(_("not ready, due %(due)s") % times))
    return mark("", "clock", escape(_("ready by %(due)s") % times)) if lane.ready_due_at else ""


def _breaches(lane: Lane) -> str:
    if not lane.breaches:
        return ""
    words = ngettext("%(count)s breach", "%(count)s breaches", lane.breaches) % {"count": lane.breaches}
    return f" {mark('bad', '', escape(words))}"


def _bars(drawn: DrawnLane) -> str:
    sides = "".join([_bar("side", each, 22, 20) for each in (drawn.setup, drawn.teardown) if each.width])
    meeting = _bar(f"meeting is-{drawn.lane.status}", drawn.meeting, 18, 28, ' rx="4"')
    return sides + meeting + (_bar("over", drawn.overrun, 18, 28) if drawn.overrun else "")


def _bar(kind: str, bar: Bar, y: int, height: int, more: str = "") -> str:
    return f'<rect class="bar-{kind}" x="{bar.x}%" width="{bar.width}%" y="{y}" height="{height}"{more} />'


def _dots(dots: Iterable[Dot], paper: Paper) -> str:
    return "".join([_dot(dot, number, paper) for number, dot in enumerate(dots)])


def _dot(dot: Dot, number: int, paper: Paper) -> str:
    found = dot.mark
    titles = escape(listed(found.titles))
    count = _count(found.state, found.total) if found.total > 1 else ""
    return (
        f'<svg x="{dot.x}%" y="32" overflow="visible">'
        f"<title>{paper.moment(found.at)} · {found.done}/{found.total} · {titles}</title>"
        f"{_shape(found.state, dot.radius)}{count}{_word(found.state, number, paper)}</svg>"
    )


def _shape(state: str, radius: float) -> str:
    if state == "late":
        return '<path class="dot is-late" d="M0 -9 L9 7 L-9 7 Z" />'
    if state in WRONG:
        return '<rect class="dot is-breach" x="-7" y="-7" width="14" height="14" transform="rotate(45)" />'
    return f'<circle class="dot is-{state}" r="{radius}" />'


def _count(state: str, total: int) -> str:
    y = "5" if state == "late" else "3.5"
    return f'<text class="dot-count is-{state}" y="{y}" text-anchor="middle">{total}</text>'


def _word(state: str, number: int, paper: Paper) -> str:
    """By turns above and below, so that neighbours do not cover each other."""
    if state not in WRONG:
        return ""
    y = 29 if number % 2 else -18
    return f'<text class="dot-word is-{state}" y="{y}" text-anchor="middle">{paper.wrong[state]}</text>'


def _people(people: Iterable[Person]) -> str:
    return "".join([_initials(person) for person in people]) or mark("warn", "", _("nobody"))


def _initials(person: Person) -> str:
    title = f"{escape(person.name)} · {escape(person.role)}"
    return f'<abbr class="initials" title="{title}">{escape(person.initials)}</abbr>'


def _part(part: PhaseProgress, paper: Paper) -> str:
    kind = " is-complete" if part.is_complete else " is-late" if part.late else ""
    return (
        f'<span class="part{kind}"><small>{paper.phases[part.phase]}</small> '
        f'<b class="num">{part.done}/{part.total}</b></span>'
    )


def day_rows(drawing: Drawing, zone: ZoneInfo) -> SafeString:
    """The same as rows of a table."""
    paper = Paper.of(drawing, zone)
    return mark_safe("\n".join([_row(drawn.lane, paper) for drawn in drawing.lanes]))  # noqa: S308 - escaped below


def _row(lane: Lane, paper: Paper) -> str:
    done = {part.phase: f"{part.done}/{part.total}" for part in lane.progress}
    numbers = [done.get(phase, "") for phase in COLUMNS]
    numbers += [paper.clock_beside(at, lane.start) for at in (lane.ready_due_at, lane.ready_at)]
    numbers += [str(lane.late), str(lane.breaches)]
    cells = "".join([f'<td class="num">{number}</td>' for number in numbers])
    people = pgettext("between the items of a list", ", ").join(
        [f'{escape(person.name)} <small class="quiet">{escape(person.role)}</small>' for person in lane.people]
    )
    return (
        f'<tr><th scope="row" class="num">{paper.clock(lane.start)}–{paper.clock(lane.end)}</th>'
        f"<td>{escape(lane.room)}</td><td>{escape(lane.topic)}</td><td>{escape(lane.status_label)}</td>{cells}"
        f"<td>{people}</td></tr>"
    )
