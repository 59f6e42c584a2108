from datetime import timedelta

import pytest

from checklists.models import Step
from staff.models import User
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + HOUR, now=now - 72 * HOUR, tea=True)


def test_day_shows_its_meetings(meeting, manager):
    page = signed_in(manager).get("/day/").content.decode()

    assert "Mon 23 Nov" in page
    assert f'href="/bookings/{meeting.ref}/"' in page


def test_day_other_day_shows_its_own(meeting, manager):
    page = signed_in(manager).get("/day/", {"date": "2026-11-24"}).content.decode()

    assert "Tue 24 Nov" in page
    assert meeting.ref not in page
    assert "No meetings on this day" in page


def test_day_htmx_gets_the_fragment_the_page_is_made_of(meeting, manager):
    fragment = signed_in(manager).get("/day/?date=2026-11-23", **HTMX).content.decode()

    assert fragment.startswith('\n<div id="day"')
    assert 'hx-get="/day/?date=2026-11-23"' in fragment


@pytest.mark.parametrize(
    ("who", "status"),
    [("manager", 200), ("secretary", 200), ("administrator", 200), ("server", 403), ("applicant", 403)],
)
def test_day_is_for_those_who_lead(who, status, request):
    user = request.getfixturevalue(who)

    assert signed_in(user).get("/day/").status_code == status


DATES = ("soon", "2026-02-30", "0001-01-01", "9999-12-31")
UNKNOWN = [*({"date": text} for text in DATES), {"site": "HK"}, {"site": "NOWHERE"}]


@pytest.mark.parametrize("query", UNKNOWN)
def test_day_unknown_date_or_site_is_not_found(query, manager, stranger):
    assert signed_in(manager).get("/day/", query).status_code == 404


def test_day_late_step_can_be_taken_over(meeting, manager, server):
    Step.objects.filter(booking=meeting, item__code="P1").update(assignee=server)
    User.objects.filter(pk=server.pk).update(phone="6101")
    step = meetings.step_of(meeting, "P1")

    page = signed_in(manager).get("/day/").content.decode()

    assert f'action="/steps/{step.pk}/take-over/"' in page
    assert 'href="tel:6101"' in page


def test_day_table_tells_the_same(meeting, manager):
    page = signed_in(manager).get("/day/").content.decode()

    before = Step.objects.filter(booking=meeting, item__phase="before").count()
    assert f'<td class="num">0/{before}</td>' in page


def test_day_rundown_can_be_printed_in_each_language(manager):
    page = signed_in(manager).get("/day/").content.decode()

    for code in ("zh-hans", "zh-hant", "en"):
        assert f'<option value="{code}"' in page


def test_day_statements_do_not_grow_with_meetings(meeting, manager, applicant, now, query_count):
    client = signed_in(manager)
    client.get("/day/")
    one = query_count(lambda: client.get("/day/"))
    for hours in (4, 7):
        meetings.approved(room=meeting.room, applicant=applicant, start=now + hours * HOUR, now=now, tea=True)

    assert query_count(lambda: client.get("/day/")) == one
