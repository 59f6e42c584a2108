"""Who comes too late is told so at once, although somebody holds the booking; who may still be in time, waits."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from bookings import services
from bookings.errors import StateConflict
from bookings.models import Booking
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
VERBS = {
    "approve": services.approve_booking,
    "decline": lambda **who: services.decline_booking(reason="已满", **who),
    "accept": services.accept_offer,
    "cancel": services.cancel_booking,
    "change": lambda **who: services.change_booking(changes={"title": "新"}, **who),
    "extend": lambda **who: services.extend_meeting(end=who["now"] + 9 * HOUR, **who),
}


@contextmanager
def held(booking):
    """Its row is locked in another session meanwhile; ours would fail instead of waiting for long."""
    is_held, is_over = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                list(Booking.objects.select_for_update(no_key=True).filter(pk=booking.pk).values_list("pk"))
                is_held.set()
                is_over.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert is_held.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        yield
    finally:
        is_over.set()
        thread.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@pytest.fixture
def make(rooms, applicant, now):
    def run(status):
        return factories.make_booking(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, status=status)

    return run


@pytest.mark.parametrize("verb", VERBS)
def test_verb_that_the_state_refuses_does_not_queue_for_the_lock(verb, make, secretary, now):
    booking = make(Booking.Status.DECLINED)

    with held(booking), pytest.raises(StateConflict):
        VERBS[verb](booking_id=booking.pk, actor=secretary, now=now)


def test_verb_that_the_state_allows_waits_for_whoever_holds_the_booking(make, secretary, now):
    """The control: the same session would have been kept waiting."""
    booking = make(Booking.Status.REQUESTED)

    with held(booking), pytest.raises(OperationalError):
        VERBS["approve"](booking_id=booking.pk, actor=secretary, now=now)
