"""Shifts as a file: by the wall clock, drafts for planners only, and no cell that a programme takes for a formula."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from staff.services.shifts import create_shift
from tests.factories import make_site, make_user

HOUR = timedelta(hours=1)


@pytest.fixture
def shifts(server, site, now, time_machine):
    time_machine.move_to(now)
    facts = {"user": server, "site": site, "actor": None, "now": now}
    create_shift(start=now + 13 * HOUR, end=now + 21 * HOUR, **facts)
    create_shift(start=now + 9 * 24 * HOUR, end=now + 9 * 24 * HOUR + HOUR, is_draft=True, **facts)


def lines(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_week_and_month_as_csv(client, manager, server, shifts):
    client.force_login(manager)

    week = lines(client.get("/shifts/export/?site=HQ&date=2026-11-25"))
    month = lines(client.get("/shifts/export/?site=HQ&date=2026-12-25&span=month"))

    assert [row[:5] for row in week[1:]] == [["staff1", "Staff1", "2026-11-23", "22:00", "06:00"]]
    assert [row[2] for row in month[1:]] == ["2026-12-02"]
    assert month[1][-1]


def test_drafts_are_not_for_a_secretary(client, secretary, shifts):
    client.force_login(secretary)

    assert len(lines(client.get("/shifts/export/?site=HQ&date=2026-12-02&span=month"))) == 1


def test_a_name_that_looks_like_a_formula_is_quoted_in_both_kinds(client, manager, server, shifts):
    server.display_name = "=HYPERLINK(1)"
    server.save()
    client.force_login(manager)

    text = lines(client.get("/shifts/export/?site=HQ&date=2026-11-25"))
    book = load_workbook(io.BytesIO(client.get("/shifts/export/?site=HQ&date=2026-11-25&kind=xlsx").content))

    assert text[1][1] == book.active["B2"].value == "'=HYPERLINK(1)"


def test_export_of_another_site_is_not_found(client, site):
    client.force_login(make_user("lead-sz", "manager", site=make_site("SZ")))

    assert client.get("/shifts/export/?site=HQ").status_code == 404


@pytest.mark.parametrize("date", ["0001-01-01", "9999-12-31", "x"])
def test_export_at_the_ends_of_the_calendar_is_answered(client, manager, date):
    client.force_login(manager)

    assert client.get(f"/shifts/export/?site=HQ&date={date}&span=month").status_code == 200
