"""What a notice says outside the app: one line and a link, without names of people, topics and words of guests.

A chat room and the lock screen of a telephone are read by more people than the one a notice is for.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext, ngettext

from staff.models import Notice
from staff.notice_kinds import NoticeKind, kind_of
from staff.notice_texts import Text, filled, text_of

# Parameters that name neither a person nor a topic; any other reads as dots.
HARMLESS = frozenset(
    {
        *("ref", "room", "start", "end", "period", "due", "what", "place", "count", "late_minutes", "oldest"),
        *("kind", "gravity", "at", "on", "site", "held_until"),
    }
)
LINES_SHOWN = 8

_group_texts: dict[str, Text] = {}


def register_group(texts: Mapping[str, Text]) -> None:
    """The line a group's room is told for a code; a code without one is for persons alone."""
    _group_texts.update(texts)


def is_for_groups(code: str) -> bool:
    return code in _group_texts


def group_codes() -> list[str]:
    return sorted(_group_texts)


def group_kinds() -> list[NoticeKind]:
    """The kinds of which a group may hear at all, in the order of the list."""
    told = {kind_of(code) for code in _group_texts}
    return [kind for kind in NoticeKind if kind in told]


def harmless(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in HARMLESS else "…" for name, value in params.items()}


def group_line(code: str, params: Mapping[str, Any], language: str, zone: ZoneInfo) -> str:
    text = _group_texts.get(code, code)
    return one_line(filled(text, harmless(params), language, zone))


def person_line(notice: Notice, language: str, zone: ZoneInfo) -> str:
    return one_line(filled(text_of(notice.code)[0], harmless(notice.params), language, zone))


def heading_of_several(count: int, language: str) -> str:
    with translation.override(language):
        text = ngettext("%(count)s notice from your quiet hours", "%(count)s notices from your quiet hours", count)
        return text % {"count": count}


def listed(lines: Sequence[str], language: str) -> str:
    """The first lines, and how many more there are."""
    shown = [f"· {line}" for line in lines[:LINES_SHOWN]]
    if len(lines) > LINES_SHOWN:
        with translation.override(language):
            shown.append(gettext("and %(count)s more") % {"count": len(lines) - LINES_SHOWN})
    return "\n".join(shown)


def trial(language: str) -> tuple[str, str]:
    """What a test sends."""
    with translation.override(language):
        return gettext("Test from Huiwu"), gettext("This address works: notices will arrive here.")


def one_line(text: str) -> str:
    return " ".join(text.split())
