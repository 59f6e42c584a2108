"""The usual shifts a site begins with; it changes them as it likes."""

from typing import Any


def _pattern(code: str, names: tuple[str, str, str], *spans: tuple[str, str], on_call: bool = False) -> dict[str, Any]:
    zh_hans, zh_hant, en = names
    named = {"name_zh_hans": zh_hans, "name_zh_hant": zh_hant, "name_en": en}
    return {"code": code, **named, "spans": [list(span) for span in spans], "is_on_call": on_call}


DEFAULTS: tuple[dict[str, Any], ...] = (
    _pattern("early", ("早班", "早班", "Early"), ("07:45", "16:15")),
    _pattern("late", ("晚班", "晚班", "Late"), ("10:00", "19:00")),
    _pattern("split", ("两头班", "兩頭班", "Split"), ("07:45", "12:00"), ("16:30", "20:00")),
    _pattern("weekend", ("周末班", "週末班", "Weekend"), ("09:00", "17:00")),
    _pattern("on-call", ("待命", "候召", "On call"), ("19:00", "07:45"), on_call=True),
)
