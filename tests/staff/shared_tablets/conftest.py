"""A shared tablet of the site, its browser, and people with PINs."""

import pytest
from django.test import Client

from staff.models import SharedTablet
from staff.services.pins import set_pin
from staff.services.tablets import enrol_tablet, make_tablet_code

PIN = "2580"


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)
    return time_machine


@pytest.fixture
def new_code(site, manager, now):
    def make(at=now, **facts):
        named = {"site": site, "name": "服务台平板", "place": "2F", "actor": manager} | facts
        return make_tablet_code(now=at, **named)[1]

    return make


@pytest.fixture
def enrolled(new_code, now):
    """A tablet with the browser that holds its key."""

    def make(**facts) -> tuple[SharedTablet, Client]:
        tablet, key = enrol_tablet(code=new_code(**facts), now=now)
        browser = Client(headers={"accept-language": "en"})
        browser.cookies["tablet"] = key
        return tablet, browser

    return make


@pytest.fixture
def tablet_and_browser(enrolled):
    return enrolled()


@pytest.fixture
def tablet(tablet_and_browser):
    return tablet_and_browser[0]


@pytest.fixture
def browser(tablet_and_browser):
    return tablet_and_browser[1]


@pytest.fixture
def server(server, now):
    """The server of the site, with a PIN."""
    set_pin(person=server, pin=PIN, now=now)
    return server


@pytest.fixture
def enter(browser):
    def go(person, pin=PIN, client=None):
        return (client or browser).post(f"/tablet/people/{person.pk}/", {"pin": pin})

    return go


@pytest.fixture
def at_work(browser, server, enter):
    """The tablet with the server signed in."""
    answer = enter(server)
    assert (answer.status_code, answer.url) == (302, "/tablet/")
    return browser
