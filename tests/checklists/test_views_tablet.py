from datetime import timedelta

import pytest

from bookings.models import Booking
from checklists.models import Step
from staff.services.notices import notify
from tests import factories
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TABS = ["/tablet/", "/tablet/rooms/", "/tablet/notices/", "/tablet/me/"]


@pytest.fixture
def start(now):
    return now + HOUR


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(room=room_108, applicant=applicant, start=start, now=now - 72 * HOUR, tea=True)


@pytest.mark.parametrize("address", TABS)
def test_tablet_tab_htmx_gets_the_fragment_the_page_is_made_of(address, meeting, server):
    client = signed_in(server)

    page, fragment = client.get(address), client.get(address, **HTMX)

    assert fragment.content.decode().strip().startswith('<div class="list" id="list"')
    assert "<html" not in fragment.content.decode()
    assert page.content.decode().count('id="list"') == 1


@pytest.mark.parametrize("address", [*TABS, "/tablet/meetings/HW-0/"])
def test_tablet_tab_applicant_may_not_see_it(address, applicant):
    assert signed_in(applicant).get(address).status_code == 403


@pytest.mark.parametrize("address", TABS)
def test_tablet_tab_signed_out_leads_to_sign_in(address, client, db):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"


def test_tablet_step_shows_what_to_do(meeting, secretary):
    page = signed_in(secretary).get("/tablet/").content.decode()

    step = meetings.step_of(meeting, "P8")
    assert f'id="step-{step.pk}"' in page
    assert f'action="/steps/{step.pk}/tick/"' in page
    assert 'name="value" type="number"' in page


def test_tablet_data_carries_its_moment_and_the_end_of_its_day(meeting, server):
    page = signed_in(server).get("/tablet/", **HTMX).content.decode()

    assert 'data-at="2026-11-23T01:00:00+00:00"' in page
    assert 'data-until="2026-11-23T16:00:00+00:00"' in page


def test_tablet_round_carries_what_its_ring_counts_by(meeting, server, start, time_machine):
    meetings.start(meeting, now=start)
    time_machine.move_to(start + MINUTE, tick=False)

    page = signed_in(server).get("/tablet/").content.decode()

    step = meetings.step_of(meeting, "U1")
    assert f'data-due="{step.due_at.isoformat()}"' in page
    assert f'data-limit="{step.limit_at.isoformat()}"' in page


def test_tablet_nothing_to_do_says_so(server):
    assert "Everything of today is done." in signed_in(server).get("/tablet/").content.decode()


def test_tablet_rooms_lists_the_days_meetings(meeting, server):
    page = signed_in(server).get("/tablet/rooms/").content.decode()

    assert f'href="/tablet/meetings/{meeting.ref}/"' in page
    assert "10:00–12:00" in page


def test_tablet_meeting_habits_are_shown_to_the_floor(meeting, server):
    meeting.guests.create(name="陈董", ash_tray="left", diet="素食")

    page = signed_in(server).get(f"/tablet/meetings/{meeting.ref}/").content.decode()

    assert "陈董" in page
    assert "素食" in page


def test_tablet_meeting_habits_are_not_for_who_does_not_serve(meeting, server, cleaner, now):
    meeting.guests.create(name="陈董", ash_tray="left", diet="素食")
    meetings.serve(meeting, factories.make_user("staff2", "service_staff", site=meeting.site), "service_staff", now=now)

    for user in (server, cleaner):
        assert "素食" not in signed_in(user).get(f"/tablet/meetings/{meeting.ref}/").content.decode()


def test_tablet_meeting_colleagues_step_is_taken_over_in_one_tap_by_the_role_alone(meeting, server, cleaner, now):
    other = factories.make_user("staff2", "service_staff", site=meeting.site)
    step = meetings.step_of(meeting, "P13")
    Step.objects.filter(booking=meeting).update(assignee=other)
    button = f'class="step-take-over" data-event="take_over" method="post" action="/steps/{step.pk}/take-over/"'

    page = signed_in(server).get(f"/tablet/meetings/{meeting.ref}/").content.decode()

    row = page[page.index(f'id="step-{step.pk}"') :]
    assert row.index(button) < row.index('<details class="step-more')
    assert button not in signed_in(cleaner).get(f"/tablet/meetings/{meeting.ref}/").content.decode()


def test_tablet_says_which_steps_are_ticked_together(meeting, server):
    page = signed_in(server).get("/tablet/").content.decode()

    assert f'data-together="{meeting.pk}-before" data-phase="before"' in page


@pytest.mark.parametrize(
    ("status", "buttons"),
    [("approved", ["start"]), ("running", ["extend", "end"]), ("ended", []), ("closed", [])],
)
def test_tablet_meeting_offers_what_its_state_allows(status, buttons, meeting, server):
    Booking.objects.filter(pk=meeting.pk).update(status=status)

    page = signed_in(server).get(f"/tablet/meetings/{meeting.ref}/").content.decode()

    shown = [verb for verb in ("start", "extend", "end") if f'action="/meetings/{meeting.ref}/{verb}/"' in page]
    assert shown == buttons


@pytest.mark.parametrize("status", ["requested", "declined", "cancelled"])
def test_tablet_meeting_not_planned_is_not_found(status, meeting, server):
    Booking.objects.filter(pk=meeting.pk).update(status=status)

    assert signed_in(server).get(f"/tablet/meetings/{meeting.ref}/").status_code == 404


def test_tablet_meeting_of_another_site_is_not_found(meeting, stranger):
    assert signed_in(stranger).get(f"/tablet/meetings/{meeting.ref}/").status_code == 404


def test_tablet_notices_are_the_readers_own(meeting, server, manager, now):
    params = {"ref": meeting.ref, "room": "108", "start": now.isoformat(), "end": now.isoformat(), "person": "Staff1"}
    for user in (server, manager):
        notify(recipient=user, code="assigned", params=params, url="/tablet/", key=f"k{user.pk}", now=now)

    page = signed_in(server).get("/tablet/notices/").content.decode()

    assert page.count('class="notice-button"') == 1
    assert 'class="is-unread"' in page


def test_tablet_me_shows_the_shift(server, now):
    meetings.on_shift(server, now - HOUR, hours=9)

    assert "08:00–17:00" in signed_in(server).get("/tablet/me/").content.decode()


def test_tablet_page_statements_do_not_grow_with_meetings(meeting, server, applicant, start, now, query_count):
    client = signed_in(server)
    client.get("/tablet/")
    one = query_count(lambda: client.get("/tablet/"))
    for hours in (3, 5):
        meetings.approved(
            room=meeting.room, applicant=applicant, start=start + hours * HOUR, minutes=60, now=now, tea=True
        )

    assert query_count(lambda: client.get("/tablet/")) == one


def test_step_of_another_role_is_shown_with_it_and_nothing_to_tap(meeting, server, manager):
    step = meetings.step_of(meeting, "A8")

    def row_for(user):
        page = signed_in(user).get(f"/tablet/meetings/{meeting.ref}/").content.decode()
        return page.split(f'id="step-{step.pk}"')[1].split("</article>")[0]

    assert ("<form" in row_for(server), "<form" in row_for(manager)) == (False, True)
    assert '<span class="quiet">Service manager</span>' in row_for(server)
