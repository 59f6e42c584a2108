"""Leave on its pages: asked for, decided, entered, and who may read what."""

from datetime import timedelta

import pytest

from staff.models import Leave, Notice, Shift
from staff.roles import Role
from staff.services.leave import request_leave
from staff.services.shifts import create_shift
from tests.factories import make_site, make_user

HOUR = timedelta(hours=1)


@pytest.fixture
def as_server(client, server, now, time_machine):
    time_machine.move_to(now)
    client.force_login(server)
    return client


@pytest.fixture
def as_manager(client, manager, now, time_machine):
    time_machine.move_to(now)
    client.force_login(manager)
    return client


@pytest.fixture
def asked(server, now):
    start = now + timedelta(days=2)
    return request_leave(
        user=server, kind="leave", start=start, end=start + 24 * HOUR, note="secret reason", actor=server, now=now
    )


def fields(**more):
    return {"kind": "leave", "first": "2026-12-01", "last": "2026-12-02", "note": "x"} | more


def test_whole_days_last_from_midnight_to_midnight_of_the_site(as_server, server):
    answer = as_server.post("/me/leave/", fields())

    leave = Leave.objects.get()
    assert (answer.url, leave.state, leave.user, leave.asked_by) == ("/me/leave/", "requested", server, server)
    assert (f"{leave.during.lower:%d %H}", f"{leave.during.upper:%d %H}") == ("30 16", "02 16")


def test_hours_of_a_day(as_server):
    as_server.post("/me/leave/", fields(last="2026-12-01", begins="09:00", ends="12:00"))

    assert f"{Leave.objects.get().during.lower:%d %H}" == "01 01"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last": "2026-11-30"}, "last"),
        ({"first": "", "last": ""}, "first"),
        ({"first": "2026-11-01", "last": "2026-11-02"}, "first"),
        ({"last": "2028-12-01"}, "last"),
        ({"begins": "09:00"}, "ends"),
        ({"last": "2026-12-01", "begins": "12:00", "ends": "09:00"}, "ends"),
        ({"kind": "sick"}, "kind"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(as_server, wrong, field):
    answer = as_server.post("/me/leave/", fields(note="to keep") | wrong)

    assert (answer.status_code, next(iter(answer.context["form"].errors))) == (422, field)
    assert Leave.objects.count() == 0
    assert "to keep" in answer.content.decode() or field == "note"


def test_leave_is_listed_and_taken_back(as_server, asked):
    assert "secret reason" in as_server.get("/me/leave/").content.decode()

    as_server.post(f"/me/leave/{asked.pk}/withdraw/")
    again = as_server.post(f"/me/leave/{asked.pk}/withdraw/", follow=True)

    asked.refresh_from_db()
    levels = [each.level_tag for each in again.context["messages"]]
    assert (asked.state, levels) == ("withdrawn", ["success", "error"])


def test_managers_see_what_it_would_cut_and_who_else_is_away(as_manager, asked, server, site, now):
    start = asked.during.lower
    create_shift(user=server, site=site, start=start + HOUR, end=start + 9 * HOUR, actor=None, now=now)
    create_shift(user=server, site=site, start=start - 9 * HOUR, end=start, actor=None, now=now)

    page = as_manager.get("/shifts/leave/")

    (line,) = page.context["waiting"]
    assert (line.leave, len(line.shifts), line.others) == (asked, 1, [])
    assert "secret reason" in page.content.decode()


def test_granting_cuts_and_tells_and_a_second_time_does_nothing(as_manager, asked, server, site, now):
    start = asked.during.lower
    create_shift(user=server, site=site, start=start + HOUR, end=start + 9 * HOUR, actor=None, now=now)

    for _ in range(2):
        as_manager.post(f"/shifts/leave/{asked.pk}/decide/", {"act": "grant"})

    assert not Shift.objects.exists()
    assert list(Notice.objects.filter(recipient=server).values_list("code", flat=True)) == ["leave_granted"]


@pytest.mark.parametrize("act", ["", "x", "withdraw"])
def test_another_act_is_not_found(as_manager, asked, act):
    assert as_manager.post(f"/shifts/leave/{asked.pk}/decide/", {"act": act}).status_code == 404


def test_sickness_is_entered_at_once_and_the_person_is_told(as_manager, server, site, now):
    create_shift(user=server, site=site, start=now, end=now + 8 * HOUR, actor=None, now=now)

    answer = as_manager.post(
        "/shifts/leave/?site=HQ", {"person": server.pk, "first": "2026-11-23", "last": "2026-11-24", "note": "flu"}
    )

    leave = Leave.objects.get()
    assert (answer.status_code, leave.kind, leave.state) == (302, "sick", "granted")
    assert not Shift.objects.exists()
    assert "flu" not in str(Notice.objects.values())


def test_sickness_on_top_of_leave_says_so(as_manager, asked, server):
    as_manager.post(f"/shifts/leave/{asked.pk}/decide/", {"act": "grant"})
    answer = as_manager.post(
        "/shifts/leave/?site=HQ", {"person": server.pk, "first": "2026-11-25", "last": "2026-11-25"}
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["first"])


def test_a_manager_elsewhere_learns_nothing(client, asked):
    client.force_login(make_user("lead-sz", Role.MANAGER, site=make_site("SZ")))

    assert client.post(f"/shifts/leave/{asked.pk}/decide/", {"act": "grant"}).status_code == 404
    assert client.post(f"/me/leave/{asked.pk}/withdraw/").status_code == 404


def test_lists_take_as_many_statements_for_three_as_for_one(as_manager, asked, site, now, query_count):
    as_manager.get("/shifts/leave/")
    one = query_count(lambda: as_manager.get("/shifts/leave/"))
    for number in range(3):
        user = make_user(f"more{number}", Role.SERVICE_STAFF, site=site)
        start = now + timedelta(days=3)
        request_leave(user=user, kind="leave", start=start, end=start + HOUR, note="", actor=user, now=now)

    assert query_count(lambda: as_manager.get("/shifts/leave/")) == one


def test_my_shifts_show_mine_and_my_teams_published_ones_and_no_absence(as_server, server, cleaner, manager, site, now):
    colleague = make_user("staff2", Role.SERVICE_STAFF, site=site)
    facts = {"site": site, "actor": None, "now": now}
    create_shift(user=server, start=now, end=now + 2 * HOUR, **facts)
    create_shift(user=colleague, start=now + HOUR, end=now + 3 * HOUR, **facts)
    create_shift(user=colleague, start=now + 30 * HOUR, end=now + 31 * HOUR, is_draft=True, **facts)
    create_shift(user=cleaner, start=now, end=now + HOUR, **facts)

    week = as_server.get("/me/shifts/?date=2026-11-23").context["week"]

    assert [(len(day.shifts), len(day.others)) for day in week.days[:2]] == [(1, 1), (0, 0)]
    assert week.hours == "2"
