from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from bookings import services
from bookings.messages import MASKED_TITLE
from bookings.models import Booking
from bookings.permissions import Reader, can_change, can_see_title, can_view
from bookings.selectors.board import BoardFilter, board_rooms, board_sheet
from bookings.selectors.month import month_of
from rooms.selectors import calendar_of
from staff.models import User
from tests import factories

TOMORROW = date(2026, 11, 24)
HOUR = timedelta(hours=1)
READERS = (("secretary1", "secretary"), ("manager1", "manager"), ("staff1", "service_staff"), ("other", "applicant"))


@pytest.fixture
def sheet(site, now):
    def look(user, on=TOMORROW, days=1):
        return board_sheet(site=site, rooms=board_rooms(site), first=on, user=user, now=now, days=days)

    return look


@pytest.fixture
def shown(sheet, site):
    """What a reader sees of a room: kind, times, title, and whether it may be opened and moved."""

    def look(user, room, on=TOMORROW):
        def clock(seconds):
            return f"{datetime.fromtimestamp(seconds, site.zone):%H:%M}"

        return [
            (each.kind, f"{clock(each.start)}–{clock(each.end)}", each.title, bool(each.ref), each.version is not None)
            for each in sheet(user, on).stretches[room.pk]
        ]

    return look


def test_sheet_has_every_kind_of_stretch(shown, room_108, request_one, approve_one, secretary, manager, now):
    tomorrow = now + timedelta(days=1)
    approve_one()
    request_one(title="晚会", start_at=tomorrow + 5 * HOUR, end_at=tomorrow + 6 * HOUR)
    closed = (tomorrow + 9 * HOUR, tomorrow + 10 * HOUR)
    services.close_room(room_id=room_108.pk, start=closed[0], end=closed[1], reason="检修", actor=manager, now=now)

    assert shown(secretary, room_108) == [
        ("meeting", "09:00–11:00", "季度会", True, True),
        ("pending", "14:00–15:00", "晚会", True, True),
        ("closure", "18:00–19:00", "检修", False, False),
    ]


def test_sheet_shows_a_hold_of_an_offer(shown, rooms, request_one, secretary, now):
    booking = request_one()
    start = booking.start_at + 5 * HOUR
    facts = {"start": start, "end": start + HOUR, "actor": secretary, "now": now}
    services.offer_alternative(booking_id=booking.pk, room_id=rooms[1].pk, **facts)

    assert shown(secretary, rooms[1]) == [("hold", "13:30–15:30", "季度会", True, False)]


def test_sheet_shows_a_request_once_while_its_own_slot_is_held_for_it(shown, room_108, request_one, secretary, now):
    booking = request_one()
    request_one(title="他人", start_at=booking.start_at + HOUR, end_at=booking.end_at)
    facts = {"start": booking.start_at, "end": booking.end_at, "actor": secretary, "now": now}
    services.offer_alternative(booking_id=booking.pk, room_id=room_108.pk, **facts)

    assert [(kind, title) for kind, _times, title, *_rest in shown(secretary, room_108)] == [
        ("hold", "季度会"),
        ("pending", "他人"),
    ]


def test_sheet_masks_what_the_reader_may_not_know(shown, room_108, approve_one, site):
    approve_one(title="并购", is_private=True)
    other = factories.make_user("other", "applicant", site=site)

    assert shown(other, room_108) == [("meeting", "09:00–11:00", str(MASKED_TITLE), False, False)]


def test_what_is_kept_of_a_row_is_for_its_reader_and_language_alone(shown, room_108, approve_one, site):
    """In turns, so that each looks after somebody who is shown more or less."""
    approve_one(title="并购", is_private=True)
    people = {name: factories.make_user(name, role, site=site) for name, role in READERS}
    people["applicant"] = User.objects.get(username="applicant")
    open_to = {"applicant": (True, True), "secretary1": (True, True), "manager1": (True, False)}
    open_to |= {"staff1": (True, False), "other": (False, False)}

    for language in ("en", "zh-hans", "zh-hant") * 2:
        with translation.override(language):
            for name in (*open_to, *reversed(open_to)):
                title = "并购" if name in ("applicant", "secretary1", "manager1") else str(MASKED_TITLE)
                expected = [("meeting", "09:00–11:00", title, *open_to[name])]
                assert shown(people[name], room_108) == expected, (language, name)


def test_control_characters_of_a_topic_divide_nothing(shown, room_108, approve_one, secretary):
    """The services refuse them; an older row may have some."""
    booking = approve_one()
    type(booking).objects.filter(pk=booking.pk).update(title="甲\x1e乙\x1f丙", host_department="\x1f部\x1e")

    assert shown(secretary, room_108) == [("meeting", "09:00–11:00", "甲乙丙", True, True)]


def test_a_change_is_seen_at_the_next_look(shown, room_108, approve_one, secretary):
    booking = approve_one()
    assert shown(secretary, room_108)[0][2] == "季度会"

    type(booking).objects.filter(pk=booking.pk).update(title="年会")

    assert shown(secretary, room_108)[0][2] == "年会"


def test_sheet_of_a_hall_has_its_meeting_once_and_in_its_parts(shown, site, approve_one, secretary):
    halves = [factories.make_room(site, code) for code in ("301", "302")]
    hall = factories.make_room(site, "300")
    hall.spaces.set([space for half in halves for space in half.spaces.all()])
    approve_one(room=hall)

    assert [len(shown(secretary, room)) for room in (hall, *halves)] == [1, 1, 1]


def test_sheet_cuts_a_meeting_that_ended_early(shown, run_one, server, secretary, room_108):
    booking = run_one()
    services.end_meeting(booking_id=booking.pk, actor=server, now=booking.start_at + HOUR)

    assert [row[:2] for row in shown(secretary, room_108)] == [("meeting", "09:00–10:00")]


def test_sheet_of_a_week_reaches_to_its_last_day(sheet, approve_one, applicant, room_108, now):
    saturday = now + timedelta(days=5)
    approve_one(start_at=saturday, end_at=saturday + HOUR)

    week, days_before = (sheet(applicant, date(2026, 11, 23), days) for days in (7, 5))

    assert [len(each.stretches[room_108.pk]) for each in (week, days_before)] == [1, 0]


def test_sheet_costs_the_same_however_many_rooms(sheet, site, approve_one, secretary, query_count):
    approve_one()
    assert secretary.roles
    one = query_count(lambda: sheet(secretary))
    for code in ("301", "302", "303"):
        approve_one(room=factories.make_room(site, code))

    assert query_count(lambda: sheet(secretary)) == one == 2


def test_board_rooms_leave_out_those_not_in_use(site, rooms):
    rooms[2].is_active = False
    rooms[2].save()

    assert [(room.code, room.seats, sorted(room.kinds)) for room in board_rooms(site)] == [
        ("108", 60, ["microphone", "projector"]),
        ("201", 60, ["microphone", "projector"]),
    ]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (BoardFilter(), True),
        (BoardFilter(floor="1", people=60, equipment=("projector",)), True),
        (BoardFilter(floor="2"), False),
        (BoardFilter(people=61), False),
        (BoardFilter(equipment=("projector", "recording")), False),
    ],
)
def test_filter_keeps_rooms_that_match_all_of_it(site, room_108, wanted, kept):
    assert wanted.keeps(board_rooms(site)[0]) is kept


PEOPLE = ["applicant", "secretary", "server", "manager", "administrator", "stranger"]


@pytest.mark.parametrize("status", Booking.Status.values)
@pytest.mark.parametrize("is_private", [False, True])
def test_reader_knows_the_rules_for_single_bookings(request, site, room_108, applicant, now, status, is_private):
    other = factories.make_user("other", "applicant", site=site)
    booking = factories.make_booking(
        room=room_108, applicant=applicant, start=now, status=status, is_private=is_private
    )

    for user in [other, *(request.getfixturevalue(name) for name in PEOPLE)]:
        reader, by = Reader.of(user, site), booking.applicant_id
        assert reader.may_open(by, status) == can_view(user, booking)
        assert reader.may_read(by, status, is_private=is_private) == can_see_title(user, booking)
        assert reader.may_change(by) == can_change(user, booking)


def month(site, on=TOMORROW):
    picture = month_of(site=site, rooms=board_rooms(site), on=on, calendar=calendar_of(site), language="en")
    return {day.on.day: day for day in picture.days}


def test_month_counts_meetings_and_requests_by_the_day_of_the_site(site, room_108, approve_one, request_one, now):
    approve_one()
    # Half past midnight on Wednesday in Shanghai, still Tuesday in UTC.
    late = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    request_one(start_at=late, end_at=late + HOUR)

    days = month(site)

    assert [(day.meetings, day.waiting) for day in (days[24], days[25])] == [(1, 0), (0, 1)]
    # Two of the eight hours in the only room.
    assert (days[24].load, days[25].load, len(days)) == (25, 0, 30)


def test_month_with_a_clock_change_keeps_days_apart(applicant):
    """London puts its clocks on at one o'clock on Sunday 28 March 2027: the day has 23 hours."""
    site = factories.make_site("LON", time_zone="Europe/London", holiday_calendar="")
    room = factories.make_room(site, "1")
    for hour in (datetime(2027, 3, 28, 22, 30, tzinfo=UTC), datetime(2027, 3, 28, 23, 0, tzinfo=UTC)):
        factories.make_booking(room=room, applicant=applicant, start=hour, minutes=30, status="approved")
    factories.make_booking(
        room=room, applicant=applicant, start=datetime(2027, 3, 31, 22, 59, tzinfo=UTC), status="closed"
    )
    factories.make_booking(room=room, applicant=applicant, start=datetime(2027, 3, 31, 23, tzinfo=UTC), status="closed")

    days = month(site, date(2027, 3, 1))

    assert {on: day.meetings for on, day in days.items() if day.meetings} == {28: 1, 29: 1, 31: 1}


def test_month_names_holidays_and_days_off(site, room_108):
    days = month(site, date(2026, 10, 1))

    assert (days[1].holiday, days[1].is_working, days[1].is_weekend) == ("National Day", False, False)
    assert (days[10].is_working, days[10].is_weekend) == (True, True)


def test_month_counts_only_the_rooms_asked_for(site, rooms, approve_one, now):
    approve_one(room=rooms[0])
    approve_one(room=rooms[1])

    picture = month_of(site=site, rooms=[rooms[1]], on=TOMORROW, calendar=calendar_of(site), language="en")

    assert picture.meetings == 1


def test_month_costs_one_statement_besides_the_calendar(site, rooms, approve_one, query_count):
    calendar, known = calendar_of(site), board_rooms(site)
    approve_one()

    def look():
        return month_of(site=site, rooms=known, on=TOMORROW, calendar=calendar, language="en")

    assert query_count(look) == 1
