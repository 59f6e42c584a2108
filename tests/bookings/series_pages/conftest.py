"""Pages of series: the clock stands still, and whoever looks at them reads English."""

import pytest


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def read_by(client):
    def sign_in(user):
        user.language = "en"
        user.save()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def browser(read_by, applicant):
    return read_by(applicant)


@pytest.fixture
def desk(read_by, secretary):
    return read_by(secretary)
