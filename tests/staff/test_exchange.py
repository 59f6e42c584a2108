"""Swaps and open shifts: offered, accepted, approved; checked again at the end, and never more than what is named."""

from datetime import timedelta

import pytest

from staff.errors import StaffError
from staff.models import Notice, OpenShiftRequest, RemovedShift, Shift, ShiftSwap, WorkingTimeRules
from staff.roles import Role
from staff.services.leave import enter_sickness
from staff.services.open_shifts import (
    ask_open_shift,
    decline_open_shift,
    grant_open_shift,
    publish_open_shift,
    withdraw_open_request,
    withdraw_open_shift,
)
from staff.services.shifts import change_shift, create_shift
from staff.services.swaps import accept_swap, approve_swap, decline_swap, offer_swap, withdraw_swap
from tests.factories import make_site, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def colleague(site):
    return make_user("staff2", Role.SERVICE_STAFF, site=site)


@pytest.fixture
def work(site, now):
    def make(user, days=1, begins=0, hours=8, **facts):
        start = now + days * DAY + begins * HOUR
        return create_shift(user=user, site=site, start=start, end=start + hours * HOUR, actor=None, now=now, **facts)

    return make


@pytest.fixture
def offered(server, work, now):
    """The server's shift of tomorrow, to whoever takes it; the day after is theirs as well."""
    work(server, days=2)
    return offer_swap(shift_id=work(server).pk, giver=server, colleague=None, now=now)


@pytest.fixture
def opened(site, manager, now):
    def make(places=1, days=1, role=Role.SERVICE_STAFF):
        start = now + days * DAY
        facts = {"site": site, "role": role, "places": places, "actor": manager, "now": now}
        return publish_open_shift(start=start, end=start + 8 * HOUR, **facts)

    return make


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))


def held(user, now):
    return [(each.during.lower - now) // DAY for each in Shift.objects.filter(user=user).order_by("during")]


def refused(act):
    with pytest.raises(StaffError) as caught:
        act()
    return caught.value.code


def test_a_swap_waits_for_the_manager_and_touches_one_day_only(colleague, offered, server, manager, cleaner, now):
    accept_swap(swap_id=offered.pk, taker=colleague, given_id=None, now=now)
    assert (held(server, now), held(colleague, now)) == ([1, 2], [])

    approve_swap(swap_id=offered.pk, actor=manager, now=now)

    assert (held(server, now), held(colleague, now)) == ([2], [1])
    assert (told(server), told(manager), told(cleaner)) == (["swap_accepted", "swap_done"], ["swap_waiting"], [])
    assert told(colleague) == ["swap_offered", "swap_done"]
    assert RemovedShift.objects.get().user == server


def test_a_site_may_let_swaps_pass_without_a_manager(offered, server, colleague, site, now):
    WorkingTimeRules.objects.create(site=site, swaps_need_approval=False)

    accept_swap(swap_id=offered.pk, taker=colleague, given_id=None, now=now)

    offered.refresh_from_db()
    assert (offered.state, held(colleague, now)) == ("done", [1])


def test_shifts_of_the_same_hours_may_cross(offered, server, colleague, work, manager, now):
    given = work(colleague, begins=2)

    accept_swap(swap_id=offered.pk, taker=colleague, given_id=given.pk, now=now)
    approve_swap(swap_id=offered.pk, actor=manager, now=now)

    given.refresh_from_db()
    assert (given.user, Shift.objects.get(pk=offered.shift_id).user) == (server, colleague)
    assert given.version == 3


def test_only_a_colleague_of_the_duty_and_site_may_take_it(offered, server, cleaner, now):
    elsewhere = make_user("staff-sz", Role.SERVICE_STAFF, site=make_site("SZ"))

    for taker in (cleaner, server, elsewhere):
        code = refused(lambda taker=taker: accept_swap(swap_id=offered.pk, taker=taker, given_id=None, now=now))
        assert code == "swap_unfit"


def test_what_is_offered_to_one_is_not_anothers(server, colleague, work, site, now):
    third = make_user("staff3", Role.SERVICE_STAFF, site=site)
    swap = offer_swap(shift_id=work(server).pk, giver=server, colleague=colleague, now=now)

    assert refused(lambda: accept_swap(swap_id=swap.pk, taker=third, given_id=None, now=now)) == "swap_not_yours"
    assert (told(colleague), told(third)) == (["swap_offered"], [])


def test_a_shift_of_the_takers_own_in_that_time_is_refused_when_they_accept(offered, colleague, work, now):
    work(colleague, begins=2)

    assert refused(lambda: accept_swap(swap_id=offered.pk, taker=colleague, given_id=None, now=now)) == "shift_overlap"
    offered.refresh_from_db()
    assert offered.state == "offered"


@pytest.mark.parametrize("spoiled", ["sick", "moved", "bar", "gone"])
def test_everything_is_looked_at_again_at_the_approval(offered, server, colleague, manager, site, work, now, spoiled):
    accept_swap(swap_id=offered.pk, taker=colleague, given_id=None, now=now)
    start = offered.during.lower
    if spoiled == "sick":
        enter_sickness(user=colleague, start=start, end=start + HOUR, actor=manager, now=now)
    elif spoiled == "moved":
        change_shift(shift_id=offered.shift_id, start=start + HOUR, end=start + 8 * HOUR, actor=manager, now=now)
    elif spoiled == "bar":
        WorkingTimeRules.objects.create(site=site, hours_a_day=7, bars=["hours_a_day"])
    else:
        Shift.objects.get(pk=offered.shift_id).delete()

    code = refused(lambda: approve_swap(swap_id=offered.pk, actor=manager, now=now))

    assert code == {"sick": "person_away", "bar": "bar_hours_a_day"}.get(spoiled, "swap_shift_changed")
    assert held(colleague, now) == []
    assert ShiftSwap.objects.get().state == "accepted"


def test_an_offer_stands_once_and_never_for_drafts_the_past_or_others(server, colleague, work, offered, now):
    draft, past, other = work(server, days=3, is_draft=True), work(server, days=-1), work(colleague)

    def offer(shift_id):
        return refused(lambda: offer_swap(shift_id=shift_id, giver=server, colleague=None, now=now))

    assert [offer(offered.shift_id), offer(draft.pk), offer(past.pk), offer(other.pk)] == [
        "swap_open",
        "shift_gone",
        "shift_begun",
        "shift_gone",
    ]


@pytest.mark.parametrize("verb", [withdraw_swap, decline_swap])
def test_what_is_settled_stays_so(offered, server, colleague, manager, now, verb):
    verb(swap_id=offered.pk, actor=manager, now=now)

    assert refused(lambda: accept_swap(swap_id=offered.pk, taker=colleague, given_id=None, now=now)) == "swap_settled"
    assert refused(lambda: verb(swap_id=offered.pk, actor=manager, now=now)) == "swap_settled"
    assert refused(lambda: approve_swap(swap_id=offered.pk, actor=manager, now=now)) == "swap_settled"


def test_an_open_shift_is_told_to_its_role_asked_for_and_granted(opened, server, colleague, cleaner, manager, now):
    shift = opened()
    assert (told(server), told(cleaner)) == (["open_shift_published"], [])
    first, second = (ask_open_shift(open_shift_id=shift.pk, user=user, now=now) for user in (server, colleague))
    assert held(server, now) == []

    grant_open_shift(request_id=first.pk, actor=manager, now=now)

    second.refresh_from_db()
    assert (held(server, now), held(colleague, now), second.state) == ([1], [], "declined")
    assert told(colleague)[-1] == "open_shift_filled"
    assert refused(lambda: grant_open_shift(request_id=second.pk, actor=manager, now=now)) == "open_shift_settled"


def test_an_open_shift_is_taken_at_once_where_no_word_is_needed(opened, server, colleague, site, now):
    WorkingTimeRules.objects.create(site=site, swaps_need_approval=False)
    shift = opened()

    ask_open_shift(open_shift_id=shift.pk, user=server, now=now)

    assert held(server, now) == [1]
    assert refused(lambda: ask_open_shift(open_shift_id=shift.pk, user=colleague, now=now)) == "open_shift_full"


def test_an_open_shift_refuses_another_role_a_second_wish_and_whoever_cannot(
    opened, server, colleague, cleaner, work, manager, now
):
    shift = opened(places=3)
    work(colleague, begins=2)
    ask_open_shift(open_shift_id=shift.pk, user=server, now=now)

    codes = [
        refused(lambda user=user: ask_open_shift(open_shift_id=shift.pk, user=user, now=now))
        for user in (cleaner, server, colleague)
    ]

    assert codes == ["open_shift_role", "open_shift_asked", "shift_overlap"]
    assert OpenShiftRequest.objects.count() == 1


def test_leave_is_looked_at_again_when_an_open_shift_is_granted(opened, server, manager, now):
    wish = ask_open_shift(open_shift_id=opened().pk, user=server, now=now)
    enter_sickness(user=server, start=now, end=now + 3 * DAY, actor=manager, now=now)

    assert refused(lambda: grant_open_shift(request_id=wish.pk, actor=manager, now=now)) == "person_away"


def test_wishes_are_taken_back_and_open_shifts_closed(opened, server, colleague, manager, now):
    shift = opened()
    mine = ask_open_shift(open_shift_id=shift.pk, user=server, now=now)
    withdraw_open_request(request_id=mine.pk, actor=server, now=now)
    again = ask_open_shift(open_shift_id=shift.pk, user=server, now=now + HOUR)
    decline_open_shift(request_id=again.pk, actor=manager, now=now)
    ask_open_shift(open_shift_id=shift.pk, user=colleague, now=now)

    withdraw_open_shift(open_shift_id=shift.pk, actor=manager, now=now)

    assert (told(server)[-1], told(colleague)[-1]) == ("open_shift_declined", "open_shift_withdrawn")
    assert refused(lambda: ask_open_shift(open_shift_id=shift.pk, user=server, now=now)) == "open_shift_closed"


# --- The pages ---


def test_my_page_offers_and_takes(client, server, colleague, work, site, now, time_machine):
    time_machine.move_to(now)
    WorkingTimeRules.objects.create(site=site, swaps_need_approval=False)
    shift = work(server)
    client.force_login(server)
    client.post(f"/me/shifts/{shift.pk}/offer/", {"colleague": ""})
    assert client.get("/me/shifts/").context["exchange"].own[0].shift == shift

    client.force_login(colleague)
    (swap,) = client.get("/me/shifts/").context["exchange"].offered
    client.post(f"/me/swaps/{swap.pk}/accept/", {"given": ""})

    assert held(colleague, now) == [1]


def test_a_colleagues_shift_or_offer_is_not_mine_to_change(client, server, colleague, work, offered, now, time_machine):
    time_machine.move_to(now)
    client.force_login(colleague)

    assert client.post(f"/me/shifts/{offered.shift_id}/offer/").status_code == 404
    assert client.post(f"/me/swaps/{offered.pk}/withdraw/").status_code == 404
    assert client.post(f"/me/swaps/{offered.pk}/accept/", {"given": offered.shift_id}).status_code == 404


def test_managers_page_publishes_and_decides(client, manager, server, site, now, time_machine):
    time_machine.move_to(now)
    client.force_login(manager)
    fields = {"role": "service_staff", "on": "2026-11-25", "begins": "22:00", "ends": "06:00", "places": "2"}
    client.post("/shifts/exchange/?site=HQ", fields)
    (line,) = client.get("/shifts/exchange/?site=HQ").context["lines"]
    wish = ask_open_shift(open_shift_id=line.opened.pk, user=server, now=now)

    client.post(f"/shifts/open/requests/{wish.pk}/decide/", {"act": "grant"})

    assert Shift.objects.get().during == line.opened.during
    past = client.post("/shifts/exchange/?site=HQ", fields | {"on": "2026-11-20"})
    assert (past.status_code, list(past.context["form"].errors)) == (422, ["on"])


def test_pages_take_as_many_statements_for_three_as_for_one(
    client, server, manager, work, opened, site, now, time_machine, query_count
):
    time_machine.move_to(now)
    client.force_login(server)

    def more(number):
        user = make_user(f"more{number}", Role.SERVICE_STAFF, site=site)
        offer_swap(shift_id=work(user, days=number + 1).pk, giver=user, colleague=None, now=now)
        ask_open_shift(open_shift_id=opened(places=9, days=number + 5).pk, user=user, now=now)

    def counts():
        found = []
        for user, page in ((server, "/me/shifts/"), (manager, "/shifts/exchange/"), (manager, "/shifts/")):
            client.force_login(user)
            client.get(page)
            found.append(query_count(lambda page=page: client.get(page)))
        return found

    more(1)
    one = counts()
    more(2), more(3)

    assert counts() == one
