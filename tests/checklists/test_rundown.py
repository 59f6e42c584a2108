import builtins
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pypdf import PdfReader

from checklists.rundown import page_context, rundown_html
from checklists.selectors.rundown import KeyTime, Need, Server, Sheet, SheetMeeting, SheetRoom
from staff import printing
from staff.printing import AddressRefusedError, PdfUnavailableError, own_file, to_pdf

LIVE = "http://office.example/day/?date=2026-11-23&site=HQ"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def meeting(number: int = 1, **fields) -> SheetMeeting:
    start = START + timedelta(minutes=15 * (number % 30))
    known = {
        "ref": f"HW-20261123-{number:03}",
        "room": "108",
        "room_name": "第一会议室",
        "start": start,
        "end": start + timedelta(hours=2),
        "occupied_from": start - timedelta(minutes=30),
        "occupied_until": start + timedelta(hours=2, minutes=30),
        "topic": "季度总结会",
        "is_masked": False,
        "host": "市场部",
        "contact": "王敏 6201",
        "headcount": 24,
        "layout": "U形",
        "services": ("茶", "瓶装水"),
        "temperature": None,
        "curtains": "",
        "countries": ("法国",),
        "flags": (),
        "needs": (Need("陈董", ash_tray="左手边", diet="素食"),),
        "has_hidden_needs": False,
        "served_by": (Server("会议服务员", ("李娟", "王芳")),),
        "key_times": (KeyTime("tables", "16:00", "11月20日 周五"), KeyTime("pour", "08:50"), KeyTime("end", "11:00")),
        "version": 1,
    }
    return SheetMeeting(**known | fields)


def sheet(*meetings: SheetMeeting, **fields) -> Sheet:
    known = {
        "site": "总部",
        "on": date(2026, 11, 23),
        "zone": ZoneInfo("Asia/Shanghai"),
        "is_working": True,
        "holiday": "",
        "is_provisional": False,
        "made_at": START,
        "meetings": meetings,
        "rooms": (SheetRoom("108", "第一会议室", "1", meetings), SheetRoom("201", "第二会议室", "2", ())),
        "version": 3,
    }
    return Sheet(**known | fields)


def html(given: Sheet, language: str = "en") -> str:
    return rundown_html(given, language=language, live_url=LIVE)


def pdf_text(given: Sheet, language: str) -> tuple[str, int]:
    document = to_pdf(html(given, language))
    reader = PdfReader(io.BytesIO(document.content))
    # Glyphs of two faces stand apart in the text that is read back.
    text = "".join(page.extract_text() for page in reader.pages)
    return "".join(text.split()), len(reader.pages)


def test_rundown_html_times_are_the_sites():
    page = html(sheet(meeting()))

    assert "09:15<br>11:15" in page
    assert "Printed 2026-11-23 09:00" in page


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "Mon 23 Nov"), ("zh-hans", "11月23日 周一"), ("zh-hant", "11月23日 週一")],
)
def test_rundown_html_language_is_said_to_the_fonts(language, day):
    page = html(sheet(meeting()), language)

    assert f'<article class="rundown" lang="{language}">' in page
    assert day in page


def test_rundown_html_text_of_people_is_escaped():
    page = html(sheet(meeting(topic="<script>alert(1)</script>")))

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_rundown_html_hidden_habits_are_said_to_be_missing():
    page = html(sheet(meeting(needs=(), has_hidden_needs=True)))

    assert "Habits are not on this copy." in page


def test_rundown_html_changes_are_marked_and_listed():
    gone = {"ref": "HW-OLD", "mark": "x", "room": "303", "time": "10:00–11:00"}

    page = html(sheet(meeting(change="changed"), meeting(2), since_version=2, gone=(gone,)))

    assert page.count('<tr class="is-changed">') == 2
    assert "Changed since version 2" in page
    assert "<s>10:00–11:00 · 303</s>" in page


def test_rundown_html_first_print_has_no_list_of_changes():
    assert "Changed since" not in html(sheet(meeting()))


def test_rundown_html_nobody_assigned_is_said():
    assert "Nobody yet" in html(sheet(meeting(served_by=())))


def test_rundown_html_empty_day_says_so():
    page = html(sheet())

    assert "No meetings on this day." in page


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_to_pdf_text_can_be_read_back(language):
    text, pages = pdf_text(sheet(meeting()), language)

    assert pages == 1
    for words in (
        "季度总结会",
        "市场部",
        "王敏6201",
        "HW-20261123-001",
        "李娟",
        "陈董",
        "素食",
        "第一会议室",
        "16:00",
        "08:50",
    ):
        assert words in text, words


def test_to_pdf_long_day_repeats_the_head_and_numbers_the_pages():
    document = to_pdf(html(sheet(*(meeting(number) for number in range(1, 25)))))

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document.content)).pages]

    assert document.pages == len(pages)
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in " ".join(text.split())


def test_to_pdf_no_meeting_is_broken_over_two_pages():
    numbers = range(1, 25)
    document = to_pdf(html(sheet(*(meeting(number) for number in numbers))))

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document.content)).pages]

    by_time = [text for text in pages if "HW-2026" in text]
    for number in numbers:
        page = next(text for text in by_time if f"HW-20261123-{number:03}" in text)
        assert page.count("HW-20261123-") == page.count("08:50"), number


def test_to_pdf_foreign_addresses_are_not_fetched(monkeypatch):
    asked = []
    monkeypatch.setattr(printing, "own_file", lambda url: asked.append(url) or own_file(url))

    document = to_pdf('<img src="file:///etc/hostname"><img src="http://127.0.0.1:1/x.png"><p>here</p>')

    assert document.pages == 1
    assert asked == ["file:///etc/hostname", "http://127.0.0.1:1/x.png"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/static/css/print/rundown.css",
        "https://office.example/static/css/print/rundown.css",
        "ftp://document.invalid/static/css/print/rundown.css",
        "data:text/plain,hello",
        "https://document.invalid/etc/passwd",
        "https://document.invalid/static/../config/settings.py",
        "https://document.invalid/static/%2e%2e/config/settings.py",
        "https://document.invalid/static/no-such-file.css",
        "https://document.invalid/media/rundowns/HQ-2026-11-23-v1.pdf",
        "https://document.invalid/media/no-such-photo.png",
        "https://user@document.invalid/static/css/print/rundown.css",
    ],
)
def test_own_file_anything_else_is_refused(url):
    with pytest.raises(AddressRefusedError):
        own_file(url)


def test_own_file_static_file_is_served():
    content, kind = own_file("https://document.invalid/static/css/print/rundown.css")

    assert kind == "text/css"
    assert b"A4 landscape" in content


def test_own_file_stored_image_is_served():
    name = default_storage.save("rooms/test-photo.png", ContentFile(b"picture"))

    try:
        assert own_file(f"https://document.invalid/media/{name}") == (b"picture", "image/png")
    finally:
        default_storage.delete(name)


def without_library(monkeypatch, message: str) -> None:
    load = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError(message)
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)


@pytest.mark.parametrize(
    ("message", "packages"),
    [
        ("cannot load library 'libpangoft2-1.0-0': no such file", ["libpangoft2-1.0-0"]),
        ("cannot load library 'libgobject-2.0-0': no such file", ["libglib2.0-0"]),
        ("something else", ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]),
    ],
)
def test_to_pdf_missing_library_names_what_to_install(monkeypatch, message, packages):
    without_library(monkeypatch, message)

    with pytest.raises(PdfUnavailableError) as raised:
        to_pdf("<p>here</p>")

    assert raised.value.packages == packages


def test_page_context_changed_meetings_and_free_rooms_are_told_apart():
    given = sheet(meeting(), meeting(2, change="new"))

    context = page_context(replace(given), live_url=LIVE)

    assert [line.ref for line in context["changed"]] == ["HW-20261123-002"]
    assert context["free_rooms"] == ["201"]
