"""The meetings of a tablet's rooms as rows of text, with the round that presses where one runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext, pgettext

from checklists.selectors.tablet import NextStep, RoomMeeting
from rooms.dates import format_date
from rooms.pieces import icon, mark, status_mark

RING = (
    '<svg viewBox="0 0 40 40" aria-hidden="true" focusable="false">'
    '<circle class="ring-track" cx="20" cy="20" r="17" />'
    '<circle class="ring-value" cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="100 100"'
    ' stroke-dashoffset="0" transform="rotate(-90 20 20)" /></svg>'
)


@dataclass(frozen=True)
class Sheet:
    """What all rows share; `takes_focus` is for the first of those that follow others."""

    now: datetime
    zone: ZoneInfo
    takes_focus: bool = False

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"


def meeting_rows(meetings: Iterable[RoomMeeting], sheet: Sheet) -> SafeString:
    rows = [_row(each, sheet, sheet.takes_focus and not number) for number, each in enumerate(meetings)]
    return mark_safe("\n".join(rows))  # noqa: S308 - escaped below


def _row(meeting: RoomMeeting, sheet: Sheet, takes_focus: bool) -> str:
    url = reverse("checklists:tablet_meeting", args=[meeting.ref])
    return (
        f'<li id="meeting-{escape(meeting.ref)}"><a class="meeting{" is-mine" if meeting.is_mine else ""}"'
        f' href="{url}"{" autofocus" if takes_focus else ""}><span class="step-room">{escape(meeting.room)}</span>'
        f' <span class="meeting-body"><b>{escape(meeting.topic)}</b> <span>{_facts(meeting, sheet)}</span>'
        f" {_people(meeting)}</span> {_next(meeting.next, sheet) if meeting.next else ''}{_ring(meeting, sheet)}"
        f' <span class="meeting-marks">{status_mark(meeting.status, meeting.status_label)} {_counts(meeting)}</span>'
        "</a></li>"
    )


def _facts(meeting: RoomMeeting, sheet: Sheet) -> str:
    people = ngettext("%(people)s person", "%(people)s people", meeting.headcount) % {"people": meeting.headcount}
    layout = (
        ' · <svg class="layout-mark" aria-hidden="true" focusable="false" viewBox="0 0 64 44">'
        f'<use href="{static("img/layouts.svg")}#{escape(meeting.layout_code)}"/></svg> {escape(meeting.layout)}'
    )
    times = f'<span class="num">{sheet.clock(meeting.start)}–{sheet.clock(meeting.end)}</span>'
    return f"{times} · {people}{layout if meeting.layout else ''}"


def _people(meeting: RoomMeeting) -> str:
    return f'<small class="quiet">{escape(" · ".join(meeting.people))}</small>' if meeting.people else ""


def _next(step: NextStep, sheet: Sheet) -> str:
    if step.is_late:
        word = icon("exclamation-triangle") + _("Late")
    else:
        word = pgettext("section", "Now") if step.opens_at <= sheet.now else pgettext("section", "Next")
    on, today = step.due_at.astimezone(sheet.zone).date(), sheet.now.astimezone(sheet.zone).date()
    day = f"{format_date(on)} " if on != today else ""
    who = f' <span class="quiet">{escape(step.assignee)}</span>' if step.assignee else ""
    return (
        f'<span class="meeting-next{" is-late" if step.is_late else ""}">{word} '
        f'<b class="num">{day}{sheet.clock(step.due_at)}</b> {escape(step.title)}{who}</span> '
    )


def _ring(meeting: RoomMeeting, sheet: Sheet) -> str:
    if meeting.ring is None:
        return ""
    drawn = ring(meeting.ring, sheet.zone)
    return f'<div class="meeting-ring"><small>{escape(meeting.ring.title)}</small>{drawn}</div>'


def ring(card: Any, zone: ZoneInfo) -> SafeString:
    """Of anything with a due time and a round; the page's script empties it as time goes by."""
    found = card.round
    limit = f' data-limit="{instant(found.limit_at)}"' if found.limit_at else ""
    last = ""
    if found.last_at:
        words = _("last %(at)s %(by)s") % {"at": f"{found.last_at.astimezone(zone):%H:%M}", "by": found.last_by}
        last = f"<small>{escape(words)}</small>"
    left, over, breach = pgettext("time", "left"), pgettext("time", "over"), _("breach")
    return mark_safe(  # noqa: S308 - built of times, our own words and escaped text
        f'<div class="ring" data-ring data-from="{instant(found.from_at)}" data-due="{instant(card.due_at)}"{limit}>'
        f'{RING}<p><b class="num" data-left>{card.due_at.astimezone(zone):%H:%M}</b>'
        f' <span class="ring-left">{left}</span>'
        f'<span class="ring-over">{over}</span>'
        f'<span class="ring-breach">{breach}</span></p>{last}</div>'
    )


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _counts(meeting: RoomMeeting) -> str:
    late = open_ = ""
    if count := meeting.late_count:
        words = ngettext("%(count)s late", "%(count)s late", count) % {"count": count}
        late = mark("warn", "exclamation-triangle", escape(words))
    if count := meeting.open_count:
        words = ngettext("%(count)s open", "%(count)s open", count) % {"count": count}
        open_ = mark("", "", escape(words))
    return f"{late} {open_}".strip()
