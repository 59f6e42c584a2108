"""Approvers, rules and bounds of a site, set by its secretary."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.services.deciding import add_approver, add_rule, set_policy
from tests import factories

HOUR = timedelta(hours=1)


@pytest.fixture
def second(site):
    return factories.make_user("second", "secretary", site=site)


@pytest.fixture
def name(site, secretary, now):
    def make(user, room=None):
        return add_approver(site=site, room=room, user=user, actor=secretary, now=now)

    return make


@pytest.fixture
def rule(site, secretary, now):
    def make(*rooms, **facts):
        defaults = {"most_people": None, "host_department": "", "kinds": []}
        return add_rule(site=site, rooms=rooms, actor=secretary, now=now, **(defaults | facts))

    return make


@pytest.fixture
def policy(site, secretary, now):
    def make(room=None, **bounds):
        none = dict.fromkeys(("longest_minutes", "furthest_days", "notice_minutes", "opens_at", "closes_at"))
        return set_policy(site=site, room=room, bounds=none | bounds, actor=secretary, now=now)

    return make


@pytest.fixture
def change(applicant, now):
    def make(booking, **changes):
        return services.change_booking(booking_id=booking.pk, changes=changes, actor=applicant, now=now + HOUR)

    return make
