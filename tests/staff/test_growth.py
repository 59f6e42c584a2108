"""A person's growth: plans, praise, conduct, word of what lapses, and who may see it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from staff.errors import StaffError
from staff.models import (
    ConductCheck,
    ConductResult,
    CourseRun,
    Enrolment,
    Notice,
    PersonSkill,
    PlannedTraining,
    Praise,
    Pulse,
    Skill,
)
from staff.roles import Role
from staff.services.courses import copy_programme
from staff.services.growth import add_praise, plan_training, record_conduct, settle_planned, tell_due, tell_lapses
from staff.services.shifts import create_shift
from staff.tasks import sweep_training
from tests.factories import make_user
from tests.training import begun, examination_for, passed_by

TODAY = date(2026, 11, 23)


@pytest.fixture
def at_now(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def held(server, now):
    skill = Skill.objects.create(code="fr", name_zh_hans="法语", name_en="French")

    def make(days, person=server):
        return PersonSkill.objects.create(
            user=person,
            skill=skill,
            valid_from=date(2025, 1, 1),
            valid_until=TODAY + timedelta(days=days),
            granted_at=now,
        )

    return make


def told():
    return sorted(Notice.objects.filter(code__contains="lapses").values_list("recipient__username", "code"))


def test_word_of_what_lapses_goes_to_the_person_and_the_managers_once(held, manager, server, now):
    held(60)

    for _ in range(2):
        tell_lapses(now=now)

    assert told() == [("manager", "skill_of_lapses"), ("staff1", "skill_lapses")]


@pytest.mark.parametrize(("days", "count"), [(61, 0), (60, 1), (31, 1), (30, 1), (7, 1), (0, 1), (-1, 0)])
def test_only_the_nearest_of_the_days_is_told(held, server, now, days, count):
    held(days)

    tell_lapses(now=now)

    assert len(told()) == count


def test_each_of_the_days_is_told_on_its_own(held, server, now):
    held(60)
    for later in (0, 1, 30, 31, 53, 60, 61):
        tell_lapses(now=now + timedelta(days=later))

    assert len(told()) == 3


def test_a_skill_made_longer_is_told_of_anew(held, server, now):
    row = held(7)
    tell_lapses(now=now)
    PersonSkill.objects.filter(pk=row.pk).update(valid_until=TODAY + timedelta(days=30))
    tell_lapses(now=now)

    assert len(told()) == 2


def test_who_has_left_is_told_nothing(held, server, now):
    held(7)
    server.is_active = False
    server.save()

    assert (tell_lapses(now=now), told()) == (0, [])


def test_planned_twice_it_is_one_with_the_new_day(server, manager, site, now):
    course = copy_programme(code="refresher", site=site)
    for due in (TODAY, TODAY + timedelta(days=9)):
        plan_training(person=server, course=course, due_on=due, note="", actor=manager, now=now)

    row = PlannedTraining.objects.get()
    assert row.due_on == TODAY + timedelta(days=9)
    settle_planned(planned_id=row.pk, now=now)
    plan_training(person=server, course=course, due_on=TODAY, note="", actor=manager, now=now)
    assert PlannedTraining.objects.filter(settled_at=None).count() == 1


@pytest.mark.parametrize(("days", "count"), [(31, 0), (30, 1), (7, 1), (0, 1), (-1, 0)])
def test_planned_training_is_told_of_before_it_is_due(server, manager, site, now, days, count):
    course, due_on = copy_programme(code="refresher", site=site), TODAY + timedelta(days=days)
    plan_training(person=server, course=course, due_on=due_on, note="", actor=manager, now=now)

    for _ in range(2):
        tell_due(now=now)

    assert server.notices.filter(code="training_due").count() == count


def test_the_beat_tells_and_leaves_a_sign_of_life(held, server, time_machine, now):
    time_machine.move_to(now, tick=False)
    held(7)

    sweep_training()

    assert told() == [("staff1", "skill_lapses")]
    assert Pulse.objects.get(name="training").engine == "beat"


def test_praise_sent_twice_is_once_and_nobody_praises_themselves(server, manager, now):
    facts = {"op": uuid4(), "person": server, "text": "客人点名表扬", "actor": manager, "now": now}

    assert add_praise(**facts) == add_praise(**facts)
    assert Praise.objects.count() == 1
    with pytest.raises(StaffError, match="own_praise"):
        add_praise(op=uuid4(), person=manager, text="x", actor=manager, now=now)


def test_an_op_of_anothers_praise_is_refused(server, cleaner, manager, now):
    op = uuid4()
    add_praise(op=op, person=server, text="x", actor=manager, now=now)

    with pytest.raises(StaffError, match="op_used"):
        add_praise(op=op, person=cleaner, text="x", actor=manager, now=now)


@pytest.fixture
def check(site, server, cleaner, manager, now):
    def do(op=None, lapses=None, notes=None, people=None):
        return record_conduct(
            op=op or uuid4(),
            site=site,
            occasion="shift",
            people=[server, cleaner] if people is None else people,
            lapses=lapses or {},
            notes=notes or {},
            actor=manager,
            now=now,
        )

    return do


def test_a_check_is_everyones_and_only_who_was_noted_is_told(check, server, cleaner):
    check(lapses={server.pk: ["badge", "nails"]}, notes={server.pk: "补戴"})

    found = dict(ConductResult.objects.values_list("user__username", "lapses"))
    assert found == {"staff1": ["badge", "nails"], "cleaner": []}
    assert list(Notice.objects.values_list("recipient", "code")) == [(server.pk, "conduct_noted")]
    assert "badge" not in str(Notice.objects.get().params)


def test_a_check_sent_twice_is_once(check, server):
    op = uuid4()

    assert check(op, {server.pk: ["badge"]}) == check(op, {})
    assert (ConductCheck.objects.count(), ConductResult.objects.count()) == (1, 2)


def test_a_check_of_nobody_or_of_an_unknown_item_is_refused(check, server, manager):
    with pytest.raises(StaffError, match="nobody_checked"):
        check(people=[manager])
    with pytest.raises(StaffError, match="unknown_lapse"):
        check(lapses={server.pk: ["hat"]})


@pytest.mark.usefixtures("at_now")
class TestPages:
    @pytest.fixture
    def on_shift(self, server, site, now):
        create_shift(user=server, site=site, start=now, end=now + timedelta(hours=8), actor=None, now=now)
        return server

    def test_a_check_is_saved_in_one_go(self, client, on_shift, cleaner, manager):
        client.force_login(manager)
        data = {"site": "HQ", "op": uuid4(), "occasion": "meeting", f"lapses_{on_shift.pk}": ["shoes", "fringe"]}

        for _ in range(2):
            assert client.post("/conduct/", data).status_code == 302

        assert ConductCheck.objects.get().occasion == "meeting"
        assert ConductResult.objects.get().lapses == ["shoes", "fringe"], "who is not on shift is not checked"

    def test_who_is_not_there_is_left_out(self, client, on_shift, cleaner, manager, site, now):
        create_shift(user=cleaner, site=site, start=now, end=now + timedelta(hours=8), actor=None, now=now)
        client.force_login(manager)

        client.post("/conduct/", {"op": uuid4(), "occasion": "shift", f"away_{cleaner.pk}": "on"})

        assert ConductResult.objects.get().user == on_shift

    def test_a_note_too_long_is_kept_and_said(self, client, on_shift, manager):
        client.force_login(manager)
        data = {"op": uuid4(), "occasion": "shift", f"note_{on_shift.pk}": "长" * 201}

        answer = client.post("/conduct/", data)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"note_{on_shift.pk}"])
        assert "长" * 201 in answer.content.decode()

    def test_the_record_shows_all_of_it_to_the_person(self, client, server, technician, manager, check, now):
        passed_by(person=server, trainer=technician, actor=manager, now=now)
        add_praise(op=uuid4(), person=server, text="客人点名表扬", actor=manager, now=now)
        check(notes={server.pk: "指甲过长"})
        client.force_login(server)

        for address in ("/training/record/", "/me/record/"):
            page = client.get(address).content.decode()
            assert all(text in page for text in ("会议服务员岗前培训", "客人点名表扬", "指甲过长", "100 %"))

    def test_nobody_else_sees_it(self, client, server, cleaner, secretary, stranger, manager):
        theirs = make_user("lead2", Role.MANAGER, site=stranger.site)
        statuses = {}
        for person in (server, manager, cleaner, secretary, stranger, theirs):
            client.force_login(person)
            statuses[person.username] = client.get(f"/training/record/{server.pk}/").status_code

        expected = {"staff1": 200, "manager": 200, "cleaner": 403, "secretary": 403, "stranger": 404, "lead2": 404}
        assert statuses == expected

    def test_nobody_plans_or_praises_for_another_site(self, client, manager, stranger):
        client.force_login(manager)

        for what in ("plan", "praise"):
            assert client.post(f"/training/record/{stranger.pk}/{what}/", {}).status_code == 404

    def test_a_plan_that_cannot_be_says_so(self, client, manager, server, site):
        client.force_login(manager)
        course = copy_programme(code="refresher", site=site)

        answer = client.post(f"/training/record/{server.pk}/plan/", {"course": course.pk, "due_on": "2026-02-30"})

        assert list(answer.context["plan_form"].errors) == ["due_on"]

    @pytest.mark.parametrize("address", ["/training/", "/conduct/", "/skills/"])
    def test_a_page_of_the_site_takes_as_many_statements_for_three_as_for_one(
        self, client, address, manager, site, on_shift, held, now, query_count
    ):
        held(3)
        client.force_login(manager)
        client.get(address)
        one = query_count(lambda: client.get(address))
        for number in range(2):
            person = make_user(f"more{number}", Role.SERVICE_STAFF, site=site)
            held(3, person)
            create_shift(user=person, site=site, start=now, end=now + timedelta(hours=8), actor=None, now=now)

        assert query_count(lambda: client.get(address)) == one

    def test_a_record_takes_as_many_statements_for_three_courses_as_for_one(
        self, client, server, manager, site, now, query_count
    ):
        def take_part():
            course = copy_programme(code="refresher", site=site)
            run = CourseRun.objects.create(course=course, site=site, trainer=manager, made_by=manager, made_at=now)
            Enrolment.objects.create(run=run, user=server, added_by=manager, added_at=now)

        client.force_login(server)
        take_part()
        client.get("/training/record/")
        one = query_count(lambda: client.get("/training/record/"))
        take_part()
        take_part()

        assert query_count(lambda: client.get("/training/record/")) == one

    def test_my_training_says_what_is_next(self, client, server, technician, manager, now):
        passed_by(person=server, trainer=technician, actor=manager, now=now)
        client.force_login(server)

        assert "会议服务员岗前培训" in client.get("/training/mine/").content.decode()

    def test_an_open_examination_is_among_my_training(self, client, server, technician, manager, now):
        run = begun(trainer=technician, people=[server], actor=manager, now=now)
        examination_for(run, now)
        client.force_login(server)

        assert f"/training/runs/{run.pk}/paper/" in client.get("/training/mine/").content.decode()
