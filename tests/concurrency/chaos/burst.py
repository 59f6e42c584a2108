"""A thousand reminders in one second: when each becomes visible, and the bare SQL of the same rows beside it."""

import argparse
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from checklists.models import Reminder
from checklists.services.pulse import dispatch_all
from staff.models import Notice
from tests.concurrency.chaos import rows
from tests.concurrency.chaos.audit import audit, lateness, still_waiting
from tests.concurrency.chaos.family import Family

PEOPLE = 100
COMES_UP = timedelta(seconds=15)
QUIET_WITHIN = 60.0
REPEATS = 3
FLOOR = """
    WITH claimed AS (
        SELECT id, recipient_id FROM checklists_reminder WHERE state = 'pending' AND due_at <= %(now)s
        ORDER BY due_at, recipient_id, id FOR UPDATE SKIP LOCKED
    ), written AS (
        INSERT INTO staff_notice ({columns})
        SELECT {values} FROM claimed JOIN floor_notice notice ON notice.key = 'reminder:' || claimed.id
        RETURNING id, key
    )
    UPDATE checklists_reminder reminder SET state = 'sent', sent_at = %(now)s, notice_id = written.id
    FROM written WHERE written.key = 'reminder:' || reminder.id
"""


def run(options: argparse.Namespace) -> dict[str, Any]:
    house = rows.make_house(PEOPLE)
    batches = [timed(house, options.reminders, send) for _ in range(REPEATS)]
    floors = [timed(house, options.reminders, bare_sql) for _ in range(REPEATS)]
    rows.clear()
    figures = by_processes(house, options)
    connection.close()
    return figures | {"one_process_ms": round(median(batches)), "floor_ms": round(median(floors))}


def timed(house: rows.House, number: int, call: Callable[[], None]) -> float:
    rows.clear()
    rows.at_once(house, number, timezone.now() - timedelta(seconds=1))
    if call is bare_sql:
        keep_notices()
    begun = time.perf_counter()
    call()
    taken = time.perf_counter() - begun
    assert still_waiting(timezone.now()) == 0
    return taken * 1000


def send() -> None:
    dispatch_all(clock=timezone.now)


def keep_notices() -> None:
    """The notices that the product writes for these rows, put aside; then all as before."""
    send()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_notice")
        cursor.execute("CREATE TABLE floor_notice AS SELECT * FROM staff_notice")
    Reminder.objects.update(state=Reminder.State.PENDING, sent_at=None, notice=None)
    Notice.objects.all().delete()


def bare_sql() -> None:
    columns = [column for column in columns_of("staff_notice") if column != "id"]
    values = ", ".join(f"notice.{column}" for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FLOOR.format(columns=", ".join(columns), values=values), {"now": timezone.now()})


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def by_processes(house: rows.House, options: argparse.Namespace) -> dict[str, Any]:
    first_at = timezone.now() + COMES_UP
    rows.at_once(house, options.reminders, first_at)
    connection.close()
    last_at, give_up_at = first_at + timedelta(seconds=1), first_at + timedelta(seconds=QUIET_WITHIN)
    family = Family(redis=not options.no_redis)

    def is_quiet() -> bool:
        now = timezone.now()
        return now > give_up_at or (now > last_at and still_waiting(now) == 0)

    family.run(is_quiet)
    findings = audit(now=timezone.now(), managers=house.managers)
    return asdict(findings) | {
        "faults": findings.faults(),
        "lateness": asdict(lateness()),
        "redis": not options.no_redis,
        "log": family.last_words() if findings.faults() else "",
    }
