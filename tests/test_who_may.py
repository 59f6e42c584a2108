"""Who may open and do what: every address of the product against everyone who might ask.

An address missing here fails, and so does one that is no more.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from bookings.models import Booking
from bookings.services.feeds import token_of
from checklists.call_links import call_token
from feedback.links import survey_token
from tests.world import PEOPLE, clients_of

FLOOR = ("server", "cleaner", "technician")
LEADERS = ("manager", "administrator")
OFFICE = ("secretary", "manager", "administrator")

# By namespace or name, each with the reason.
EXCLUDED = {
    "admin": "Django's administration asks for the role before every page; tested with the sign-in pages",
    "api:openapi-json": "the description of the API, open to anyone",
    "api:openapi-view": "its reader, the same",
    "api:api-root": "answers nothing; the framework needs it to make addresses",
}


def by(status: int, *names: str, rest: int = 403, anonymous: int = 302, **others: int) -> dict[str, int]:
    """`status` for the people named, `rest` for other signed-in people; single ones may differ."""
    expected = dict.fromkeys(PEOPLE, rest) | dict.fromkeys(names, status)
    return expected | {"anonymous": anonymous} | others


def anyone(status: int) -> dict[str, int]:
    return dict.fromkeys(PEOPLE, status)


def signed_in(status: int, **others: int) -> dict[str, int]:
    return by(status, rest=status, **others)


@dataclass(frozen=True)
class Row:
    name: str
    expected: dict[str, int]
    method: str = "GET"
    path: Callable[[Any], dict[str, Any]] = lambda _world: {}
    data: Callable[[Any], dict[str, Any]] = lambda _world: {}
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def post(name: str, expected: dict[str, int], path: Any = lambda _w: {}, data: Any = lambda _w: {}) -> Row:
    return Row(name, expected, "POST", path, data)


def get(name: str, expected: dict[str, int], path: Any = lambda _w: {}, query: str = "") -> Row:
    return Row(name, expected, "GET", path, query=query)


def api(method: str, name: str, expected: dict[str, int], path: Any = lambda _w: {}, data: Any = lambda _w: {}) -> Row:
    return Row(f"api:{name}", expected | {"anonymous": 401}, method, path, data)


def ref(which: str) -> Any:
    return lambda world: {"ref": getattr(world, which).ref}


def pk(which: str) -> Any:
    return lambda world: {"pk": getattr(world, which).pk}


def step(world: Any) -> dict[str, Any]:
    return {"step_id": world.step.pk}


def moved(world: Any) -> dict[str, Any]:
    version = Booking.objects.values_list("version", flat=True).get(pk=world.approved.pk)
    return {"room": world.room.pk, "on": "2026-11-27", "start": "10:00", "end": "11:00", "version": version}


def text(name: str) -> Any:
    return lambda _world: {name: "x"}


def text_of(**fields: str) -> Any:
    return lambda _world: fields


def to_server(world: Any) -> dict[str, Any]:
    return {"user": world.people["server"].pk, "role": "service_staff"}


def on_monday(_world: Any) -> dict[str, Any]:
    return {"site": "HQ", "date": "2026-11-23"}


def new_op(_world: Any) -> dict[str, Any]:
    return {"op": str(uuid4()), "wanted": "done", "result": {}}


def note_path(world: Any) -> dict[str, Any]:
    return {"ref": world.running.ref, "pk": world.note.pk}


def passed(_world: Any) -> dict[str, Any]:
    return {"act": "passed"}


def setting(_world: Any) -> dict[str, Any]:
    return {"code": "HQ", "what": "reason"}


def setting_row(_world: Any) -> dict[str, Any]:
    return {"code": "HQ", "what": "reason", "pk": 1}


def call_path(world: Any) -> dict[str, Any]:
    return {"token": call_token(world.running.pk, world.running.room_id)}


def key(which: str) -> Any:
    return lambda world: {"token": getattr(world, f"{which}_key")}


HQ, AT_HQ = (lambda _world: {"code": "HQ"}), "?site=HQ"
NOON_DAY_8 = {"start": "2026-11-30T12:00:00+08:00", "end": "2026-11-30T13:00:00+08:00"}
NEW_BOOKING = NOON_DAY_8 | {"room": "201", "title": "x", "headcount": 5, "host": "x", "contact": "y"}
NEW_SERIES = NEW_BOOKING | {"rule": {"every": "week", "count": 3}}
LATER_END = {"end": "2026-11-23T15:20:00+08:00"}
OF_SITE = by(200, rest=200, stranger=404)
OWN_NOTICE = by(302, "applicant", rest=404)

ACCOUNTS = [
    get("home", anyone(302)),
    get("login", by(302, rest=302, anonymous=200)),
    post("logout", anyone(302)),
    # An administrator has no need of it and the others no right to what is behind it.
    get("admin/login/", by(403, rest=403)),
    get("favicon", anyone(302)),
    get("healthz", anyone(200)),
    get("readyz", anyone(200)),
    get("api/<path:rest>", anyone(404)),
    post("staff:language", anyone(302), data=lambda _world: {"language": "en"}),
    get("staff:profile", signed_in(200)),
    get("staff:password", signed_in(200)),
    post("staff:token_create", signed_in(200)),
    # Someone else's stays in force: see the tests of tokens.
    post("staff:token_revoke", signed_in(302), pk("token")),
    get("staff:events", signed_in(204, anonymous=403)),
    get("staff:notices", signed_in(200)),
    get("staff:unread", signed_in(200)),
    post("staff:notices_read", signed_in(302)),
    post("staff:notice_open", OWN_NOTICE, pk("notice")),
    post("staff:notice_read", OWN_NOTICE, pk("notice")),
    post("staff:notice_acknowledge", OWN_NOTICE, pk("notice")),
    get("staff:my_notices", signed_in(200)),
    post("staff:my_mail_test", signed_in(302)),
    # Nothing was typed, and whoever may add one is told so.
    post("staff:my_chat_add", signed_in(422)),
    post("staff:my_chat_test", OWN_NOTICE, pk("chat")),
    post("staff:my_chat_remove", OWN_NOTICE, pk("chat")),
    post("staff:my_browser_add", signed_in(422)),
    post("staff:my_browser_name", OWN_NOTICE, pk("browser")),
    post("staff:my_browser_test", OWN_NOTICE, pk("browser")),
    post("staff:my_browser_remove", OWN_NOTICE, pk("browser")),
    get("staff:channels", by(200, *LEADERS), query=AT_HQ),
    post("staff:channel_create", by(422, *LEADERS), data=lambda _world: {"site": "HQ"}),
    get("staff:channel_change", by(200, *LEADERS, stranger=404), pk("channel")),
    post("staff:channel_test", by(302, *LEADERS, stranger=404), pk("channel")),
    post("staff:channel_remove", by(302, *LEADERS, stranger=404), pk("channel")),
    get("staff:deliveries", by(200, *LEADERS)),
    post("staff:delivery_retry", by(302, *LEADERS), pk("delivery")),
    post("staff:deliveries_retry", by(302, *LEADERS)),
    get("staff:people", by(200, *LEADERS)),
    get("staff:person_create", by(200, *LEADERS)),
    get("staff:person_change", by(200, *LEADERS), lambda world: {"pk": world.people["server"].pk}),
    get("staff:shifts", by(200, *OFFICE, stranger=404), query=AT_HQ),
    post("staff:shift_create", by(200, *LEADERS), data=lambda _world: {"site": "HQ"}),
    post(
        "staff:shift_day",
        by(302, *LEADERS),
        data=lambda world: {"site": "HQ", "on": "2026-11-24", "person": world.people["server"].pk},
    ),
    get("staff:shift_change", by(200, *LEADERS, stranger=404), pk("shift")),
    post("staff:shift_remove", by(302, *LEADERS, stranger=404), pk("shift")),
]

ROOMS = [
    get("rooms:list", signed_in(200)),
    get("rooms:create", by(200, "secretary", "administrator", stranger=404), query=AT_HQ),
    get("rooms:detail", OF_SITE, pk("room")),
    get("rooms:change", by(200, "secretary", "administrator", stranger=404), pk("room")),
    get("rooms:photo", OF_SITE, pk("room")),
    get("rooms:floor_plan", OF_SITE, pk("room")),
    # Who sees one site only is led to it.
    get("rooms:sites", signed_in(302, administrator=200)),
    get("rooms:site_create", by(200, "administrator")),
    get("rooms:site", OF_SITE, HQ),
    get("rooms:site_change", by(200, "secretary", "administrator", stranger=404), HQ),
    post("rooms:exception_create", by(200, "secretary", "administrator", stranger=404), HQ),
    post(
        "rooms:exception_remove",
        by(302, "secretary", "administrator", stranger=404),
        lambda world: {"code": "HQ", "pk": world.exception.pk},
    ),
]

BOOKINGS = [
    get("bookings:new", by(200, "applicant", *OFFICE, "stranger")),
    get("bookings:rooms", by(200, "applicant", *OFFICE, "stranger")),
    # Nothing was filled in: those who may ask are led to the form.
    post("bookings:series_new", by(302, "applicant", *OFFICE, "stranger")),
    get("bookings:series", by(200, "applicant", *OFFICE, rest=404), ref("series")),
    post(
        "bookings:series_cancel",
        by(302, "applicant", "secretary", "administrator", rest=404, manager=403),
        ref("series"),
        lambda _world: {"first": "2026-12-01", "last": "2026-12-31"},
    ),
    post("bookings:series_answer", by(403, *OFFICE, rest=404, applicant=409), ref("series"), text("text")),
    post("bookings:series_approve", by(302, "secretary", "administrator", stranger=404), ref("series")),
    post("bookings:series_decline", by(302, "secretary", "administrator", stranger=404), ref("series"), text("reason")),
    post("bookings:series_question", by(302, "secretary", "administrator", stranger=404), ref("series"), text("text")),
    get("bookings:mine", signed_in(200)),
    get("bookings:detail", by(200, "applicant", "administrator", rest=404), ref("draft")),
    get("bookings:detail", by(200, "applicant", *OFFICE, rest=404), ref("requested")),
    get("bookings:detail", OF_SITE, ref("approved")),
    get("bookings:history", OF_SITE, ref("approved")),
    get("bookings:history", by(200, "applicant", "administrator", rest=404), ref("draft")),
    get("bookings:edit", by(200, "applicant", "secretary", "administrator", rest=404, manager=403), ref("requested")),
    post("bookings:submit", by(302, "applicant", rest=404, administrator=403), ref("draft")),
    post("bookings:answer", by(403, *OFFICE, rest=404, applicant=302), ref("questioned"), text("text")),
    post("bookings:accept", by(403, *OFFICE, rest=404, applicant=302), ref("offered")),
    post("bookings:cancel", by(302, "applicant", "secretary", "administrator", stranger=404), ref("approved")),
    get("bookings:inbox", by(200, "secretary", "administrator", "stranger")),
    get("bookings:inbox_list", by(200, "secretary", "administrator", "stranger")),
    # A stranger's inbox opens without the request.
    get("bookings:inbox_request", by(200, "secretary", "administrator", "stranger"), ref("requested")),
    post("bookings:approve", by(302, "secretary", "administrator", stranger=404), ref("requested")),
    post("bookings:decline", by(302, "secretary", "administrator", stranger=404), ref("requested"), text("reason")),
    post("bookings:question", by(302, "secretary", "administrator", stranger=404), ref("requested"), text("text")),
    # Nothing was offered, and whoever may offer is told so.
    post("bookings:offer", by(422, "secretary", "administrator", stranger=404), ref("requested")),
    post("bookings:approve_several", by(302, "secretary", "administrator", "stranger")),
    # The secretary approved it a moment ago; the administrator is told that it is not theirs to take back.
    post("bookings:undo", by(302, "secretary", "stranger", administrator=409), data=ref("approved")),
    post("bookings:wait", by(403, *OFFICE, rest=404, applicant=302), ref("requested")),
    post("bookings:leave_line", by(403, *OFFICE, rest=404, applicant=302), ref("requested")),
    get("bookings:deciding", by(200, "secretary", "administrator", stranger=404), HQ),
    post("bookings:deciding_add", by(422, "secretary", "administrator", stranger=404), setting),
    post("bookings:deciding_remove", by(302, "secretary", "administrator", stranger=404), setting_row),
    get("bookings:board", OF_SITE, query=AT_HQ),
    get("bookings:board_week", OF_SITE, query=AT_HQ),
    get("bookings:board_month", OF_SITE, query=AT_HQ),
    get("bookings:board_list", OF_SITE, query=AT_HQ),
    # It is approved, and whoever may move it is asked about the new decision.
    post("bookings:move", by(200, "applicant", "secretary", "administrator", stranger=404), ref("approved"), moved),
    get("bookings:closures", by(200, *OFFICE, stranger=404), lambda world: {"room_pk": world.room.pk}),
    post(
        "bookings:reopen",
        by(302, *OFFICE, stranger=404),
        lambda world: {"room_pk": world.room.pk, "pk": world.closure.pk},
    ),
]

# The secret address is the permission.
EXCHANGE = [
    get("bookings:feed", anyone(200), lambda world: {"token": token_of(world.feed)}),
    get("bookings:feeds", signed_in(200)),
    post("bookings:feed_create", signed_in(302), data=text_of(kind="person")),
    # Someone else's stays as it is: see the tests of feeds.
    post("bookings:feed_renew", signed_in(302), pk("feed")),
    post("bookings:feed_revoke", signed_in(302), pk("feed")),
    get("bookings:imports", by(200, "secretary", "administrator", stranger=404), query=AT_HQ),
    get("bookings:import", by(200, "secretary", "administrator", stranger=404), pk("run")),
    post("bookings:import_start", by(302, "secretary", "administrator", stranger=404), pk("run")),
    post("bookings:import_remove", by(302, "secretary", "administrator", stranger=404), pk("run")),
    get("bookings:export", by(200, *OFFICE, stranger=404), query="?site=HQ&kind=csv&since=2026-11-01&until=2026-11-30"),
    get("bookings:webhooks", by(200, "administrator")),
    get("bookings:webhook", by(200, "administrator"), pk("webhook")),
    post("bookings:webhook_test", by(302, "administrator"), pk("webhook")),
    post("bookings:webhook_secret", by(200, "administrator"), pk("webhook")),
    post("bookings:webhook_remove", by(302, "administrator"), pk("webhook")),
    post(
        "bookings:webhook_retry",
        by(302, "administrator"),
        lambda world: {"pk": world.webhook.pk, "delivery_pk": world.webhook_delivery.pk},
    ),
]

# The key in the address is the whole right to see; to do something the site must allow it, and here it does not.
SCREENS = [
    get("bookings:screens", by(200, "secretary", "administrator", stranger=404), query=AT_HQ),
    post("bookings:screen_revoke", by(302, "secretary", "administrator", stranger=404), pk("screen")),
    get("bookings:door", anyone(200), key("door")),
    post("bookings:door", anyone(409), key("door"), lambda world: {"act": "end", "ref": world.running.ref}),
    get("bookings:door_state", anyone(200), key("door")),
    get("bookings:lobby", anyone(200), key("lobby")),
    get("bookings:lobby_state", anyone(200), key("lobby")),
    # Each kind of screen has its own key.
    get("bookings:door", anyone(404), key("lobby")),
    get("bookings:lobby", anyone(404), key("door")),
    get("bookings:here", OF_SITE, lambda world: {"room_pk": world.room.pk}),
    post(
        "bookings:act_here",
        by(302, "applicant", *FLOOR, *OFFICE, stranger=404),
        ref("running"),
        lambda _world: {"act": "end"},
    ),
]

ON_THE_FLOOR = by(200, *FLOOR, "secretary", "manager", "stranger")
OWN_STEP = by(302, "server", *LEADERS, stranger=404)
RUNS_THE_MEETING = by(302, *FLOOR, *OFFICE, stranger=404)
NOTE_OF_SERVERS = by(200, "server", *LEADERS, stranger=404)
CHECKLISTS = [
    get("checklists:tablet", ON_THE_FLOOR),
    get("checklists:tablet_rooms", ON_THE_FLOOR),
    get("checklists:tablet_meeting", ON_THE_FLOOR | {"stranger": 404}, ref("approved")),
    get("checklists:tablet_notices", ON_THE_FLOOR),
    get("checklists:tablet_offline", anyone(200)),
    get("checklists:tablet_me", ON_THE_FLOOR),
    post("checklists:tick", OWN_STEP, pk("step"), new_op),
    post("checklists:skip", OWN_STEP, pk("step"), text("reason")),
    post("checklists:take_over", OWN_STEP, pk("step")),
    post("checklists:add_file", OWN_STEP, pk("step")),
    get("checklists:step_file", OF_SITE, lambda world: {"pk": world.step.pk, "op": world.step_file.op}),
    get("checklists:spot_check", by(200, *LEADERS, stranger=404), ref("approved")),
    get(
        "checklists:person_record",
        by(200, "server", *LEADERS, stranger=404),
        lambda world: {"pk": world.people["server"].pk},
    ),
    get("checklists:my_record", signed_in(200)),
    post("checklists:start", RUNS_THE_MEETING, ref("approved")),
    post("checklists:extend", RUNS_THE_MEETING, ref("approved"), lambda _world: LATER_END),
    post("checklists:end", RUNS_THE_MEETING, ref("approved")),
    get("checklists:day", by(200, *OFFICE, stranger=404), query=AT_HQ),
    post("checklists:open_day", by(302, *LEADERS, stranger=404), data=on_monday),
    # It was never opened, and whoever may close it is told so.
    post("checklists:close_day", by(422, *LEADERS, stranger=404), data=on_monday),
    post("checklists:reopen_day", by(422, *LEADERS, stranger=404), data=on_monday),
    post("checklists:change_seen", by(302, "server", rest=404), pk("question")),
    get("checklists:reassign", by(200, *LEADERS, stranger=404), pk("step")),
    post("checklists:reassign", by(302, *LEADERS, stranger=404), pk("step"), to_server),
    get("checklists:booking_plan", OF_SITE, ref("approved")),
    get("checklists:booking_people", by(200, *OFFICE, stranger=404), ref("approved")),
    post("checklists:assign", by(302, *OFFICE, stranger=404), ref("approved"), to_server),
    post("checklists:unassign", by(302, *OFFICE, stranger=404), ref("approved"), to_server),
    get("checklists:load_hint", by(200, *OFFICE, rest=404, applicant=403), ref("requested")),
    get("checklists:tablet_calls", ON_THE_FLOOR),
    get("checklists:tablet_call_count", ON_THE_FLOOR),
    get("checklists:wish", RUNS_THE_MEETING | dict.fromkeys((*FLOOR, *OFFICE), 200), ref("running")),
    post("checklists:wish", RUNS_THE_MEETING, ref("running"), lambda _world: {"kind": "more_tea"}),
    get("checklists:note_new", RUNS_THE_MEETING | dict.fromkeys((*FLOOR, *OFFICE), 200), ref("running")),
    post("checklists:note_new", RUNS_THE_MEETING, ref("running"), lambda _world: {"sender": "x", "recipient": "y"}),
    # Taken by the server; nobody is named for the meeting, so the servers see it, and the manager.
    get("checklists:note", NOTE_OF_SERVERS, note_path),
    post("checklists:note", NOTE_OF_SERVERS | dict.fromkeys(("server", *LEADERS), 302), note_path, passed),
    get("checklists:meeting_incident", RUNS_THE_MEETING | dict.fromkeys((*FLOOR, *OFFICE), 200), ref("running")),
    post("checklists:meeting_incident", RUNS_THE_MEETING, ref("running"), lambda _world: {"kind": "fire"}),
    get("checklists:booking_calls", by(200, *FLOOR, *OFFICE, stranger=404), ref("running")),
    get("checklists:call_card", by(200, *FLOOR, *OFFICE, stranger=404), ref("running"), query="?html"),
    # The right to call is the token itself.
    get("checklists:call", anyone(200), call_path),
    post("checklists:call", anyone(302), call_path, lambda _world: {"kind": "too_warm"}),
    get("checklists:call_state", anyone(200), call_path),
    get("checklists:incidents", by(200, *FLOOR, *OFFICE, stranger=404), query=AT_HQ),
    get("checklists:incident_new", by(200, *FLOOR, *OFFICE, stranger=404), query=AT_HQ),
    post("checklists:incident_add", by(302, *FLOOR, *OFFICE, stranger=404), pk("incident"), text("done")),
    post("checklists:incident_end", by(302, *FLOOR, *OFFICE, stranger=404), pk("incident")),
    get("checklists:incident", by(200, *FLOOR, *OFFICE, stranger=404), pk("incident")),
    get("checklists:rundown", by(200, *FLOOR, *OFFICE, stranger=404), query=AT_HQ),
    # It may show guests' habits: whoever asked for it gets it.
    get("checklists:rundown_progress", by(200, "manager", rest=404), pk("rundown")),
    get("checklists:rundown_file", by(200, "manager", rest=404), pk("rundown")),
    get("checklists:operation", by(200, *LEADERS)),
    # Asked on this machine itself; from elsewhere it wants a token: see the tests of metrics.
    get("checklists:metrics", anyone(200)),
    # No step is named in it: whoever it is for is told that nothing is left.
    post("checklists:notice_take_over", OWN_NOTICE, pk("notice")),
    get("checklists:manifest", anyone(200)),
    get("checklists:service_worker", anyone(200)),
]


def draft_edit(world: Any) -> dict[str, Any]:
    return {"seen": world.draft_standard.edited_at.isoformat(), "code": "P6", "note": "x"}


READS_DRAFT, EDITS_DRAFT = by(200, *OFFICE, stranger=404), by(302, *LEADERS, stranger=404)
OPENS_DRAFT = EDITS_DRAFT | dict.fromkeys(LEADERS, 200)
STANDARDS = [
    get("checklists:standards", by(200, *OFFICE, "stranger")),
    get("checklists:standard", by(200, *OFFICE, "stranger"), pk("shared_standard")),
    get("checklists:standard", READS_DRAFT, pk("draft_standard")),
    get("checklists:standard_items", READS_DRAFT, pk("draft_standard")),
    get("checklists:standard_comparison", READS_DRAFT, pk("draft_standard")),
    get("checklists:standard_file", READS_DRAFT, pk("draft_standard")),
    post("checklists:standard_draft", EDITS_DRAFT, data=lambda _world: {"owner": "HQ"}),
    # The shared one is the administrators' to edit.
    post("checklists:standard_draft", by(302, "administrator"), data=lambda _world: {"owner": ""}),
    get("checklists:standard_import", by(200, *LEADERS)),
    get("checklists:standard_item_add", OPENS_DRAFT, pk("draft_standard")),
    get("checklists:standard_item", OPENS_DRAFT, lambda world: {"pk": world.draft_standard.pk, "code": "P4"}),
    post("checklists:standard_item_remove", EDITS_DRAFT, pk("draft_standard"), draft_edit),
    post("checklists:standard_item_place", EDITS_DRAFT, pk("draft_standard"), draft_edit),
    get("checklists:standard_heading", OPENS_DRAFT, pk("draft_standard")),
    post("checklists:standard_discard", EDITS_DRAFT, pk("draft_standard"), draft_edit),
    get("checklists:standard_publish", OPENS_DRAFT, pk("draft_standard")),
    post("checklists:standard_publish", EDITS_DRAFT, pk("draft_standard"), draft_edit),
    get("checklists:standard_replan", by(200, "administrator"), pk("shared_standard")),
    get("checklists:replanning", by(200, "administrator"), pk("replanning")),
]


def file_of(what: str) -> Any:
    return lambda _world: {"what": what, "kind": "csv"}


FEEDBACK = [
    get("feedback:host_hint", by(200, *OFFICE, rest=404, applicant=403), ref("requested")),
    get("feedback:overview", by(200, *LEADERS)),
    post("feedback:complaint", by(302, *LEADERS), lambda world: {"pk": world.answer.pk}),
    get("feedback:figures", by(200, *OFFICE, stranger=404), query=AT_HQ),
    # A number of people's own work is behind it: see the tests of figures.
    get("feedback:figures_steps", by(200, *OFFICE, stranger=404), query=AT_HQ),
    get("feedback:figures_export", by(200, *OFFICE, stranger=404), file_of("days"), query=AT_HQ),
    get("feedback:figures_export", by(200, *LEADERS, stranger=404), file_of("people"), query=AT_HQ),
    get("feedback:figures_me", ON_THE_FLOOR),
    get("feedback:closing", OF_SITE, ref("ended")),
    # The signed link is the permission.
    get("feedback:answer", anyone(200), lambda world: {"token": survey_token(world.survey.pk)}),
]

# A request is known to its applicant and the office: without the right, 403; to all others it is not there.
DECIDES = by(200, "secretary", "administrator", rest=404, applicant=403, manager=403)
OWN_REQUEST = by(403, *OFFICE, rest=404, applicant=200)
# Allowed, but hours too early.
NOT_YET = by(409, *FLOOR, *OFFICE, stranger=404)
API = [
    api("GET", "list_rooms", signed_in(200)),
    api("GET", "list_free_rooms", signed_in(200)),
    # The stranger's site has no such room.
    api("POST", "create_booking", by(201, "applicant", *OFFICE, stranger=422), data=lambda _world: NEW_BOOKING),
    api("GET", "list_bookings", signed_in(200)),
    api("GET", "read_booking", by(200, "applicant", *OFFICE, rest=404), ref("requested")),
    api(
        "PATCH",
        "change_booking",
        by(200, "applicant", "secretary", "administrator", rest=404, manager=403),
        ref("requested"),
    ),
    api("POST", "submit", by(200, "applicant", rest=404, administrator=403), ref("draft")),
    api("POST", "approve", DECIDES, ref("requested")),
    api("POST", "decline", DECIDES, ref("requested"), text("reason")),
    api("POST", "question", DECIDES, ref("requested"), text("text")),
    api("POST", "answer", OWN_REQUEST, ref("questioned"), text("text")),
    api("POST", "offer", DECIDES, ref("requested"), lambda _world: {"room": "205"} | NOON_DAY_8),
    api("POST", "accept", OWN_REQUEST, ref("offered")),
    api("POST", "cancel", by(200, "applicant", "secretary", "administrator", stranger=404), ref("approved")),
    api("POST", "start", NOT_YET, ref("approved")),
    api("POST", "extend", NOT_YET, ref("approved"), lambda _world: LATER_END),
    api("POST", "end", NOT_YET, ref("approved")),
    api("GET", "read_plan", OF_SITE, ref("approved")),
    api("GET", "list_steps", signed_in(200)),
    api("GET", "read_step", OF_SITE, step),
    api("POST", "tick", by(200, "server", *LEADERS, stranger=404), step, new_op),
    api("GET", "list_files", OF_SITE, step),
    # A file does not come as JSON; who may add one is tested with the files.
    api("POST", "add_file", signed_in(422), step),
    api("POST", "skip", by(200, "server", *LEADERS, stranger=404), step, text("reason")),
    api("POST", "take_over", by(200, "server", *LEADERS, stranger=404), step),
    api("GET", "list_reminders", signed_in(200)),
    api("GET", "read_rundown", by(200, *FLOOR, *OFFICE, stranger=404)),
]
API += [
    api("POST", "create_series", by(201, "applicant", *OFFICE, stranger=422), data=lambda _world: NEW_SERIES),
    api("GET", "read_series", by(200, "applicant", *OFFICE, rest=404), ref("series")),
    api("POST", "approve_all", DECIDES, ref("series")),
    api("POST", "decline_all", DECIDES, ref("series"), text("reason")),
    api(
        "POST",
        "cancel_range",
        by(200, "applicant", "secretary", "administrator", rest=404, manager=403),
        ref("series"),
    ),
]
QUERIES = {
    "api:list_free_rooms": "?start=2026-11-24T09:00:00%2B08:00&end=2026-11-24T10:00:00%2B08:00&headcount=5",
    "api:list_reminders": "?since=2026-11-01T00:00:00%2B08:00",
    "api:read_rundown": "?date=2026-11-23&site=HQ",
}

TABLE = {
    "accounts": ACCOUNTS,
    "rooms": ROOMS,
    "bookings": BOOKINGS,
    "exchange": EXCHANGE,
    "screens": SCREENS,
    "checklists": CHECKLISTS,
    "standards": STANDARDS,
    "feedback": FEEDBACK,
    "api": API,
}


def addresses(resolver: Any = None, space: str = "", prefix: str = "") -> Iterator[str]:
    """The names of every pattern with its namespaces; a pattern without a name goes by its route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and pattern.namespace in EXCLUDED:
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner, route)
        else:
            yield f"{space}{pattern.name}" if pattern.name else route


def test_every_address_stands_in_the_table():
    found = set(addresses()) - EXCLUDED.keys()

    assert found == {row.name for rows in TABLE.values() for row in rows}


def address_of(row: Row, world: Any) -> str:
    if "/" in row.name:
        return "/" + row.name.replace("<path:rest>", "nowhere")
    return reverse(row.name, kwargs=row.path(world)) + (row.query or QUERIES.get(row.name, ""))


def answer_to(client: Client, row: Row, world: Any) -> int:
    """The status one person gets; whatever it changed is undone."""
    cookies = client.cookies.copy()
    data, options = row.data(world), {}
    if row.name.startswith("api:") and row.method != "GET":
        data, options = json.dumps(data), {"content_type": "application/json"}
    with transaction.atomic():
        call = getattr(client, row.method.lower())
        response = call(address_of(row, world), data, **options)
        transaction.set_rollback(True)
    if response.streaming:
        # Read to its end a file closes itself; `response.close()` would close the database connection as well.
        b"".join(response)
    client.cookies = cookies
    return response.status_code


@pytest.mark.timeout(600)
@pytest.mark.parametrize("app", TABLE)
def test_address_answers_each_person_as_the_table_says(app, world, now):
    clients = clients_of(world, now)

    wrong = {}
    for row in TABLE[app]:
        answers = {name: answer_to(client, row, world) for name, client in clients.items()}
        wrong |= {f"{row} by {name}": status for name, status in answers.items() if status != row.expected[name]}

    assert wrong == {}
