"""Files of other systems read as tables, cells as values, and columns guessed."""

import io
import zipfile
from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from bookings.importing import cells
from bookings.importing.columns import guessed
from rooms import sheet_cells
from rooms.errors import RoomsError
from rooms.sheet_reading import read_sheet
from tests.bookings.importing.sheets import FIELDS, HEADS, ROW, csv_of, xlsx_of


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
    with pytest.raises(RoomsError, match=code):
        read_sheet(content)


def test_xlsx_that_unpacks_without_end_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (61 * 1024 * 1024))

    with pytest.raises(RoomsError, match="import_too_large"):
        read_sheet(stream.getvalue())


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_refused(content):
    try:
        sheet = read_sheet(content)
    except RoomsError:
        return
    assert {len(each) for each in sheet.rows} == {len(sheet.heads)}


@pytest.mark.parametrize("text", ["2026-11-24", "2026/11/24", "2026.11.24", "2026年11月24日"])
def test_day_is_read_in_the_usual_forms(text):
    assert sheet_cells.day(text) == date(2026, 11, 24)


@pytest.mark.parametrize("text", ["2026-02-30", "24/11/2026", "tomorrow", "0000-00-00"])
def test_day_that_is_none_is_a_fault(text):
    with pytest.raises(ValueError, match="not_a_date"):
        sheet_cells.day(text)


@pytest.mark.parametrize(("text", "hour"), [("9:00", 9), ("09:00:00", 9), ("9：00", 9), ("9时", 9), ("14点00分", 14)])
def test_clock_is_read_in_the_usual_forms(text, hour):
    assert sheet_cells.clock(text) == time(hour, 0)


@pytest.mark.parametrize("text", ["25:00", "9:60", "noon", "9:00pm"])
def test_clock_that_is_none_is_a_fault(text):
    with pytest.raises(ValueError, match="not_a_time"):
        sheet_cells.clock(text)


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
    assert sheet_cells.switch(text) is True


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
    readers = (sheet_cells.day, sheet_cells.clock, sheet_cells.switch, cells.number, cells.names)

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
