"""Skills, courses, examinations and certificates."""

from tests.rights.rows import AT_HQ, LEADERS, by, get, pk, post, signed_in

# Their own page for the server, the leaders' for the leaders.
OF_SERVER = by(200, *LEADERS, "server", stranger=404)


def server(world):
    return {"pk": world.people["server"].pk}


SKILLS = [
    get("staff:skills", by(200, *LEADERS), query=AT_HQ),
    get("staff:my_skills", signed_in(200)),
    get("staff:skill_list", by(200, "administrator")),
    post("staff:skills_usual", by(302, "administrator")),
    get("staff:skill_change", by(200, "administrator"), pk("skill")),
    get("staff:person_skills", OF_SERVER, server),
]
