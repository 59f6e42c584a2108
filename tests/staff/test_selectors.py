"""Reads of people, shifts and notices."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from rooms.selectors import calendar_of
from staff.models import Delivery, Notice, Shift
from staff.roles import Role
from staff.selectors import (
    deliveries_in_trouble,
    people_on_shift,
    people_visible_to,
    role_members,
    shift_patterns,
    shifts_on,
    unread_count,
)
from staff.services.shifts import create_shift
from tests.factories import make_user

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


@pytest.fixture
def make_shift(site, now):
    def make(user, start=now, hours=4):
        return create_shift(user=user, site=site, start=start, end=start + timedelta(hours=hours), actor=None, now=now)

    return make


def test_role_members_are_active_people_of_the_site_with_the_role(site, server, cleaner, stranger):
    make_user("gone", Role.SERVICE_STAFF, site=site, is_active=False)
    make_user("elsewhere", Role.SERVICE_STAFF, site=stranger.site)

    assert list(role_members(site, Role.SERVICE_STAFF)) == [server]


def test_people_on_shift_goes_by_role_and_half_open_time(site, server, cleaner, make_shift, now):
    make_shift(server)
    make_shift(cleaner)

    def on_shift(at):
        return people_on_shift(site=site, role=Role.SERVICE_STAFF, at=at)

    end = now + timedelta(hours=4)
    assert [on_shift(at) for at in (now, end - timedelta(seconds=1), end)] == [[server], [server], []]
    assert on_shift(now - timedelta(seconds=1)) == []


def test_people_on_shift_at_another_site_are_not_here(site, server, stranger, make_shift, now):
    make_shift(server)
    Shift.objects.update(site=stranger.site)

    assert people_on_shift(site=site, role=Role.SERVICE_STAFF, at=now) == []


def test_shifts_on_takes_what_touches_the_sites_own_day(site, server, make_shift):
    before_midnight = datetime(2026, 11, 22, 14, tzinfo=UTC)
    night = make_shift(server, before_midnight, hours=8)
    make_shift(server, datetime(2026, 11, 23, 16, tzinfo=UTC), hours=1)

    assert list(shifts_on(site=site, on=MONDAY)) == [night]


def test_shifts_on_needs_one_query_for_people_too(site, server, cleaner, make_shift, query_count):
    make_shift(server)
    make_shift(cleaner)

    assert query_count(lambda: [shift.user.display_name for shift in shifts_on(site=site, on=MONDAY)]) == 1


def test_unread_count_is_the_persons_own(applicant, secretary, now):
    for number, (person, read_at) in enumerate([(applicant, None), (applicant, now), (secretary, None)]):
        Notice.objects.create(recipient=person, code="x", key=str(number), created_at=now, read_at=read_at)

    assert unread_count(applicant) == 1


def test_people_visible_to_are_those_of_the_site_or_everyone(manager, server, administrator, stranger):
    nobody = make_user("nobody", Role.MANAGER)

    assert set(people_visible_to(manager)) == {manager, server, administrator}
    assert people_visible_to(administrator).count() == 5
    assert list(people_visible_to(nobody)) == []


def test_shift_patterns_begin_when_staff_are_on_post(site):
    patterns = shift_patterns(calendar_of(site), time(7, 45), MONDAY)

    assert patterns == [(time(7, 45), time(12)), (time(13, 30), time(18))]


def test_shift_patterns_of_a_closed_day_are_the_ordinary_ones(site):
    assert shift_patterns(calendar_of(site), time(7, 45), SATURDAY)[0] == (time(7, 45), time(12))


@pytest.mark.parametrize(("on_post_at", "begins"), [(time(9), time(8, 30)), (time(13), time(8, 30))])
def test_shift_patterns_never_begin_after_opening(site, on_post_at, begins):
    assert shift_patterns(calendar_of(site), on_post_at, MONDAY)[0] == (begins, time(12))


def test_shift_patterns_of_a_site_without_hours_are_none(site):
    site.working_periods.all().delete()

    assert shift_patterns(calendar_of(site), time(7, 45), MONDAY) == []


def test_deliveries_in_trouble_are_failed_or_put_off_and_of_the_site(manager, server, stranger, now):
    cases = [(server, "failed", 6), (server, "pending", 2), (server, "pending", 0), (server, "sent", 1)]
    for number, (person, state, attempts) in enumerate([*cases, (stranger, "failed", 6)]):
        notice = Notice.objects.create(recipient=person, code="x", key=str(number), created_at=now)
        Delivery.objects.create(notice=notice, channel="mail", state=state, attempts=attempts, next_at=now)

    assert [(each.state, each.attempts) for each in deliveries_in_trouble(manager)] == [("pending", 2), ("failed", 6)]
