"""Three meetings and three people to serve them."""

import pytest

from tests.checklists.assigning import crew
from tests.checklists.meetings import HOUR, approved


@pytest.fixture
def hall(rooms, applicant, now):
    """Two meetings at one hour, a third well after them."""

    def meeting(room, hours):
        return approved(room=room, applicant=applicant, start=now + hours * HOUR, minutes=60, now=now, tea=True)

    return [meeting(rooms[0], 2), meeting(rooms[1], 2), meeting(rooms[2], 5)]


@pytest.fixture
def people(site, now):
    return crew(site, now, 3)
