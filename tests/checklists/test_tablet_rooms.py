import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse, set_script_prefix
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from checklists.drawing_rooms import Sheet, meeting_rows
from checklists.models import Assignment, Step
from checklists.selectors.tablet import rooms_today
from checklists.templatetags.tablets import step_address
from staff.models import User
from staff.roles import Role
from tests.checklists import meetings
from tests.checklists.pages import HTMX, signed_in
from tests.factories import make_booking, make_room

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SCRIPT = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"
ROOMS = "/tablet/rooms/"


@pytest.fixture
def start(now):
    return now + 3 * HOUR


@pytest.fixture
def meeting(room_108, applicant, start, now):
    fields = {"tea": True, "headcount": 12, "title": SCRIPT, "layout": "u_shape"}
    return meetings.approved(room=room_108, applicant=applicant, start=start, now=now - 72 * HOUR, **fields)


@pytest.fixture
def many(room_108, applicant, now):
    return [
        make_booking(room=room_108, applicant=applicant, start=now + number * HOUR, minutes=30, status="approved")
        for number in range(5)
    ]


@pytest.fixture
def few_shown(time_machine, now):
    time_machine.move_to(now, tick=False)
    with patch("checklists.views.tablet.ROOMS_SHOWN", 2):
        yield


def serve(booking, user, now):
    during = (booking.start_at, booking.end_at)
    Assignment.objects.create(booking=booking, user=user, role=Role.SERVICE_STAFF, during=during, assigned_at=now)


def drawn(user, now, language="en"):
    with translation.override(language):
        rows = rooms_today(user, now=now)
        return meeting_rows(rows, Sheet(now, user.site.zone)), *rows


def shown_in(page):
    return re.findall(r'id="meeting-([\w-]+)"', page)


def test_row_names_the_meeting_its_people_and_what_comes_next(meeting, server, start, now):
    User.objects.filter(pk=server.pk).update(display_name="<b>Li</b>")
    server.refresh_from_db()
    serve(meeting, server, now)
    Step.objects.filter(booking=meeting, state="open").update(assignee=server)
    at = start - 55 * MINUTE

    page, row = drawn(server, at)

    assert f'<li id="meeting-{meeting.ref}"><a class="meeting is-mine" href="/tablet/meetings/{meeting.ref}/">' in page
    for words in ("108", "12:00–14:00", "12 people", "U shape", "Approved", f"{row.late_count} late", ESCAPED):
        assert words in page
    assert f'<b class="num">Fri 20 Nov 17:30</b> {row.next.title} <span class="quiet">&lt;b&gt;Li' in page
    assert page.count("&lt;b&gt;Li&lt;/b&gt;") == 2
    assert re.findall("<script>|<b>Li", page) == []


def test_row_of_a_running_meeting_shows_how_much_of_the_round_is_left(meeting, server, start):
    meetings.tick(meetings.step_of(meeting, "P13"), server, now=start - 10 * MINUTE)
    meetings.start(meeting, now=start)
    meetings.tick(meetings.step_of(meeting, "U1"), server, now=start + 5 * MINUTE)

    page, row = drawn(server, start + 6 * MINUTE)

    assert f'data-due="{row.ring.due_at.isoformat()}" data-limit="{row.ring.round.limit_at.isoformat()}"' in page
    assert f'data-from="{(start + 5 * MINUTE).isoformat()}"' in page
    assert f"<small>{row.ring.title}</small>" in page
    assert "<small>last 12:05 Staff1</small>" in page


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_rows_speak_the_readers_language(language, meeting, server, start):
    at = start - 55 * MINUTE

    page, row = drawn(server, at, language)

    with translation.override(language):
        words = [
            ngettext("%(people)s person", "%(people)s people", 12) % {"people": 12},
            ngettext("%(count)s late", "%(count)s late", row.late_count) % {"count": row.late_count},
            gettext("Late") if row.next.is_late else pgettext("section", "Now"),
            gettext("U shape"),
        ]
    assert [word for word in words if word not in page] == []
    assert "people" not in page


def test_private_topic_stays_masked(meeting, server, start):
    Booking.objects.update(is_private=True, title="Merger with Acme")

    page, _row = drawn(server, start - HOUR)

    with translation.override("en"):
        assert f"<b>{MASKED_TITLE}</b>" in page
    assert "Merger" not in page


def test_what_runs_comes_first_and_what_is_over_last(meeting, room_108, site, applicant, server, start, now):
    over = make_booking(room=room_108, applicant=applicant, start=now - HOUR, minutes=30, status="ended")
    running = [
        make_booking(room=make_room(site, code), applicant=applicant, start=start, minutes=60, status="running")
        for code in ("301", "302")
    ]
    serve(running[1], server, now)

    found = [each.ref for each in rooms_today(server, now=start)]

    assert found == [running[1].ref, running[0].ref, meeting.ref, over.ref]


def test_first_meetings_are_shown_and_the_rest_is_counted(many, few_shown, server):
    page = signed_in(server).get(ROOMS).content.decode()

    assert shown_in(page) == [each.ref for each in many[:2]]
    assert "3 more meetings" in page
    assert "Show all 5" in page
    assert f'href="{ROOMS}?shown=4#meeting-{many[1].ref}"' in page
    assert f'hx-get="{ROOMS}?after=2"' in page


def test_without_scripts_the_page_unfolds_as_far_as_it_was_asked(many, few_shown, server):
    client = signed_in(server)

    four = client.get(ROOMS, {"shown": "4"}).content.decode()
    all_of_them = client.get(ROOMS, {"shown": "99999"}).content.decode()

    assert shown_in(four) == [each.ref for each in many[:4]]
    assert "1 more meeting<" in four
    assert shown_in(all_of_them) == [each.ref for each in many]
    assert '<li class="meetings-more" hidden>' in all_of_them


def test_rest_follows_the_rows_that_are_there_and_takes_the_focus(many, few_shown, server):
    rest = signed_in(server).get(ROOMS, {"after": "2"}, **HTMX).content.decode()

    assert shown_in(rest) == [many[2].ref, many[3].ref]
    assert 'id="list"' not in rest
    assert 'name="shown" value="4"' in rest
    assert rest.count(" autofocus") == 1
    assert rest.index(many[2].ref) < rest.index(" autofocus") < rest.index(many[3].ref)


def test_list_brought_up_to_date_stays_unfolded(many, few_shown, server):
    client = signed_in(server)
    page = client.get(ROOMS).content.decode()

    again = client.get(ROOMS, {"shown": "4"}, **HTMX).content.decode()

    assert 'hx-include="#rooms-shown"' in page
    assert 'id="rooms-shown" name="shown" value="2"' in page
    assert again.startswith('\n<div class="list" id="list"')
    assert shown_in(again) == [each.ref for each in many[:4]]
    assert " autofocus" not in again


@pytest.mark.parametrize(
    "query", [{"shown": "x"}, {"shown": "-3"}, {"after": "²"}, {"shown": "9" * 4000}, {"after": "5"}]
)
def test_numbers_that_make_no_sense_are_passed_over(query, many, few_shown, server):
    client = signed_in(server)

    answers = [client.get(ROOMS, query), client.get(ROOMS, query, **HTMX)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_quiet_day_says_so(few_shown, server):
    page = signed_in(server).get(ROOMS).content.decode()

    assert "No meetings today" in page
    assert 'id="rooms-shown"' in page


def test_step_has_the_addresses_of_its_own_number_under_any_prefix(meeting):
    step = meetings.step_of(meeting, "P1")

    assert [step_address(name, step.pk) for name in ("tick", "skip", "take_over", "add_file")] == [
        reverse(f"checklists:{name}", args=[step.pk]) for name in ("tick", "skip", "take_over", "add_file")
    ]
    set_script_prefix("/huiwu/")
    try:
        assert step_address("tick", step.pk) == f"/huiwu/steps/{step.pk}/tick/"
    finally:
        set_script_prefix("/")
    assert step_address("tick", step.pk) == f"/steps/{step.pk}/tick/"
