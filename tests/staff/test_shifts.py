"""Shifts: made, changed, removed; overlaps refused by the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from staff.errors import StaffError
from staff.models import Shift, StaffLog
from staff.services.shifts import change_shift, create_shift, create_shifts, remove_shift


@pytest.fixture
def make_shift(server, site, manager, now):
    def make(from_minutes=0, until_minutes=240, user=server):
        start, end = (now + timedelta(minutes=minutes) for minutes in (from_minutes, until_minutes))
        return create_shift(user=user, site=site, start=start, end=end, actor=manager, now=now)

    return make


def spans():
    return [(each.during.lower, each.during.upper) for each in Shift.objects.all()]


def test_create_shift_stores_a_half_open_range_and_logs_it(make_shift, server, manager, now):
    shift = make_shift()

    shift.refresh_from_db()
    assert (shift.during.lower, shift.during.upper, shift.during.upper_inc) == (now, now + timedelta(hours=4), False)
    entry = StaffLog.objects.get()
    assert (entry.person, entry.actor, entry.verb, entry.at) == (server, manager, "shift_created", now)


def test_create_shift_touching_another_is_allowed(make_shift):
    make_shift(0, 240)
    make_shift(240, 480)

    assert Shift.objects.count() == 2


@pytest.mark.parametrize(("start", "end"), [(0, 240), (239, 300), (-60, 1), (60, 120), (-60, 300)])
def test_create_shift_overlapping_is_refused_by_code(make_shift, start, end):
    make_shift(0, 240)

    with pytest.raises(StaffError) as refused:
        make_shift(start, end)

    assert refused.value.code == "shift_overlap"
    assert (Shift.objects.count(), StaffLog.objects.count()) == (1, 1)


def test_create_shift_of_another_person_at_the_same_time_is_allowed(make_shift, cleaner):
    make_shift()
    make_shift(user=cleaner)

    assert Shift.objects.count() == 2


@pytest.mark.parametrize("minutes", [0, -1])
def test_create_shift_without_length_is_refused(make_shift, minutes):
    with pytest.raises(StaffError) as refused:
        make_shift(0, minutes)

    assert refused.value.code == "shift_order"


def test_create_shifts_with_one_taken_makes_none(make_shift, server, site, now):
    make_shift(300, 400)
    hour = timedelta(hours=1)
    wanted = [(now, now + hour), (now + 5 * hour, now + 6 * hour)]

    with pytest.raises(StaffError):
        create_shifts(user=server, site=site, spans=wanted, actor=None, now=now)

    assert spans() == [(now + timedelta(minutes=300), now + timedelta(minutes=400))]


def test_change_shift_moves_it_and_logs_both_times(make_shift, manager, now):
    shift = make_shift()
    start, end = now + timedelta(hours=1), now + timedelta(hours=6)

    change_shift(shift_id=shift.pk, start=start, end=end, actor=manager, now=now)

    assert spans() == [(start, end)]
    assert StaffLog.objects.get(verb="shift_changed").changes == {
        "during": [[now.isoformat(), (now + timedelta(hours=4)).isoformat()], [start.isoformat(), end.isoformat()]]
    }


def test_change_shift_onto_another_is_refused_and_stays(make_shift, manager, now):
    make_shift(300, 400)
    shift = make_shift(0, 240)

    with pytest.raises(StaffError) as refused:
        change_shift(shift_id=shift.pk, start=now, end=now + timedelta(minutes=301), actor=manager, now=now)

    assert refused.value.code == "shift_overlap"
    assert (now, now + timedelta(minutes=240)) in spans()


def test_remove_shift_deletes_it_and_keeps_the_record(make_shift, server, manager, now):
    shift = make_shift()

    remove_shift(shift_id=shift.pk, actor=manager, now=now)

    assert (spans(), StaffLog.objects.filter(person=server, verb="shift_removed").count()) == ([], 1)


@pytest.mark.parametrize(("verb", "times"), [(change_shift, ("start", "end")), (remove_shift, ())])
def test_shift_that_is_gone_is_refused_by_code(make_shift, now, verb, times):
    shift = make_shift()
    Shift.objects.all().delete()

    with pytest.raises(StaffError) as refused:
        verb(shift_id=shift.pk, actor=None, now=now, **dict.fromkeys(times, now))

    assert refused.value.code == "shift_gone"


@pytest.mark.parametrize("during", ["empty", "(,2026-11-23 01:00+00)", "[2026-11-23 01:00+00,)"])
def test_shift_without_bounds_is_refused_by_the_database(server, site, during):
    with pytest.raises(IntegrityError, match="shift_during_bounded"), transaction.atomic():
        Shift.objects.create(user=server, site=site, during=during)


def test_shift_overlap_is_refused_by_the_database_without_the_service(make_shift, server, site, now):
    make_shift()

    with pytest.raises(IntegrityError, match="shift_no_overlap"), transaction.atomic():
        Shift.objects.create(user=server, site=site, during=DateTimeTZRange(now, now + timedelta(minutes=1)))


def test_open_pages_hear_of_each_change_after_its_commit(
    make_shift, site, manager, now, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr("staff.live._append", lambda *entries: heard.extend(entries))

    with django_capture_on_commit_callbacks(execute=True):
        shift = make_shift()
    with django_capture_on_commit_callbacks(execute=True):
        change_shift(shift_id=shift.pk, start=now, end=now + timedelta(hours=5), actor=manager, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        remove_shift(shift_id=shift.pk, actor=manager, now=now)

    news = [(each["kind"], each["site"]) for each in heard if each["kind"] == "shift"]
    assert news == [("shift", site.pk)] * 3
