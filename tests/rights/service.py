"""The plan at work, the standard, figures and feedback."""

from typing import Any

from feedback.links import survey_token
from tests.rights.rows import (
    AT_HQ,
    FLOOR,
    LATER_END,
    LEADERS,
    OF_SITE,
    OFFICE,
    OWN_NOTICE,
    anyone,
    by,
    call_path,
    get,
    new_op,
    note_path,
    on_monday,
    passed,
    pk,
    post,
    ref,
    signed_in,
    text,
    to_going,
    to_server,
)

ON_THE_FLOOR = by(200, *FLOOR, "secretary", "manager", "stranger")
OWN_STEP = by(302, "server", *LEADERS, stranger=404)
RUNS_THE_MEETING = by(302, *FLOOR, *OFFICE, stranger=404)
NOTE_OF_SERVERS = by(200, "server", *LEADERS, stranger=404)
TO_ONES_OWN_ROLE = by(422, *FLOOR, "secretary", "manager", "stranger", server=302)
CHECKLISTS = [
    get("checklists:tablet", ON_THE_FLOOR),
    get("checklists:tablet_rooms", ON_THE_FLOOR),
    get("checklists:tablet_meeting", ON_THE_FLOOR | {"stranger": 404}, ref("approved")),
    get("checklists:tablet_notices", ON_THE_FLOOR),
    get("checklists:tablet_offline", anyone(200)),
    get("checklists:tablet_me", ON_THE_FLOOR),
    get("checklists:handovers", ON_THE_FLOOR),
    # To a colleague of one's own role alone.
    post(
        "checklists:handovers",
        ON_THE_FLOOR
        | dict.fromkeys(("cleaner", "technician", "secretary", "manager", "stranger"), 422)
        | {"server": 302},
        data=to_going,
    ),
    get("checklists:handover", by(200, "server", *LEADERS, stranger=404), pk("handover")),
    # The manager sees it and may withdraw it; the word is the receiver's.
    post("checklists:handover", by(302, "server", stranger=404), pk("handover"), lambda _world: {"act": "confirm"}),
    # Scripts ask; they are told that nobody is signed in instead of being led to a page.
    get("checklists:tablet_hello", ON_THE_FLOOR | {"anonymous": 401}),
    get("checklists:tablet_kept", ON_THE_FLOOR | {"anonymous": 401}),
    # A form is not what it takes.
    post("checklists:tablet_events", by(400, *FLOOR, "secretary", "manager", "stranger", anonymous=401)),
    post("checklists:tablet_picture", ON_THE_FLOOR | {"anonymous": 401}),
    post("checklists:tablet_settle", by(302, *LEADERS, stranger=404), pk("contradiction")),
    post("checklists:tick", OWN_STEP, pk("step"), new_op),
    post("checklists:skip", OWN_STEP, pk("step"), text("reason")),
    post("checklists:take_over", OWN_STEP, pk("step")),
    post("checklists:add_file", OWN_STEP, pk("step")),
    get("checklists:step_file", OF_SITE, lambda world: {"pk": world.step.pk, "op": world.step_file.op}),
    get("checklists:spot_check", by(200, *LEADERS, stranger=404), ref("approved")),
    get("checklists:conduct", by(200, *LEADERS, stranger=404), ref("approved")),
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
    get("checklists:absences", by(200, *LEADERS, stranger=404), query=AT_HQ),
    get("checklists:falls_ill", by(200, *LEADERS, stranger=404), lambda world: {"pk": world.people["server"].pk}),
    # What is to be entered does not stand in it.
    post("checklists:falls_ill", by(422, *LEADERS, stranger=404), lambda world: {"pk": world.people["server"].pk}),
    get("checklists:load", by(200, *OFFICE, stranger=404), query=AT_HQ),
    get("checklists:assignments", by(200, *LEADERS, stranger=404), query=AT_HQ),
    post("checklists:assignments", by(302, *LEADERS, stranger=404), data=on_monday),
    get("checklists:proposal", by(200, *LEADERS, stranger=404), pk("proposal")),
    post("checklists:proposal_apply", by(302, *LEADERS, stranger=404), pk("proposal")),
    get("checklists:proposal_line", by(200, *LEADERS, stranger=404), pk("proposal_line")),
    post("checklists:proposal_line", by(302, *LEADERS, stranger=404), pk("proposal_line"), lambda _w: {"act": "open"}),
    get("checklists:needs", by(200, *LEADERS, stranger=404), query=AT_HQ),
    post("checklists:need_remove", by(302, *LEADERS, stranger=404), pk("need")),
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
    get("feedback:team", by(200, *LEADERS, stranger=404), query=AT_HQ),
    get("feedback:team_export", by(200, *LEADERS, stranger=404), file_of("work"), query=AT_HQ),
    get("feedback:figures_me", ON_THE_FLOOR),
    get("feedback:closing", OF_SITE, ref("ended")),
    # The signed link is the permission.
    get("feedback:answer", anyone(200), lambda world: {"token": survey_token(world.survey.pk)}),
]
