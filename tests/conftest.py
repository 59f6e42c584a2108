"""The fixed moment, the site and the people every test may use."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import settings

from staff.roles import Role
from tests import factories
from tests.database import django_db_modify_db_settings  # noqa: F401 - pytest finds it by name
from tests.world import world  # noqa: F401 - the same

# Examples are drawn alike on every run, and a busy machine is no failure.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")

# Monday 23 November 2026, 09:00 in Shanghai: an ordinary working day.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def still_english_clock(time_machine, now):
    """The moment stands still, and pages are English."""
    time_machine.move_to(now, tick=False)
    with translation.override("en"):
        yield


@pytest.fixture
def site(db):
    return factories.make_site()


@pytest.fixture
def room_108(site):
    return factories.make_room(site, "108")


@pytest.fixture
def rooms(site, room_108):
    return [room_108, factories.make_room(site, "201"), factories.make_room(site, "205")]


@pytest.fixture
def applicant(site):
    return factories.make_user("applicant", Role.APPLICANT, site=site)


@pytest.fixture
def secretary(site):
    return factories.make_user("secretary", Role.SECRETARY, site=site)


@pytest.fixture
def server(site):
    return factories.make_user("staff1", Role.SERVICE_STAFF, site=site)


@pytest.fixture
def cleaner(site):
    return factories.make_user("cleaner", Role.CLEANER, site=site)


@pytest.fixture
def technician(site):
    return factories.make_user("technician", Role.TECHNICIAN, site=site)


@pytest.fixture
def manager(site):
    return factories.make_user("manager", Role.MANAGER, site=site)


@pytest.fixture
def administrator(site):
    return factories.make_user("admin", Role.ADMINISTRATOR, site=site)


@pytest.fixture
def stranger(db):
    """A secretary of another site."""
    elsewhere = factories.make_site("HK", time_zone="Asia/Hong_Kong", holiday_calendar="HK")
    return factories.make_user("stranger", Role.SECRETARY, site=elsewhere)


@pytest.fixture
def empty_cache(settings):
    """Of this process alone: `clear` empties the whole of Redis, the sessions of tests beside it as well."""
    client = cache._cache.get_client(write=True)
    if keys := list(client.scan_iter(f"{settings.CACHES['default']['KEY_PREFIX']}:*")):
        client.delete(*keys)


class Sent(int):
    """How many statements; where the number is not the wanted one, a failing test shows which they were."""

    statements: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([f"{int(self)} statements", *self.statements])


@pytest.fixture
def query_count():
    """Call something and say how many statements it sent."""

    def count(call) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        sent = Sent(len(captured))
        sent.statements = tuple(each["sql"] for each in captured)
        return sent

    return count
