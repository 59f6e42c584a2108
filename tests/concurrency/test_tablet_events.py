"""Tablets that send at once: the same event once, two people's taps both kept, and controls without the guard."""

import threading
import time
from collections import Counter
from functools import partial

import pytest
from django.db import connection, transaction

from checklists.models import Step, TabletEvent, Tick
from checklists.selectors.tablet_events import contradictions_of
from checklists.services.contradictions import let_other_stand
from checklists.services.handover import skip_step
from checklists.services.locks import lock_owner_of
from staff.roles import Role
from tests import factories
from tests.checklists.meetings import HOUR, approved
from tests.checklists.tablets import Tablet, op_of

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 5


@pytest.fixture
def steps(room_108, applicant, server, now, time_machine):
    time_machine.move_to(now, tick=False)
    booking = approved(room=room_108, applicant=applicant, start=now + HOUR, now=now, tea=True)
    return list(Step.objects.filter(booking=booking, role="service_staff", details__evidence__kind="tick")[:4])


@pytest.fixture
def colleague(site):
    return factories.make_user("staff2", Role.SERVICE_STAFF, site=site)


def test_one_batch_sent_many_times_at_once_is_done_once(steps, server, now, at_once):
    tablet = Tablet(server, now)
    batch = [tablet.tick(step, at=now) for step in steps]

    answers = at_once(*[partial(tablet.send, *batch)] * TIMES)

    found = Counter(each["verdict"] for answer in answers for each in answer)
    assert found == {"applied": len(steps), "repeated": len(steps) * (TIMES - 1)}
    assert Tick.objects.count() == TabletEvent.objects.count() == len(steps)


def test_two_tablets_at_once_keep_both_ticks_of_each_step(steps, server, colleague, now, at_once):
    """In opposite orders, so that locks held for a whole batch would wait for each other."""
    first, second = Tablet(server, now), Tablet(colleague, now)
    there = [first.tick(step, at=now) for step in steps]
    back = [second.tick(step, at=now) for step in reversed(steps)]

    answers = at_once(partial(first.send, *there), partial(second.send, *back))

    found = Counter(each["verdict"] for answer in answers for each in answer)
    assert found == {"applied": len(steps), "superseded": len(steps)}
    assert Counter(Tick.objects.values_list("verdict", flat=True)) == {"applied": len(steps), "added": len(steps)}


def somebody_waits():
    """Until another connection waits for what this one holds, for ten seconds at most."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    ends_at = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < ends_at:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return True
            time.sleep(0.02)
    return False


def test_manager_settles_while_what_contradicted_is_taken_back(steps, server, colleague, manager, site, now, at_once):
    """Both come to the booking and to the event; in opposite orders they would wait for each other."""
    step, tablet, held = steps[0], Tablet(server, now), threading.Event()
    skip_step(step_id=step.pk, reason="x", actor=colleague, now=now)
    added = tablet.tick(step, at=now)
    tablet.send(added)
    (card,) = contradictions_of(site)

    def take_back():
        with transaction.atomic():
            lock_owner_of(step.pk)
            held.set()
            return somebody_waits(), tablet.send(tablet.event("undo", at=now, step=step.pk, seen=op_of(added)))

    def let_it_stand():
        held.wait(10)
        return let_other_stand(event_id=card.id, stands=card.stands, actor=manager, now=now)

    (waited, verdicts), settled = at_once(take_back, let_it_stand)

    assert (waited, [each["verdict"] for each in verdicts]) == (True, ["superseded"])
    assert (settled.settled_by, Step.objects.get(pk=step.pk).state) == (server, "skipped")


def test_same_event_twice_without_the_key_is_done_twice(steps, server, now, at_once):
    """The control: with an op of its own each time, nothing else holds the second back."""
    tablet = Tablet(server, now)
    events = [tablet.tick(steps[0], at=now) for _ in range(2)]

    answers = at_once(*[partial(tablet.send, event) for event in events])

    assert Counter(each["verdict"] for answer in answers for each in answer) == {"applied": 1, "superseded": 1}
    assert Tick.objects.count() == 2
