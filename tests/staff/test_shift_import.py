"""A sheet of shifts: every row by itself, tried before it is written, the same sheet twice as once."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.sheet_reading import Sheet
from staff.models import Leave, Notice, Shift, ShiftPattern, StaffLog, WorkingTimeRules
from staff.roles import Role
from staff.services.shift_imports import import_shifts
from staff.shift_import import UnknownColumnsError, columns_in, rows_of
from tests import factories
from tests.checklists.pages import signed_in

HEADS = ["User name", "Name", "Date", "From", "Until", "Usual shift", "on call", "draft"]
ADDRESS = "/shifts/import/"


def line(who="staff1", on="2026-11-24", begins="08:00", ends="16:00", pattern="", on_call=""):
    return [who, "", on, begins, ends, pattern, on_call, ""]


@pytest.fixture
def early(site):
    spans = [["07:45", "12:00"], ["13:00", "16:00"]]
    return ShiftPattern.objects.create(site=site, code="early", name_zh_hans="早班", spans=spans)


@pytest.fixture
def bring(site, manager, now):
    def run(*rows, is_trial=False, leaves_bad=False, heads=HEADS):
        read = rows_of(Sheet(heads, [list(row) for row in rows]), site, now)
        found = import_shifts(site=site, rows=read, actor=manager, now=now, is_trial=is_trial, leaves_bad=leaves_bad)
        return [(row.verdict, row.code) for row in found]

    return run


def spans(zone):
    rows = Shift.objects.order_by("during")
    return [tuple(f"{each.astimezone(zone):%d %H:%M}" for each in (row.during.lower, row.during.upper)) for row in rows]


def test_rows_become_shifts_in_the_sites_time(server, site, bring):
    assert bring(line(), line(on="2026/11/25", begins="22:00", ends="06:00")) == [("made", ""), ("made", "")]
    assert spans(site.zone) == [("24 08:00", "24 16:00"), ("25 22:00", "26 06:00")]
    assert Shift.objects.filter(is_draft=False).count() == 2, "the present week binds"


def test_a_coming_week_that_is_not_published_gets_drafts(server, bring):
    bring(line(on="2026-12-01"))

    assert Shift.objects.get().is_draft
    assert not Notice.objects.filter(recipient=server).exists()


def test_a_usual_shift_stands_for_its_times(server, site, early, bring):
    bring(line(begins="", ends="", pattern="EARLY"))

    assert spans(site.zone) == [("24 07:45", "24 12:00"), ("24 13:00", "24 16:00")]
    assert set(Shift.objects.values_list("pattern__code", flat=True)) == {"early"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (line(who="nobody"), "unknown_person"),
        (line(who=""), "unknown_person"),
        (line(who="applicant"), "unknown_person"),
        (line(who="stranger"), "unknown_person"),
        (line(on="tomorrow"), "not_a_date"),
        (line(on="2026-02-30"), "not_a_date"),
        (line(on="9999-12-31"), "too_far"),
        (line(begins="25:00"), "not_a_time"),
        (line(begins="", ends=""), "not_a_time"),
        (line(pattern="night"), "unknown_pattern"),
        (line(on_call="perhaps"), "not_yes_or_no"),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_nothing_is_written(server, applicant, stranger, bring, row, code):
    assert bring(line(), row) == [("new", ""), ("bad", code)]
    assert not Shift.objects.exists()
    assert not StaffLog.objects.exists()


def test_the_good_rows_come_in_where_that_was_chosen(server, bring):
    assert bring(line(), line(who="nobody"), leaves_bad=True) == [("made", ""), ("bad", "unknown_person")]
    assert Shift.objects.count() == 1


def test_the_same_sheet_again_makes_no_doubles(server, bring):
    rows = (line(), line(on="2026-11-25"))
    bring(*rows)

    assert bring(*rows) == [("there", ""), ("there", "")]
    assert bring(*rows, line(on="2026-11-26")) == [("there", ""), ("there", ""), ("made", "")]
    assert Shift.objects.count() == 3


def test_a_row_that_stands_twice_in_a_sheet_is_one(server, bring):
    assert bring(line(), line()) == [("made", ""), ("there", "")]


def test_a_row_like_one_that_was_refused_is_refused_too(server, site, bring):
    WorkingTimeRules.objects.create(site=site, hours_a_day=6, bars=["hours_a_day"])

    assert {verdict for verdict, _code in bring(line(), line())} == {"bad"}


def test_a_trial_writes_nothing_and_tells_nobody(server, bring):
    assert bring(line(), is_trial=True) == [("new", "")]
    assert (Shift.objects.count(), Notice.objects.count(), StaffLog.objects.count()) == (0, 0, 0)


def test_what_stands_in_the_way_is_named_row_by_row(server, site, manager, now, bring):
    during = DateTimeTZRange(now + timedelta(days=2), now + timedelta(days=3))
    Leave.objects.create(
        user=server, during=during, kind="sick", state="granted", asked_by=manager, asked_at=now, decided_by=manager,
        decided_at=now,
    )  # fmt: skip
    rows = (line(), line(begins="10:00", ends="18:00"), line(on="2026-11-25"), line(on="2026-11-27"))

    assert bring(*rows, is_trial=True) == [
        ("new", ""),
        ("bad", "shift_overlap"),
        ("bad", "person_away"),
        ("new", ""),
    ]


def test_a_rule_that_bars_bars_here_too(server, site, bring):
    WorkingTimeRules.objects.create(site=site, hours_a_day=6, bars=["hours_a_day"])

    ((verdict, code),) = bring(line())
    assert verdict == "bad"
    assert code.startswith("bar_")


def test_people_of_one_name_need_their_user_name(server, site, bring):
    server.display_name = "李娟"
    server.save()
    row = ["", "李娟", *line()[2:]]
    assert bring(row, is_trial=True) == [("new", "")]

    other = factories.make_user("other", Role.SERVICE_STAFF, site=site)
    other.display_name = "李娟"
    other.save()
    assert bring(row, is_trial=True) == [("bad", "name_twice")]


def test_a_person_is_told_once_of_many_rows(server, bring):
    rows = [line(on=f"2026-11-{day}") for day in (24, 25, 26)]
    bring(*rows, line(on="2026-11-27", on_call="yes"), line(begins="09:00", ends="10:00"), leaves_bad=True)

    assert Shift.objects.count() == 4
    assert Notice.objects.filter(recipient=server).count() == 1


@pytest.mark.parametrize("heads", [["a", "b"], ["User name", "From", "Until"], ["Date", "From", "Until"]])
def test_headings_that_do_not_say_enough_are_refused(heads):
    with pytest.raises(UnknownColumnsError):
        columns_in(heads)


def test_headings_are_known_in_every_language_and_order():
    assert columns_in(["日期", "用户名", "常用班次"])["on"] == 0


@pytest.fixture
def browser(manager, now, time_machine):
    time_machine.move_to(now, tick=False)
    manager.language = "en"
    manager.save()
    return signed_in(manager)


def sheet_of(*rows, heads=HEADS):
    stream = io.StringIO()
    csv.writer(stream).writerows([heads, *rows])
    return SimpleUploadedFile("shifts.csv", stream.getvalue().encode())


def test_the_page_shows_what_would_come_in_and_then_brings_it_in(browser, server):
    looked = browser.post(ADDRESS, {"site": "HQ", "file": sheet_of(line(), line(who="nobody"))})

    text = looked.content.decode()
    assert "1 good" in text
    assert "Nobody of this name works at this site." in text
    assert not Shift.objects.exists()

    done = browser.post(ADDRESS, {"site": "HQ", "sheet": looked.context["sheet"], "mode": "good"})
    assert "1 brought in" in done.content.decode()
    assert Shift.objects.count() == 1


def test_what_another_planned_meanwhile_refuses_the_whole_sheet(browser, server, bring):
    looked = browser.post(ADDRESS, {"site": "HQ", "file": sheet_of(line(), line(on="2026-11-25"))})
    bring(line(begins="09:00", ends="12:00"))

    answer = browser.post(ADDRESS, {"site": "HQ", "sheet": looked.context["sheet"], "mode": "all"})

    assert answer.status_code == 409
    assert Shift.objects.count() == 1


def test_the_export_comes_back_as_it_went_out(browser, server, site, early, bring):
    bring(line(), line(on="2026-11-25", begins="", ends="", pattern="early"))
    content = browser.get("/shifts/export/?site=HQ&date=2026-11-24&kind=xlsx").content

    looked = browser.post(ADDRESS, {"site": "HQ", "file": SimpleUploadedFile("shifts.xlsx", content)})

    assert looked.context["counts"] == {"new": 0, "there": 3, "bad": 0, "made": 0}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file has no rows below its headings."),
        (b"\xff\xff\xff\x80", "This file cannot be read."),
        (b"a,b\n1,2\n", "The headings do not say who works when."),
        (b"a,b\n" + b"1,2\n" * 1001, "At most 1000 rows"),
    ],
)
def test_a_file_that_is_no_sheet_of_shifts_is_refused_in_a_sentence(browser, content, says):
    answer = browser.post(ADDRESS, {"site": "HQ", "file": SimpleUploadedFile("x.csv", content)})

    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("sheet", ["", "x", "e30:1:2"])
def test_a_sheet_that_was_not_given_out_is_refused(browser, sheet):
    answer = browser.post(ADDRESS, {"site": "HQ", "sheet": sheet, "mode": "all"})

    assert answer.status_code == 422
    assert "read too long ago" in answer.content.decode()
