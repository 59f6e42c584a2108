"""Reads of sites and rooms."""

from datetime import UTC, date, datetime, time

import pytest

from rooms.models import CalendarException, EquipmentKind, LayoutKind, Room, Site, Space, WorkingPeriod
from rooms.selectors import (
    RoomFilter,
    calendar_of,
    day_bounds,
    find_site,
    floor_order,
    floors_of,
    halls_around,
    parts_of,
    rooms_visible_to,
    site_today,
    sites_visible_to,
)
from staff.roles import Role
from tests.factories import make_room, make_site, make_user

SATURDAY, MONDAY = date(2026, 11, 28), date(2026, 11, 30)
MORNING, AFTERNOON = (time(8, 30), time(12)), (time(13, 30), time(18))


def test_calendar_of_reads_hours_and_country(site):
    calendar = calendar_of(site)

    assert (calendar.zone, calendar.country) == (site.zone, "CN")
    assert calendar.weekly == dict.fromkeys(range(5), (MORNING, AFTERNOON))
    assert (calendar.hours(MONDAY), calendar.hours(SATURDAY)) == ((MORNING, AFTERNOON), ())


def test_calendar_of_takes_one_statement_however_much_there_is(site, query_count):
    CalendarException.objects.bulk_create(
        CalendarException(site=site, on=date(2027, 1, day), name_zh_hans="休") for day in range(1, 20)
    )

    assert query_count(lambda: calendar_of(site)) == 1


def test_calendar_of_own_exceptions_win_both_ways(site):
    CalendarException.objects.create(site=site, on=MONDAY, is_working=False, name_zh_hans="休")
    CalendarException.objects.create(site=site, on=SATURDAY, is_working=True, name_zh_hans="班")

    calendar = calendar_of(site)

    assert (calendar.hours(MONDAY), calendar.hours(SATURDAY)) == ((), (MORNING, AFTERNOON))


def test_calendar_of_working_exception_keeps_the_hours_of_its_weekday(site):
    WorkingPeriod.objects.create(site=site, weekday=5, starts_at=time(9), ends_at=time(12))
    CalendarException.objects.create(site=site, on=SATURDAY, is_working=True, name_zh_hans="班")

    assert calendar_of(site).hours(SATURDAY) == ((time(9), time(12)),)


def test_calendar_of_site_without_hours_never_works(db):
    site = make_site("HK")
    site.working_periods.all().delete()
    CalendarException.objects.create(site=site, on=SATURDAY, is_working=True, name_zh_hans="班")

    assert calendar_of(site).hours(SATURDAY) == ()


def test_site_today_is_the_date_there():
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    shanghai, london = make_unsaved("Asia/Shanghai"), make_unsaved("Europe/London")

    assert (site_today(shanghai, late), site_today(london, late)) == (date(2026, 11, 23), date(2026, 11, 22))


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)])
def test_day_bounds_follow_the_clock_changes(on, hours):
    begins, ends = day_bounds(make_unsaved("Europe/London"), on)

    assert (ends - begins).total_seconds() == hours * 3600
    assert begins.tzinfo == UTC


def make_unsaved(zone):
    return Site(time_zone=zone)


def test_find_site_of_a_person_is_their_own(applicant, site, stranger):
    assert find_site(applicant) == site
    assert find_site(applicant, "HQ") == site
    assert find_site(applicant, "HK") is None


def test_find_site_of_an_administrator_is_any(administrator, stranger):
    assert find_site(administrator, "HK") == stranger.site
    assert find_site(administrator, "NOWHERE") is None


def test_sites_visible_to_someone_without_a_site_are_none(site):
    nobody = make_user("nobody", Role.APPLICANT)
    chief = make_user("chief", Role.ADMINISTRATOR)

    assert (sites_visible_to(nobody), find_site(nobody)) == ([], None)
    assert (sites_visible_to(chief), find_site(chief)) == ([site], site)


def test_rooms_visible_to_leaves_out_other_sites_and_rooms_out_of_use(applicant, secretary, stranger, rooms):
    make_room(stranger.site, "1")
    Room.objects.filter(code="205").update(is_active=False)

    assert [room.code for room in rooms_visible_to(applicant)] == ["108", "201"]
    assert [room.code for room in rooms_visible_to(secretary)] == ["108", "201", "205"]


def test_parts_of_and_halls_around_go_by_spaces(site, rooms):
    hall = make_room(site, "200")
    hall.spaces.set(Space.objects.filter(code__in=("201", "205")))
    part, other = rooms[1], rooms[0]

    assert parts_of(hall) == rooms[1:]
    assert (halls_around(part), halls_around(other), parts_of(part)) == ([hall], [], [])


def test_parts_of_leaves_out_a_room_with_the_very_same_spaces(site, room_108):
    twin = make_room(site, "108X")
    twin.spaces.set(room_108.spaces.all())

    assert (parts_of(room_108), halls_around(room_108)) == ([], [])


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (RoomFilter(), ["108", "201", "205"]),
        (RoomFilter(text="201"), ["201"]),
        (RoomFilter(text="会议室 20"), ["201", "205"]),
        (RoomFilter(text="%"), []),
        (RoomFilter(people=60), ["108", "201", "205"]),
        (RoomFilter(people=61), []),
        (RoomFilter(people=28, layout=LayoutKind.U_SHAPE), ["108", "201", "205"]),
        (RoomFilter(people=29, layout=LayoutKind.U_SHAPE), []),
        (RoomFilter(layout=LayoutKind.BANQUET), []),
        (RoomFilter(equipment=(EquipmentKind.PROJECTOR, EquipmentKind.MICROPHONE)), ["108", "201", "205"]),
        (RoomFilter(equipment=(EquipmentKind.PROJECTOR, EquipmentKind.RECORDING)), ["108"]),
    ],
)
def test_floors_of_keeps_what_fits(rooms, wanted, codes):
    rooms[0].equipment.create(kind=EquipmentKind.RECORDING)

    floors = floors_of(Room.objects.all(), wanted)

    assert [room.code for floor in floors for room in floor.rooms] == codes


def test_floors_of_are_in_the_order_of_the_building(site):
    for number, floor in enumerate(("10", "2", "", "B1", "1F")):
        make_room(site, f"R{number}", floor=floor)

    assert [floor.name for floor in floors_of(Room.objects.all(), RoomFilter())] == ["B1", "1F", "2", "10", ""]


def test_floor_order_puts_basements_first():
    assert sorted(["2", "-1", "B2", "1"], key=floor_order) == ["B2", "-1", "1", "2"]


def test_floors_of_takes_as_many_queries_for_three_rooms_as_for_one(site, query_count):
    def shown():
        for floor in floors_of(Room.objects.all(), RoomFilter()):
            for room in floor.rooms:
                [*room.layouts.all(), *room.equipment.all(), *room.spaces.all(), room.site.code]

    make_room(site, "1")
    one = query_count(shown)
    make_room(site, "2")
    make_room(site, "3")

    assert query_count(shown) == one
