"""The demo's site, rooms, people and shifts, as data and the code that brings them back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from rooms.models import (
    AccessKind,
    DoorActs,
    EquipmentKind,
    EquipmentPool,
    LayoutKind,
    Room,
    RoomEquipment,
    RoomLayout,
    Site,
    Space,
    SupplyMovement,
    Way,
    WorkingPeriod,
)
from rooms.selectors import calendar_of, day_bounds, site_today
from rooms.services.supplies import add_default_supplies, count_supply
from staff.models import Shift, ShiftPattern, User
from staff.roles import FLOOR_ROLES, Role
from staff.services.shifts import create_shifts

PASSWORD = "demo"  # noqa: S105 - the demo's password is public
SITE_CODE = "HQ"
OFFICE_HOURS = ((time(8, 30), time(12)), (time(13, 30), time(18)))
DAYS_BEFORE = -7
# Meetings of these days have their people, in whatever week they fall.
DAYS_BINDING = timedelta(days=3)
# Whatever the hour the demo is loaded at, people are there to serve the meetings around it.
AROUND_NOW = timedelta(hours=5)


@dataclass(frozen=True)
class Person:
    username: str
    role: str
    name: str
    latin: str
    department: str
    phone: str
    shift: tuple[time, time] | None = None


EARLY, LATE, OFFICE = (time(7, 45), time(16, 15)), (time(10), time(19)), (time(8, 15), time(18, 15))

# Which usual shift of the site these are.
USUAL = {EARLY: "early", LATE: "late"}

PEOPLE = (
    Person("applicant", Role.APPLICANT, "王敏", "Wang Min", "市场部", "6201"),
    Person("secretary", Role.SECRETARY, "陈静", "Chen Jing", "办公室", "6001", OFFICE),
    Person("staff1", Role.SERVICE_STAFF, "李娟", "Li Juan", "会议服务组", "6101", EARLY),
    Person("staff2", Role.SERVICE_STAFF, "张丽", "Zhang Li", "会议服务组", "6102", EARLY),
    Person("staff3", Role.SERVICE_STAFF, "赵敏", "Zhao Min", "会议服务组", "6103", EARLY),
    Person("staff4", Role.SERVICE_STAFF, "刘芳", "Liu Fang", "会议服务组", "6104", LATE),
    Person("staff5", Role.SERVICE_STAFF, "孙洁", "Sun Jie", "会议服务组", "6105", LATE),
    Person("staff6", Role.SERVICE_STAFF, "周婷", "Zhou Ting", "会议服务组", "6106", LATE),
    Person("cleaner", Role.CLEANER, "吴秀英", "Wu Xiuying", "保洁组", "6111", EARLY),
    Person("technician", Role.TECHNICIAN, "郑强", "Zheng Qiang", "设备组", "6121", OFFICE),
    Person("manager", Role.MANAGER, "林岚", "Lin Lan", "会议服务组", "6100", OFFICE),
    Person("admin", Role.ADMINISTRATOR, "何平", "He Ping", "信息部", "6300"),
)

B, U, C, T, Q, F = (
    LayoutKind.BOARD_ROOM,
    LayoutKind.U_SHAPE,
    LayoutKind.CLASS_ROOM,
    LayoutKind.THEATRE,
    LayoutKind.BANQUET,
    LayoutKind.FACE_TO_FACE,
)
P, S, M, A, V, R = (
    EquipmentKind.PROJECTOR,
    EquipmentKind.SCREEN,
    EquipmentKind.MICROPHONE,
    EquipmentKind.SOUND,
    EquipmentKind.VIDEO_CONFERENCE,
    EquipmentKind.RECORDING,
)


@dataclass(frozen=True)
class RoomPlan:
    """A room's facts; `layouts` gives capacity, set-up and tear-down minutes, the standing one first."""

    code: str
    names: tuple[str, str, str]
    floor: str
    layouts: dict[str, tuple[int, int, int]]
    equipment: dict[str, int]
    movable: bool = False
    smoking: bool = False
    spaces: tuple[str, ...] = ()
    way: str = ""
    access: tuple[str, ...] = ()


STEP_FREE, WIDE, LOOP, TOILET = (
    AccessKind.STEP_FREE.value,
    AccessKind.WIDE_DOOR.value,
    AccessKind.HEARING_LOOP.value,
    AccessKind.ACCESSIBLE_TOILET.value,
)

ROOMS = (
    RoomPlan("101", ("一号接待室", "一號接待室", "Reception Room 1"), "1", {F: (12, 15, 15)}, {}, way=Way.LEFT),
    RoomPlan(
        "108",
        ("108会议室", "108會議室", "Room 108"),
        "1",
        {B: (24, 15, 15), U: (28, 30, 30), C: (36, 30, 30), T: (60, 30, 30)},
        {P: 1, S: 1, M: 8, A: 1, R: 1},
        movable=True,
        smoking=True,
        way=Way.RIGHT,
        access=(STEP_FREE, WIDE, TOILET),
    ),
    RoomPlan("201", ("201会议室", "201會議室", "Room 201"), "2", {B: (16, 15, 15)}, {P: 1, S: 1, M: 4}, way=Way.UP),
    RoomPlan("205", ("205会议室", "205會議室", "Room 205"), "2", {B: (10, 10, 10)}, {S: 1}, way=Way.UP),
    RoomPlan(
        "208", ("视频会议室", "視像會議室", "Video Room"), "2", {B: (14, 15, 15)}, {P: 1, S: 2, M: 6, A: 1, V: 1, R: 1}
    ),
    RoomPlan(
        "301",
        ("培训教室", "培訓室", "Training Room"),
        "3",
        {C: (40, 30, 30), U: (30, 30, 30), T: (60, 30, 30)},
        {P: 1, S: 1, M: 4, A: 1},
        movable=True,
    ),
    RoomPlan("305", ("贵宾室", "貴賓室", "VIP Room"), "3", {F: (16, 20, 20)}, {S: 1}, smoking=True),
    RoomPlan(
        "AUD",
        ("礼堂", "禮堂", "Auditorium"),
        "1",
        {T: (300, 60, 60), C: (160, 90, 60)},
        {P: 2, S: 2, M: 12, A: 1, V: 1, R: 1},
        movable=True,
        way=Way.AHEAD,
        access=(STEP_FREE, WIDE, LOOP, TOILET),
    ),
    RoomPlan(
        "HALL",
        ("多功能厅", "多功能廳", "Function Hall"),
        "4",
        {Q: (120, 60, 60), T: (200, 60, 60), C: (120, 60, 60), U: (60, 60, 60)},
        {P: 2, S: 2, M: 8, A: 1, R: 1},
        movable=True,
        spaces=("HALL-A", "HALL-B"),
    ),
    RoomPlan(
        "HALL-A",
        ("多功能厅东厅", "多功能廳東廳", "Function Hall East"),
        "4",
        {Q: (60, 45, 45), T: (90, 45, 45), C: (60, 45, 45)},
        {P: 1, S: 1, M: 4, A: 1},
        movable=True,
        spaces=("HALL-A",),
    ),
    RoomPlan(
        "HALL-B",
        ("多功能厅西厅", "多功能廳西廳", "Function Hall West"),
        "4",
        {Q: (60, 45, 45), T: (90, 45, 45), C: (60, 45, 45)},
        {P: 1, S: 1, M: 4, A: 1},
        movable=True,
        spaces=("HALL-B",),
    ),
)


def bring_back_site() -> Site:
    names = {"name_zh_hans": "总部", "name_zh_hant": "總部", "name_en": "Headquarters"}
    site, _ = Site.objects.update_or_create(
        code=SITE_CODE,
        defaults=names
        | {
            "time_zone": "Asia/Shanghai",
            "holiday_calendar": "CN",
            "on_post_at": time(7, 45),
            "door_acts": DoorActs.CHECK_IN,
        },
    )
    for weekday in range(5):
        for starts, ends in OFFICE_HOURS:
            WorkingPeriod.objects.update_or_create(
                site=site, weekday=weekday, starts_at=starts, defaults={"ends_at": ends}
            )
    return site


def bring_back_rooms(site: Site) -> dict[str, Room]:
    return {plan.code: bring_back_room(site, plan, position) for position, plan in enumerate(ROOMS)}


def bring_back_room(site: Site, plan: RoomPlan, position: int) -> Room:
    zh_hans, zh_hant, en = plan.names
    facts = {
        "name_zh_hans": zh_hans,
        "name_zh_hant": zh_hant,
        "name_en": en,
        "floor": plan.floor,
        "standing_layout": next(iter(plan.layouts)),
        "has_movable_tables": plan.movable,
        "allows_smoking": plan.smoking,
        "is_active": True,
        "position": position,
        "way": plan.way,
        "access": list(plan.access),
    }
    room, _ = Room.objects.update_or_create(site=site, code=plan.code, defaults=facts)
    room.spaces.set([Space.objects.get_or_create(site=site, code=code)[0] for code in plan.spaces or (plan.code,)])
    for layout, (capacity, setup, teardown) in plan.layouts.items():
        minutes = {"capacity": capacity, "setup_minutes": setup, "teardown_minutes": teardown}
        RoomLayout.objects.update_or_create(room=room, layout=layout, defaults=minutes)
    for kind, quantity in plan.equipment.items():
        RoomEquipment.objects.update_or_create(room=room, kind=kind, defaults={"quantity": quantity})
    return room


POOLS = (
    ("PROJ", ("便携投影仪", "便攜投影機", "Portable projector"), P.value, 2),
    ("TROLLEY", ("视频会议推车", "視像會議推車", "Video trolley"), V.value, 1),
    ("INTERP", ("同声传译设备", "即時傳譯設備", "Interpretation set"), "", 1),
)
# What was counted two weeks ago; tea has run low since, so that the pages have something to say.
COUNTED = {"TEA": 230, "COFFEE": 260, "WATER": 420, "PAPER": 150, "PLATES": 300, "TEACUP": 160, "COFFEECUP": 60}


def bring_back_stock(site: Site, people: dict[str, User], now: datetime) -> None:
    """What the rooms share, and the usual supplies as they were counted before the demo's first meeting."""
    for code, (zh_hans, zh_hant, en), kind, quantity in POOLS:
        names = {"name_zh_hans": zh_hans, "name_zh_hant": zh_hant, "name_en": en}
        facts = names | {"kind": kind, "quantity": quantity, "is_active": True}
        EquipmentPool.objects.update_or_create(site=site, code=code, defaults=facts)
    at = now - timedelta(days=14)
    SupplyMovement.objects.filter(supply__site=site, supply__code__in=COUNTED).delete()
    add_default_supplies(site=site, actor=people["secretary"], now=at)
    for supply in site.supplies.filter(code__in=COUNTED):
        counted = COUNTED[supply.code]
        count_supply(supply_id=supply.pk, counted=counted, note="盘点", actor=people["secretary"], now=at)


def bring_back_people(site: Site) -> dict[str, User]:
    # One hash for all: a good one takes a fifth of a second, and the password is public anyway.
    encoded = make_password(PASSWORD)
    return {person.username: bring_back_person(site, person, encoded) for person in PEOPLE}


def bring_back_person(site: Site, person: Person, encoded: str) -> User:
    facts = {
        "display_name": person.name,
        "latin_name": person.latin,
        "department": person.department,
        "phone": person.phone,
        "email": f"{person.username}@demo.example",
        "password": encoded,
        "site": site,
        "is_active": True,
        "is_staff": person.role == Role.ADMINISTRATOR,
        "is_superuser": person.role == Role.ADMINISTRATOR,
    }
    user, _ = User.objects.update_or_create(username=person.username, defaults=facts)
    user.groups.set(Group.objects.filter(name=person.role))
    return user


def bring_back_shifts(site: Site, people: dict[str, User], now: datetime) -> None:
    """Published until a few days ahead, drafted until the end of the next week."""
    today = site_today(site, now)
    days = days_around(today)
    covered = (day_bounds(site, days[0])[0] - AROUND_NOW, day_bounds(site, days[-1])[1] + AROUND_NOW)
    Shift.objects.filter(user__in=people.values(), during__overlap=covered).delete()
    for person in PEOPLE:
        if person.shift:
            usual = ShiftPattern.objects.filter(site=site, code=USUAL.get(person.shift)).first()
            facts = {"user": people[person.username], "site": site, "actor": None, "now": now}
            for is_draft in (False, True):
                own = [on for on in days if is_drafted(on, today) is is_draft]
                spans = [span for on in own for span in shift_spans(site, person, person.shift, on, now)]
                walls = [(start, end) for start, end in spans if is_of_day(site, person.shift, start, end)]
                create_shifts(spans=walls, pattern=usual, is_draft=is_draft, **facts)
                create_shifts(spans=[span for span in spans if span not in walls], is_draft=is_draft, **facts)


def days_around(today: date) -> list[date]:
    """Also the rest of the next week."""
    last = today - timedelta(days=today.weekday()) + timedelta(days=13)
    return [today + timedelta(days=offset) for offset in range(DAYS_BEFORE, (last - today).days + 1)]


def is_drafted(on: date, today: date) -> bool:
    is_next_week = on - timedelta(days=on.weekday()) > today
    return is_next_week and on > today + DAYS_BINDING


def shift_spans(
    site: Site, person: Person, walls: tuple[time, time], on: date, now: datetime
) -> list[tuple[datetime, datetime]]:
    """Today's shift reaches round the present; on a day off only the office keeps its hours."""
    calendar = calendar_of(site)
    start, end = (calendar.at_wall(on, wall) for wall in walls)
    is_off = not calendar.is_working(on) and person.role in FLOOR_ROLES
    usual = [] if is_off else [(start, end)]
    if on != site_today(site, now):
        return usual
    present = (now - AROUND_NOW, now + AROUND_NOW)
    if is_off or present[1] < start or end < present[0]:
        # A night is nobody's long early shift.
        return sorted([present, *usual])
    return [(min(start, present[0]), max(end, present[1]))]


def is_of_day(site: Site, walls: tuple[time, time], start: datetime, end: datetime) -> bool:
    """The usual shift, with what today's is longer by."""
    on = end.astimezone(site.zone).date()
    calendar = calendar_of(site)
    return start <= calendar.at_wall(on, walls[0]) and calendar.at_wall(on, walls[1]) <= end
