"""Nobody who is served knows of a spot check before it happens: not by the tablet, the plan, a count or the API."""

import pytest

from checklists.models import Reminder
from checklists.selectors.tablet import meeting_steps, rooms_today, steps_for
from checklists.selectors.timeline import timeline_of
from checklists.services.plans import plan_booking
from checklists.unannounced import is_hidden
from staff.roles import Role
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, change, start, step_of
from tests.checklists.pages import signed_in

IN_THE_DARK = ("applicant", "secretary", "server", "cleaner", "technician")
IN_THE_KNOW = ("manager", "administrator")


@pytest.fixture
def booking(room_108, applicant, manager, now, time_machine):
    # The manager is there first, to be reminded.
    booking = approved(room=room_108, applicant=applicant, start=now, now=now, tea=True)
    start(booking, now=now)
    time_machine.move_to(step_of(booking, "U8").due_at + MINUTE, tick=False)
    return booking


@pytest.fixture
def later(booking):
    return step_of(booking, "U8").due_at + MINUTE


def codes_on_tablet(user, booking, now) -> set[str]:
    parts = meeting_steps(booking, user=user, now=now)
    return {card.code for part in parts for group in part.groups for card in group.cards}


def codes_on_timeline(user, booking, now) -> set[str]:
    phases = timeline_of(booking, user=user, now=now)
    return {card.code for phase in phases for moment in phase.moments for card in moment.cards}


def codes_by_api(user, path, key) -> set[str]:
    answer = signed_in(user).get(path).json()
    return {row["item"] for row in answer[key]}


@pytest.mark.parametrize("name", [*IN_THE_DARK, *IN_THE_KNOW])
def test_spot_check_is_listed_for_managers_only(name, booking, later, request):
    user, knows = request.getfixturevalue(name), name in IN_THE_KNOW
    step = step_of(booking, "U8")

    found = {
        "tablet": "U8" in codes_on_tablet(user, booking, later),
        "timeline": "U8" in codes_on_timeline(user, booking, later),
        "plan": "U8" in codes_by_api(user, f"/api/v1/bookings/{booking.ref}/plan", "steps"),
        "steps": "U8" in codes_by_api(user, "/api/v1/steps?limit=100", "items"),
        "step": signed_in(user).get(f"/api/v1/steps/{step.pk}").status_code == 200,
    }

    assert found == dict.fromkeys(found, knows)
    assert is_hidden(step, user) is not knows


def test_spot_check_does_not_raise_the_counts_of_the_rooms(booking, later, server):
    step = step_of(booking, "U8")
    with_it = rooms_today(server, now=later)[0]

    step.delete()

    without = rooms_today(server, now=later)[0]
    assert (with_it.open_count, with_it.late_count) == (without.open_count, without.late_count)
    assert with_it.open_count > 0


def test_spot_check_stands_in_the_managers_list(booking, later, manager):
    day = steps_for(manager, now=later)

    assert "U8" in {group.first.code for group in (*day.late, *day.now)}


def test_spot_check_reminds_managers_only(booking, manager, server, secretary):
    told = Reminder.objects.filter(step=step_of(booking, "U8")).values_list("recipient__username", flat=True)

    assert set(told) == {"manager"}


def test_spot_check_of_another_site_is_hidden_from_its_manager(booking, later):
    elsewhere = factories.make_user("other", Role.MANAGER, site=factories.make_site("SZ"))

    assert is_hidden(step_of(booking, "U8"), elsewhere)


def test_meeting_that_grows_long_gets_a_check_that_lies_ahead(room_108, applicant, now):
    """Extended at its fiftieth minute: a moment already past would be no check."""
    for number in range(12):
        booking = approved(room=room_108, applicant=applicant, start=now + number * 24 * HOUR, minutes=60, now=now)
        began = booking.start_at
        start(booking, now=began)
        change(booking, now=began + 50 * MINUTE, end_at=began + 120 * MINUTE)

        drawn = step_of(booking, "U8").due_at
        assert began + 50 * MINUTE <= drawn < began + 120 * MINUTE
        plan_booking(booking_id=booking.pk, now=began + 55 * MINUTE)
        assert step_of(booking, "U8").due_at == drawn
