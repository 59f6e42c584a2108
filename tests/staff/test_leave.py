"""Leave and sickness: asked for, decided, and what becomes of the shifts they fall into."""

from datetime import timedelta

import pytest

from staff.errors import StaffError
from staff.models import Leave, Shift, StaffLog
from staff.services.leave import decline_leave, enter_sickness, grant_leave, request_leave, withdraw_leave
from staff.services.shifts import create_shift

HOUR = timedelta(hours=1)


@pytest.fixture
def ask(server, now):
    def make(begins=0, ends=8, user=server, note=""):
        start, end = now + begins * HOUR, now + ends * HOUR
        return request_leave(user=user, kind="leave", start=start, end=end, note=note, actor=user, now=now)

    return make


@pytest.fixture
def shift(server, site, manager, now):
    return create_shift(user=server, site=site, start=now, end=now + 8 * HOUR, actor=manager, now=now)


def hours_worked(now):
    return [
        ((each.during.lower - now) / HOUR, (each.during.upper - now) / HOUR)
        for each in Shift.objects.order_by("during")
    ]


def test_leave_asked_for_changes_no_shift_until_it_is_granted(ask, shift, manager, now):
    leave = ask()
    assert hours_worked(now) == [(0, 8)]

    lost = grant_leave(leave_id=leave.pk, actor=manager, now=now)

    assert lost == [(now, now + 8 * HOUR)]
    assert hours_worked(now) == []
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by, leave.decided_at) == ("granted", manager, now)


@pytest.mark.parametrize(
    ("begins", "ends", "left"),
    [(-2, 3, [(3, 8)]), (5, 9, [(0, 5)]), (2, 4, [(0, 2), (4, 8)]), (8, 10, [(0, 8)]), (-3, 0, [(0, 8)])],
)
def test_what_falls_into_leave_is_cut_out_of_a_shift(ask, shift, manager, now, begins, ends, left):
    grant_leave(leave_id=ask(begins, ends).pk, actor=manager, now=now)

    assert hours_worked(now) == left


def test_a_part_left_over_stays_what_the_whole_was(ask, shift, manager, now):
    Shift.objects.update(is_on_call=True, is_draft=True)

    grant_leave(leave_id=ask(2, 4).pk, actor=manager, now=now)

    assert set(Shift.objects.values_list("is_on_call", "is_draft")) == {(True, True)}


def test_sickness_is_entered_and_holds_at_once(server, shift, manager, now):
    leave, lost = enter_sickness(user=server, start=now + 2 * HOUR, end=now + 20 * HOUR, actor=manager, now=now)

    assert (leave.state, leave.kind) == ("granted", "sick")
    assert lost == [(now + 2 * HOUR, now + 8 * HOUR)]
    assert hours_worked(now) == [(0, 2)]


def test_a_decided_request_is_not_decided_again(ask, manager, now):
    leave = ask()
    decline_leave(leave_id=leave.pk, actor=manager, now=now)

    for again in (grant_leave, decline_leave, withdraw_leave):
        with pytest.raises(StaffError) as refused:
            again(leave_id=leave.pk, actor=manager, now=now)
        assert refused.value.code == "leave_settled"


def test_two_requests_of_one_time_cannot_both_be_granted(ask, manager, now):
    first, second = ask(0, 4), ask(2, 6)
    grant_leave(leave_id=first.pk, actor=manager, now=now)

    with pytest.raises(StaffError) as refused:
        grant_leave(leave_id=second.pk, actor=manager, now=now)

    assert refused.value.code == "leave_overlap"
    assert Leave.objects.get(pk=second.pk).state == "requested"


def test_leave_in_time_that_is_granted_already_is_refused_when_asked_for(ask, manager, now):
    grant_leave(leave_id=ask(0, 4).pk, actor=manager, now=now)

    with pytest.raises(StaffError, match="leave_overlap"):
        ask(3, 5)


def test_granted_leave_is_taken_back_until_it_has_ended(ask, server, manager, now):
    leave = ask(1, 4)
    grant_leave(leave_id=leave.pk, actor=manager, now=now)

    with pytest.raises(StaffError, match="leave_settled"):
        withdraw_leave(leave_id=leave.pk, actor=server, now=now + 4 * HOUR)
    withdraw_leave(leave_id=leave.pk, actor=server, now=now + 4 * HOUR - timedelta(seconds=1))

    assert Leave.objects.get().state == "withdrawn"


@pytest.mark.parametrize("ends", [0, -1])
def test_leave_ends_after_it_begins(ask, ends):
    with pytest.raises(StaffError, match="leave_order"):
        ask(0, ends)


def test_what_somebody_is_ill_with_is_in_no_log(server, manager, now):
    enter_sickness(user=server, start=now, end=now + HOUR, actor=manager, now=now, note="偏头痛")

    assert "偏头痛" not in str(list(StaffLog.objects.values_list("changes", flat=True)))


def test_leave_that_is_gone_says_so(manager, now):
    with pytest.raises(StaffError, match="leave_gone"):
        grant_leave(leave_id=404, actor=manager, now=now)
