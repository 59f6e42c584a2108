"""The team's report: hours, overtime, hard shifts and evenness to the minute; skills; and who may read it."""

import csv
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from feedback.figures.asking import span_scope
from feedback.figures.team import cover_of, evenness, servers_of, work_of
from feedback.figures.trained import Skills, trained_of
from rooms.models import CalendarException
from staff.models import Course, Leave, PersonSkill, PlannedTraining, Shift, Skill, WorkingTimeRules
from staff.roles import Role
from staff.selectors.skills import skill_matrix
from tests import factories
from tests.checklists.pages import signed_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday; `now` is 09:00 in Shanghai on 2026-11-23, a Monday too.
MONDAY = date(2026, 11, 16)
DAY = timedelta(days=1)


def at(on, hour, minute=0):
    return datetime.combine(on, time(hour, minute), tzinfo=SHANGHAI)


def shift(user, on, begins=9, ends=17, **facts):
    last = on + DAY if ends <= begins else on
    return Shift.objects.create(
        user=user, site=user.site, during=DateTimeTZRange(at(on, begins), at(last, ends % 24)), **facts
    )


@pytest.fixture
def scope(site, now):
    def make(since=MONDAY, until=MONDAY + 6 * DAY):
        return span_scope(site, since, until, now)

    return make


def matrix_of(scope):
    return skill_matrix(site=scope.site, on=scope.until)


def of(person, scope):
    return next(each for each in work_of(scope) if each.user_id == person.pk)


def test_hours_are_those_of_published_shifts_that_have_passed(server, scope, now):
    shift(server, MONDAY)
    shift(server, MONDAY + DAY, is_draft=True)
    shift(server, MONDAY + 2 * DAY, is_on_call=True)
    # Today's began an hour ago.
    shift(server, MONDAY + 7 * DAY, 8, 17)

    assert (of(server, scope()).hours, of(server, scope()).on_call) == (8, 8)
    assert of(server, scope(until=MONDAY + 7 * DAY)).hours == 9


def test_a_shift_over_midnight_counts_on_each_side_of_the_span(server, scope):
    shift(server, MONDAY - DAY, 20, 4)

    assert of(server, scope()).hours == 4
    assert of(server, scope(MONDAY - DAY, MONDAY - DAY)).hours == 4


def test_overtime_is_beyond_the_hours_of_whole_weeks(server, site, scope):
    WorkingTimeRules.objects.create(site=site, hours_a_week=40)
    for number in range(6):
        shift(server, MONDAY + number * DAY)

    assert of(server, scope()).overtime == 8
    # A span that begins in the middle of the week has the whole week's.
    assert of(server, scope(MONDAY + 5 * DAY)).overtime == 8
    WorkingTimeRules.objects.update(hours_a_week=None)
    assert of(server, scope()).overtime is None


def test_two_short_weeks_have_no_overtime_together(server, site, scope):
    WorkingTimeRules.objects.create(site=site, hours_a_week=40)
    for number in range(5):
        shift(server, MONDAY + number * DAY)
        shift(server, MONDAY - 7 * DAY + number * DAY)

    assert of(server, scope(MONDAY - 7 * DAY)).overtime == 0


@pytest.mark.parametrize(
    ("on", "begins", "ends", "hard"),
    [(MONDAY, 8, 17, 0), (MONDAY, 7, 15, 1), (MONDAY, 12, 18, 0), (MONDAY, 12, 20, 1), (MONDAY + 5 * DAY, 9, 17, 1)],
)
def test_hard_shifts_are_early_late_or_on_a_day_off(server, scope, on, begins, ends, hard):
    shift(server, on, begins, ends)

    assert (of(server, scope()).shifts, of(server, scope()).hard) == (1, hard)


def test_a_day_off_of_the_sites_own_is_hard(server, site, scope):
    CalendarException.objects.create(site=site, on=MONDAY, is_working=False, name_zh_hans="停电")
    shift(server, MONDAY)

    assert of(server, scope()).hard == 1


def test_days_away_are_days_of_granted_leave_in_the_span(server, manager, scope, now):
    def leave(first, last, state="granted"):
        Leave.objects.create(
            user=server, during=DateTimeTZRange(at(first, 0), at(last + DAY, 0)), kind="sick", state=state,
            asked_by=server, asked_at=now, decided_by=manager, decided_at=now,
        )  # fmt: skip

    leave(MONDAY - 2 * DAY, MONDAY + DAY)
    leave(MONDAY + 3 * DAY, MONDAY + 3 * DAY)
    leave(MONDAY + 4 * DAY, MONDAY + 4 * DAY, state="declined")

    assert of(server, scope()).away == 3


@pytest.mark.parametrize(
    ("values", "even"),
    [([5, 5, 5], 1), ([0, 0, 9], 0), ([0, 0], 1), ([1, 3], 0.5), ([2, None, 2], 1), ([1, 2, 3], 0.6667)],
)
def test_evenness_is_one_less_the_gini_coefficient(values, even):
    assert evenness(values).even == pytest.approx(even, abs=0.001)


def test_evenness_of_one_person_says_nothing():
    assert evenness([3]) is None
    assert evenness([3, None]) is None


def test_fairness_is_among_those_who_serve_and_had_a_shift(server, technician, site, scope):
    idle = factories.make_user("idle", Role.SERVICE_STAFF, site=site)
    shift(server, MONDAY)
    shift(technician, MONDAY)

    assert [each.user_id for each in servers_of(work_of(scope()))] == [server.pk]
    assert idle.pk in {each.user_id for each in work_of(scope())}


def test_skill_cover_counts_valid_lapsing_and_lapsed(server, technician, stranger, scope, now):
    tea = Skill.objects.create(code="tea", name_zh_hans="茶艺")
    Skill.objects.create(code="old", name_zh_hans="旧", is_active=False)
    until = {server: MONDAY + 6 * DAY, technician: MONDAY + 5 * DAY, stranger: None}
    for person, day in until.items():
        PersonSkill.objects.create(
            user=person, skill=tea, valid_from=MONDAY - 300 * DAY, valid_until=day, granted_at=now
        )

    (found,) = cover_of(matrix_of(scope()))
    assert (found.skill, found.valid, found.soon, found.lapsed) == (tea, 1, 1, 1)


def test_statements_do_not_grow_with_people(server, site, scope, query_count):
    shift(server, MONDAY)
    asked = scope()
    one = query_count(lambda: (work_of(asked), cover_of(matrix_of(asked))))
    for number in range(3):
        other = factories.make_user(f"more{number}", Role.SERVICE_STAFF, site=site)
        shift(other, MONDAY)
        shift(other, MONDAY + DAY)

    assert query_count(lambda: (work_of(asked), cover_of(matrix_of(asked)))) == one


@pytest.fixture
def read(manager, now, time_machine):
    time_machine.move_to(now, tick=False)
    manager.language = "en"
    manager.save()
    return signed_in(manager)


WEEK = "span=own&since=2026-11-16&until=2026-11-22"


def test_the_page_says_it_in_figures_and_words(read, server):
    shift(server, MONDAY)

    page = read.get(f"/figures/team/?{WEEK}").content.decode()

    assert "Working time" in page
    assert "8.0 h" in page


def test_a_wrong_span_keeps_what_was_chosen(read):
    page = read.get("/figures/team/?span=own&since=2026-11-20&until=2026-11-16")

    assert page.status_code == 422
    assert "Choose a day on or after the first one." in page.content.decode()
    assert 'value="2026-11-20"' in page.content.decode()


def test_files_have_the_pages_rows(read, server):
    server.display_name = "=1+1"
    server.save()
    shift(server, MONDAY)

    answer = read.get(f"/figures/team/work.csv?{WEEK}")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    assert rows[1][:3] == ["'=1+1", "Service staff", "8.0"]
    assert read.get(f"/figures/team/skills.xlsx?{WEEK}").status_code == 200
    assert read.get(f"/figures/team/nothing.csv?{WEEK}").status_code == 404


def test_why_somebody_is_away_is_not_on_it(read, server, manager, now):
    Leave.objects.create(
        user=server, during=DateTimeTZRange(at(MONDAY, 0), at(MONDAY + DAY, 0)), kind="sick", state="granted",
        note="偏头痛", asked_by=server, asked_at=now, decided_by=manager, decided_at=now,
    )  # fmt: skip

    page = read.get(f"/figures/team/?{WEEK}").content.decode()

    assert "偏头痛" not in page
    assert "Sick" not in page


def test_training_counts_what_holds_lapses_and_is_planned(server, manager, scope, now):
    tea, vip = (Skill.objects.create(code=code, name_zh_hans=code) for code in ("tea", "vip"))
    for skill, until in ((tea, MONDAY + 6 * DAY), (vip, MONDAY + 5 * DAY)):
        PersonSkill.objects.create(user=server, skill=skill, valid_from=MONDAY, valid_until=until, granted_at=now)
    course = Course.objects.create(name_zh_hans="新员工")
    PlannedTraining.objects.create(user=server, course=course, due_on=MONDAY, planned_by=manager, planned_at=now)

    found = trained_of(scope(), matrix_of(scope()))

    assert found[0].name == server.get_full_name()
    assert (found[0].skills, found[0].planned, found[0].courses) == (Skills(1, 1, 1), 1, 0)
    assert {each.skills for each in found[1:]} == {Skills()}


def test_statements_of_training_do_not_grow_with_people(server, site, scope, query_count):
    asked = scope()
    one = query_count(lambda: trained_of(asked, matrix_of(asked)))
    for number in range(3):
        factories.make_user(f"more{number}", Role.SERVICE_STAFF, site=site)

    assert query_count(lambda: trained_of(asked, matrix_of(asked))) == one
