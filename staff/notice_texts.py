"""What notices say: each app registers its texts by code; a notice is rendered in its reader's language and zone.

A parameter may be plain text, a number, an ISO date or instant (shown in the site's zone) or a mapping
with `zh_hans`, `zh_hant` and `en` (shown in the reader's language), a mapping with `start` and `end` (a stretch of
time), or a list of these. Where `start` and `end` are
instants, `period` says both at once.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise

from rooms.dates import day_of, format_date, format_moment, format_period, instant_of
from rooms.text import SUFFIXES, language_suffix, listed
from staff.models import Notice

Text = str | Promise

_texts: dict[str, tuple[Text, Text]] = {}


class _Params(dict[str, str]):
    def __missing__(self, name: str) -> str:
        # Notices outlive their texts: one written before a text gained a parameter is still readable.
        return ""


def register(texts: Mapping[str, tuple[Text, Text]]) -> None:
    """Add the titles and bodies of one app, keyed by code; called when the app is ready."""
    _texts.update(texts)


def is_registered(code: str) -> bool:
    return code in _texts


def registered_codes() -> list[str]:
    return sorted(_texts)


def sample(code: str) -> tuple[str, str]:
    """A registered text with nothing filled in; raises when its format is wrong."""
    title, body = _texts[code]
    return str(title) % _Params(), str(body) % _Params()


def text_of(code: str) -> tuple[Text, Text]:
    """The title and body; an unknown code (of an app no longer there) reads as itself."""
    return _texts.get(code, (code.replace("%", "%%"), ""))


def render_notice(notice: Notice, language: str, zone: ZoneInfo) -> tuple[str, str]:
    title, body = text_of(notice.code)
    return filled(title, notice.params, language, zone), filled(body, notice.params, language, zone)


def filled(text: Text, params: Mapping[str, Any], language: str, zone: ZoneInfo) -> str:
    """A text with its parameters, in a language and a site's time."""
    shown = _Params({name: _shown(value, language, zone) for name, value in params.items()})
    shown["period"] = _period(params, language, zone)
    with translation.override(language):
        return str(text) % shown


def _period(params: Mapping[str, Any], language: str, zone: ZoneInfo) -> str:
    start, end = (instant_of(str(params.get(name, ""))) for name in ("start", "end"))
    return format_period(start, end, zone, language) if start and end else ""


def _shown(value: Any, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, Mapping) and "start" in value:
        return _period(value, language, zone)
    if isinstance(value, Mapping):
        return next((value[name] for name in (language_suffix(language), *SUFFIXES) if value.get(name)), "")
    if isinstance(value, list):
        return listed((_shown(each, language, zone) for each in value), language)
    text = str(value)
    if instant := instant_of(text):
        return format_moment(instant, zone, language)
    if on := day_of(text):
        return format_date(on, language)
    return text
