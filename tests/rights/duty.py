"""Shifts, rosters and leave."""

from typing import Any

from tests.rights.rows import AT_HQ, FLOOR, LEADERS, OFFICE, by, get, pk, post

# Whoever may stand in a roster; the stranger works at a site of their own.
AT_WORK = by(200, "secretary", "manager", *FLOOR, stranger=200)

TEAM = ("secretary", "manager", *FLOOR)


def of_server(world: Any) -> dict[str, Any]:
    return {"site": "HQ", "on": "2026-11-26", "person": world.people["server"].pk}


def put(world: Any) -> dict[str, Any]:
    return of_server(world) | {"pattern": world.pattern.pk}


DUTY = [
    get("staff:shifts", by(200, *OFFICE, stranger=404), query=AT_HQ),
    post("staff:shift_create", by(200, *LEADERS), data=lambda _world: {"site": "HQ"}),
    post("staff:shift_day", by(302, *LEADERS), data=of_server),
    get("staff:shift_change", by(200, *LEADERS, stranger=404), pk("shift")),
    post("staff:shift_remove", by(302, *LEADERS, stranger=404), pk("shift")),
    post("staff:roster_move", by(302, *LEADERS, stranger=404), pk("shift"), of_server),
    # The times are missing, and whoever may give them is told so.
    post("staff:roster_cell", by(422, *LEADERS), data=of_server),
    post("staff:roster_place", by(302, *LEADERS), data=put),
    get("staff:roster_copy", by(200, *LEADERS), query=AT_HQ),
    get("staff:roster_publish", by(200, *LEADERS), query=AT_HQ),
    get("staff:publications", by(200, *OFFICE, stranger=404), query=AT_HQ),
    get("staff:shift_import", by(200, *LEADERS), query=AT_HQ),
    get("staff:shifts_export", by(200, *OFFICE, stranger=404), query=AT_HQ),
    get("staff:patterns", by(200, *LEADERS), query=AT_HQ),
    post("staff:patterns_usual", by(302, *LEADERS), data=lambda _world: {"site": "HQ"}),
    get("staff:pattern", by(200, *LEADERS), pk("pattern")),
    get("staff:working_time", by(200, *LEADERS), query=AT_HQ),
    get("staff:leaves", by(200, *LEADERS), query=AT_HQ),
    post("staff:leave_decide", by(302, *LEADERS), pk("leave"), lambda _world: {"act": "grant"}),
    get("staff:exchange", by(200, *LEADERS), query=AT_HQ),
    post("staff:swap_decide", by(302, *LEADERS), pk("swap"), lambda _world: {"act": "decline"}),
    post("staff:open_shift_close", by(302, *LEADERS), pk("open_shift")),
    post("staff:open_shift_decide", by(302, *LEADERS), pk("open_request"), lambda _world: {"act": "decline"}),
    # One's own, and of the site for what is offered to its people.
    post("staff:swap_offer", by(302, "server", rest=404, applicant=403, administrator=403), pk("coming_shift")),
    post("staff:swap_accept", by(302, *TEAM, applicant=403, administrator=403, stranger=404), pk("swap")),
    post("staff:swap_withdraw", by(302, "server", rest=404, applicant=403, administrator=403), pk("swap")),
    post("staff:open_shift_ask", by(302, *TEAM, applicant=403, administrator=403, stranger=404), pk("open_shift")),
    post("staff:open_shift_unask", by(302, "server", rest=404, applicant=403, administrator=403), pk("open_request")),
    get("staff:my_shifts", AT_WORK),
    get("staff:my_leave", AT_WORK),
    # Of somebody else's leave nobody but their managers learns that it is there.
    post("staff:leave_withdraw", by(302, "server", *LEADERS, rest=404), pk("leave")),
]
