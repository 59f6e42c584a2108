"""A month of 100,000 steps: the page of figures, its statements and its files, against bare counts of the same rows."""

import time

import pytest
from django.db import connection
from django.test import Client

from checklists.models import ServicePlan, Step
from feedback.figures import exports
from staff.models import User
from tests.bench import house

STEPS, MEETINGS, MODELS = 100_000, 4_500, 200
MONTH = "?span=own&since=2026-10-24&until=2026-11-22"
A_DAY = "?span=own&since=2026-11-20&until=2026-11-20"
BARE = """
    SELECT count(*), count(*) FILTER (WHERE done_at <= due_at) FROM checklists_step
    WHERE due_at >= '2026-10-23T16:00Z' AND due_at < '2026-11-22T16:00Z' AND state <> 'withdrawn'
"""
BARE_ROWS = """
    SELECT s.due_at, i.code, r.code, b.ref, s.role, s.round, s.state, s.done_at, u.display_name FROM checklists_step s
    JOIN checklists_standarditem i ON i.id = s.item_id LEFT JOIN rooms_room r ON r.id = s.room_id
    LEFT JOIN bookings_booking b ON b.id = s.booking_id LEFT JOIN staff_user u ON u.id = s.done_by_id
    WHERE s.due_at >= '2026-10-23T16:00Z' AND s.due_at < '2026-11-22T16:00Z' AND s.state <> 'withdrawn'
    ORDER BY s.due_at
"""
PAIRS = f"""
    CREATE TEMP TABLE pairs AS SELECT past.id, past.room_id, past.start_at, past.n, model.booking_id AS model
    FROM (
        SELECT id, room_id, start_at, row_number() OVER (ORDER BY start_at DESC, id) AS n FROM bookings_booking
        WHERE status = 'closed' AND start_at >= '2026-10-23T16:00Z' AND start_at < '2026-11-22T16:00Z'
            AND id %% 10 = 0 LIMIT {MEETINGS}
    ) past JOIN (
        SELECT booking_id, row_number() OVER (ORDER BY booking_id) - 1 AS n FROM checklists_serviceplan LIMIT {MODELS}
    ) model ON past.n %% {MODELS} = model.n
"""
MOST_STATEMENTS = 40

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        house.build()
        copy_into_the_past()
        house.analyze()
        yield
        house.clear()


def copy_into_the_past():
    """Each planned meeting's steps again and again, on the meetings of the thirty days before; a quarter late."""
    house.run(PAIRS)
    copied = "JOIN pairs ON pairs.model = t.booking_id JOIN bookings_booking o ON o.id = t.booking_id"
    moved = {name: f"t.{name} + (pairs.start_at - o.start_at)" for name in ("due_at", "opens_at", "limit_at")}
    ready = {"ready_due_at": "pairs.start_at", "ready_at": "pairs.start_at"}
    house.copy(ServicePlan, f"checklists_serviceplan t {copied}", {"booking_id": "pairs.id", **ready})
    done_at = f"{moved['due_at']} + ((pairs.n * 7 + t.id * 13) %% 41 - 30) * interval '1 min'"
    done = {"state": "'done'", "done_by_id": "t.assignee_id", "done_at": done_at}
    whose = {"booking_id": "pairs.id", "room_id": "pairs.room_id"}
    house.copy(Step, f"checklists_step t {copied}", whose | moved | done)
    house.run("DROP TABLE pairs")


@pytest.fixture
def manager(month, db, time_machine):
    time_machine.move_to(house.NOW)
    client = Client()
    client.force_login(User.objects.get(username="manager0"))
    return client


def rows_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def timed(call):
    """Seconds that passed, seconds of this process alone, and the answer."""
    begun, used = time.perf_counter(), time.process_time()
    answer = call()
    return round(time.perf_counter() - begun, 2), round(time.process_time() - used, 2), answer


def test_page_of_a_month(manager, compare, report, query_count):
    address = f"/figures/{MONTH}"
    ((due, _in_time),) = rows_of(BARE)
    assert due >= STEPS
    assert manager.get(address).context["figures"].steps.due == due

    statements = query_count(lambda: manager.get(address))
    _seconds, own_seconds, _answer = timed(lambda: manager.get(address))
    report({"steps": due, "statements": statements, "seconds_of_the_web_process": own_seconds})
    compare(lambda: manager.get(address), lambda: rows_of(BARE))
    assert statements <= MOST_STATEMENTS


def test_text_file_of_a_month(manager, report):
    seconds, own_seconds, lines = timed(lambda: b"".join(manager.get(f"/figures/export/steps.csv{MONTH}")).count(b"\n"))
    floor_seconds, _own, bare = timed(lambda: rows_of(BARE_ROWS))

    report({"lines": lines, "seconds": seconds, "of_the_web_process": own_seconds, "floor_seconds": floor_seconds})
    assert lines - 1 == len(bare) >= STEPS


def test_sheet_of_a_day(manager, report):
    seconds, own_seconds, sheet = timed(lambda: manager.get(f"/figures/export/steps.xlsx{A_DAY}"))

    report({"bytes": len(sheet.content), "seconds": seconds, "of_the_web_process": own_seconds})
    assert (sheet.status_code, sheet.content[:2]) == (200, b"PK")


def test_sheet_of_a_month_is_refused_at_once(manager, report):
    seconds, own_seconds, answer = timed(lambda: manager.get(f"/figures/export/steps.xlsx{MONTH}"))

    report({"most": exports.MOST_IN_SHEET, "seconds": seconds, "of_the_web_process": own_seconds})
    assert answer.status_code == 302
