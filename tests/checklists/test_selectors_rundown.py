from datetime import date, timedelta

import pytest
from django.utils import translation

from bookings.models import Booking, Guest
from checklists.models import Assignment, RundownPrint
from checklists.selectors.rundown import KeyTime, Need, Server, rundown_context
from rooms.models import CalendarException
from staff.roles import Role
from tests import factories
from tests.checklists import meetings

ON = date(2026, 11, 24)


@pytest.fixture
def start(now):
    """Tuesday, 09:00 in Shanghai."""
    return now + timedelta(days=1)


@pytest.fixture
def meeting(room_108, applicant, start, now):
    return meetings.approved(
        room=room_108, applicant=applicant, start=start, now=now, tea=True, water=True, name_plates=6
    )


def sheet_for(user, site, now, language="en", **options):
    with translation.override(language):
        return rundown_context(site=site, on=ON, user=user, now=now, language=language, **options)


def test_rundown_context_one_meeting_shows_its_facts(meeting, manager, site, now):
    (line,) = sheet_for(manager, site, now).meetings

    assert (line.ref, line.room, line.topic, line.host, line.contact) == (
        meeting.ref,
        "108",
        "季度会",
        "市场部",
        "王敏 6201",
    )
    assert (line.headcount, line.layout, line.services) == (10, "Board room", ("Tea", "Bottled water", "Name plates 6"))
    assert (line.occupied_from, line.occupied_until) == (
        meeting.start_at - timedelta(minutes=30),
        meeting.end_at + timedelta(minutes=30),
    )


def test_rundown_context_key_times_come_from_the_steps(meeting, manager, site, now):
    (line,) = sheet_for(manager, site, now).meetings

    assert line.key_times == (
        KeyTime("tables", "14:30", "Mon 23 Nov"),
        KeyTime("inspection", "08:00"),
        KeyTime("drinks", "08:30"),
        KeyTime("pour", "08:50"),
        KeyTime("end", "11:00"),
    )


def test_rundown_context_people_stand_by_role_with_servers_first(meeting, manager, server, technician, site, now):
    for user, role in ((technician, Role.TECHNICIAN), (server, Role.SERVICE_STAFF)):
        Assignment.objects.create(
            booking=meeting, user=user, role=role, during=(meeting.start_at, meeting.end_at), assigned_at=now
        )

    (line,) = sheet_for(manager, site, now).meetings

    assert line.served_by == (Server("Service staff", ("Staff1",)), Server("Technician", ("Technician",)))


@pytest.fixture
def guest(meeting):
    return Guest.objects.create(booking=meeting, name="陈董", ash_tray="left", tea="strong", diet="素食", seat="A1")


def test_rundown_context_habits_are_shown_to_those_who_serve(meeting, guest, manager, site, now):
    (line,) = sheet_for(manager, site, now).meetings

    assert line.needs == (Need("陈董", ash_tray="Left hand", tea="Strong", diet="素食", seat="A1"),)
    assert not line.has_hidden_needs


def test_rundown_context_habits_left_out_on_request_are_said_to_be(meeting, guest, manager, site, now):
    (line,) = sheet_for(manager, site, now, with_habits=False).meetings

    assert (line.needs, line.has_hidden_needs) == ((), True)


def test_rundown_context_private_topic_is_masked_for_floor_staff(
    room_108, applicant, start, now, site, server, manager
):
    meetings.approved(room=room_108, applicant=applicant, start=start, now=now, is_private=True)

    (masked,), (shown,) = sheet_for(server, site, now).meetings, sheet_for(manager, site, now).meetings

    assert (masked.topic, masked.host, masked.contact, masked.is_masked) == ("Reserved", "", "", True)
    assert (shown.topic, shown.host, shown.is_masked) == ("季度会", "市场部", False)


@pytest.mark.parametrize("status", ["draft", "requested", "questioned", "declined", "cancelled"])
def test_rundown_context_booking_not_planned_is_left_out(status, room_108, applicant, start, manager, site, now):
    factories.make_booking(room=room_108, applicant=applicant, start=start, status=status)

    assert sheet_for(manager, site, now).meetings == ()


def test_rundown_context_other_days_and_sites_are_left_out(meeting, manager, stranger, applicant, site, now, start):
    elsewhere = factories.make_room(stranger.site, "901")
    for room, at in (
        (meeting.room, start + timedelta(days=1)),
        (meeting.room, start - timedelta(days=1)),
        (elsewhere, start),
    ):
        factories.make_booking(room=room, applicant=applicant, start=at, status=Booking.Status.APPROVED)

    assert [line.ref for line in sheet_for(manager, site, now).meetings] == [meeting.ref]


def test_rundown_context_rooms_stand_in_board_order_with_the_free_ones(rooms, meeting, manager, site, now):
    sheet = sheet_for(manager, site, now)

    assert [(room.code, len(room.meetings)) for room in sheet.rooms] == [("108", 1), ("201", 0), ("205", 0)]


def test_rundown_context_holiday_is_named_in_the_language(site, manager, now):
    with translation.override("zh-hans"):
        sheet = rundown_context(site=site, on=date(2026, 10, 1), user=manager, now=now, language="zh-hans")

    assert (sheet.holiday, sheet.is_working) == ("国庆节", False)


def test_rundown_context_own_day_off_is_named_before_the_public_one(site, manager, now):
    CalendarException.objects.create(site=site, on=date(2026, 10, 1), name_zh_hans="设备检修", name_en="Maintenance")

    with translation.override("en"):
        sheet = rundown_context(site=site, on=date(2026, 10, 1), user=manager, now=now, language="en")

    assert sheet.holiday == "Maintenance"


def printed(site, manager, now, *, version, contents, language="en"):
    return RundownPrint.objects.create(
        site=site,
        on=ON,
        version=version,
        language=language,
        requested_by=manager,
        requested_at=now,
        state=RundownPrint.State.READY,
        contents=contents,
    )


def test_rundown_context_first_print_marks_nothing(meeting, manager, site, now):
    sheet = sheet_for(manager, site, now)

    assert (sheet.since_version, [line.change for line in sheet.meetings], sheet.gone) == (None, [""], ())


def test_rundown_context_unchanged_meeting_is_not_marked(meeting, manager, site, now):
    printed(site, manager, now, version=1, contents=sheet_for(manager, site, now).contents)

    sheet = sheet_for(manager, site, now, version=2)

    assert (sheet.since_version, [line.change for line in sheet.meetings], sheet.gone) == (1, [""], ())


def test_rundown_context_changed_meeting_is_marked(meeting, manager, site, now):
    printed(site, manager, now, version=1, contents=sheet_for(manager, site, now).contents)
    Booking.objects.filter(pk=meeting.pk).update(version=meeting.version + 1)

    assert [line.change for line in sheet_for(manager, site, now, version=2).meetings] == ["changed"]


def test_rundown_context_other_people_mark_the_meeting(meeting, manager, server, site, now):
    printed(site, manager, now, version=1, contents=sheet_for(manager, site, now).contents)
    Assignment.objects.create(
        booking=meeting,
        user=server,
        role=Role.SERVICE_STAFF,
        during=(meeting.start_at, meeting.end_at),
        assigned_at=now,
    )

    assert [line.change for line in sheet_for(manager, site, now, version=2).meetings] == ["changed"]


def test_rundown_context_new_and_gone_meetings_are_told(meeting, manager, site, now):
    line = {"ref": "HW-OLD", "mark": "x", "room": "303", "time": "10:00–11:00"}
    printed(site, manager, now, version=1, contents={"HW-OLD": line})

    sheet = sheet_for(manager, site, now, version=2)

    assert ([each.change for each in sheet.meetings], sheet.gone) == (["new"], (line,))


def test_rundown_context_prints_of_another_language_do_not_count(meeting, manager, site, now):
    printed(site, manager, now, version=1, contents={}, language="zh-hant")

    assert sheet_for(manager, site, now, version=2).since_version is None


def test_rundown_context_statements_do_not_grow_with_meetings(
    meeting, manager, site, applicant, now, start, query_count
):
    sheet_for(manager, site, now)
    one = query_count(lambda: sheet_for(manager, site, now))
    for hours in (3, 6):
        meetings.approved(
            room=meeting.room, applicant=applicant, start=start + timedelta(hours=hours), now=now, tea=True
        )

    three = query_count(lambda: sheet_for(manager, site, now))

    assert three == one
