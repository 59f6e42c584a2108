from datetime import date, timedelta

import pytest
from django.db import connection

from checklists import tasks
from checklists.models import RundownPrint
from checklists.services import rundowns
from checklists.services.rundowns import current_rundown, make_rundown, print_rundown, queue_rundown, request_rundown
from staff.printing import Document, PdfUnavailableError
from tests import factories
from tests.checklists import meetings

ON = date(2026, 11, 23)


@pytest.fixture
def quick_pdf(monkeypatch):
    """The HTML as it would be printed, instead of a PDF."""
    monkeypatch.setattr(rundowns, "to_pdf", lambda html: Document(html.encode(), 2))


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + timedelta(hours=3), now=now)


@pytest.fixture
def asked(site, manager, now):
    return {"site": site, "on": ON, "language": "en", "with_habits": True, "actor": manager, "now": now}


def test_request_rundown_short_day_is_ready_at_once(quick_pdf, meeting, asked, now):
    row = request_rundown(**asked)

    assert (row.state, row.version, row.pages, row.progress, row.made_at) == ("ready", 1, 2, 100, now)
    with row.file.open("rb") as stored:
        assert b"version 1" in stored.read()
    assert list(row.contents) == [meeting.ref]


def test_request_rundown_again_counts_the_version_on(quick_pdf, meeting, asked):
    versions = [request_rundown(**asked).version for _ in range(2)]

    assert versions == [1, 2]


def test_request_rundown_other_day_begins_with_version_one(quick_pdf, asked):
    request_rundown(**asked)

    assert request_rundown(**asked | {"on": date(2026, 11, 24)}).version == 1


def test_request_rundown_long_day_waits_for_a_worker(
    quick_pdf, room_108, applicant, asked, now, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(rundowns, "AT_ONCE", 1)
    for hours in (1, 4):
        factories.make_booking(
            room=room_108, applicant=applicant, start=now + timedelta(hours=hours), status="approved"
        )

    with django_capture_on_commit_callbacks() as callbacks:
        row = request_rundown(**asked)

    assert (row.state, row.progress, len(callbacks)) == ("waiting", 0, 1)


def test_make_rundown_task_makes_the_waiting_print(quick_pdf, meeting, asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = queue_rundown(**asked)

    row.refresh_from_db()
    assert (row.state, row.progress, list(row.contents)) == ("ready", 100, [meeting.ref])


def test_make_rundown_twice_makes_it_once(quick_pdf, meeting, asked, now):
    row = queue_rundown(**asked)

    first, second = make_rundown(print_id=row.pk, now=now), make_rundown(print_id=row.pk, now=now)

    assert (first.state, second) == ("ready", None)


def test_make_rundown_without_the_libraries_has_failed(meeting, asked, now, monkeypatch):
    def unavailable(_html):
        raise PdfUnavailableError(["libpango-1.0-0"])

    monkeypatch.setattr(rundowns, "to_pdf", unavailable)
    row = queue_rundown(**asked)

    assert make_rundown(print_id=row.pk, now=now).state == "failed"


def test_make_rundown_fault_is_raised_and_kept(meeting, asked, now, monkeypatch):
    def broken(_html):
        raise ValueError("broken")

    monkeypatch.setattr(rundowns, "to_pdf", broken)
    row = queue_rundown(**asked)

    with pytest.raises(ValueError, match="broken"):
        make_rundown(print_id=row.pk, now=now)
    row.refresh_from_db()
    assert row.state == "failed"


def test_print_rundown_without_the_libraries_numbers_nothing(meeting, asked, monkeypatch):
    def unavailable(_html):
        raise PdfUnavailableError(["libpango-1.0-0"])

    monkeypatch.setattr(rundowns, "to_pdf", unavailable)

    with pytest.raises(PdfUnavailableError):
        print_rundown(**asked)
    assert not RundownPrint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_print_rundown_holds_no_lock_while_the_document_is_set(meeting, asked, monkeypatch):
    locked = []

    def look(html):
        locked.append(connection.in_atomic_block)
        return Document(html.encode(), 2)

    monkeypatch.setattr(rundowns, "to_pdf", look)

    assert (print_rundown(**asked).print.state, locked) == ("ready", [False])


def test_print_rundown_is_written_in_its_own_language(quick_pdf, meeting, asked):
    printed = print_rundown(**asked | {"language": "zh-hant"})

    assert 'lang="zh-hant"' in printed.document.content.decode()


def test_live_url_leads_to_the_day_of_the_site(site, settings):
    settings.SITE_URL = "https://office.example/"

    assert rundowns.live_url(site, ON) == "https://office.example/day/?date=2026-11-23&site=HQ"


def test_make_rundown_task_has_its_agreed_name():
    assert tasks.make_rundown.name == "checklists.make_rundown"


def current(asked):
    return current_rundown(**{name: value for name, value in asked.items() if name != "with_habits"})


def test_current_rundown_unchanged_day_is_the_same_print(quick_pdf, meeting, asked):
    assert current(asked).version == current(asked).version == 1


def test_current_rundown_changed_day_is_a_new_print(quick_pdf, meeting, asked):
    current(asked)
    type(meeting).objects.filter(pk=meeting.pk).update(version=meeting.version + 1)

    assert current(asked).version == 2


def test_current_rundown_of_another_reader_is_a_new_print(quick_pdf, meeting, asked, server):
    current(asked)

    assert current(asked | {"actor": server}).version == 2
