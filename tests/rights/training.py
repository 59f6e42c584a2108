"""Skills, courses, examinations and certificates."""

from tests.rights.rows import AT_HQ, LEADERS, anyone, by, get, pk, post, signed_in

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
# The technician trains, the server takes part.
INSIDE = by(200, *LEADERS, "technician", "server", stranger=404)
TRAINERS = by(200, *LEADERS, "technician", stranger=404)
RUN_LEADERS = by(302, *LEADERS, stranger=404)

# Who trains keeps the checklists of their site.
KEEPERS = by(200, *LEADERS, "technician")

EXAMINATIONS = [
    get("staff:questions", by(200, *LEADERS)),
    post("staff:questions_shipped", by(302, "administrator")),
    get("staff:question_create", by(200, *LEADERS)),
    get("staff:question_change", by(200, *LEADERS), pk("exam_question")),
    get("staff:examination", TRAINERS, pk("course_run")),
    # A trainer has no paper.
    get("staff:paper", by(404, *LEADERS, "technician", server=200, stranger=404), pk("course_run")),
    post("staff:paper_save", by(404, rest=404, server=200), pk("paper")),
    post("staff:paper_hand_in", by(404, rest=404, server=302), pk("paper")),
    get("staff:paper_marking", TRAINERS, pk("paper")),
    post("staff:retake", by(302, *LEADERS, "technician", stranger=404), pk("enrolment")),
    get("staff:practical", TRAINERS, pk("enrolment")),
    get("staff:practical_lists", KEEPERS),
    get("staff:practical_list_create", KEEPERS),
    get("staff:practical_list", KEEPERS, pk("practical_list")),
    get("staff:practical_list_change", KEEPERS, pk("practical_list")),
]

CERTIFICATES = [
    post("staff:certificate_issue", RUN_LEADERS, pk("enrolment")),
    post("staff:certificates_issue", RUN_LEADERS, pk("course_run")),
    get("staff:certificate", INSIDE, pk("certificate")),
    # No worker has made it yet.
    get("staff:certificate_file", by(404, *LEADERS, "technician", "server", stranger=404), pk("certificate")),
    post("staff:certificate_make", by(302, *LEADERS, "technician", "server", stranger=404), pk("certificate")),
    post("staff:certificate_end", RUN_LEADERS, pk("certificate")),
    # Whoever holds the paper.
    get("staff:certificate_verify", anyone(200), lambda world: {"token": world.certificate.token}),
]

TRAINING = [
    get("staff:courses", by(200, *LEADERS)),
    # A programme nobody knows, said to whoever may copy one.
    post("staff:course_copy", by(404, *LEADERS)),
    get("staff:course_create", by(200, *LEADERS)),
    get("staff:course", by(200, *LEADERS), pk("course")),
    get("staff:course_change", by(200, *LEADERS), pk("course")),
    get("staff:run_begin", by(200, *LEADERS), pk("course"), query=AT_HQ),
    get("staff:run", INSIDE, pk("course_run")),
    get("staff:run_change", by(200, *LEADERS, stranger=404), pk("course_run")),
    post("staff:run_people", RUN_LEADERS, pk("course_run")),
    post("staff:run_close", RUN_LEADERS, pk("course_run")),
    post("staff:run_remove", RUN_LEADERS, pk("enrolment")),
    get("staff:run_session", TRAINERS, pk("run_session")),
    # Whoever takes part signs in by themselves.
    get("staff:session_sign_in", by(403, *LEADERS, "technician", server=200, stranger=404), pk("run_session")),
    get("staff:run_export", TRAINERS, pk("course_run")),
    get("staff:homework_create", TRAINERS, pk("course_run")),
    get("staff:homework", INSIDE, pk("homework")),
    get("staff:homework_change", TRAINERS, pk("homework")),
    post("staff:homework_mark", by(422, *LEADERS, "technician", stranger=404), pk("handed_in")),
    # There is none.
    get("staff:homework_file", by(404, *LEADERS, "technician", "server", stranger=404), pk("handed_in")),
]

OF_SERVER_LED = by(302, *LEADERS, stranger=404, server=403)
GROWTH = [
    # Everyone else is led to their own.
    get("staff:training", by(200, *LEADERS, rest=302), query=AT_HQ),
    get("staff:training_export", by(200, *LEADERS), query=AT_HQ),
    get("staff:my_training", signed_in(200)),
    get("staff:my_growth", signed_in(200)),
    get("staff:growth", OF_SERVER, server),
    post("staff:training_plan", by(422, *LEADERS, stranger=404, server=403), server),
    # The technician trains the server, and writes praise without reading the record.
    get("staff:praise", by(200, *LEADERS, "technician", stranger=404), server),
    post("staff:praise", by(422, *LEADERS, "technician", stranger=404), server),
    get("staff:thanks", by(200, "server", "cleaner", "technician", "secretary", "manager", "stranger")),
    post("staff:planned_settle", OF_SERVER_LED, pk("planned")),
    get("staff:conduct", by(200, *LEADERS), query=AT_HQ),
]
