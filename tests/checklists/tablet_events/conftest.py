"""A tablet in a server's hands before a meeting with tea."""

import pytest

from staff.roles import Role
from tests import factories
from tests.checklists.meetings import HOUR, approved, step_of
from tests.checklists.tablets import Tablet


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def booking(room_108, applicant, now):
    return approved(room=room_108, applicant=applicant, start=now + HOUR, now=now - 72 * HOUR, tea=True)


@pytest.fixture
def pour(booking):
    return step_of(booking, "P13")


@pytest.fixture
def colleague(site):
    return factories.make_user("staff2", Role.SERVICE_STAFF, site=site)


@pytest.fixture
def tablet(server, now):
    return Tablet(server, now)
