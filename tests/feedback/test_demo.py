"""The demo is built through the services, so loading it is a test of the whole house."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from bookings.models import Booking, Occupancy
from checklists.models import Reminder, Step
from feedback.demo.loading import load_demo
from feedback.demo.organisation import PEOPLE
from rooms.models import Room
from staff.models import User
from tests.factories import make_booking, make_room, make_site, make_user

# Days of meetings are played through: seconds on a quiet machine, far more on a busy one.
pytestmark = pytest.mark.timeout(400)

NIGHT_BEFORE_A_HOLIDAY = datetime(2026, 9, 30, 17, 30, tzinfo=UTC)


@pytest.fixture
def elsewhere(db, now):
    other = make_site("HK")
    room = make_room(other, "A1")
    return make_booking(room=room, applicant=make_user("somebody", site=other), start=now)


def test_load_demo_twice_brings_the_same_back_and_leaves_others_alone(elsewhere, now):
    count = load_demo(now=now)
    first = set(Booking.objects.values_list("external_id", "status"))

    again = load_demo(now=now)

    assert (count, again) == (20, 20)
    assert set(Booking.objects.values_list("external_id", "status")) == first
    assert {status for _, status in first} == set(Booking.Status.values) - {"closed"}
    assert Booking.objects.filter(pk=elsewhere.pk).exists()
    assert Room.objects.filter(site__code="HQ").count() == 11
    assert set(User.objects.filter(site__code="HQ").values_list("username", flat=True)) == {p.username for p in PEOPLE}


def test_load_demo_the_running_meeting_has_a_round_due_within_minutes(db, now):
    load_demo(now=now)

    round_two = Step.objects.get(booking__external_id="demo:running", item__code="U1", state=Step.State.OPEN)

    assert 0 <= (round_two.due_at - now).total_seconds() / 60 <= 5
    assert Reminder.objects.filter(step=round_two, state=Reminder.State.PENDING).exists()


def test_load_demo_at_night_before_a_holiday_works_as_well(db):
    assert load_demo(now=NIGHT_BEFORE_A_HOLIDAY) == 20
    assert Occupancy.objects.filter(booking__external_id="demo:running").count() == 1


def test_demo_command_without_debug_refuses(db, settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="--force"):
        call_command("demo")

    assert Booking.objects.count() == 0
