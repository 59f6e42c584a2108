"""The calls of the HTTP API."""

from tests.rights.rows import (
    FLOOR,
    LATER_END,
    LEADERS,
    NEW_BOOKING,
    NEW_SERIES,
    NOON_DAY_8,
    OF_SITE,
    OFFICE,
    api,
    by,
    new_op,
    ref,
    signed_in,
    step,
    text,
)

# A request is known to its applicant and the office: without the right, 403; to all others it is not there.
DECIDES = by(200, "secretary", "administrator", rest=404, applicant=403, manager=403)
OWN_REQUEST = by(403, *OFFICE, rest=404, applicant=200)
# Allowed, but hours too early.
NOT_YET = by(409, *FLOOR, *OFFICE, stranger=404)
API = [
    api("GET", "list_rooms", signed_in(200)),
    api("GET", "list_equipment", signed_in(200)),
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
    # Nothing was decided yet.
    api("POST", "undo", DECIDES | dict.fromkeys(("secretary", "administrator"), 409), ref("requested")),
    api("POST", "question", DECIDES, ref("requested"), text("text")),
    api("POST", "answer", OWN_REQUEST, ref("questioned"), text("text")),
    api("POST", "offer", DECIDES, ref("requested"), lambda _world: {"room": "205"} | NOON_DAY_8),
    api("POST", "accept", OWN_REQUEST, ref("offered")),
    api("GET", "list_waiting", signed_in(200)),
    # The room is free.
    api("POST", "wait", OWN_REQUEST | {"applicant": 409}, ref("requested")),
    api("POST", "leave", OWN_REQUEST, ref("requested")),
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
