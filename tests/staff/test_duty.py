"""Shifts that count and those that do not: drafts bind nobody, who is on call is not at work; what tables refuse."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from checklists.selectors.roster import roster_of
from rooms.selectors import day_bounds, site_today
from staff.models import Leave, PersonSkill, Shift, ShiftPattern, Skill, WorkingTimeRules
from staff.roles import Role
from staff.selectors import people_on_shift, shifts_on


def shift_of(user, site, now, **facts):
    during = DateTimeTZRange(now - timedelta(hours=1), now + timedelta(hours=4))
    return Shift.objects.create(user=user, site=site, during=during, **facts)


@pytest.mark.parametrize(("facts", "counts"), [({}, True), ({"is_draft": True}, False), ({"is_on_call": True}, False)])
def test_only_a_published_shift_at_work_makes_somebody_present(server, site, now, facts, counts):
    shift_of(server, site, now, **facts)

    assert people_on_shift(site=site, role=Role.SERVICE_STAFF, at=now) == ([server] if counts else [])
    window = day_bounds(site, site_today(site, now))
    assert roster_of(site, *window).works_at(server.pk, now) is counts
    assert shifts_on(site=site, on=site_today(site, now)).count() == 1, "planners see them all"


def test_a_draft_and_a_published_shift_of_one_hour_are_refused(server, site, now):
    shift_of(server, site, now)

    with pytest.raises(IntegrityError), transaction.atomic():
        shift_of(server, site, now, is_draft=True)


def leave_of(user, now, hours=8, **facts):
    during = DateTimeTZRange(now, now + timedelta(hours=hours))
    return Leave.objects.create(user=user, during=during, kind="leave", asked_by=user, asked_at=now, **facts)


def test_leave_is_granted_once_for_an_hour_and_asked_for_as_often_as_wanted(server, manager, now):
    decided = {"state": "granted", "decided_by": manager, "decided_at": now}
    leave_of(server, now, **decided)
    leave_of(server, now)

    with pytest.raises(IntegrityError, match="leave_no_overlap"), transaction.atomic():
        leave_of(server, now, **decided)


def test_leave_is_decided_by_somebody(server, now):
    with pytest.raises(IntegrityError, match="leave_decided_by_somebody"), transaction.atomic():
        leave_of(server, now, state="granted")


def test_a_pattern_has_times(site):
    with pytest.raises(IntegrityError, match="shift_pattern_has_times"), transaction.atomic():
        ShiftPattern.objects.create(site=site, code="none", name_zh_hans="空", spans=[])


def test_a_skill_does_not_lapse_before_it_begins(server, now):
    skill = Skill.objects.create(code="tea", name_zh_hans="茶艺")
    facts = {"user": server, "skill": skill, "granted_at": now, "valid_from": date(2026, 3, 2)}

    with pytest.raises(IntegrityError, match="person_skill_order"), transaction.atomic():
        PersonSkill.objects.create(valid_until=date(2026, 3, 1), **facts)
    PersonSkill.objects.create(valid_until=date(2026, 3, 2), **facts)


@pytest.mark.parametrize("wrong", [{"hours_a_day": 25}, {"hours_a_week": 0}, {"rest_hours": 49}, {"days_in_row": 0}])
def test_working_time_keeps_to_what_a_day_and_a_week_hold(site, wrong):
    with pytest.raises(IntegrityError, match="working_time_in_bounds"), transaction.atomic():
        WorkingTimeRules.objects.create(site=site, **wrong)
