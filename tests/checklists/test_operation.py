"""The figures of the operation against rows made by hand: stuck, late, missed, and what still beats."""

from datetime import timedelta

import pytest

from checklists.selectors.operation import missed_reminders, operation
from staff.models import Channel
from staff.roles import Role
from tests import factories
from tests.checklists.operation_rows import SECOND, delivery, missed, pulses, sent, waiting

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def elsewhere(db):
    site = factories.make_site("HK", time_zone="Asia/Hong_Kong", holiday_calendar="HK")
    return factories.make_user("abroad", Role.SERVICE_STAFF, site=site)


def test_operation_of_an_empty_house_has_nothing_to_tell(site, now):
    found = operation(now=now)

    assert (found.reminders.count, found.reminders.oldest_seconds) == (0, 0)
    assert (found.day.sent, found.day.missed, found.day.median, found.day.reasons) == (0, 0, None, {})
    assert (found.hours, found.failed, found.deliveries.count) == ({}, {}, 0)


def test_operation_oldest_due_is_the_one_that_waits_longest(server, now):
    waiting(server, now - 90 * SECOND)
    waiting(server, now - 5 * SECOND)
    waiting(server, now)
    waiting(server, now + SECOND)

    found = operation(now=now)

    assert (found.reminders.count, found.reminders.oldest_seconds) == (3, 90)


@pytest.mark.parametrize(("seconds", "is_going"), [(0, True), (60, True), (61, False)])
def test_operation_stands_still_past_a_minute(server, now, seconds, is_going):
    waiting(server, now - seconds * SECOND)

    found = operation(now=now)

    assert (found.is_going, "reminders_stuck" in found.faults) == (is_going, not is_going)


def test_operation_lateness_is_from_due_to_sent(server, now):
    for late in (1, 2, 3, 4, 100):
        sent(server, now - 10 * MINUTE, late)
    waiting(server, now - MINUTE)

    hour = operation(now=now).hour

    assert (hour.sent, hour.median, hour.longest) == (5, 3, 100)
    assert hour.p99 == pytest.approx(96.16)


def test_operation_windows_go_by_the_moment_of_falling_due(server, now):
    sent(server, now - 23 * HOUR, 8)
    sent(server, now - 30 * MINUTE, 2)
    # Fell due before the window, though sent within it.
    sent(server, now - 24 * HOUR, 3600)

    found = operation(now=now)

    assert (found.hour.sent, found.hour.median) == (1, 2)
    assert (found.day.sent, found.day.median, found.day.longest) == (2, 5, 8)


def test_operation_hours_are_those_of_the_clock(server, now):
    sent(server, now - 30 * MINUTE, 2)
    sent(server, now - 50 * MINUTE, 4)
    missed(server, now - 61 * MINUTE)

    hours = operation(now=now).hours

    assert [(begins, each.sent, each.missed, each.median) for begins, each in hours.items()] == [
        (now - 2 * HOUR, 0, 1, None),
        (now - HOUR, 2, 0, 3),
    ]


def test_operation_missed_are_told_by_reason_and_window(server, now):
    missed(server, now - 5 * MINUTE)
    missed(server, now - 2 * HOUR)
    missed(server, now - 3 * HOUR, "superseded")

    found = operation(now=now)

    assert (found.hour.missed, found.hour.reasons) == (1, {"past_grace": 1})
    assert (found.day.missed, found.day.reasons) == (3, {"past_grace": 2, "superseded": 1})


@pytest.mark.parametrize(("reason", "is_fault"), [("past_grace", True), ("superseded", False), ("planned_late", False)])
def test_operation_only_a_miss_that_was_of_use_needs_a_hand(server, now, reason, is_fault):
    missed(server, now - HOUR, reason)

    assert ("reminders_missed" in operation(now=now).faults) is is_fault


def test_operation_withdrawn_reminders_count_nowhere(server, now):
    reminder = waiting(server, now - HOUR)
    reminder.state = "withdrawn"
    reminder.save()

    found = operation(now=now)

    assert (found.reminders.count, found.day.sent, found.day.missed) == (0, 0, 0)


def test_operation_of_a_site_leaves_out_the_others(server, elsewhere, now):
    for user in (server, elsewhere, elsewhere):
        waiting(user, now - MINUTE)
        sent(user, now - HOUR / 2, 1)
        missed(user, now - HOUR / 2)
        delivery(user, now)

    of_site, of_all = operation(now=now, site_id=server.site_id), operation(now=now)

    assert figures(of_site) == (1, 1, 1, {"past_grace": 1}, {"mail": 1})
    assert figures(of_all) == (3, 3, 3, {"past_grace": 3}, {"mail": 3})
    shown = missed_reminders(now=now, site_id=server.site_id, most=9)
    assert [each.recipients for each in shown] == [[server]]


def figures(found):
    return found.reminders.count, found.hour.sent, found.day.missed, found.day.reasons, found.failed


def test_operation_failed_deliveries_are_told_by_channel(server, manager, now):
    delivery(server, now)
    delivery(server, now, channel="push")
    delivery(server, now, channel="push")
    delivery(server, now, state="sent", sent_at=now)
    group = Channel.objects.create(
        site=server.site, name="前台", service="wecombot", sealed=b"x", created_at=now, created_by=manager
    )
    delivery(server, now, channel="group", notice=None, event="1", target=group)

    for site_id in (None, server.site_id):
        assert operation(now=now, site_id=site_id).failed == {"group": 1, "mail": 1, "push": 2}


def test_operation_oldest_delivery_is_due_and_not_held(server, now):
    delivery(server, now, state="pending", next_at=now - 11 * MINUTE)
    delivery(server, now, state="sending", next_at=now - MINUTE)
    delivery(server, now, state="held", next_at=now - HOUR)
    delivery(server, now, state="pending", next_at=now + MINUTE)

    found = operation(now=now)

    assert (found.deliveries.count, found.deliveries.oldest_seconds) == (2, 660)
    assert "deliveries_stuck" in found.faults


def test_pulses_of_both_engines_in_time_leave_no_fault(site, now):
    pulses(now, "beat")
    pulses(now, "spare", names=("dispatch", "outbox_mail", "outbox_web", "webhooks", "sweep"))

    assert operation(now=now).faults == ()


def test_pulse_of_the_spare_alone_keeps_the_reminders_alive(site, now):
    pulses(now, "beat", age=3600)
    pulses(now, "spare", age=1, names=("dispatch", "outbox_mail", "outbox_web", "webhooks", "sweep"))

    alive = {pulse.name: (pulse.is_alive, pulse.age_seconds) for pulse in operation(now=now).pulses}

    assert alive == {
        "dispatch": (True, 1),
        "outbox_mail": (True, 1),
        "outbox_web": (True, 1),
        "webhooks": (True, 1),
        "sweep": (True, 1),
        "surveys": (False, 3600),
        "training": (False, 3600),
    }


@pytest.mark.parametrize(("age", "is_alive"), [(30, True), (31, False)])
def test_pulse_past_its_rhythm_is_overdue(site, now, age, is_alive):
    pulses(now, "beat", age=age, names=("dispatch",))

    dispatch = operation(now=now).pulses[0]

    assert [each.is_overdue for each in dispatch.engines] == [not is_alive, True]
    assert dispatch.is_alive is is_alive


def test_pulse_of_a_clock_that_is_ahead_has_no_negative_age(site, now):
    pulses(now, "beat", age=-3)

    assert operation(now=now).pulses[0].age_seconds == 0


def test_pulses_have_the_rhythm_of_the_beat(settings, db, now):
    given = sorted(entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values())

    assert sorted(pulse.rhythm.every for pulse in operation(now=now).pulses) == given


def test_operation_takes_as_many_statements_for_three_as_for_one(server, now, query_count):
    def add():
        waiting(server, now - MINUTE)
        sent(server, now - HOUR, 1)
        missed(server, now - HOUR)
        delivery(server, now)

    add()
    one = query_count(lambda: operation(now=now))
    add()
    add()

    assert (query_count(lambda: operation(now=now)), one) == (5, 5)
