"""What the tests of pages share: a filled request form, and reading a page."""

import re
from datetime import timedelta
from html import unescape

FORM = {
    "site": "HQ",
    "on": "2026-11-24",
    "start": "09:00",
    "end": "11:00",
    "ends_on": "",
    "headcount": "10",
    "layout": "",
    "title": "季度会",
    "kind": "exchange",
    "secrecy": "internal",
    "host_department": "市场部",
    "contact_name": "王敏",
    "contact_phone": "6201",
    "guests-TOTAL_FORMS": "0",
    "guests-INITIAL_FORMS": "0",
    "agenda-TOTAL_FORMS": "0",
    "agenda-INITIAL_FORMS": "0",
}
GUEST = {
    "guests-TOTAL_FORMS": "1",
    "guests-0-name": "杜邦",
    "guests-0-ash_tray": "left",
    "guests-0-tea": "strong",
    "guests-0-country": "法国",
}
AGENDA = {
    "agenda-TOTAL_FORMS": "1",
    "agenda-0-title": "开场",
    "agenda-0-starts": "09:00",
    "agenda-0-ends": "09:30",
}
DAY = timedelta(days=1)


def filled(room, /, **fields):
    return FORM | {"room": str(room.pk)} | fields


def text_of(response):
    """The words of a page, without tags, in one line."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()


def field_value(response, name):
    """The value an input of the page holds."""
    tag = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', response.content.decode())
    found = re.search(r'value="([^"]*)"', tag.group()) if tag else None
    return unescape(found.group(1)) if found else None
