"""Reminders: armed once, sent once, late when late, missed when past use."""

from datetime import timedelta

import pytest

from bookings.models import Booking
from checklists.models import Reminder, Step
from checklists.services.dispatch import dispatch_due
from checklists.services.plans import plan_booking
from checklists.services.pulse import dispatch_all
from checklists.services.reminders import arm_reminders
from staff.models import Notice
from staff.notice_texts import render_notice
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, change, end, on_shift, start, step_of, tick

Kind, State = Reminder.Kind, Reminder.State


@pytest.fixture
def shifts(server, secretary, manager, now):
    for user in (server, secretary, manager):
        on_shift(user, now - HOUR)


@pytest.fixture
def booking(room_108, applicant, shifts, now):
    return approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)


def rows(step):
    return list(
        step.reminders.order_by("due_at", "recipient__username").values_list("kind", "recipient__username", "state")
    )


def sent_codes(user=None):
    notices = Notice.objects.filter(reminders__isnull=False).distinct().order_by("pk")
    return [notice.code for notice in (notices.filter(recipient=user) if user else notices)]


def drain(moment):
    while dispatch_due(now=moment).is_full:
        pass


def test_arm_reminders_asks_who_is_on_shift_and_a_manager_when_late(booking, now):
    step = step_of(booking, "P12")

    assert rows(step) == [
        (Kind.LEAD, "staff1", State.PENDING),
        (Kind.DUE, "staff1", State.PENDING),
        (Kind.LATE, "manager", State.PENDING),
        (Kind.LATE, "staff1", State.PENDING),
        (Kind.SECOND, "secretary", State.PENDING),
    ]
    assert list(step.reminders.order_by("due_at").values_list("due_at", flat=True))[::2] == [
        step.due_at - 10 * MINUTE,
        step.due_at + 5 * MINUTE,
        step.due_at + 10 * MINUTE,
    ]


def test_arm_reminders_twice_changes_nothing(booking, now):
    before = list(Reminder.objects.order_by("pk").values())

    arm_reminders(steps=list(booking.steps.select_related("item", "assignee")), now=now)

    assert list(Reminder.objects.order_by("pk").values()) == before


def test_arm_reminders_moved_step_withdraws_the_old_and_arms_new(booking, now):
    old_due = step_of(booking, "P12").due_at

    change(booking, now=now, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    due = step_of(booking, "P12").reminders.filter(kind=Kind.DUE).order_by("due_at")
    assert list(due.values_list("due_at", "state")) == [
        (old_due, State.WITHDRAWN),
        (old_due + HOUR, State.PENDING),
    ]


def test_arm_reminders_moved_back_and_forth_does_not_double(booking, now):
    original = (booking.start_at, booking.end_at)
    for start_at, end_at in ((original[0] + HOUR, original[1] + HOUR), original):
        change(booking, now=now, start_at=start_at, end_at=end_at)

    due = step_of(booking, "P12").reminders.filter(kind=Kind.DUE, state=State.PENDING)
    assert due.count() == 1


def test_arm_reminders_moved_after_sending_sends_again_at_the_new_time(booking, now):
    due_at = step_of(booking, "P12").due_at
    dispatch_all(clock=lambda: due_at)
    change(booking, now=due_at, start_at=booking.start_at + HOUR, end_at=booking.end_at + HOUR)

    dispatch_all(clock=lambda: due_at + HOUR)

    sent = step_of(booking, "P12").reminders.filter(kind=Kind.DUE, state=State.SENT)
    assert list(sent.order_by("due_at").values_list("due_at", flat=True)) == [due_at, due_at + HOUR]


def test_arm_reminders_nobody_on_shift_far_ahead_waits_for_the_shifts(room_108, applicant, server, manager, now):
    booking = approved(room=room_108, applicant=applicant, start=now + timedelta(days=7), now=now, tea=True)
    step = step_of(booking, "P12")
    assert rows(step) == []
    on_shift(server, step.due_at - HOUR)

    plan_booking(booking_id=booking.pk, now=now)

    assert {user for _, user, _ in rows(step)} == {"staff1", "manager"}


def test_arm_reminders_nobody_on_shift_soon_asks_everyone_of_the_role(room_108, applicant, server, manager, now):
    factories.make_user("staff2", "service_staff", site=room_108.site)
    booking = approved(room=room_108, applicant=applicant, start=now + HOUR, now=now, tea=True)

    due = [user for kind, user, _ in rows(step_of(booking, "P12")) if kind == Kind.DUE]
    assert due == ["staff1", "staff2"]


def test_dispatch_due_sends_at_its_minute_and_not_before(booking, server, now):
    step = step_of(booking, "P13")
    due = step.reminders.get(kind=Kind.DUE)

    drain(due.due_at - timedelta(seconds=1))
    due.refresh_from_db()
    assert due.state == State.PENDING

    drain(due.due_at)
    due.refresh_from_db()
    assert (due.state, due.sent_at) == (State.SENT, due.due_at)
    assert due.notice.recipient == server


def test_dispatch_due_twice_sends_once(booking):
    due_at = step_of(booking, "P13").due_at
    drain(due_at)
    notices = Notice.objects.count()

    drain(due_at)
    drain(due_at + timedelta(seconds=5))

    assert Notice.objects.count() == notices


def test_dispatch_due_same_time_and_person_share_one_notice(booking, secretary):
    inspection = step_of(booking, "P5").due_at

    drain(inspection)

    reminders = Reminder.objects.filter(recipient=secretary, kind=Kind.DUE, due_at=inspection)
    assert sorted(reminders.values_list("step__item__code", flat=True)) == ["P5", "P6", "P7", "P8", "P9"]
    notice = Notice.objects.get(pk__in=reminders.values("notice"))
    assert "108" in render_notice(notice, "zh-hans", booking.site.zone)[0]
    assert "会场检查 ×5" in render_notice(notice, "zh-hans", booking.site.zone)[0]


def test_dispatch_due_a_single_step_is_named_in_the_readers_language(booking, server):
    step = step_of(booking, "P13")
    drain(step.due_at)

    notice = step.reminders.get(kind=Kind.DUE).notice
    titles = [render_notice(notice, language, booking.site.zone)[0] for language in ("zh-hans", "zh-hant", "en")]

    assert step.item.title_zh_hans in titles[0]
    assert step.item.title_zh_hant in titles[1]
    assert step.item.title_en in titles[2]


def test_dispatch_due_leads_the_host_to_the_booking_and_staff_to_the_tablet(room_108, applicant, shifts, server, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True, name_plates=4)

    drain(step_of(booking, "P17").due_at)
    drain(step_of(booking, "P13").due_at)

    host = step_of(booking, "P17").reminders.get(kind=Kind.DUE).notice
    served = step_of(booking, "P13").reminders.get(kind=Kind.DUE).notice
    assert (host.recipient, host.url) == (applicant, f"/bookings/{booking.ref}/")
    assert (served.recipient, served.url) == (server, "/tablet/")


def test_dispatch_due_keeps_the_lateness_and_says_so(booking, server):
    step = step_of(booking, "P13")

    drain(step.due_at + 4 * MINUTE)

    due = step.reminders.get(kind=Kind.DUE)
    assert due.sent_at - due.due_at == 4 * MINUTE
    assert due.notice.code == "reminder_delayed"
    assert due.notice.params["late_minutes"] == 4


def test_dispatch_due_past_grace_is_missed_and_the_manager_told_once(booking, manager):
    step = step_of(booking, "P13")
    outage_over = step.due_at + HOUR
    Step.objects.exclude(pk=step.pk).update(state=Step.State.WITHDRAWN)

    drain(outage_over)

    assert {state for _, _, state in rows(step)} == {State.MISSED}
    notice = Notice.objects.get(code="reminders_missed")
    assert (notice.recipient, notice.params["count"]) == (manager, 5)
    assert sent_codes() == []


def test_dispatch_due_after_a_short_outage_sends_the_newest_and_drops_the_others(booking, server):
    step = step_of(booking, "P13")
    Step.objects.exclude(pk=step.pk).update(state=Step.State.WITHDRAWN)

    drain(step.due_at + 6 * MINUTE)

    mine = step.reminders.filter(recipient=server).order_by("due_at")
    assert list(mine.values_list("kind", "state", "reason")) == [
        (Kind.LEAD, State.MISSED, "superseded"),
        (Kind.DUE, State.MISSED, "superseded"),
        (Kind.LATE, State.SENT, ""),
    ]
    assert not Notice.objects.filter(code="reminders_missed").exists()


def test_dispatch_due_after_an_outage_still_announces_what_is_not_yet_due(booking, secretary):
    step = step_of(booking, "P3")
    lead = step.reminders.get(kind=Kind.LEAD)
    Step.objects.exclude(pk=step.pk).update(state=Step.State.WITHDRAWN)

    drain(step.due_at - MINUTE)

    lead.refresh_from_db()
    assert (lead.state, lead.notice.code) == (State.SENT, "reminder_delayed")


def test_dispatch_due_of_a_ticked_step_is_withdrawn(booking, server):
    step = step_of(booking, "P13")
    Step.objects.filter(pk=step.pk).update(state=Step.State.SKIPPED)

    drain(step.due_at)

    due = step.reminders.get(kind=Kind.DUE)
    assert (due.state, due.reason) == (State.WITHDRAWN, "settled")


def test_dispatch_due_of_a_cancelled_meeting_sends_nothing(booking):
    Booking.objects.filter(pk=booking.pk).update(status=Booking.Status.CANCELLED)

    drain(booking.start_at)

    assert sent_codes() == []
    assert not Reminder.objects.filter(state=State.SENT).exists()


def test_dispatch_due_does_not_ask_for_clearing_up_before_the_end(booking, server):
    start(booking, now=booking.start_at)
    step = step_of(booking, "A5")

    drain(step.due_at)
    assert not step.reminders.filter(state=State.SENT).exists()

    end(booking, now=booking.end_at)
    drain(step_of(booking, "A5").due_at)
    assert step.reminders.filter(state=State.SENT).exists()


def test_dispatch_due_late_step_goes_to_the_manager(booking, manager, server):
    step = step_of(booking, "P13")
    drain(step.due_at)

    drain(step.due_at + 5 * MINUTE)

    step.refresh_from_db()
    assert step.escalated_at == step.due_at + 5 * MINUTE
    assert "reminder_escalated" in sent_codes(manager)
    assert sent_codes(server)[-1] == "reminder_late"


def test_dispatch_due_nobody_on_shift_tells_the_manager(room_108, applicant, server, manager, now):
    booking = approved(room=room_108, applicant=applicant, start=now + HOUR, now=now, tea=True)

    drain(step_of(booking, "P13").due_at)

    told = Notice.objects.filter(code="nobody_on_shift", recipient=manager)
    assert told.count() >= 1


def test_dispatch_due_takes_no_more_than_its_limit(booking, now):
    waiting = Reminder.objects.filter(state=State.PENDING).count()

    report = dispatch_due(now=booking.start_at - 58 * MINUTE, limit=3)

    assert report.is_full
    assert Reminder.objects.filter(state=State.PENDING).count() == waiting - 3


def test_round_reminder_follows_the_tick(booking, server):
    first = step_of(booking, "U1")
    tick(first, server, now=first.due_at)
    second = step_of(booking, "U1", 2)

    drain(second.due_at)

    assert second.reminders.get(kind=Kind.DUE, recipient=server).sent_at == first.due_at + 15 * MINUTE
