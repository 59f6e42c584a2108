"""Two managers give one person a shift at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from staff.errors import StaffError
from staff.models import Shift
from staff.services.shifts import create_shift

RIVALS = 8


def race(attempt):
    """Run `attempt` in threads that start together; each answer is what it returned or the code it was refused by."""
    gate = threading.Barrier(RIVALS)

    def run(number):
        gate.wait()
        try:
            return attempt(number)
        except StaffError as exc:
            return exc.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))


@pytest.mark.django_db(transaction=True)
def test_create_shift_by_rivals_gives_one_shift_and_clean_refusals(server, site, now):
    def attempt(number):
        start = now + timedelta(minutes=number)
        create_shift(user=server, site=site, start=start, end=start + timedelta(hours=4), actor=None, now=now)
        return "made"

    answers = race(attempt)

    assert sorted(answers) == ["made"] + ["shift_overlap"] * (RIVALS - 1)
    assert Shift.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_a_check_alone_lets_rivals_both_through(server, site, now):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_shift DROP CONSTRAINT shift_no_overlap")
    seen = threading.Barrier(RIVALS)

    def attempt(number):
        during = DateTimeTZRange(now + timedelta(minutes=number), now + timedelta(hours=4, minutes=number))
        is_free = not Shift.objects.filter(user=server, during__overlap=during).exists()
        seen.wait()
        if is_free:
            Shift.objects.create(user=server, site=site, during=during)
        return "made" if is_free else "shift_overlap"

    try:
        answers = race(attempt)
    finally:
        Shift.objects.all().delete()
        constraint = next(each for each in Shift._meta.constraints if each.name == "shift_no_overlap")
        with connection.schema_editor() as editor:
            editor.add_constraint(Shift, constraint)

    assert answers == ["made"] * RIVALS
