"""For each address that takes a form, one that it would take: what the fuzz of pages begins from."""

from collections.abc import Callable
from typing import Any

from checklists.standard_forms.sample import usual
from rooms.models import LayoutKind
from rooms.sheet_reading import Sheet
from staff.import_forms import sealed
from staff.practical import CODES
from tests.bookings.pages import AGENDA, FORM, GUEST
from tests.checklists.drafts import sent_of
from tests.staff.ways_out import browser_at

HOURS = [f"{part}_{edge}_{day}" for part in ("morning", "afternoon") for edge in ("from", "until") for day in range(7)]
PASSWORD = "Vault-92-kettle"


def room_form() -> dict[str, Any]:
    rows = {"layouts-TOTAL_FORMS": len(LayoutKind), "layouts-INITIAL_FORMS": len(LayoutKind)}
    for number, kind in enumerate(LayoutKind):
        rows |= {f"layouts-{number}-layout": kind.value, f"layouts-{number}-capacity": 9}
        rows |= {f"layouts-{number}-setup_minutes": 5, f"layouts-{number}-teardown_minutes": 5}
    fields = {"code": "302", "name_zh_hans": "三楼", "floor": "3", "standing_layout": "board_room", "position": 0}
    fields |= {"access": "step_free", "access_notes": "x", "way": "left", "way_notes": "x"}
    return rows | fields | {"is_active": "on", "equipment-screen": 2, "parts": ""}


def site_form(code: str = "HQ") -> dict[str, Any]:
    facts = {"code": code, "name_zh_hans": "总部", "time_zone": "Asia/Shanghai", "holiday_calendar": "CN"}
    facts |= {"door_acts": "all", "no_show_minutes": "15", "tablet_idle_minutes": "5"}
    hours = dict.fromkeys(HOURS, "") | {"morning_from_0": "08:30", "morning_until_0": "12:00"}
    return facts | hours | {"on_post_at": "07:45"}


def person_form(world: Any) -> dict[str, Any]:
    names = {"username": "new", "display_name": "新", "phone": "1", "email": "a@example.com", "department": "x"}
    return names | {"site": world.room.site_id, "roles": "applicant", "new_password": PASSWORD, "is_active": 1}


def shift_sheet(world: Any) -> dict[str, Any]:
    sheet = Sheet(["甲", "乙", "丙"], [["staff1", "2026-11-26", "7:45-16:00"]])
    columns = {"column_0": "username", "column_1": "on", "column_2": "times"}
    return {"site": "HQ", "sheet": sealed(sheet, world.room.site), "mode": "good"} | columns


def request_form(world: Any) -> dict[str, Any]:
    further = {"further-TOTAL_FORMS": "1", "further-INITIAL_FORMS": "0", "further-0-headcount": "5"}
    return (
        FORM
        | GUEST
        | AGENDA
        | further
        | {"further-0-room": world.running.room_id, "room": world.room.pk, "equipment": "projector", "microphones": 1}
    )


def course_form(world: Any) -> dict[str, Any]:
    rows = {"sessions-TOTAL_FORMS": "2", "sessions-INITIAL_FORMS": "0", "sessions-0-DELETE": ""}
    for number in range(2):
        rows |= {f"sessions-{number}-{name}": "x" for name in ("name_zh_hans", "name_en", "about_en")}
        rows |= {f"sessions-{number}-kind": "theory", f"sessions-{number}-ORDER": str(number)}
    return rows | NAMES | CONDITIONS | {"site": world.room.site_id, "weekdays": 1, "is_active": "on"}


def checklist_form(world: Any, seen: int = 0) -> dict[str, Any]:
    rows = {"lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0", "lines-0-DELETE": ""}
    for number, kind in enumerate(("heading", "vital")):
        rows |= {f"lines-{number}-kind": kind, f"lines-{number}-en": "x", f"lines-{number}-ORDER": str(number)}
    return rows | NAMES | {"site": world.room.site_id, "is_active": "on", "seen": seen, "lines-1-code": "badge"}


def question_form(world: Any) -> dict[str, Any]:
    options = {"option_0_en": "a", "option_1_zh_hans": "b", "right_0": "on", "is_true": "false"}
    facts = {"topic": "venue", "kind": "single", "points": 1, "text_en": "x", "is_active": "on"}
    return facts | options | {"site": world.room.site_id}


def seen(world: Any) -> dict[str, Any]:
    return {"seen": world.draft_standard.edited_at.isoformat()}


HOOK = {"name": "x", "url": "https://oa.example.com/hook", "events": "approved"}


def series_form(world: Any) -> dict[str, Any]:
    rule = {"repeats": "week", "interval": 2, "weekdays": 1, "times": 3, "more_dates": "2026-12-24", "confirm": 1}
    return request_form(world) | rule | {"left_out": "2026-12-08", "date-2026-11-24": f"{world.room.pk}:30"}


OFFER = {"on": "2026-11-30", "start": "12:00", "end": "13:00"}
CLOSURE = {"from_day": "2026-11-30", "from_time": "12:00", "until_day": "2026-12-01", "until_time": "13:00"}
CHAT_ROOM = {"name": "x", "address": "ntfys://ntfy.example.com/x", "kinds": "late", "language": "en"}
HEADING = {"title_zh_hans": "x", "title_zh_hant": "x", "title_en": "x", "group-count": "1", "group-0-code": "x"}
BOARD = {"date": "2026-11-24", "floor": "1", "people": "8", "equipment": "projector"}
NAMES = {"name_zh_hans": "x", "name_zh_hant": "x", "name_en": "x"}
CONDITIONS = {"attendance_percent": 80, "needs_written": "on", "written_pass": 60, "practical_pass": 70}
CONDITIONS |= {"valid_months": 12, "skill": "", "practical_list": ""}
HOMEWORK = {"title": "x", "text": "x", "due_on": "2026-12-01", "due": "18:00"}
SUPPLY = NAMES | {"code": "TEA", "unit": "box", "use": "tea", "per_head": 1, "reorder_level": 5, "is_active": "on"}
PATTERN = NAMES | {"begins_0": "22:00", "ends_0": "06:00", "begins_1": "08:00", "ends_1": "09:00", "is_active": "on"}
WORKING_TIME = {
    "hours_a_day": "9.5", "hours_a_week": "44", "rest_hours": "11", "days_in_row": "6", "break_after_hours": "4",
    "break_minutes": "20", "act_hours_a_day": "bar", "act_rest_hours": "warn",
}  # fmt: skip
LEAVE = {"first": "2026-12-01", "last": "2026-12-02", "begins": "09:00", "ends": "12:00", "note": "x"}
RATINGS = dict.fromkeys(("room", "equipment", "drinks", "manner", "speed"), 5)
# What the pages take besides the table's own data, so that one odd field stands among good ones.
GOOD: dict[str, Callable[[Any], dict[str, Any]]] = {
    "bookings:new": series_form,
    "bookings:rooms": request_form,
    "bookings:pools": request_form,
    "bookings:series_new": series_form,
    "bookings:series_cancel": lambda _world: {"first": "2026-12-01", "last": "2026-12-31", "reason": "x"},
    "bookings:series_approve": lambda world: {"leave_out": world.series.bookings.first().pk, "next": "x"},
    "bookings:series_offer": lambda world: OFFER | {"room": world.room.pk},
    "bookings:edit": request_form,
    "bookings:offer": lambda world: OFFER | {"room": world.room.pk},
    "bookings:inbox": lambda _world: {"site": "HQ", "show": "due", "in_room": "1", "since": "2026-11-23", "until": "x"},
    "bookings:decline": lambda _world: {"common": "usual-1", "reason": "x"},
    "bookings:approve_several": lambda world: {"chosen": world.requested.ref, "ref": world.questioned.ref},
    "bookings:deciding_add": lambda world: {
        "room": world.room.pk, "user": world.people["manager"].pk, "rooms": world.room.pk, "most_people": 5,
        "host_department": "x", "kinds": "training", "longest_minutes": 60, "furthest_days": 9, "notice_minutes": 9,
        "opens_at": "08:00", "closes_at": "18:00", "text_zh_hans": "x", "text_zh_hant": "x", "text_en": "x",
    },
    "bookings:move": lambda _world: {"agreed": "1"},
    "bookings:board": lambda _world: BOARD | {"view": "low"},
    "bookings:board_week": lambda world: BOARD | {"room": world.room.pk},
    "bookings:board_month": lambda _world: BOARD,
    "bookings:board_list": lambda _world: BOARD,
    "bookings:closures": lambda _world: CLOSURE | {"reason": "x", "weekly_until": "2026-12-12"},
    "bookings:screens": lambda world: {"room": world.room.pk, "name": "x"},
    "bookings:act_here": lambda _world: {"end": "2026-11-23T11:00:00+08:00"},
    "bookings:door": lambda _world: {"end": "2026-11-23T11:00:00+08:00"},
    "bookings:inbox_list": lambda _world: {"ref": "x"},
    "bookings:feed_create": lambda world: {
        "kind": "room", "room": world.room.pk, "duty": f"{world.room.site_id}:manager",
    },
    "bookings:import": lambda _world: {
        "column_0": "room", "column_1": "title", "column_2": "start", "column_3": "end", "column_4": "headcount",
    },
    "bookings:export": lambda _world: {"since": "2026-11-01", "until": "2026-11-30", "kind": "csv", "site": "HQ"},
    "bookings:webhooks": lambda world: HOOK | {"site": world.room.site_id},
    "bookings:webhook": lambda _world: HOOK | {"is_active": "on"},
    "rooms:pools": lambda _world: NAMES | {"code": "X1", "kind": "sound", "quantity": 2, "is_active": "on"},
    "rooms:pool_change": lambda _world: NAMES | {"kind": "", "quantity": 0, "is_active": "on"},
    "bookings:supplies": lambda _world: SUPPLY | {"code": "X1"},
    "bookings:supply": lambda _world: {"what": "received", "quantity": 3, "note": "x", "page": 1},
    "bookings:supply_change": lambda _world: SUPPLY,
    "rooms:create": lambda _world: room_form(),
    "rooms:change": lambda _world: room_form(),
    "rooms:site_create": lambda _world: site_form("SZ"),
    "rooms:site_change": lambda _world: site_form(),
    "rooms:exception_create": lambda _world: {"on": "2026-12-01", "name_zh_hans": "x", "is_working": "on"},
    "rooms:list": lambda _world: {"q": "x", "people": 3, "layout": "theatre", "equipment": "projector"},
    "staff:shift_create": lambda world: {
        "site": "HQ", "person": world.people["server"].pk, "on": "2026-11-29", "begins": "09:00", "ends": "12:00",
    },
    "staff:shift_change": lambda _world: {"on": "2026-11-29", "begins": "09:00", "ends": "12:00"},
    "staff:shifts": lambda _world: {"date": "2026-11-29", "site": "HQ", "view": "day"},
    "staff:roster_cell": lambda _world: {"begins": "09:00", "ends": "12:00", "is_on_call": "on"},
    "staff:roster_move": lambda _world: {"copy": "on"},
    "staff:shift_import": shift_sheet,
    "staff:roster_copy": lambda _world: {"source": "2026-11-23", "target": "2026-11-30", "site": "HQ"},
    "staff:roster_publish": lambda _world: {"on": "2026-11-30", "site": "HQ"},
    "staff:patterns": lambda _world: PATTERN | {"code": "x1"},
    "staff:pattern": lambda _world: PATTERN | {"code": "early"},
    "staff:working_time": lambda _world: WORKING_TIME,
    "staff:leaves": lambda world: LEAVE | {"person": world.people["server"].pk},
    "staff:exchange": lambda _world: {
        "role": "cleaner", "on": "2026-11-29", "begins": "22:00", "ends": "06:00", "places": 2, "is_on_call": "on",
    },
    "staff:swap_offer": lambda world: {"colleague": world.handover.giver_id},
    "staff:swap_accept": lambda world: {"given": world.coming_shift.pk},
    "staff:my_leave": lambda _world: LEAVE | {"kind": "leave"},
    "staff:person_create": person_form,
    "staff:person_change": person_form,
    "staff:my_notices": lambda _world: {
        "quiet_from": "22:00", "quiet_until": "07:00", "ways_late": "mail", "ways_calls": "push",
    },
    "staff:my_chat_add": lambda _world: {"name": "x", "address": "ntfys://ntfy.example.com/x", "secret": "x"},
    "staff:my_browser_add": lambda _world: vars(browser_at()) | {"label": "x"},
    "staff:my_browser_name": lambda _world: {"label": "x"},
    "staff:channel_create": lambda _world: CHAT_ROOM | {"site": "HQ"},
    "staff:channel_change": lambda _world: CHAT_ROOM,
    "staff:skill_list": lambda _world: NAMES | {"code": "x1", "place": 3, "is_active": "on"},
    "staff:skill_change": lambda _world: NAMES | {"code": "x1", "place": 3, "is_active": "on"},
    "staff:person_skills": lambda world: {
        f"held_{world.skill.pk}": "on", f"from_{world.skill.pk}": "2026-11-01", f"until_{world.skill.pk}": "2027-11-01",
        f"note_{world.skill.pk}": "x", "rooms": world.room.pk,
    },
    "staff:course_copy": lambda world: {"programme": "refresher", "site": world.room.site_id},
    "staff:course_create": course_form,
    "staff:course_change": course_form,
    "staff:run_begin": lambda world: {
        "site": "HQ", "trainer": world.people["manager"].pk, "first": "2026-12-01", "begins": "13:30", "ends": "16:00",
        "room": world.room.pk, "people": world.people["server"].pk,
    },
    "staff:run_change": lambda world: CONDITIONS | {"trainer": world.people["manager"].pk, "note": "x"},
    "staff:run_people": lambda world: {"people": world.people["cleaner"].pk},
    "staff:run_session": lambda world: {
        "on": "2026-12-01", "begins": "13:30", "ends": "16:00", "room": world.room.pk,
        f"state_{world.enrolment.pk}": "late",
    },
    "staff:session_sign_in": lambda _world: {"code": "123456"},
    "staff:homework_create": lambda _world: HOMEWORK,
    "staff:homework_change": lambda _world: HOMEWORK,
    "staff:homework": lambda _world: {"text": "x"},
    "staff:homework_mark": lambda world: {
        "verdict": "again", "remark": "x", "seen": world.handed_in.handed_at.isoformat(),
    },
    "staff:question_create": question_form,
    "staff:question_change": question_form,
    "staff:examination": lambda _world: {
        "topics": "venue", "question_count": 1, "minutes": 30, "opens_on": "2026-12-01", "opens": "09:00",
        "closes_on": "2026-12-01", "closes": "10:00",
    },
    "staff:paper_save": lambda _world: {"whole": 1, "q1": "0", "q2": "true", "q3": "x"},
    "staff:paper_hand_in": lambda _world: {"q1": "0", "q2": "true", "q3": "x"},
    "staff:paper": lambda _world: {},
    "staff:paper_marking": lambda _world: {f"points_{place}": 1 for place in range(1, 13)},
    "staff:practical": lambda _world: {f"score_{code}": 2 for code in CODES} | {
        "op": "1f0e8a3c-0000-4000-8000-000000000009", "remark": "x",
    },
    "staff:practical_list_create": checklist_form,
    "staff:practical_list_change": lambda world: checklist_form(world, seen=1),
    "staff:certificate_end": lambda _world: {"reason": "x", "reissue": "1"},
    "staff:training_plan": lambda world: {"course": world.course.pk, "due_on": "2026-12-31", "note": "x"},
    "staff:praise": lambda _world: {"op": "1f0e8a3c-0000-4000-8000-000000000010", "text": "x"},
    "staff:thanks": lambda world: {
        "op": "1f0e8a3c-0000-4000-8000-000000000013", "person": world.people["cleaner"].pk, "reason": "helped",
    },
    "staff:conduct": lambda world: {
        "site": "HQ", "op": "1f0e8a3c-0000-4000-8000-000000000011", "occasion": "shift",
        f"lapses_{world.people['server'].pk}": "badge", f"note_{world.people['server'].pk}": "x",
    },
    "staff:notice_acknowledge": lambda _world: {"back": "/tablet/notices/"},
    "staff:profile": lambda _world: {"display_name": "x", "latin_name": "x", "phone": "1", "language": "en"},
    "staff:password": lambda _world: {"old_password": "demo", "new_password1": PASSWORD, "new_password2": PASSWORD},
    "staff:own_photo": lambda _world: {"remove": "yes", "photo": "x"},
    "staff:person_photo_change": lambda _world: {"remove": "yes", "photo": "x"},
    "staff:own_pin": lambda _world: {"own-password": "demo", "own-new_pin": "8520", "own-again": "8520"},
    "staff:tablets": lambda _world: {"name": "x", "place": "2F"},
    "staff:tablet_enrol": lambda _world: {"code": "ABCDEFGH"},
    "staff:tablet_person": lambda _world: {"pin": "2580"},
    "staff:tablet_new_pin": lambda _world: {"new_pin": "8520", "again": "8520"},
    "staff:tablet_lock": lambda _world: {"why": "idle"},
    "staff:token_create": lambda _world: {"name": "x", "scopes": "read", "days": "30"},
    "checklists:tick": lambda _world: {
        "ok": "no", "value": "3", "note": "x", "device_at": "2026-11-24T09:00:00Z", "gravity": "2", "device": "sound",
        "file": "1f0e8a3c-0000-4000-8000-000000000000", "file_op": "1f0e8a3c-0000-4000-8000-000000000001",
        "signed_name": "x",
    },
    "checklists:tablet_picture": lambda _world: {
        "who": "x", "body": '{"op": "1f0e8a3c-0000-4000-8000-000000000003"}', "sign": "", "sent_at": "x",
    },
    "checklists:handovers": lambda world: {"receiver": world.handover.giver_id, "note": "x"},
    "checklists:handover": lambda _world: {"act": "refuse", "reason": "x"},
    "checklists:tablet_settle": lambda _world: {"back": "/day/"},
    "checklists:step_file": lambda _world: {"size": "small"},
    "checklists:conduct": lambda _world: {"op": "1f0e8a3c-0000-4000-8000-000000000012", "occasion": "meeting"},
    "checklists:spot_check": lambda _world: {
        "op": "1f0e8a3c-0000-4000-8000-000000000002", "refill": 3, "manner": 3, "quietness": 3, "dress": 3,
        "lapses": "badge", "text": "x",
    },
    "checklists:extend": lambda _world: {"end": "2026-11-23T15:20:00+08:00"},
    "checklists:rundown": lambda _world: {"date": "2026-11-23", "site": "HQ", "language": "en", "habits": "no"},
    "checklists:day": lambda _world: {"date": "2026-11-23", "site": "HQ"},
    "checklists:close_day": lambda _world: {"date": "2026-11-23", "site": "HQ", "note": "x"},
    "staff:delivery_retry": lambda _world: {"back": "/operation/"},
    "staff:deliveries_retry": lambda _world: {"back": "/operation/"},
    "checklists:change_seen": lambda _world: {"back": "/tablet/"},
    "checklists:assignments": lambda _world: {"date": "2026-11-25", "site": "HQ", "days": "7"},
    "checklists:falls_ill": lambda _world: {
        "until": "2026-11-24", "start": "2026-11-23T09:00:00+08:00", "end": "2026-11-25T04:00:00+08:00",
        "digest": "x", "taker-1": "1", "shift-1": "open",
    },
    "checklists:proposal": lambda _world: {"on": "2026-11-24"},
    "checklists:proposal_line": lambda world: {"act": "give", "user": world.people["server"].pk},
    "checklists:needs": lambda world: {
        "site": "HQ", "what": "need", "role": "service_staff", "ground": "fact:coffee", "skill": world.skill.pk,
        "room_minutes": 1, "floor_minutes": 2, "building_minutes": 5, "step_minutes": 5, "shared_heads": 20,
    },
    "checklists:reassign": lambda world: {"user": world.people["server"].pk, "back": "/day/"},
    "checklists:standard": lambda _world: usual() | {"chosen": "1", "site": "HQ"},
    "checklists:standard_comparison": lambda world: {"with": world.shared_standard.pk},
    "checklists:standard_file": lambda _world: {"as": "toml"},
    "checklists:standard_item_add": lambda world: seen(world) | sent_of("P4", id="X9", after="P4"),
    "checklists:standard_item": lambda world: seen(world) | sent_of("P4"),
    "checklists:standard_item_place": lambda world: seen(world) | {"code": "P6", "after": "P4"},
    "checklists:standard_heading": lambda world: seen(world) | HEADING,
    "checklists:standard_import": lambda _world: {"owner": "HQ", "replaces": "on"},
    "checklists:standard_publish": lambda world: seen(world) | {"note": "x"},
    "checklists:standard_replan": lambda _world: {"which": "coming", "since": "2026-11-23", "with_running": "on"},
    "feedback:answer": lambda _world: RATINGS | {"text": "x"},
    "feedback:overview": lambda world: {"since": "2026-11-01", "until": "2026-11-30", "room": world.room.pk},
    "login": lambda _world: {"username": "x", "password": "y", "next": "/"},
}  # fmt: skip
