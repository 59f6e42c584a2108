"""Sheets from other systems: read in any usual form, and every fault named by row and column."""

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given, strategies as st
from openpyxl import Workbook, load_workbook

from bookings.errors import BookingError, RoomTaken
from bookings.importing import cells
from bookings.importing.columns import COLUMNS, guessed
from bookings.importing.reading import read_sheet
from bookings.models import Booking, BookingImport, BookingLog, ImportMapping
from bookings.services import approve_booking, import_booking
from bookings.services.import_runs import run_import
from rooms.sheets import quoted, text_csv, text_xlsx, unquoted
from staff.models import Notice
from tests.factories import make_booking, make_room, make_site, make_user

HEADS = ["编号", "会议室", "主题", "日期", "开始时间", "结束时间", "人数", "部门", "联系人", "桌型", "茶"]
ROW = ["OA-1", "108", "季度会", "2026-11-24", "09:00", "11:00", "10", "市场部", "王敏", "U形", "是"]
FIELDS = [
    *("external_id", "room", "title", "date", "start", "end", "headcount"),
    *("host_department", "contact_name", "layout", "tea"),
]


def csv_of(*rows, heads=HEADS, encoding="utf-8-sig"):
    return "\r\n".join(",".join(row) for row in [heads, *rows]).encode(encoding)


def row(**changes):
    values = dict(zip(FIELDS, ROW, strict=True)) | changes
    return [values[name] for name in FIELDS]


def xlsx_of(*rows):
    book, stream = Workbook(), io.BytesIO()
    for each in rows:
        book.active.append(each)
    book.save(stream)
    return stream.getvalue()


# --- Reading ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_of_offices(encoding):
    sheet = read_sheet(csv_of(ROW, encoding=encoding))

    assert (sheet.heads, sheet.rows) == (HEADS, [ROW])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_is_read_with_other_separators(separator):
    text = f"{separator.join(HEADS)}\n{separator.join(ROW)}\n"

    assert read_sheet(text.encode()).rows == [ROW]


def test_csv_with_quotes_line_breaks_and_blank_lines_is_read():
    sheet = read_sheet(b'a,b\n\n" 1 ","x\n""y"""\n,\n')

    assert sheet.rows == [["1", 'x\n"y"']]


def test_xlsx_is_read_with_its_dates_times_numbers_and_ticks():
    content = xlsx_of(
        ["a", None, "c", "d", "e"],
        [datetime(2026, 11, 24, 9, 0), date(2026, 11, 24), time(9, 30), 10.0, True],  # noqa: DTZ001 - sheets know no zones
        [None, None, None, None, None],
        ["x", 1.5, None, "=1+1", False],
    )

    sheet = read_sheet(content)

    assert sheet.rows[0] == ["2026-11-24 09:00", "2026-11-24 00:00", "09:30", "10", "1"]
    assert sheet.rows[1][:3] == ["x", "1.5", ""]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"),
        (b"a,b\n", "import_empty"),
        (b"\xff\xff\xff\x80", "import_unreadable"),
        (b"a\x00b\n1,2\n", "import_unreadable"),
        (b"PK\x03\x04 not a sheet", "import_unreadable"),
        (b"x" * (5 * 1024 * 1024 + 1), "import_too_large"),
        (("a\n" + "1\n" * 2001).encode(), "import_too_many"),
        ((",".join("a" * 81) + "\n" + ",".join("1" * 81)).encode(), "import_too_many"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', "import_unreadable"),
    ],
    ids=lambda each: repr(each)[:24],
)
def test_file_that_is_no_sheet_is_refused(content, code):
    with pytest.raises(BookingError, match=code):
        read_sheet(content)


def test_xlsx_that_unpacks_without_end_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (61 * 1024 * 1024))

    with pytest.raises(BookingError, match="import_too_large"):
        read_sheet(stream.getvalue())


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_refused(content):
    try:
        sheet = read_sheet(content)
    except BookingError:
        return
    assert {len(each) for each in sheet.rows} == {len(sheet.heads)}


# --- Cells and columns ---


@pytest.mark.parametrize("text", ["2026-11-24", "2026/11/24", "2026.11.24", "2026年11月24日"])
def test_day_is_read_in_the_usual_forms(text):
    assert cells.day(text) == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["2026-02-30", "24/11/2026", "tomorrow", "0000-00-00"])
def test_day_that_is_none_is_a_fault(text):
    with pytest.raises(ValueError, match="not_a_date"):
        cells.day(text)


@pytest.mark.parametrize(("text", "hour"), [("9:00", 9), ("09:00:00", 9), ("9：00", 9), ("9时", 9), ("14点00分", 14)])
def test_clock_is_read_in_the_usual_forms(text, hour):
    assert cells.clock(text) == time(hour, 0)


@pytest.mark.parametrize("text", ["25:00", "9:60", "noon", "9:00pm"])
def test_clock_that_is_none_is_a_fault(text):
    with pytest.raises(ValueError, match="not_a_time"):
        cells.clock(text)


def test_moment_is_wall_clock_unless_it_brings_its_offset(site):
    on = date(2026, 11, 24)

    found = [
        cells.moment(text, day, site.zone)
        for text, day in (
            ("09:00", on),
            ("2026-11-24 09:00", None),
            ("2026-11-24T09:00", on),
            ("2026-11-24T02:00+01:00", None),
        )
    ]

    assert {each.astimezone(UTC) for each in found} == {datetime(2026, 11, 24, 1, 0, tzinfo=UTC)}


@pytest.mark.parametrize("text", ["是", "Yes", "1", "√", "TRUE"])
def test_switch_says_yes(text):
    assert cells.switch(text) is True


def test_choice_is_known_by_its_value_and_its_label():
    with translation.override("en"):
        assert {cells.choice("layout", word) for word in ("u_shape", "U shape", "U SHAPE")} == {"u_shape"}
    with pytest.raises(ValueError, match="unknown_choice"):
        cells.choice("layout", "pyramid")


def fault_of(read, text):
    try:
        read(text)
    except ValueError as error:
        return str(error)
    return ""


@given(st.text(max_size=40))
def test_any_cell_is_read_or_a_fault(text):
    readers = (cells.day, cells.clock, cells.switch, cells.number, cells.names)

    assert {fault_of(read, text) for read in readers} <= {"", *FAULTS}


FAULTS = ("not_a_date", "not_a_time", "not_yes_or_no", "not_a_number")


def test_columns_are_guessed_from_headings_in_three_languages():
    assert guessed(HEADS, {}) == FIELDS
    assert guessed(["會議室*", "主題 (必填)", "開始時間", "結束時間", "人數"], {}) == FIELDS[1:3] + FIELDS[4:7]
    assert guessed(["Room", "Subject", "Start time", "End", "Head count", "x"], {}) == [
        *("room", "title", "start", "end", "headcount"),
        "",
    ]


def test_columns_are_guessed_once_each_and_remembered_first():
    assert guessed(["Room", "Location", "x"], {}) == ["room", "", ""]
    assert guessed(["Room", "x"], {"x": "title", "Room": ""}) == ["", "title"]


# --- Runs ---


@pytest.fixture
def page(client, secretary, room_108, now, time_machine):
    time_machine.move_to(now, tick=False)
    client.force_login(secretary)
    return client


@pytest.fixture
def upload(page):
    def send(content, name="oa.csv"):
        file = io.BytesIO(content)
        file.name = name
        return page.post("/bookings/import/", {"file": file})

    return send


@pytest.fixture
def check(page, upload):
    """Upload a sheet, accept what was guessed, and hand back the run."""

    def run(*rows, **options):
        upload(csv_of(*rows, **options))
        latest = BookingImport.objects.latest("pk")
        return tried(page, latest)

    return run


def tried(page, run, **mapping):
    fields = {f"column_{number}": name for number, name in enumerate(run.mapping)} | mapping
    page.post(f"/bookings/import/{run.pk}/", fields)
    run.refresh_from_db()
    return run


def start(page, run, mode="all"):
    page.post(f"/bookings/import/{run.pk}/start/", {"mode": mode})
    run.refresh_from_db()
    return run


def verdicts(run):
    return [each["verdict"] for each in run.outcome]


def test_sheet_is_read_its_columns_guessed_and_nothing_comes_in(upload, page):
    answer = upload(csv_of(ROW))

    run = BookingImport.objects.get()
    shown = page.get(answer.url)
    assert (run.state, run.mapping, run.total, Booking.objects.count()) == ("read", FIELDS, 1, 0)
    assert [field.initial for field, _cells in shown.context["columns"]] == FIELDS


def test_sheet_tried_shows_what_would_come_in_and_writes_nothing(check):
    run = check(ROW)

    assert (run.state, verdicts(run), Booking.objects.count()) == ("checked", ["new"], 0)


def test_sheet_brought_in_makes_requests_with_all_they_say(check, page, applicant, secretary, now):
    run = start(page, check([*ROW, "applicant"], heads=[*HEADS, "申请人"]))

    booking = Booking.objects.get()
    assert (run.state, verdicts(run), run.rows) == ("done", ["made"], [])
    assert (booking.external_id, booking.title, booking.layout, booking.tea) == ("OA-1", "季度会", "u_shape", True)
    assert (booking.applicant, booking.status, booking.headcount) == (applicant, "requested", 10)
    assert booking.start_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert (booking.log.get().actor, booking.requested_at) == (secretary, now)


def test_sheet_brought_in_twice_makes_no_double_and_says_so(check, page):
    start(page, check(ROW))
    first = Booking.objects.get()

    again = start(page, check(row(title="年会"), row(external_id="OA-2", start="14:00", end="15:00")))

    first.refresh_from_db()
    assert verdicts(again) == ["there", "made"]
    assert (Booking.objects.count(), first.title, again.outcome[0]["ref"]) == (2, "季度会", first.ref)


def test_sheet_without_numbers_makes_no_double_either(check, page):
    bare, heads = ROW[1:], HEADS[1:]
    start(page, check(bare, heads=heads))

    assert verdicts(check(bare, heads=heads)) == ["there"]


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"room": "999"}, "room", "unknown_room"),
        ({"room": ""}, "room", "required"),
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 121}, "title", "too_long"),
        ({"date": "24.11."}, "date", "not_a_date"),
        ({"start": "9 Uhr"}, "start", "not_a_time"),
        ({"end": "08:00"}, "end", "end_before_start"),
        ({"date": "2026-11-20"}, "start", "in_past"),
        ({"headcount": "many"}, "headcount", "not_a_number"),
        ({"headcount": "0"}, "headcount", "below_one"),
        ({"headcount": "99"}, "headcount", "over_capacity"),
        ({"layout": "圆形"}, "layout", "unknown_choice"),
        ({"tea": "maybe"}, "tea", "not_yes_or_no"),
        ({"external_id": "x" * 81}, "external_id", "too_long"),
    ],
)
def test_bad_row_names_its_column(check, page, changes, column, code):
    run = check(ROW, row(**{"external_id": "OA-2"} | changes))
    if column == "external_id":
        run = start(page, run, "good")

    bad = run.outcome[1]
    assert (bad["row"], bad["verdict"]) == (3, "bad")
    assert (bad["faults"][0]["column"], bad["faults"][0]["code"]) == (column, code)


def test_bad_row_is_shown_first_with_its_cell_and_a_sentence(check, page):
    run = check(ROW, row(external_id="OA-2", room="999"))

    [line, _good] = page.get(f"/bookings/import/{run.pk}/").context["words"].lines
    assert (line.number, line.verdict, line.faults[0].cell) == (3, "bad", "999")
    assert line.faults[0].text


def test_row_twice_in_a_sheet_names_the_first(check):
    run = check(ROW, ROW)

    assert run.outcome[1]["faults"] == [{"column": "external_id", "code": "repeated_row", "params": {"row": "2"}}]


def test_row_for_a_taken_room_is_bad(check, page, secretary, now):
    start(page, check(ROW))
    approve_booking(booking_id=Booking.objects.get().pk, actor=secretary, now=now)

    assert check(row(external_id="OA-2")).outcome[0]["faults"] == [
        {"column": "room", "code": "room_taken", "params": {}}
    ]


def test_good_rows_come_in_by_choice_and_all_or_nothing_brings_none(check, page):
    run = check(ROW, row(external_id="OA-2", room="999"))

    all_of_them = start(page, run, "all")
    after_all = (all_of_them.state, Booking.objects.count())
    good = start(page, run, "good")

    assert after_all == ("checked", 0)
    assert (good.state, verdicts(good), Booking.objects.count()) == ("done", ["made", "bad"], 1)


def test_all_or_nothing_takes_everything_back_when_a_row_fails_late(check, page, monkeypatch):
    run = check(ROW, row(external_id="OA-2", start="14:00", end="15:00"))
    calls = []

    def second_fails(**facts):
        calls.append(facts)
        if len(calls) == 2:
            raise RoomTaken([])
        return import_booking(**facts)

    monkeypatch.setattr("bookings.services.import_runs.import_booking", second_fails)
    run = start(page, run)

    assert (run.state, verdicts(run)) == ("checked", ["made", "bad"])
    assert Booking.objects.count() == BookingLog.objects.count() == 0


def test_secretaries_are_told_once_for_the_whole_sheet(check, page, site):
    colleague = make_user("secretary2", "secretary", site=site)

    start(page, check(ROW, row(external_id="OA-2", start="14:00", end="15:00")))

    assert [(each.recipient, each.code, each.params["count"]) for each in Notice.objects.all()] == [
        (colleague, "booking_imported", 2)
    ]


def test_mapping_is_remembered_for_the_site(page, upload, site):
    heads = ["x", "Room", "Subject", "Start", "End", "People"]
    line = ["OA-1", "108", "x", "2026-11-24 09:00", "2026-11-24 10:00", "5"]
    upload(csv_of(line, heads=heads))
    tried(page, BookingImport.objects.get(), column_0="external_id")

    upload(csv_of(line, heads=heads))

    assert BookingImport.objects.latest("pk").mapping[0] == "external_id"
    assert ImportMapping.objects.get().site == site


@pytest.mark.parametrize(
    "change", [{"column_1": ""}, {"column_1": "title"}, {"column_1": "password"}], ids=["missing", "twice", "unknown"]
)
def test_mapping_that_does_not_do_is_told_and_kept(page, upload, change):
    upload(csv_of(ROW))
    run = BookingImport.objects.get()
    fields = {f"column_{number}": name for number, name in enumerate(run.mapping)} | change

    answer = page.post(f"/bookings/import/{run.pk}/", fields)

    run.refresh_from_db()
    assert (answer.status_code, run.state) == (422, "read")
    assert answer.context["form"]["column_2"].value() == "title"


def test_large_sheet_is_left_to_a_worker(page, upload, monkeypatch, django_capture_on_commit_callbacks):
    rows = [row(external_id=f"OA-{n}", date=str(date(2026, 11, 24) + timedelta(days=n))) for n in range(201)]
    left = []
    monkeypatch.setattr("bookings.tasks.run_import.delay", left.append)
    upload(csv_of(*rows))
    run = BookingImport.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        tried(page, run)

    waiting = page.get(f"/bookings/import/{run.pk}/", headers={"hx-request": "true"})
    run_import(run_id=run.pk, clock=timezone.now)
    over = page.get(f"/bookings/import/{run.pk}/", headers={"hx-request": "true"})

    assert (left, waiting.status_code, over.status_code, over["HX-Refresh"]) == ([run.pk], 200, 286, "true")
    run.refresh_from_db()
    assert (run.state, verdicts(run) == ["new"] * 201) == ("checked", True)
    assert run_import(run_id=run.pk, clock=timezone.now) is None


def test_run_over_or_under_way_is_not_started_again(check, page):
    run = start(page, check(ROW))

    page.post(f"/bookings/import/{run.pk}/start/")

    assert Booking.objects.count() == 1
    assert tried(page, run).state == "done"


def test_run_removed_leaves_what_it_brought_in(check, page):
    run = start(page, check(ROW))

    page.post(f"/bookings/import/{run.pk}/remove/")

    assert (BookingImport.objects.count(), Booking.objects.count()) == (0, 1)


def test_upload_that_is_no_sheet_says_so_beside_the_field(page, upload):
    answers = [upload(b"PK nonsense", "x.xlsx"), page.post("/bookings/import/", {}), page.post("/bookings/import/")]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert [list(answer.context["form"].errors) for answer in answers] == [["file"]] * 3


def test_check_costs_two_statements_a_row(page, upload, query_count):
    def cost(count):
        day = date(2026, 11, 24)
        upload(csv_of(*[row(external_id=f"{count}-{n}", date=str(day + timedelta(days=n))) for n in range(count)]))
        run = BookingImport.objects.latest("pk")
        return query_count(lambda: tried(page, run))

    cost(1)
    one, three = cost(1), cost(3)

    assert three - one <= 2 * 3


# --- Export ---


def exported(page, **query):
    return page.get("/bookings/export/", {"since": "2026-11-01", "until": "2026-12-31", "kind": "csv"} | query)


def test_export_reads_back_as_already_there(check, page, upload, secretary, now):
    start(page, check(ROW))
    approve_booking(booking_id=Booking.objects.get().pk, actor=secretary, now=now)
    for kind in ("csv", "xlsx"):
        upload(exported(page, kind=kind).content, f"x.{kind}")
        run = BookingImport.objects.latest("pk")
        assert run.mapping == list(COLUMNS)
        assert verdicts(tried(page, run)) == ["there"]


def test_export_without_numbers_brings_everything_in_elsewhere(check, page, upload):
    start(page, check(ROW))
    text = exported(page).content
    Booking.objects.all().delete()
    upload(text)

    run = start(page, tried(page, BookingImport.objects.latest("pk")))

    booking = Booking.objects.get()
    assert verdicts(run) == ["made"]
    assert (booking.title, booking.layout, booking.tea, booking.headcount) == ("季度会", "u_shape", True, 10)


@pytest.mark.parametrize("mark", ["=", "+", "-", "@"])
def test_export_quotes_what_a_programme_would_take_for_a_formula(page, room_108, applicant, now, mark):
    make_booking(room=room_108, applicant=applicant, start=now, title=f"{mark}1+1", wishes="x")

    text = exported(page).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(exported(page, kind="xlsx").content))

    title = list(COLUMNS).index("title")
    assert f",'{mark}1+1," in text
    assert (book.active[2][title].value, book.active[2][title].data_type) == (f"'{mark}1+1", "s")


def test_export_leaves_out_drafts_what_was_called_off_and_other_sites(page, room_108, applicant, now):
    kept = make_booking(room=room_108, applicant=applicant, start=now)
    for status in ("draft", "declined", "cancelled"):
        make_booking(room=room_108, applicant=applicant, start=now, status=status)
    make_booking(room=make_room(make_site("SZ"), "1"), applicant=applicant, start=now)
    make_booking(room=room_108, applicant=applicant, start=now + timedelta(days=60))

    lines = exported(page).content.decode().splitlines()

    assert [line.partition(",")[0] for line in lines[1:]] == [kept.ref]


@pytest.mark.parametrize(
    "query", [{"since": "x"}, {"until": "2026-10-01"}, {"until": "2028-01-01"}, {"kind": "exe"}, {"since": ""}]
)
def test_export_of_odd_days_says_so(page, query):
    assert exported(page, **query).status_code == 422


def test_export_costs_the_same_for_one_and_three(page, room_108, applicant, now, query_count):
    make_booking(room=room_108, applicant=applicant, start=now)
    exported(page)
    one = query_count(lambda: exported(page))
    make_booking(room=room_108, applicant=applicant, start=now)
    make_booking(room=room_108, applicant=applicant, start=now)

    assert query_count(lambda: exported(page)) == one


@given(st.text(max_size=20))
def test_quoted_cell_is_no_formula_and_comes_back(text):
    safe = quoted(text)

    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unquoted(safe) in (safe, quoted(text).removeprefix("'"))


def test_tables_are_written_with_their_heads():
    assert "".join(text_csv(["a", "=b"], [["1", "x,y"]])) == '\ufeffa,\'=b\r\n1,"x,y"\r\n'
    assert load_workbook(io.BytesIO(text_xlsx("a/b", ["a"], [["1"]]))).active.title == "a b"
