import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from checklists.models import RundownPrint
from checklists.services import rundowns
from staff.printing import Document, PdfUnavailableError
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in

URL = "/rundown/"
DAY = {"date": "2026-11-23", "site": "HQ"}


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def quick_pdf(monkeypatch):
    monkeypatch.setattr(rundowns, "to_pdf", lambda html: Document(b"%PDF " + html.encode(), 2))


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + timedelta(hours=3), now=now)


def test_rundown_page_shows_the_day(meeting, manager):
    response = signed_in(manager).get(URL)

    assert response.status_code == 200
    assert meeting.ref in response.content.decode()
    assert "preview, not a numbered print" in response.content.decode()


def test_rundown_page_numbers_nothing(meeting, manager):
    signed_in(manager).get(URL, DAY)

    assert not RundownPrint.objects.exists()


def test_rundown_page_is_in_the_language_asked_for(meeting, manager):
    response = signed_in(manager).get(URL, DAY | {"language": "zh-hant"})

    assert 'lang="zh-hant"' in response.content.decode()
    assert "11月23日 週一" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"date": "tomorrow"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"site": "NOWHERE"},
        {"site": "HK"},
        {"language": "xx"},
    ],
)
def test_rundown_page_unknown_day_site_or_language_is_not_found(query, manager, stranger):
    assert signed_in(manager).get(URL, DAY | query).status_code == 404


def test_rundown_page_applicant_may_not_see_it(applicant):
    assert signed_in(applicant).get(URL, DAY).status_code == 403


def test_rundown_page_habits_can_be_left_out(meeting, manager):
    meeting.guests.create(name="陈董", diet="素食")

    pages = [signed_in(manager).get(URL, DAY | {"habits": answer}).content.decode() for answer in ("yes", "no")]

    assert ["素食" in page for page in pages] == [True, False]


def test_rundown_print_leads_to_the_pdf(quick_pdf, meeting, manager):
    client = signed_in(manager)

    response = client.post(URL, DAY | {"language": "zh-hans"}, follow=True)

    row = RundownPrint.objects.get()
    assert response.redirect_chain == [(f"/rundown/{row.pk}/file/", 302)]
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert (row.language, row.shows_habits, row.requested_by) == ("zh-hans", True, manager)


def test_rundown_print_private_topic_stays_masked_for_floor_staff(quick_pdf, meeting, server):
    type(meeting).objects.filter(pk=meeting.pk).update(is_private=True)

    response = signed_in(server).post(URL, DAY, follow=True)

    page = b"".join(response.streaming_content).decode()
    assert "季度会" not in page
    assert "Reserved" in page


def test_rundown_print_without_libraries_shows_the_page_with_what_is_missing(meeting, manager, monkeypatch):
    def unavailable(_html):
        raise PdfUnavailableError(["libpangoft2-1.0-0"])

    monkeypatch.setattr(rundowns, "to_pdf", unavailable)

    response = signed_in(manager).post(URL, DAY)

    assert response.status_code == 200
    assert "lacks the system libraries libpangoft2-1.0-0" in response.content.decode()
    assert meeting.ref in response.content.decode()


def test_rundown_file_is_for_who_asked_alone(quick_pdf, meeting, manager, secretary):
    signed_in(manager).post(URL, DAY)
    address = f"/rundown/{RundownPrint.objects.get().pk}/file/"

    assert signed_in(secretary).get(address).status_code == 404


def waiting(site, manager, now, **fields):
    known = {"language": "en", "version": 1, "requested_at": now, "requested_by": manager, "on": date(2026, 11, 23)}
    return RundownPrint.objects.create(site=site, **known | fields)


def test_rundown_progress_waits_and_asks_again(site, manager, now):
    row = waiting(site, manager, now, state="making", progress=35)

    page = signed_in(manager).get(f"/rundown/{row.pk}/").content.decode()

    assert 'hx-trigger="every 1s"' in page
    assert 'value="35"' in page


@pytest.mark.parametrize(("seconds", "told"), [(30, False), (31, True)])
def test_rundown_progress_that_nobody_takes_up_says_so(seconds, told, site, manager, now):
    row = waiting(site, manager, now - timedelta(seconds=seconds))

    page = signed_in(manager).get(f"/rundown/{row.pk}/").content.decode()

    assert ("No worker has taken it up yet." in page) is told


def test_rundown_progress_ready_stops_asking(site, manager, now):
    row = waiting(site, manager, now, state="ready", pages=3)

    response = signed_in(manager).get(f"/rundown/{row.pk}/", **HTMX)

    assert response.status_code == 286
    assert f"/rundown/{row.pk}/file/" in response.content.decode()
    assert "hx-trigger" not in response.content.decode()


def test_rundown_progress_failed_leads_to_the_page(site, manager, now):
    row = waiting(site, manager, now, state="failed")

    page = signed_in(manager).get(f"/rundown/{row.pk}/").content.decode()

    assert "/rundown/?date=2026-11-23&amp;site=HQ&amp;language=en" in page


def test_rundown_file_not_ready_is_not_found(site, manager, now):
    row = waiting(site, manager, now)

    assert signed_in(manager).get(f"/rundown/{row.pk}/file/").status_code == 404


def test_rundown_command_writes_a_pdf(meeting, manager, tmp_path, capsys):
    out = tmp_path / "day.pdf"

    call_command("rundown", "2026-11-23", "--site", "HQ", "--out", str(out), "--language", "en")

    assert meeting.ref in PdfReader(io.BytesIO(out.read_bytes())).pages[0].extract_text()
    assert "version 1" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--site", "NOWHERE"], ["--user", "nobody"], []])
def test_rundown_command_without_site_or_reader_says_so(options, site):
    with pytest.raises(CommandError):
        call_command("rundown", "2026-11-23", *options)
