"""What a tablet kept for hours, brought in batches: 500 taps on forty steps, against the bare rows they become."""

import os
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from checklists.models import StandardItem, Step, Tick
from tests import factories
from tests.checklists import meetings
from tests.checklists.tablets import Tablet

QUEUED, STEPS, BATCH = 500, 40, 100
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
# The same three rows for each tap, in one statement each, every tap by itself as it has to be.
FLOOR = (
    """INSERT INTO checklists_tick (op, step_id, by_id, received_at, wanted, result, note, verdict, answer)
       VALUES (%(op)s, %(step)s, %(by)s, now(), 'done', '{}', '', 'added', '{}')""",
    """INSERT INTO checklists_stepevent (step_id, at, actor_id, verb, data)
       VALUES (%(step)s, now(), %(by)s, 'floor', '{}')""",
    """INSERT INTO checklists_tabletevent (op, kind, site_id, by_id, carried_by_id, device, sequence, step_id,
       booking_id, device_at, clock_offset_ms, tapped_at, received_at, data, verdict, code, answer)
       SELECT %(op)s, 'tick', site_id, %(by)s, %(by)s, %(device)s, 1, id, booking_id,
       now(), 0, now(), now(), '{}', 'superseded', '', '{}' FROM checklists_step WHERE id = %(step)s""",
)


@pytest.fixture
def running(transactional_db):
    """A meeting under way, forty open steps of it, and who serves it."""
    call_command("load_standard", verbosity=0)
    site, now = factories.make_site(), timezone.now()
    room = factories.make_room(site)
    applicant, server = (factories.make_user(role, role, site=site) for role in ("applicant", "service_staff"))
    booking = meetings.approved(room=room, applicant=applicant, start=now - timedelta(minutes=5), now=now)
    meetings.start(booking, now=now)
    item = StandardItem.objects.get(standard=booking.plan.standard, code="U5")
    facts = {"site": site, "booking": booking, "room": room, "item": item, "role": "service_staff"}
    facts |= {"details": {"evidence": {"kind": "tick"}}, "is_on_demand": True}
    facts |= {"opens_at": now, "due_at": now + timedelta(minutes=30)}
    steps = Step.objects.bulk_create(Step(key=f"T:{number}", round=1000 + number, **facts) for number in range(STEPS))
    return server, steps, now


def test_five_hundred_queued_taps(running, report):
    server, steps, now = running
    tablet = Tablet(server, now)
    events = [tablet.tick(steps[number % STEPS], at=now) for number in range(QUEUED)]

    begun, cpu = time.perf_counter(), time.process_time()
    for first in range(0, QUEUED, BATCH):
        tablet.send(*events[first : first + BATCH])
    taken, busy = time.perf_counter() - begun, time.process_time() - cpu
    assert Tick.objects.count() == QUEUED

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        for number in range(QUEUED):
            values = {"op": str(uuid4()), "device": str(uuid4()), "by": server.pk, "step": steps[number % STEPS].pk}
            with transaction.atomic():
                for statement in FLOOR:
                    cursor.execute(statement, values)
    floor = time.perf_counter() - begun
    figures = {"measured_s": round(taken, 2), "floor_s": round(floor, 2), "ratio": round(taken / floor, 1)}
    report(figures | {"cpu_ms_a_tap": round(1000 * busy / QUEUED, 1), "load": round(os.getloadavg()[0], 1)})
