"""The lines of a list of reminders that came late, in each language of the product."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext

from checklists.services.reminders import TIERS
from rooms.dates import format_moment
from rooms.text import SUFFIXES

Entry = tuple[datetime, str | Mapping[str, str], Mapping[str, str], str]
LINES_SHOWN = 25


def digest_lines(entries: Sequence[Entry], zone: ZoneInfo) -> dict[str, str]:
    """When it was due, where and what, and whether the step itself is late; one line each."""
    return {suffix: in_language(entries, suffix, zone) for suffix in SUFFIXES}


def in_language(entries: Sequence[Entry], suffix: str, zone: ZoneInfo) -> str:
    language = suffix.replace("_", "-")
    with translation.override(language):
        lines = [line_of(entry, suffix, zone) for entry in entries[:LINES_SHOWN]]
        if len(entries) > LINES_SHOWN:
            lines.append(gettext("and %(count)s more") % {"count": len(entries) - LINES_SHOWN})
    return "\n".join(lines)


def line_of(entry: Entry, suffix: str, zone: ZoneInfo) -> str:
    due_at, rooms, what, kind = entry
    room = rooms if isinstance(rooms, str) else rooms[suffix]
    facts = {"due": format_moment(due_at, zone, suffix.replace("_", "-")), "room": room, "what": what[suffix]}
    return sentence_of(is_late=kind in TIERS, has_room=bool(room)) % facts


def sentence_of(*, is_late: bool, has_room: bool) -> str:
    if is_late and has_room:
        return gettext("%(due)s, room %(room)s: %(what)s, still open")
    if is_late:
        return gettext("%(due)s: %(what)s, still open")
    return gettext("%(due)s, room %(room)s: %(what)s") if has_room else gettext("%(due)s: %(what)s")
