"""The bar on the manager's day: opened, closed, opened again; and the page that gives a step to somebody else."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest

from checklists.models import ServiceDay, Step
from checklists.selectors.service_day import days_off_on
from checklists.services.days import close_day, open_day, plan_day
from checklists.services.plans import plan_booking
from checklists.services.staffing import assign_staff
from rooms.models import CalendarException
from rooms.selectors import calendar_of
from tests import factories
from tests.checklists import meetings
from tests.checklists.meetings import HOUR, on_shift
from tests.checklists.pages import HTMX, signed_in

MONDAY = date(2026, 11, 23)
TODAY = {"site": "HQ", "date": "2026-11-23"}


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def daily(site, rooms, now):
    plan_day(site=site, on=MONDAY, now=now - 12 * HOUR)


@pytest.fixture
def opened(site, manager, now):
    return open_day(site=site, on=MONDAY, actor=manager, now=now)


def page_of(user, query=None, **options):
    return signed_in(user).get("/day/", query or {}, **options).content.decode()


def test_bar_before_opening_says_what_stands(daily, manager, server, site, now):
    on_shift(server, now - 2 * HOUR)
    factories.make_user("staff2", "service_staff", site=site)
    meetings.tick(Step.objects.get(item__code="D1", round=1), manager, now=now)
    meetings.tick(Step.objects.get(room__code="108", item__code="D2"), manager, now=now)

    page = page_of(manager)

    assert "Not open yet" in page
    assert '<span class="num">1 / 3</span>' in page
    assert '<span class="num">0 / 1</span>' in page
    assert "Staff1 not yet" in page
    assert 'action="/day/open/"' in page


def test_bar_opened_late_says_so(daily, manager, time_machine, now):
    assert "overdue" in page_of(manager)
    time_machine.move_to(now - HOUR, tick=False)

    assert "overdue" not in page_of(manager)


def test_open_day_by_the_button(daily, manager, now):
    answer = signed_in(manager).post("/day/open/", TODAY)

    assert (answer.status_code, answer.url) == (302, "/day/?date=2026-11-23&site=HQ")
    assert ServiceDay.objects.get().opened_at == now
    assert "since 09:00 · Manager" in page_of(manager)


def test_on_post_second_person_counts_too(daily, manager, server, site, now):
    other = factories.make_user("staff2", "service_staff", site=site)
    for person in (server, other):
        on_shift(person, now - 2 * HOUR)
        meetings.tick(Step.objects.get(item__code="D3"), person, now=now)

    page = page_of(manager)

    assert '<span class="num">2 / 2</span>' in page


def test_close_day_without_a_remark_keeps_the_page_and_names_the_fault(daily, opened, manager):
    answer = signed_in(manager).post("/day/close/", TODAY | {"note": " "})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Something is still open. Please say what is to become of it." in page
    assert 'aria-describedby="day-note-fault"' in page
    assert 'hx-get="/day/?date=2026-11-23&amp;site=HQ"' in page
    assert ServiceDay.objects.get().closed_at is None


def test_close_day_remark_too_long_is_not_lost(daily, opened, manager):
    answer = signed_in(manager).post("/day/close/", TODAY | {"note": "y" * 501})

    page = answer.content.decode()
    assert "Please keep the remark to 500 characters." in page
    assert "y" * 501 in page


def test_close_day_while_a_meeting_runs_says_which(opened, manager, room_108, applicant, now):
    booking = meetings.approved(room=room_108, applicant=applicant, start=now, now=now - HOUR)
    meetings.start(booking, now=now)

    page = signed_in(manager).post("/day/close/", TODAY | {"note": "x"}).content.decode()

    assert "The meeting in room 108 is still running. End it first, then close the day." in page


def test_close_day_shows_the_figures_as_they_were(daily, opened, manager, now):
    signed_in(manager).post("/day/close/", TODAY | {"note": "Room 205 tomorrow"})
    for step in Step.objects.filter(state="open"):
        meetings.tick(step, manager, now=now)

    page = page_of(manager)

    assert "As it stood when the day was closed." in page
    assert "Room 205 tomorrow" in page
    assert '<dt>left open</dt><dd class="num">7</dd>' in page


def test_closing_names_what_is_left(opened, manager, room_108, applicant, now):
    booking = meetings.approved(room=room_108, applicant=applicant, start=now + HOUR, now=now)
    tomorrow = meetings.approved(room=room_108, applicant=applicant, start=now + 24 * HOUR, now=now)

    page = page_of(manager)

    assert "1 meeting still to come" in page
    assert "Rooms not locked" in page
    assert [ref in page for ref in (booking.ref, tomorrow.ref)] == [True, True]
    assert "Nobody assigned" in page


def test_closing_with_everything_done_asks_for_nothing(opened, manager, time_machine, now):
    time_machine.move_to(now + 9 * HOUR, tick=False)

    page = page_of(manager)

    assert "Nothing is open" in page
    assert "Remark (optional)" in page
    assert '<details class="day-closing" id="day-closing" data-keeps-open open>' in page


def test_reopen_day_by_the_button_leaves_both_in_the_log(opened, site, manager, now):
    close_day(site=site, on=MONDAY, actor=manager, now=now)

    answer = signed_in(manager).post("/day/reopen/", TODAY)

    assert answer.status_code == 302
    assert "opened again · Manager" in page_of(manager)


@pytest.mark.parametrize("address", ["/day/open/", "/day/close/", "/day/reopen/"])
@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 403), ("server", 403), ("applicant", 403), ("stranger", 404)]
)
def test_day_is_run_by_its_managers_only(address, who, status, daily, request):
    user = request.getfixturevalue(who)

    assert signed_in(user).post(address, TODAY).status_code == status
    assert not ServiceDay.objects.exists()


def test_secretary_sees_the_bar_without_buttons(daily, opened, secretary):
    page = page_of(secretary)

    assert "since 09:00 · Manager" in page
    assert 'action="/day/' not in page


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "0001-01-01"])
def test_open_day_unknown_date_is_not_found(text, manager, site):
    assert signed_in(manager).post("/day/open/", {"site": "HQ", "date": text}).status_code == 404


def test_bar_of_a_day_never_opened_says_so(manager, site):
    assert "This day was never opened" in page_of(manager, {"date": "2026-11-20"})


def test_bar_of_a_day_never_closed_can_still_be_closed(opened, manager, time_machine, now):
    time_machine.move_to(now + 24 * HOUR, tick=False)

    page = page_of(manager, {"date": "2026-11-23"})

    assert "Never closed" in page
    assert 'action="/day/close/"' in page


@pytest.mark.parametrize("on", ["2026-11-22", "2026-11-25"])
def test_bar_is_quiet_on_a_day_off_and_ahead(on, manager, site):
    assert "day-bar" not in page_of(manager, {"date": on})


@pytest.fixture
def saturday(room_108, applicant, now):
    """A meeting on Saturday: Friday's list has it."""
    return meetings.approved(
        room=room_108, applicant=applicant, start=now + 5 * 24 * HOUR, now=now, title="年会筹备", tea=True
    )


def test_day_off_meeting_stands_on_the_last_working_days_list(saturday, manager):
    friday, thursday = (page_of(manager, {"date": f"2026-11-{day}"}) for day in (27, 26))

    assert "Weekend and holiday meetings" in friday
    assert f'href="/bookings/{saturday.ref}/">年会筹备' in friday
    assert "to prepare by Fri 27 Nov 18:00" in friday
    assert f'href="/bookings/{saturday.ref}/#people"' in friday
    assert saturday.ref not in thursday


def test_day_off_meeting_prepared_and_staffed_says_so(saturday, manager, server, secretary, now):
    assign_staff(booking_id=saturday.pk, user_id=server.pk, role="service_staff", actor=secretary, now=now)
    meetings.tick(meetings.step_of(saturday, "D7"), server, now=now)

    page = page_of(manager, {"date": "2026-11-27"})

    assert "prepared Mon 23 Nov 09:00 Staff1" in page
    assert "Nobody assigned" not in page


def test_day_off_meeting_moves_with_the_calendar(saturday, manager, site, now):
    CalendarException.objects.create(site=site, on=date(2026, 11, 27), is_working=False, name_zh_hans="厂休")
    plan_booking(booking_id=saturday.pk, now=now)

    thursday, friday = (page_of(manager, {"date": f"2026-11-{day}"}) for day in (26, 27))

    assert (saturday.ref in thursday, saturday.ref in friday) == (True, False)


def test_day_off_meeting_of_a_hidden_topic_stays_hidden(room_108, applicant, secretary, server, now):
    meetings.approved(
        room=room_108, applicant=applicant, start=now + 5 * 24 * HOUR, now=now, title="裁员", is_private=True
    )
    site, friday = room_108.site, date(2026, 11, 27)
    facts = {"calendar": calendar_of(site), "now": now}

    assert [
        days_off_on(site, friday, user=user, **facts)[0].meeting.topic == "裁员" for user in (secretary, server)
    ] == [
        True,
        False,
    ]


def test_bar_statements_do_not_grow(opened, daily, manager, room_108, applicant, now, query_count):
    client = signed_in(manager)
    for hours in (1, 24, 5 * 24):
        meetings.approved(room=room_108, applicant=applicant, start=now + hours * HOUR, now=now)
    client.get("/day/", **HTMX)
    one = query_count(lambda: client.get("/day/"))
    for hours in (4, 7, 27, 5 * 24 + 3):
        meetings.approved(room=room_108, applicant=applicant, start=now + hours * HOUR, now=now)

    assert query_count(lambda: client.get("/day/")) == one <= 40


@pytest.fixture
def late(room_108, applicant, server, now):
    meeting = meetings.approved(room=room_108, applicant=applicant, start=now + HOUR, now=now - 72 * HOUR)
    Step.objects.filter(booking=meeting, item__code="P1").update(assignee=server)
    return meetings.step_of(meeting, "P1")


def test_reassign_leads_from_the_day_and_back(late, manager, site, now):
    other = factories.make_user("staff2", "service_staff", site=site)
    on_shift(other, now - HOUR)
    assert f'href="/steps/{late.pk}/reassign/?back=%2Fday%2F"' in page_of(manager)

    page = signed_in(manager).get(f"/steps/{late.pk}/reassign/", {"back": "/day/"}).content.decode()
    answer = signed_in(manager).post(f"/steps/{late.pk}/reassign/", {"user": other.pk, "back": "/day/"})

    assert page.index("Staff2") < page.index("Manager</b>") < page.index("Staff1</b>")
    assert "has it now" in page
    assert (answer.status_code, answer.url) == (302, "/day/")
    late.refresh_from_db()
    assert late.assignee == other


@pytest.mark.parametrize("user", ["", "x", "0", "999999999999", "-1"])
def test_reassign_to_nobody_known_is_refused_in_words(user, late, manager, server):
    answer = signed_in(manager).post(f"/steps/{late.pk}/reassign/", {"user": user})

    assert answer.status_code == 422
    assert "This step is not for that person." in answer.content.decode()
    late.refresh_from_db()
    assert late.assignee == server


def test_reassign_settled_step_says_so(late, manager, server, now):
    meetings.tick(late, server, now=now)

    answer = signed_in(manager).post(f"/steps/{late.pk}/reassign/", {"user": manager.pk})

    assert answer.status_code == 422
    assert "The step is no longer open." in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("secretary", 403), ("server", 403), ("stranger", 404)])
def test_reassign_is_the_managers(who, status, late, request):
    user = request.getfixturevalue(who)

    assert signed_in(user).get(f"/steps/{late.pk}/reassign/").status_code == status


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "javascript:alert(1)"])
def test_reassign_leads_back_to_own_pages_only(back, late, manager, server):
    assert signed_in(manager).post(f"/steps/{late.pk}/reassign/", {"user": manager.pk, "back": back}).url == "/day/"


def test_reassign_statements_do_not_grow_with_people(late, manager, site, query_count, now):
    client = signed_in(manager)
    client.get(f"/steps/{late.pk}/reassign/")
    one = query_count(lambda: client.get(f"/steps/{late.pk}/reassign/"))
    for number in (5, 6):
        on_shift(factories.make_user(f"staff{number}", "service_staff", site=site), now - timedelta(hours=1))

    assert query_count(lambda: client.get(f"/steps/{late.pk}/reassign/")) == one


def test_closing_in_the_morning_names_the_first_meetings_and_counts_them_all(
    opened, manager, room_108, applicant, now, query_count
):
    for number in range(4):
        facts = {"room": room_108, "applicant": applicant, "minutes": 30, "title": f"Talk {number}"}
        factories.make_booking(start=now + number * HOUR, status="running" if number == 0 else "approved", **facts)
    client = signed_in(manager)
    client.get("/day/")
    all_named = query_count(lambda: client.get("/day/"))
    with patch("checklists.selectors.service_day.MEETINGS_NAMED", 2):
        page = page_of(manager)
        few_named = query_count(lambda: client.get("/day/"))

    closing = page.partition('id="day-closing"')[2].partition("</details>")[0]
    assert "1 meeting running" in closing
    assert "3 meetings still to come" in closing
    assert [f"Talk {number}<" in closing for number in range(4)] == [True, True, True, False]
    assert closing.count("and more") == 1
    assert few_named == all_named
