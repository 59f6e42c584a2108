"""A sheet uploaded, tried, and brought in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from bookings.errors import RoomTaken
from bookings.models import Booking, BookingImport, BookingLog, ImportMapping
from bookings.services import import_booking
from bookings.services.import_runs import run_import
from staff.models import Notice
from tests.bookings.importing.sheets import FIELDS, HEADS, ROW, csv_of, row, start, tried, verdicts
from tests.factories import make_user


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
