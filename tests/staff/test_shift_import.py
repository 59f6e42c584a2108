"""A sheet of shifts: every row by itself, tried before it is written, the same sheet twice as once."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.sheet_reading import Sheet
from staff.models import Leave, Notice, Shift, ShiftColumns, ShiftPattern, StaffLog, WorkingTimeRules
from staff.roles import Role
from staff.services.shift_imports import import_shifts
from staff.shift_columns import guessed, is_plain, lacking
from staff.shift_import import rows_of
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
        read = rows_of(Sheet(heads, [list(row) for row in rows]), guessed(heads, {}), site, now)
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
def test_headings_that_do_not_say_enough_are_asked_about(heads):
    assert not is_plain(guessed(heads, {}))


@pytest.mark.parametrize(
    "heads",
    [
        ["日期", "用户名", "常用班次"],
        ["工号", "姓名", "日期", "上班时间", "下班时间"],
        ["員工姓名*", "排班日期", "班別"],
        ["Employee name", "Shift date", "Start time", "End time", "Cost centre"],
        ["Staff", "Day", "Hours (24h)"],
    ],
)
def test_headings_are_known_in_every_language_and_order(heads):
    assert is_plain(guessed(heads, {}))


def test_what_was_chosen_the_last_time_is_guessed_before_the_headings_say():
    assert guessed(["日期", "x"], {"日期": "", "x": "on"}) == ["", "on"]


def test_a_beginning_may_bring_its_day_where_that_was_chosen():
    assert lacking({"name", "begins", "ends"}) == []
    assert len(lacking({"times"})) == 2


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
        (b"a,b\n" + b"1,2\n" * 1001, "At most 1000 rows"),
        (b"a,b\n" + (b"1," + b"2" * 1500 + b"\n") * 900, "The file is larger than 1 MB."),
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


FOREIGN = ["工号", "姓名", "日期", "上班", "下班"]


def foreign(browser, *rows, heads=FOREIGN):
    return browser.post(ADDRESS, {"site": "HQ", "file": sheet_of(*rows, heads=heads)})


def columns(*names):
    return {f"column_{number}": name for number, name in enumerate(names)}


def test_a_sheet_from_elsewhere_is_looked_at_by_its_own_headings(browser, server, site):
    looked = foreign(browser, ["10023", server.display_name, "2026/11/24", "7:45", "1600"])

    assert looked.context["counts"]["new"] == 1
    assert not Shift.objects.exists()


def test_headings_nobody_knows_are_asked_about_with_samples(browser, server):
    looked = foreign(browser, ["staff1", "2026-11-24", "07:45", "16:00"], heads=["甲", "乙", "丙", ""])

    text = looked.content.decode()
    assert (looked.status_code, looked.context["lines"]) == (200, [])
    assert "The headings do not say who works when." in text
    assert "2026-11-24" in text
    assert "(without a heading)" in text


def test_columns_once_named_are_remembered_for_the_next_sheet(browser, server, site):
    heads, row = ["甲", "乙", "丙", ""], ["staff1", "2026-11-24", "07:45", "16:00"]
    sheet = foreign(browser, row, heads=heads).context["sheet"]

    named = browser.post(ADDRESS, {"site": "HQ", "sheet": sheet} | columns("username", "on", "begins", "ends"))

    assert named.context["counts"]["new"] == 1
    assert not Shift.objects.exists()
    assert foreign(browser, row, heads=heads).context["counts"]["new"] == 1
    done = browser.post(
        ADDRESS, {"site": "HQ", "sheet": sheet, "mode": "all"} | columns("username", "on", "begins", "ends")
    )
    assert done.context["counts"]["made"] == 1
    assert spans(site.zone) == [("24 07:45", "24 16:00")]
    assert "/shifts/?date=2026-11-24&amp;site=HQ" in done.content.decode()


def test_a_bad_row_names_the_cell_that_is_wrong(browser, server):
    looked = foreign(browser, ["staff1", "", "2026-11-24", "afternoon", "16:00"])

    assert [cells for _row, cells, _words in looked.context["lines"]] == [["afternoon", "16:00"]]
    assert "“afternoon, 16:00”: This is no time." in looked.content.decode()


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("username", "on", "", ""), "No column says: from when until when."),
        (("", "on", "begins", "ends"), "No column says: who works."),
        (("username", "on", "on", "times"), "Chosen for more than one column: Date."),
        (("username", "on", "begins", "salary"), "This is not one of the choices."),
    ],
)
def test_columns_that_say_too_little_are_refused_and_nothing_chosen_is_lost(browser, server, names, says):
    sheet = foreign(browser, ["staff1", "2026-11-24", "07:45", "16:00"], heads=["甲", "乙", "丙", "丁"]).context[
        "sheet"
    ]

    answer = browser.post(ADDRESS, {"site": "HQ", "sheet": sheet} | columns(*names))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert answer.context["sheet"]
    assert [field.value() for field, _cells in answer.context["columns"]] == [*names]


def test_another_sites_columns_are_not_remembered_here(browser, server, manager):
    other = factories.make_site("OTHER")
    ShiftColumns.objects.create(site=other, fields={"甲": "username"})

    assert foreign(browser, ["staff1"], heads=["甲"]).context["mapping"] == [(0, "")]


@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        ("7:45", "16:00", ("24 07:45", "24 16:00")),
        ("0745", "1600", ("24 07:45", "24 16:00")),
        ("745", "1600", ("24 07:45", "24 16:00")),
        ("07：45", "16：00", ("24 07:45", "24 16:00")),
        ("7时45分", "16時", ("24 07:45", "24 16:00")),
        ("0.322916666666667", "0.5", ("24 07:45", "24 12:00")),
        ("07:45:00", "1899-12-30 16:00", ("24 07:45", "24 16:00")),
        ("22:00", "06:00", ("24 22:00", "25 06:00")),
        ("22:00", "次日 6:00", ("24 22:00", "25 06:00")),
        ("22:00", "06:00(+1)", ("24 22:00", "25 06:00")),
        ("16:00", "24:00", ("24 16:00", "25 00:00")),
        ("2026-11-24 22:00", "2026-11-25 06:00", ("24 22:00", "25 06:00")),
    ],
)
def test_times_are_read_as_other_products_write_them(server, site, bring, begins, ends, found):
    assert bring(line(begins=begins, ends=ends)) == [("made", "")]
    assert spans(site.zone) == [found]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ("7:45-16:00", [("24 07:45", "24 16:00")]),
        ("07:45 ～ 16:00", [("24 07:45", "24 16:00")]),
        ("22:00至次日 6:00", [("24 22:00", "25 06:00")]),
        ("0745–1200、1300–1600", [("24 07:45", "24 12:00"), ("24 13:00", "24 16:00")]),
    ],
)
def test_both_times_may_stand_in_one_cell(server, site, bring, times, found):
    assert bring(["staff1", "2026-11-24", times], heads=["员工号", "日期", "时段"]) == [("made", "")]
    assert spans(site.zone) == found


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        ("08:00", "", "not_a_time"),
        ("08:00", "24:30", "not_a_time"),
        ("2026-11-25 08:00", "16:00", "dates_differ"),
        ("08:00", "2026-11-23 16:00", "shift_order"),
        ("08:00", "2026-12-24 16:00", "too_long"),
    ],
)
def test_times_that_make_no_shift_are_named(server, bring, begins, ends, code):
    assert bring(line(begins=begins, ends=ends)) == [("bad", code)]


@pytest.mark.parametrize("times", ["early", "8-", "-", "08:00", "08:00-12:00-16:00", "08:00+01:00-16:00"])
def test_a_cell_that_is_not_two_times_is_named(server, bring, times):
    assert bring(["staff1", "2026-11-24", times], heads=["账号", "日期", "时段"]) == [("bad", "not_a_time")]


@pytest.mark.parametrize("on", ["2026-11-24 00:00", "2026/11/24", "2026年11月24日", "20261124", "2026-11-24 (周二)"])
def test_days_are_read_as_other_products_write_them(server, site, bring, on):
    assert bring(line(on=on)) == [("made", "")]


@pytest.mark.parametrize("word", ["early", "EARLY", "早班", "早", "E"])
def test_a_usual_shift_is_known_by_code_name_and_letter(server, early, bring, word):
    assert bring(line(begins="", ends="", pattern=word)) == [("made", "")]


def test_a_word_for_two_usual_shifts_is_a_bad_row(server, site, early, bring):
    ShiftPattern.objects.create(site=site, code="first", name_zh_hans="早班", spans=[["06:00", "09:00"]])

    assert bring(line(begins="", ends="", pattern="早班")) == [("bad", "pattern_twice")]


def test_a_number_of_theirs_leaves_it_to_the_name(server, site, bring):
    server.display_name, server.latin_name = "李娟", "Li Juan"
    server.save()

    for name in ("李娟", "李 娟", "li juan"):
        assert bring(["10023", name, *line()[2:]], is_trial=True) == [("new", "")]
    assert bring(["10023", "王敏", *line()[2:]], is_trial=True) == [("bad", "unknown_person")]


def test_a_user_name_beside_somebody_elses_name_is_nobody(server, cleaner, bring):
    cleaner.display_name = "王敏"
    cleaner.save()

    assert bring(["staff1", "王敏", *line()[2:]]) == [("bad", "two_people")]


def test_reading_asks_as_often_for_three_rows_as_for_one(server, site, now, early, query_count):
    def read(*rows):
        return lambda: rows_of(Sheet(HEADS, [*rows]), guessed(HEADS, {}), site, now)

    assert query_count(read(line())) == query_count(read(line(), line(pattern="早班"), line(who="nobody")))
