"""The page of a spot check, and the record it ends up in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Booking
from checklists.models import Assignment, SpotCheck
from checklists.services.spot_checks import record_spot_check
from staff.roles import Role
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, start, step_of, tick
from tests.checklists.pages import signed_in

GOOD = {"refill": "4", "manner": "5", "quietness": "4", "dress": "3"}


@pytest.fixture
def booking(room_108, applicant, server, now, time_machine):
    booking = approved(room=room_108, applicant=applicant, start=now, now=now - 24 * HOUR, tea=True)
    start(booking, now=now)
    tick(step_of(booking, "P13"), server, now=now)
    during = DateTimeTZRange(booking.start_at, booking.end_at)
    Assignment.objects.create(booking=booking, user=server, role="service_staff", during=during, assigned_at=now)
    time_machine.move_to(now + 30 * MINUTE, tick=False)
    return booking


def address(booking) -> str:
    return f"/spot-checks/{booking.ref}/"


def send(user, booking, **fields):
    return signed_in(user).post(address(booking), {"op": uuid4()} | GOOD | fields)


def test_page_shows_who_is_on_duty_the_gaps_and_the_conduct_list(booking, manager, server):
    page = signed_in(manager).get(address(booking)).content.decode()

    assert server.get_full_name() in page
    assert "over 20 min" in page
    assert 'class="gap-bar is-over is-open"' in page
    assert page.count('name="lapses"') == 20
    assert page.count('name="refill"') == 5


def test_page_without_tea_asks_for_no_refills(manager, room_108, applicant, now, time_machine):
    booking = approved(room=room_108, applicant=applicant, start=now + 24 * HOUR, now=now)
    start(booking, now=booking.start_at)
    time_machine.move_to(booking.start_at + HOUR, tick=False)

    page = signed_in(manager).get(address(booking)).content.decode()

    assert page.count('name="refill"') == 0


def test_check_is_recorded_for_those_on_duty(booking, manager, server):
    response = send(manager, booking, lapses=["badge", "smile"], text="brisk")

    check = SpotCheck.objects.get()
    assert (response.status_code, check.by, list(check.people.all())) == (302, manager, [server])
    assert (check.refill, check.dress, check.lapses, check.text) == (4, 3, ["badge", "smile"], "brisk")


def test_check_sent_twice_is_one(booking, manager):
    op = uuid4()

    for _ in range(2):
        send(manager, booking, op=op)

    assert SpotCheck.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (dict.fromkeys(GOOD, ""), "Please give at least one score."),
        ({"manner": "6"}, "Select a valid choice."),
        ({"lapses": ["socks"]}, "Select a valid choice."),
        ({"text": "x" * 501}, "at most 500 characters"),
    ],
)
def test_check_that_is_wrong_is_shown_again_as_it_was(fields, text, booking, manager):
    op = uuid4()

    response = send(manager, booking, op=op, **({"lapses": ["badge"]} | fields))

    page = response.content.decode()
    assert (response.status_code, SpotCheck.objects.count()) == (422, 0)
    assert text in page
    assert f'value="{op}"' in page


def test_check_with_a_bad_op_gets_a_new_one(booking, manager):
    page = send(manager, booking, op="x").content.decode()

    assert 'name="op" value="x"' not in page


def test_page_of_a_meeting_that_is_not_running_says_so(manager, room_108, applicant, now, time_machine):
    time_machine.move_to(now, tick=False)
    booking = approved(room=room_108, applicant=applicant, start=now + 24 * HOUR, now=now)

    page = signed_in(manager).get(address(booking)).content.decode()

    assert "Spot checks are made while the meeting runs." in page
    assert 'name="manner"' not in page


def test_tablet_leads_managers_to_the_page(booking, manager, server):
    pages = [signed_in(user).get(f"/tablet/meetings/{booking.ref}/").content.decode() for user in (manager, server)]

    assert [address(booking) in page for page in pages] == [True, False]


def checked(booking, manager, at, **scores) -> SpotCheck:
    return record_spot_check(
        op=uuid4(), booking_id=booking.pk, scores=scores, lapses=["badge"], text="brisk", actor=manager, now=at
    )


def test_record_shows_scores_lapses_and_remark_to_the_person(booking, manager, server, now):
    checked(booking, manager, now + 20 * MINUTE, manner=2, refill=4)
    checked(booking, manager, now + 25 * MINUTE, manner=5)

    page = signed_in(server).get("/me/record/").content.decode()

    assert "2 spot checks while on duty." in page
    assert '<b class="num">3.5</b>' in page
    assert '<b class="num">2 ×</b> Badge worn' in page
    assert page.count("brisk") == 2
    assert page.count('class="dot is-low"') == 1


def test_record_without_checks_says_what_will_stand_there(server):
    assert "No spot check yet." in signed_in(server).get("/me/record/").content.decode()


def test_record_of_others_is_not_mixed_in(booking, manager, server, site, now):
    other = factories.make_user("staff2", Role.SERVICE_STAFF, site=site)
    checked(booking, manager, now + 20 * MINUTE, manner=2)

    assert "No spot check yet." in signed_in(other).get("/me/record/").content.decode()


def test_record_is_for_the_person_and_who_leads_the_site(server, manager, secretary, administrator, stranger, site):
    colleague = factories.make_user("staff2", Role.SERVICE_STAFF, site=site)
    away = factories.make_user("away", Role.MANAGER, site=stranger.site)
    people = [server, manager, administrator, secretary, colleague, stranger, away]

    answers = [signed_in(user).get(f"/people/{server.pk}/record/").status_code for user in people]

    assert answers == [200, 200, 200, 403, 403, 404, 404]


def test_record_of_somebody_without_a_site_is_for_administrators(manager, administrator):
    nobody = factories.make_user("nobody")

    answers = [signed_in(user).get(f"/people/{nobody.pk}/record/").status_code for user in (manager, administrator)]

    assert answers == [404, 200]


def test_record_sends_as_many_statements_for_one_check_as_for_three(booking, manager, server, now, query_count):
    client = signed_in(server)
    client.get("/me/record/")
    checked(booking, manager, now + 20 * MINUTE, manner=2)
    one = query_count(lambda: client.get("/me/record/"))
    for minutes in (22, 24):
        checked(booking, manager, now + timedelta(minutes=minutes), manner=3)

    assert query_count(lambda: client.get("/me/record/")) == one


def test_people_page_leads_to_records(manager, server):
    page = signed_in(manager).get("/people/").content.decode()

    assert f'href="/people/{server.pk}/record/"' in page


def test_step_of_the_tablet_leads_to_the_page_instead_of_a_number(booking, manager, time_machine):
    step = step_of(booking, "U8")
    time_machine.move_to(step.due_at, tick=False)
    assert Booking.objects.get(pk=booking.pk).status == "running"

    page = signed_in(manager).get("/tablet/").content.decode()

    assert f'id="step-{step.pk}"' in page
    assert address(booking) in page
    assert f'id="value-{step.pk}"' not in page
