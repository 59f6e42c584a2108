"""The whole board page of 2,000 meetings by its processor time, as the figure that the marks of readiness must keep."""

import time
from datetime import timedelta
from statistics import median

import pytest
from django.db import connection

from bookings import marks
from bookings.models import Booking, Occupancy
from checklists.models import ServicePlan, ServiceStandard
from tests.checklists.pages import signed_in
from tests.factories import make_booking, make_room

REPEATS = 9
ROOMS, A_DAY = 200, 10


@pytest.fixture
def full_day(site, applicant, now):
    for number in range(ROOMS):
        room = make_room(site, f"R{number}")
        space = room.spaces.get()
        for index in range(A_DAY):
            start = now + timedelta(hours=index)
            booking = make_booking(
                room=room,
                applicant=applicant,
                start=start,
                minutes=30,
                status=Booking.Status.APPROVED,
                setup_minutes=10,
                teardown_minutes=10,
            )
            Occupancy.objects.create(
                space=space, booking=booking, during=(booking.occupied_from, booking.occupied_until)
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture
def half_ready(full_day, now):
    """Every second room became ready five minutes before it should have."""
    standard = ServiceStandard.objects.first()
    plans = []
    for number, booking in enumerate(Booking.objects.order_by("pk")):
        due_at = booking.start_at - timedelta(minutes=10)
        ready_at = due_at - timedelta(minutes=5) if number % 2 else None
        plans.append(
            ServicePlan(booking=booking, standard=standard, planned_at=now, ready_due_at=due_at, ready_at=ready_at)
        )
    ServicePlan.objects.bulk_create(plans)


def processor_ms(*calls):
    """The median of each, taken in turns, so that a busy machine slows all alike."""
    taken = [[] for _ in calls]
    for _ in range(REPEATS):
        for call, found in zip(calls, taken, strict=True):
            begun = time.process_time()
            call()
            found.append((time.process_time() - begun) * 1000)
    return [round(median(found[1:]), 1) for found in taken]


@pytest.mark.parametrize("view", ["", "low"])
def test_board_page_with_marks(half_ready, manager, now, time_machine, view, capsys, monkeypatch):
    time_machine.move_to(now, tick=True)
    client = signed_in(manager)
    sources = list(marks._sources)

    def page(known):
        monkeypatch.setattr(marks, "_sources", known)
        return client.get(f"/board/?view={view}").content

    without, full = processor_ms(lambda: page([]), lambda: page(sources))

    shown = page(sources).count(b" data-mark=")
    with capsys.disabled():
        print(f"\nboard {view!r}: {without} ms of processor time without marks, {full} ms with {shown} of them")
    assert page(sources).count(b'class="block"') == 2000
    assert shown > 1000
