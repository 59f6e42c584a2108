"""Two managers give one person a shift at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.sheet_reading import Sheet
from staff.errors import StaffError
from staff.models import Leave, Notice, RosterPublication, Shift
from staff.roles import Role
from staff.services.leave import enter_sickness
from staff.services.open_shifts import ask_open_shift, grant_open_shift, publish_open_shift
from staff.services.rosters import copy_week, move_shift, plan_shifts, publish_week
from staff.services.shift_imports import import_shifts
from staff.services.shifts import create_shift
from staff.services.swaps import accept_swap, approve_swap, offer_swap
from staff.shift_columns import guessed
from staff.shift_import import rows_of
from tests.factories import make_user

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


@pytest.mark.django_db(transaction=True)
def test_publish_by_rivals_publishes_once_and_tells_once(server, manager, site, now):
    start = now + timedelta(days=8)
    create_shift(
        user=server, site=site, start=start, end=start + timedelta(hours=4), actor=None, now=now, is_draft=True
    )

    answers = race(lambda _number: publish_week(site=site, on=start.date(), actor=manager, now=now).pk)

    assert answers.count("week_unchanged") == RIVALS - 1
    assert RosterPublication.objects.count() == 1
    assert Notice.objects.filter(recipient=server).count() == 1


HEADS = ["User name", "Date", "From", "Until"]


def sheet_brought_in(site, manager, now, on):
    rows = [["staff1", f"{on + timedelta(days=day)}", "08:00", "16:00"] for day in range(5)]
    read = rows_of(Sheet(HEADS, rows), guessed(HEADS, {}), site, now)
    return import_shifts(site=site, rows=read, actor=manager, now=now, is_trial=False)


@pytest.mark.django_db(transaction=True)
def test_one_sheet_brought_in_by_rivals_comes_in_once_and_the_others_find_it_there(server, manager, site, now):
    answers = race(lambda _number: {row.verdict for row in sheet_brought_in(site, manager, now, now.date())})

    assert sorted(map(sorted, answers)) == [["made"]] + [["there"]] * (RIVALS - 1)
    assert Shift.objects.count() == 5
    assert Notice.objects.filter(recipient=server).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sheet_brought_in_while_its_week_is_published_leaves_no_draft_in_it(server, manager, site, now):
    monday = now.date() + timedelta(days=7)
    start = now + timedelta(days=13)
    create_shift(
        user=manager, site=site, start=start, end=start + timedelta(hours=1), actor=None, now=now, is_draft=True
    )

    def attempt(number):
        if number % 2:
            return {row.verdict for row in sheet_brought_in(site, manager, now, monday)}
        return publish_week(site=site, on=monday, actor=manager, now=now).pk

    race(attempt)

    assert Shift.objects.filter(user=server).count() == 5
    assert not Shift.objects.filter(is_draft=True).exists()
    assert Notice.objects.filter(recipient=server).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_shift_put_while_its_week_is_published_is_no_draft(server, manager, site, now):
    start = now + timedelta(days=8)
    facts = {"site": site, "actor": manager, "now": now}
    create_shift(user=manager, start=start, end=start + timedelta(hours=1), is_draft=True, **facts)

    def attempt(number):
        if number:
            span = (start + timedelta(hours=2 * number), start + timedelta(hours=2 * number + 1))
            return plan_shifts(user=server, on=start.date(), spans=[span], **facts)
        return publish_week(on=start.date(), **facts)

    race(attempt)

    assert Shift.objects.count() == RIVALS
    assert not Shift.objects.filter(is_draft=True).exists()


@pytest.mark.django_db(transaction=True)
def test_copy_by_rivals_makes_one_of_each(server, manager, site, now):
    create_shift(user=server, site=site, start=now, end=now + timedelta(hours=4), actor=None, now=now)
    weeks = {"source_on": now.date(), "target_on": now.date() + timedelta(days=7)}

    answers = race(lambda _number: len(copy_week(site=site, actor=manager, now=now, **weeks).shifts))

    assert sorted(answers) == [0] * (RIVALS - 1) + [1]


@pytest.mark.django_db(transaction=True)
def test_two_moves_that_cross_end_without_a_deadlock(server, manager, site, now):
    """One's shift to the other and the other's to the one, at the same moment and over and over."""
    facts = {"site": site, "actor": None, "now": now}
    first = create_shift(user=server, start=now, end=now + timedelta(hours=4), **facts)
    second = create_shift(user=manager, start=now + timedelta(hours=5), end=now + timedelta(hours=9), **facts)
    people = [server, manager]

    def attempt(number):
        shift = (first, second)[number % 2]
        move_shift(shift_id=shift.pk, user=people[(number // 2) % 2], on=now.date(), actor=manager, now=now)
        return "moved"

    assert set(race(attempt)) <= {"moved", "shift_gone"}


@pytest.mark.django_db(transaction=True)
def test_leave_and_a_shift_at_once_never_both_stand(server, manager, site, now):
    times = {"start": now, "end": now + timedelta(hours=4)}

    def attempt(number):
        if number % 2:
            enter_sickness(user=server, actor=manager, now=now, **times)
        else:
            create_shift(user=server, site=site, actor=manager, now=now, **times)
        return "done"

    race(attempt)

    assert Leave.objects.count() == 1
    assert Shift.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_swap_accepted_by_rivals_has_one_taker(server, manager, site, now):
    start = now + timedelta(days=1)
    shift = create_shift(user=server, site=site, start=start, end=start + timedelta(hours=4), actor=None, now=now)
    people = [make_user(f"rival{number}", Role.SERVICE_STAFF, site=site) for number in range(RIVALS)]
    swap = offer_swap(shift_id=shift.pk, giver=server, colleague=None, now=now)

    answers = race(lambda n: accept_swap(swap_id=swap.pk, taker=people[n], given_id=None, now=now).state)

    assert sorted(answers) == ["accepted"] + ["swap_settled"] * (RIVALS - 1)


@pytest.mark.django_db(transaction=True)
def test_a_swap_approved_by_rivals_is_carried_out_once(server, manager, site, now):
    start = now + timedelta(days=1)
    shift = create_shift(user=server, site=site, start=start, end=start + timedelta(hours=4), actor=None, now=now)
    taker = make_user("taker", Role.SERVICE_STAFF, site=site)
    swap = offer_swap(shift_id=shift.pk, giver=server, colleague=None, now=now)
    accept_swap(swap_id=swap.pk, taker=taker, given_id=None, now=now)

    answers = race(lambda _number: approve_swap(swap_id=swap.pk, actor=manager, now=now).state)

    assert sorted(answers) == ["done"] + ["swap_settled"] * (RIVALS - 1)
    assert Shift.objects.get().version == 3


@pytest.mark.django_db(transaction=True)
def test_the_last_places_of_an_open_shift_go_to_as_many_and_no_more(manager, site, now):
    people = [make_user(f"rival{number}", Role.SERVICE_STAFF, site=site) for number in range(RIVALS)]
    start = now + timedelta(days=1)
    facts = {"site": site, "role": Role.SERVICE_STAFF, "places": 2, "actor": manager, "now": now}
    opened = publish_open_shift(start=start, end=start + timedelta(hours=4), **facts)
    wishes = [ask_open_shift(open_shift_id=opened.pk, user=user, now=now) for user in people]

    answers = race(lambda n: grant_open_shift(request_id=wishes[n].pk, actor=manager, now=now).state)

    assert answers.count("granted") == Shift.objects.count() == 2
    assert set(answers) - {"granted"} <= {"open_shift_full", "open_shift_settled"}
