import re
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from checklists.drawing_alerts import Desk, alert_rows
from checklists.drawing_day import day_lanes, day_rows
from checklists.lanes import draw_day
from checklists.models import Assignment, Breach, Step
from checklists.selectors.day import day_overview
from staff.models import User
from staff.roles import Role
from tests.checklists import meetings
from tests.checklists.pages import signed_in
from tests.factories import make_booking

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ON = date(2026, 11, 23)
SCRIPT = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"


@pytest.fixture
def start(now):
    return now + 3 * HOUR


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(
        room=room_108, applicant=applicant, start=start, now=now - 72 * HOUR, tea=True, headcount=12, title=SCRIPT
    )


def serve(meeting, user, now):
    during = (meeting.start_at, meeting.end_at)
    Assignment.objects.create(booking=meeting, user=user, role=Role.SERVICE_STAFF, during=during, assigned_at=now)


def overview(manager, site, now, language="en"):
    with translation.override(language):
        return day_overview(site=site, on=ON, user=manager, now=now)


def drawn(manager, site, now, language="en"):
    with translation.override(language):
        drawing = draw_day(overview(manager, site, now, language), zone=site.zone, now=now)
        return day_lanes(drawing, site.zone), day_rows(drawing, site.zone)


def alerts(day, site, language="en", *, may_run_day=True, here="/day/"):
    with translation.override(language):
        return alert_rows(day.alerts, Desk(site.zone, here, "token", may_run_day, shows_phones=True))


def test_what_people_wrote_is_text_in_lanes_table_and_alerts(meeting, manager, server, site, start, now):
    User.objects.filter(pk=server.pk).update(display_name="<b>Li</b>", phone="<i>1")
    serve(meeting, server, now)

    lanes, rows = drawn(manager, site, start + 20 * MINUTE)
    told = alerts(overview(manager, site, start + 20 * MINUTE), site, here='/day/?"><script>')

    for text in (lanes, rows, told):
        assert ESCAPED in text
        assert "&lt;b&gt;Li&lt;/b&gt;" in text
        assert re.findall(r"<script>|<b>Li|<i>1", text) == []


def test_lane_names_meeting_people_and_progress(meeting, manager, server, site, start, now):
    serve(meeting, server, now)

    lanes, rows = drawn(manager, site, start - 2 * HOUR)
    (lane,) = overview(manager, site, start - 2 * HOUR).lanes

    assert f'href="/bookings/{meeting.ref}/"' in lanes
    for words in ("108", "12:00–14:00", "12 people", "Approved", "ready by 11:50", "Staff1 · Service staff"):
        assert words in lanes
    for part in lane.progress:
        assert f'<small>{part.phase}</small> <b class="num">{part.done}/{part.total}</b>' in lanes
        assert f'<td class="num">{part.done}/{part.total}</td>' in rows
    assert 'Staff1 <small class="quiet">Service staff</small>' in rows


def test_lane_without_people_says_so(meeting, manager, site, start):
    lanes, _rows = drawn(manager, site, start - 2 * HOUR)

    assert '<span class="mark mark-warn">nobody</span>' in lanes


def test_every_mark_of_a_lane_is_drawn_with_its_state_and_titles(meeting, manager, server, site, start, now):
    meetings.tick(meetings.step_of(meeting, "P13"), server, now=start - HOUR)
    at = start - 5 * MINUTE

    lanes, _rows = drawn(manager, site, at)
    (lane,) = overview(manager, site, at).lanes

    marks = [mark for mark in lane.marks if mark.at < start + 9 * HOUR]
    assert {"done", "late", "open"} <= {mark.state for mark in marks}
    assert lanes.count("dot is-late") == sum(mark.state == "late" for mark in marks)
    assert lanes.count('dot-word is-late"') == sum(mark.state == "late" for mark in marks)
    for mark in marks:
        if mark.at.astimezone(site.zone).hour < 15:
            assert f"{mark.at.astimezone(site.zone):%H:%M} · {mark.done}/{mark.total} · {mark.titles[0]}" in lanes


def test_breach_that_is_over_keeps_its_mark(meeting, manager, site, start):
    meetings.start(meeting, now=start)
    step = meetings.step_of(meeting, "U1")
    Step.objects.filter(pk=step.pk).update(limit_at=start + HOUR)
    gap = {"gap_from": start, "limit_at": start + 20 * MINUTE, "recorded_at": start + 20 * MINUTE}
    Breach.objects.create(booking=meeting, item=step.item, gap_until=start + 25 * MINUTE, **gap)

    lanes, rows = drawn(manager, site, start + 26 * MINUTE)

    assert "12:20 · 0/1 · Refill cups</title><rect" in lanes
    assert "1 breach</span>" in lanes
    assert '<td class="num">1</td>' in rows


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_lanes_and_alerts_speak_the_readers_language(language, meeting, manager, server, site, start):
    at = start + 20 * MINUTE

    lanes, _rows = drawn(manager, site, at, language)
    told = alerts(overview(manager, site, at, language), site, language)

    with translation.override(language):
        people = ngettext("%(people)s person", "%(people)s people", 12) % {"people": 12}
        words = [people, gettext("not ready, due %(due)s") % {"due": "11:50"}, gettext("nobody"), gettext("before")]
        acts = [gettext("Assign people"), gettext("Take over"), gettext("Not started"), gettext("Late")]
    assert [word for word in words if word not in lanes] == []
    assert [word for word in acts if word not in told] == []
    assert "Take over" not in told


def test_alert_leads_back_to_the_page_it_stands_on(meeting, manager, site, start):
    day = overview(manager, site, start - 5 * MINUTE)
    here = "/day/?date=2026-11-23&site=HQ"
    step = next(alert.step_id for alert in day.alerts if alert.step_id)

    told = alerts(day, site, here=here)
    for_secretary = alerts(day, site, here=here, may_run_day=False)

    back = "?back=%2Fday%2F%3Fdate%3D2026-11-23%26site%3DHQ"
    assert f'href="/steps/{step}/reassign/{back}"' in told
    assert '<input type="hidden" name="back" value="/day/?date=2026-11-23&amp;site=HQ">' in told
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="token">' in told
    assert "/reassign/" not in for_secretary
    assert f'href="/bookings/{meeting.ref}/#people">Reassign' in for_secretary


def test_of_many_alerts_the_worst_are_listed_and_all_are_counted(meeting, manager, site, start, time_machine):
    with patch("checklists.selectors.day_alerts.ALERTS_LISTED", 2):
        day = overview(manager, site, start + 20 * MINUTE)
    every = overview(manager, site, start + 20 * MINUTE)

    assert day.alerts == every.alerts[:2]
    assert day.alert_count == every.alert_count == len(every.alerts) > 2
    time_machine.move_to(start + 20 * MINUTE, tick=False)
    page = signed_in(manager).get("/day/").content.decode()
    assert f'Needs you <span class="num quiet">{day.alert_count}</span>' in page
    assert f"{day.alert_count - 5} more" in page


def test_statements_do_not_grow_with_meetings_their_people_and_breaches(
    meeting, manager, server, applicant, site, start, now, query_count
):
    def busy(booking):
        serve(booking, server, now)
        item = booking.steps.first().item
        Breach.objects.create(
            booking=booking, item=item, gap_from=now, limit_at=now + MINUTE, recorded_at=now, gap_until=now + HOUR
        )

    busy(meeting)
    at = start + 20 * MINUTE
    overview(manager, site, at)
    one = query_count(lambda: overview(manager, site, at))
    for hours in (2, 4):
        later = start + hours * HOUR
        busy(meetings.approved(room=meeting.room, applicant=applicant, start=later, now=now - 72 * HOUR, tea=True))

    assert query_count(lambda: overview(manager, site, at)) == one


@pytest.mark.parametrize(
    ("starts", "ends", "touched"),
    [(0, 30, [0]), (0, 31, [0, 1]), (29, 31, [0, 1]), (30, 60, [1]), (-45, 1, [0]), (85, 200, [2]), (-60, 0, [])],
)
def test_coverage_counts_a_meeting_in_every_half_hour_it_touches(
    starts, ends, touched, manager, applicant, site, room_108
):
    eight = timezone.datetime(2026, 11, 23, 8, tzinfo=site.zone)
    with patch("checklists.selectors.coverage.span_of_day", lambda *_: (eight, eight + 90 * MINUTE)):
        make_booking(
            room=room_108,
            applicant=applicant,
            start=eight + starts * MINUTE,
            minutes=ends - starts,
            status="approved",
        )
        day = overview(manager, site, eight)

    assert [number for number, each in enumerate(day.coverage) if each.meetings] == touched
