"""The demo is built through the services, so loading it is a test of the whole house."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from bookings.deciders import deciders_of
from bookings.models import (
    ApprovalRule,
    Approver,
    Booking,
    BookingGroup,
    BookingPolicy,
    Closure,
    DeclineReason,
    DoorDevice,
    Occupancy,
    Offer,
    Series,
    SeriesDate,
    WaitingPlace,
    Webhook,
    WebhookDelivery,
)
from bookings.policy import FIELDS
from bookings.services.deciding import add_rule, set_policy
from checklists.models import Reminder, Step
from feedback.demo.loading import load_demo
from feedback.demo.organisation import PEOPLE
from rooms.models import Room, Site
from staff.models import Notice, Shift, User
from tests.factories import make_booking, make_room, make_site, make_user

# Days of meetings are played through: seconds on a quiet machine, far more on a busy one.
pytestmark = pytest.mark.timeout(400)

NIGHT_BEFORE_A_HOLIDAY = datetime(2026, 9, 30, 17, 30, tzinfo=UTC)


THINGS = (
    ApprovalRule,
    Approver,
    BookingGroup,
    BookingPolicy,
    Closure,
    DeclineReason,
    DoorDevice,
    Notice,
    Occupancy,
    Series,
    WaitingPlace,
    Webhook,
)


def counts():
    return {kind.__name__: kind.objects.count() for kind in THINGS}


def meddle(now):
    """Rules that would decide otherwise, and a series that got another date by hand."""
    facts = {"site": Site.objects.get(code="HQ"), "actor": User.objects.get(username="secretary"), "now": now}
    add_rule(rooms=[], most_people=500, host_department="", kinds=[], **facts)
    set_policy(room=None, bounds=dict.fromkeys(FIELDS) | {"longest_minutes": 15}, **facts)
    Booking.objects.filter(external_id="demo:series-5").update(external_id="")


@pytest.fixture
def elsewhere(db, now):
    other = make_site("HK")
    room = make_room(other, "A1")
    return make_booking(room=room, applicant=make_user("somebody", site=other), start=now)


def test_load_demo_twice_brings_the_same_back_and_leaves_others_alone(elsewhere, now):
    loaded = load_demo(now=now)
    first = set(Booking.objects.values_list("external_id", "status"))
    things = counts()
    meddle(now)

    again = load_demo(now=now)

    assert (loaded.bookings, again.bookings) == (35, 35)
    assert counts() == things
    assert (len(loaded.screens), again.screens) == (2, {})
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


def test_load_demo_shows_how_requests_get_in_each_others_way(db, now):
    load_demo(now=now)

    def asked(key):
        return Booking.objects.get(external_id=f"demo:{key}")

    places = dict(WaitingPlace.objects.values_list("booking__external_id", "state"))
    assert places == {"demo:in-line": "waiting", "demo:slot": "offered"}
    assert asked("slot").offers.get().state == Offer.State.OPEN
    assert (asked("by-rule").status, asked("by-rule").decided_by) == ("approved", None)
    assert asked("exception").exceptions == ["too_long"]
    assert [user.username for user in deciders_of(asked("exception"))] == ["manager"]
    assert len({asked(f"rooms-{number}").group_id for number in (1, 2, 3)} - {None}) == 1
    assert list(SeriesDate.objects.filter(booking=None).values_list("reason", flat=True)) == ["taken"]
    hit = Notice.objects.filter(code="booking_room_closed")
    assert set(hit.values_list("params__ref", flat=True)) == {asked("hit").ref}
    assert not Webhook.objects.get().is_active
    assert not WebhookDelivery.objects.exists()


def test_demo_command_tells_the_addresses_of_its_screens(db, client, settings, capsys):
    settings.DEBUG = True

    call_command("demo")

    addresses = re.findall(r"/(?:door|lobby)/\S+", capsys.readouterr().out)
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_load_demo_at_night_before_a_holiday_works_as_well(db):
    loaded = load_demo(now=NIGHT_BEFORE_A_HOLIDAY)

    dates = SeriesDate.objects.exclude(booking=None).count()
    assert loaded.bookings - dates == 30
    assert set(SeriesDate.objects.filter(booking=None).values_list("reason", flat=True)) >= {"taken"}
    assert Occupancy.objects.filter(booking__external_id="demo:running").count() == 1


def test_load_demo_on_a_sunday_night_has_people_there_and_nobody_a_day_long(db):
    night = datetime(2026, 11, 28, 16, 17, tzinfo=UTC)

    load_demo(now=night)

    shifts = [each.during for each in Shift.objects.filter(user__username="staff1").order_by("during")]
    assert [each.lower for each in shifts if each.lower <= night < each.upper] == [night - timedelta(hours=5)]
    assert max(each.upper - each.lower for each in shifts) == timedelta(hours=10)


def test_demo_command_without_debug_refuses(db, settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="--force"):
        call_command("demo")

    assert Booking.objects.count() == 0
