"""Every fault of a row named by its column, before anything is brought in."""

from datetime import UTC, datetime

import pytest

from bookings.models import Booking, BookingPolicy
from bookings.services import approve_booking, import_runs
from rooms.models import Room
from tests.bookings.importing.sheets import HEADS, ROW, row, start, verdicts
from tests.factories import make_booking


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"room": "999"}, "room", "unknown_room"),
        ({"room": ""}, "room", "required"),
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 121}, "title", "too_long"),
        ({"date": "24.11."}, "date", "not_a_date"),
        ({"start": "9 Uhr"}, "start", "not_a_time"),
        ({"start": "2026-11-24 09:00+23:59"}, "start", "not_a_time"),
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


def faults_in(run, number=0):
    return [(each["column"], each["code"]) for each in run.outcome[number]["faults"]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # A cell that cannot be read hides nothing that can be told without it.
        ({"tea": "maybe", "headcount": "99"}, [("headcount", "over_capacity"), ("tea", "not_yes_or_no")]),
        ({"tea": "maybe", "end": "08:00"}, [("end", "end_before_start"), ("tea", "not_yes_or_no")]),
        ({"tea": "maybe", "layout": "宴会式"}, [("layout", "no_layout"), ("tea", "not_yes_or_no")]),
        ({"room": "999", "end": "08:00"}, [("room", "unknown_room"), ("end", "end_before_start")]),
        ({"room": "999", "headcount": "0"}, [("room", "unknown_room"), ("headcount", "below_one")]),
        ({"start": "9 Uhr", "headcount": "99"}, [("start", "not_a_time"), ("headcount", "over_capacity")]),
        ({"date": "24.11.", "title": "x" * 121}, [("title", "too_long"), ("date", "not_a_date")]),
        (
            {"title": "", "tea": "maybe", "room": "x"},
            [("room", "unknown_room"), ("title", "required"), ("tea", "not_yes_or_no")],
        ),
        ({"start": "x", "date": "2026-11-20"}, [("start", "not_a_time"), ("end", "in_past")]),
        ({"external_id": "x" * 81, "headcount": "99"}, [("headcount", "over_capacity"), ("external_id", "too_long")]),
        # What would be measured by it is not told.
        ({"room": "999", "headcount": "99"}, [("room", "unknown_room")]),
        ({"room": "999", "layout": "宴会式"}, [("room", "unknown_room")]),
        ({"layout": "圆形", "headcount": "99"}, [("layout", "unknown_choice")]),
        ({"start": "9 Uhr", "end": "08:00"}, [("start", "not_a_time")]),
        ({"end": "x"}, [("end", "not_a_time")]),
        ({"headcount": "many", "title": ""}, [("title", "required"), ("headcount", "not_a_number")]),
    ],
)
def test_bad_row_names_every_fault_that_can_be_told(check, page, changes, expected):
    run = check(row(**changes))

    assert sorted(faults_in(run)) == sorted(expected)
    assert sorted(faults_in(start(page, run, "good"))) == sorted(expected)


@pytest.fixture
def taken(check, page, secretary, now):
    start(page, check(ROW))
    approve_booking(booking_id=Booking.objects.get().pk, actor=secretary, now=now)


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"tea": "maybe"}, True),
        ({"headcount": "99"}, True),
        ({"layout": "圆形"}, True),
        # Set-up and tear-down are those of the layout: without one only the meeting itself is known to be in the way.
        ({"layout": "圆形", "start": "11:40", "end": "12:30"}, False),
        ({"tea": "maybe", "start": "11:40", "end": "12:30"}, True),
        ({"start": "x"}, False),
        ({"date": "24.11."}, False),
        ({"room": "999"}, False),
    ],
)
def test_taken_room_is_told_beside_a_bad_cell(check, page, taken, changes, is_told):
    run = check(row(external_id="OA-2", **changes))

    assert (("room", "room_taken") in faults_in(run), len(faults_in(run)) > is_told) == (is_told, True)


@pytest.mark.parametrize(
    ("changes", "is_told"), [({}, True), ({"tea": "maybe"}, True), ({"headcount": "99"}, True), ({"end": "x"}, False)]
)
def test_policy_of_the_room_is_told_before_anything_comes_in(check, page, site, changes, is_told):
    BookingPolicy.objects.create(site=site, longest_minutes=60)

    run = check(row(**changes))

    assert (("date", "outside_policy") in faults_in(run)) == is_told


def test_row_known_already_is_there_whatever_its_cells_say(check, page):
    start(page, check(ROW))

    assert verdicts(check(row(headcount="many"))) == ["there"]


def test_row_without_a_number_twice_is_told_beside_a_bad_cell(check, page):
    bare, heads = row(tea="maybe")[1:], HEADS[1:]

    run = check(bare, bare, heads=heads)

    assert [code for _, code in faults_in(run, 1)] == ["repeated_row", "not_yes_or_no"]


def test_row_that_fails_late_names_all_its_faults(check, page, monkeypatch, secretary, now):
    """Somebody was faster between the check and the booking."""
    run = check(ROW)
    real = import_runs.checked

    def then_taken(run, now):
        outcome = real(run, now)
        other = check_booking(run.site, secretary, now)
        approve_booking(booking_id=other.pk, actor=secretary, now=now)
        return outcome

    monkeypatch.setattr(import_runs, "checked", then_taken)

    assert faults_in(start(page, run, "good")) == [("room", "room_taken")]


def check_booking(site, secretary, now):
    room = Room.objects.get(site=site, code="108")
    start_at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    return make_booking(room=room, applicant=secretary, start=start_at, status="requested")


def test_room_out_of_use_is_told_beside_a_bad_cell(check, page, site):
    Room.objects.filter(site=site).update(is_active=False)

    assert ("room", "room_inactive") in faults_in(check(row(tea="maybe")))
