"""Requests, decisions, the board, exchange with other systems, and screens."""

from bookings.services.feeds import token_of
from tests.rights.rows import (
    AT_HQ,
    FLOOR,
    HQ,
    OF_SITE,
    OFFICE,
    anyone,
    by,
    get,
    key,
    moved,
    pk,
    post,
    ref,
    series_date,
    setting,
    setting_row,
    signed_in,
    text,
    text_of,
)

BOOKINGS = [
    get("bookings:new", by(200, "applicant", *OFFICE, "stranger")),
    get("bookings:rooms", by(200, "applicant", *OFFICE, "stranger")),
    get("bookings:pools", by(200, "applicant", *OFFICE, "stranger")),
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
    # Nothing was offered, as for a single request.
    post("bookings:series_offer", by(422, "secretary", "administrator", stranger=404), series_date),
    get("bookings:series_draft", by(200, "applicant", rest=404), pk("series_draft")),
    post("bookings:series_discard", by(302, "applicant", rest=404), pk("series_draft")),
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
