"""The daily rundown on paper: frozen sheet → HTML."""

from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import timezone, translation

from checklists.selectors.rundown import Sheet
from checklists.strip import strip_chart
from rooms.dates import format_date
from rooms.text import language_suffix

# An SVG takes no font from the style sheet.
FONTS = {"zh_hans": "Noto Sans CJK SC", "zh_hant": "Noto Sans CJK TC", "en": "Noto Sans CJK SC"}


def rundown_html(sheet: Sheet, *, language: str, live_url: str, **extra: Any) -> str:
    """The sheet as one HTML page in a language and in the site's own time."""
    with translation.override(language), timezone.override(sheet.zone):
        return render_to_string("print/rundown.html", page_context(sheet, live_url=live_url) | extra)


def page_context(sheet: Sheet, *, live_url: str) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "strip": strip_chart(sheet),
        "live_url": live_url,
        "qr": segno.make(live_url, error="m").svg_inline(scale=1, border=0, omitsize=True, svgclass="qr"),
        "day_label": format_date(sheet.on),
        "strip_font": FONTS[language_suffix()],
        "listing": ", " if language_suffix() == "en" else "、",
        "changed": [meeting for meeting in sheet.meetings if meeting.change],
        "free_rooms": [room.code for room in sheet.rooms if not room.meetings],
    }
