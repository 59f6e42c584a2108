"""A big house, made by bulk SQL: 200 rooms, 300,000 past bookings, a full day with its plans, a full inbox.

One meeting of each hour is planned by the services; the other rooms' meetings copy its rows.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import connection, models

from bookings.models import Booking, Occupancy
from checklists.models import Assignment, Reminder, ServicePlan, Step
from checklists.services import assign_staff, plan_booking
from checklists.services.standards import load_shipped
from rooms.models import Room, Site
from staff.models import Notice, Shift, User
from staff.roles import Role
from tests.factories import make_booking, make_room, make_site, make_user

ROOMS, A_DAY, PAST_DAYS, WAITING, NOTICES = 200, 10, 150, 500, 100_000
PLANNED_ROOMS = 30
PEOPLE = {Role.SERVICE_STAFF: 40, Role.CLEANER: 8, Role.TECHNICIAN: 4, Role.SECRETARY: 4, Role.MANAGER: 4}
SLOT = timedelta(hours=1)
# Half past ten on Monday 23 November 2026 in Shanghai: two meetings of each room are over, one runs.
OPENS = datetime.fromisoformat("2026-11-23T08:10+08:00")
NOW = datetime.fromisoformat("2026-11-23T10:30+08:00")
OVER = 2

OCCUPIED = """tstzrange(b.start_at - b.setup_minutes * interval '1 minute',
                       b.end_at + b.teardown_minutes * interval '1 minute')"""


def build(*, planned_rooms: int = PLANNED_ROOMS) -> None:
    site = make_site()
    rooms = [make_room(site, f"R{number:03}", setup=10, teardown=10, position=number) for number in range(ROOMS)]
    people = {role: [make_user(f"{role}{n}", role, site=site) for n in range(many)] for role, many in PEOPLE.items()}
    applicants = [make_user(f"applicant{n}", Role.APPLICANT, site=site) for n in range(20)]
    make_user("admin", Role.ADMINISTRATOR, site=site)
    shifts(site)
    load_shipped(now=NOW)
    meetings = [first_meeting(rooms[0], applicants[0], number) for number in range(A_DAY)]
    copy_bookings(applicants)
    occupy()
    for meeting, server in zip(meetings, people[Role.SERVICE_STAFF], strict=False):
        assign_staff(booking_id=meeting.pk, user_id=server.pk, role=Role.SERVICE_STAFF, actor=None, now=NOW)
        plan_booking(booking_id=meeting.pk, now=NOW)
    Reminder.objects.all().delete()
    copy_plans(planned_rooms)
    settle()
    remind()
    analyze()


def analyze() -> None:
    run("VACUUM ANALYZE" if not connection.in_atomic_block else "ANALYZE")


def clear() -> None:
    """Empty every table but those that the migrations fill."""
    run("TRUNCATE rooms_site, staff_user, checklists_servicestandard, bookings_refcounter CASCADE")
    Group.objects.exclude(name__in=Role.values).delete()


def shifts(site: Site) -> None:
    Shift.objects.bulk_create(
        Shift(
            user=user,
            site=site,
            during=(
                OPENS + timedelta(days=day, minutes=-40),
                OPENS + timedelta(days=day, hours=10),
            ),
        )
        for user in User.objects.filter(site=site)
        for day in range(-7, 8)
    )


def first_meeting(room: Room, applicant: User, number: int) -> Booking:
    return make_booking(
        room=room,
        applicant=applicant,
        start=OPENS + number * SLOT,
        minutes=40,
        status=Booking.Status.APPROVED,
        setup_minutes=10,
        teardown_minutes=10,
        tea=True,
        water=True,
        ref=f"HW-20261123-{number:04}",
    )


def copy_bookings(applicants: list[User]) -> None:
    """The day in all other rooms, the past days in all rooms, and requests for the days to come."""
    rooms = f"rooms_room r CROSS JOIN {Booking._meta.db_table} t"
    who = f"{applicants[0].pk} + (r.id + t.id) %% {len(applicants)}"
    copy(
        Booking,
        rooms,
        {"room_id": "r.id", "ref": "'D' || r.code || '-' || t.id", "applicant_id": who},
        "WHERE r.code <> 'R000'",
    )
    shift = {name: f"t.{name} - d * interval '1 day'" for name in ("start_at", "end_at", "requested_at")}
    copy(
        Booking,
        f"generate_series(1, {PAST_DAYS}) d CROSS JOIN {Booking._meta.db_table} t",
        {**shift, "ref": "'P' || d || '-' || t.id", "status": "'closed'", "actual_start_at": shift["start_at"]}
        | {"actual_end_at": shift["end_at"], "host_department": "'Department ' || t.id %% 40"},
    )
    ahead = {name: f"t.{name} + (1 + t.id %% 20) * interval '1 day'" for name in ("start_at", "end_at")}
    copy(
        Booking,
        f"{Booking._meta.db_table} t",
        {
            **ahead,
            "ref": "'W' || t.id",
            "status": "'requested'",
            "requested_at": "t.requested_at + t.id * interval '1 s'",
        },
        f"WHERE t.status = 'approved' ORDER BY t.id LIMIT {WAITING}",
    )


def occupy() -> None:
    """The exclusion is taken off and put back: its index is built at once instead of row by row."""
    table = Occupancy._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'occupancy_space_free'")
        definition = cursor.fetchone()[0]
    run(f"ALTER TABLE {table} DROP CONSTRAINT occupancy_space_free")
    run(
        f"""INSERT INTO {table} (space_id, booking_id, during)
            SELECT s.space_id, b.id, {OCCUPIED} FROM bookings_booking b
            JOIN rooms_room_spaces s ON s.room_id = b.room_id WHERE b.status <> 'requested'"""
    )
    run(f"ALTER TABLE {table} ADD CONSTRAINT occupancy_space_free {definition}")


def copy_plans(planned_rooms: int) -> None:
    """Each planned meeting's steps in the other rooms at the same hour."""
    same_hour = """t JOIN bookings_booking o ON o.id = t.booking_id
        JOIN bookings_booking b ON b.start_at = o.start_at AND b.id <> o.id AND b.status = 'approved'
        JOIN rooms_room r ON r.id = b.room_id"""
    some = f"WHERE r.position < {planned_rooms}"
    copy(ServicePlan, f"{ServicePlan._meta.db_table} {same_hour}", {"booking_id": "b.id"}, some)
    copy(Step, f"{Step._meta.db_table} {same_hour}", {"booking_id": "b.id", "room_id": "b.room_id"}, some)
    one_each = f"WHERE r.position < {PEOPLE[Role.SERVICE_STAFF]}"
    server = f"""(SELECT other.id FROM staff_user own JOIN staff_user other ON other.username =
        'service_staff' || (r.position + substr(own.username, 14)::int) %% {PEOPLE[Role.SERVICE_STAFF]}
        WHERE own.id = t.user_id)"""
    copy(Assignment, f"{Assignment._meta.db_table} {same_hour}", {"booking_id": "b.id", "user_id": server}, one_each)


def settle() -> None:
    """Every step has a person; what was due is done, meetings over are closed, one an hour runs."""
    run(
        """UPDATE checklists_step s SET is_taken_over = true, assignee_id = (SELECT u.id FROM staff_user u
           JOIN staff_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id
           WHERE g.name = CASE WHEN s.role = 'host' THEN 'applicant' ELSE s.role END
           ORDER BY (u.id * 7 + s.booking_id) %% 61, u.id LIMIT 1)"""
    )
    run("UPDATE checklists_step SET state = 'done', done_at = due_at, done_by_id = assignee_id WHERE due_at < %s", NOW)
    over = "status = 'closed', actual_start_at = start_at, actual_end_at = end_at"
    run(f"UPDATE bookings_booking SET {over} WHERE status = 'approved' AND end_at < %s", NOW)
    run(
        "UPDATE bookings_booking SET status = 'running', actual_start_at = start_at "
        "WHERE status = 'approved' AND start_at < %s",
        NOW,
    )


def remind() -> None:
    run(
        """INSERT INTO checklists_reminder (step_id, recipient_id, kind, due_at, state, reason, sent_at)
           SELECT s.id, s.assignee_id, k.kind, k.at, CASE WHEN k.at < %s THEN 'sent' ELSE 'pending' END, '',
                  CASE WHEN k.at < %s THEN k.at END
           FROM checklists_step s CROSS JOIN LATERAL (VALUES ('lead', s.due_at - interval '15 min'), ('due', s.due_at),
                ('late', s.due_at + interval '15 min')) k(kind, at) WHERE s.assignee_id IS NOT NULL""",
        NOW,
        NOW,
    )
    run(
        f"""INSERT INTO {Notice._meta.db_table} (recipient_id, code, params, url, key, urgency, created_at, read_at)
            SELECT u.id, 'booking_approved', jsonb_build_object('ref', b.ref, 'room', 'R001', 'title', b.title,
                'start', b.start_at, 'end', b.end_at, 'zone', 'Asia/Shanghai'), '', 'bench:' || b.id || ':' || u.id,
                'normal', b.requested_at, CASE WHEN b.id %% 7 > 0 THEN b.requested_at END
            FROM bookings_booking b JOIN staff_user u ON u.id %% 20 = b.id %% 20
            ORDER BY b.id LIMIT {NOTICES}"""
    )


def copy(model: type[models.Model], source: str, overrides: dict[str, str], rest: str = "") -> None:
    """Rows of `model` like those called `t` in the source, but for the columns named."""
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(overrides.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    run(f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} FROM {source} {rest}")


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        # With an empty list "%%" stands for "%" in all of them.
        cursor.execute(statement, values or [])
