from datetime import timedelta

import pytest

from bookings.models import Booking
from checklists.models import Assignment
from staff.roles import Role
from tests import factories
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + HOUR, now=now, tea=True)


def panel(user, meeting):
    return signed_in(user).get(f"/bookings/{meeting.ref}/people/", **HTMX).content.decode()


def choose(user, meeting, person, verb="assign", role=Role.SERVICE_STAFF, **headers):
    data = {"user": person.pk, "role": role}
    return signed_in(user).post(f"/bookings/{meeting.ref}/people/{verb}/", data, **(headers or HTMX))


def test_booking_people_offers_who_is_on_shift_first(meeting, secretary, server, site, now):
    other = factories.make_user("staff2", Role.SERVICE_STAFF, site=site)
    meetings.on_shift(other, now)

    page = panel(secretary, meeting)

    assert page.index("Staff2") < page.index("Staff1")
    assert page.split("people-role")[1].count("not on shift") == 1


def test_booking_people_shows_a_panel_for_each_role_of_the_plan(meeting, secretary):
    page = panel(secretary, meeting)

    assert "Service staff" in page
    assert "Service manager" in page
    assert "Technician" not in page


def test_booking_people_of_a_request_can_not_be_chosen_yet(meeting, secretary, server):
    Booking.objects.filter(pk=meeting.pk).update(status=Booking.Status.REQUESTED)

    page = panel(secretary, meeting)

    assert "People can be assigned once the request is approved." in page
    assert "<form" not in page


@pytest.mark.parametrize("address", ["people/", "load/"])
@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 200), ("manager", 200), ("applicant", 403), ("server", 403), ("stranger", 404)]
)
def test_booking_people_is_for_those_who_plan(address, who, status, meeting, request):
    user = request.getfixturevalue(who)

    assert signed_in(user).get(f"/bookings/{meeting.ref}/{address}").status_code == status


def test_assign_puts_the_person_on_the_meeting(meeting, secretary, server):
    response = choose(secretary, meeting, server)

    assert Assignment.objects.get().user == server
    assert (response.status_code, "Remove" in response.content.decode()) == (200, True)


def test_assign_person_who_serves_elsewhere_says_so(meeting, secretary, server, rooms, applicant, now):
    other = meetings.approved(room=rooms[1], applicant=applicant, start=now + HOUR, now=now)
    choose(secretary, other, server)

    response = choose(secretary, meeting, server)

    assert response.status_code == 409
    assert "This person serves another meeting at that time." in response.content.decode()


def test_assign_person_of_another_site_is_refused(meeting, secretary, stranger):
    response = choose(secretary, meeting, stranger)

    assert (response.status_code, Assignment.objects.count()) == (409, 0)


def test_assign_without_javascript_leads_back_to_the_booking(meeting, secretary, server):
    response = choose(secretary, meeting, server, HTTP_ACCEPT="text/html")

    assert response["Location"] == f"/bookings/{meeting.ref}/"


def test_unassign_takes_the_person_off(meeting, secretary, server):
    choose(secretary, meeting, server)

    choose(secretary, meeting, server, verb="unassign")

    assert not Assignment.objects.exists()


@pytest.mark.parametrize("verb", ["assign", "unassign"])
def test_assign_is_for_those_who_plan(verb, meeting, server):
    assert choose(server, meeting, server, verb=verb).status_code == 403


def test_load_hint_sets_people_against_meetings(meeting, secretary, server, rooms, applicant, now):
    meetings.on_shift(server, now)
    meetings.approved(room=rooms[1], applicant=applicant, start=now + 2 * HOUR, now=now)

    page = signed_in(secretary).get(f"/bookings/{meeting.ref}/load/", **HTMX).content.decode()

    assert "10:00: 1 service staff for 2 meetings" in page
    assert "mark-warn" in page


def test_load_hint_enough_people_is_no_warning(meeting, secretary, server, now):
    meetings.on_shift(server, now)

    assert "mark-warn" not in signed_in(secretary).get(f"/bookings/{meeting.ref}/load/").content.decode()


def test_booking_people_statements_do_not_grow_with_people(meeting, secretary, server, site, query_count):
    client = signed_in(secretary)
    address = f"/bookings/{meeting.ref}/people/"
    client.get(address)
    one = query_count(lambda: client.get(address))
    for name in ("staff2", "staff3"):
        factories.make_user(name, Role.SERVICE_STAFF, site=site)

    assert query_count(lambda: client.get(address)) == one
