"""What was brought in, written as a sheet again."""

import io
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from openpyxl import load_workbook

from bookings.importing.columns import COLUMNS
from bookings.models import Booking, BookingImport
from bookings.services import approve_booking
from rooms.sheets import quoted, text_csv, text_xlsx, unquoted
from tests.bookings.importing.sheets import ROW, start, tried, verdicts
from tests.factories import make_booking, make_room, make_site


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
