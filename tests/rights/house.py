"""Accounts, people, notices and rooms."""

from tests.rights.rows import AT_HQ, HQ, LEADERS, OF_SITE, OFFICE, OWN_NOTICE, anyone, by, get, pk, post, signed_in

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
