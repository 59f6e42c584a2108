"""Praise by trainers, and thanks among colleagues: what may be said, how often, and who reads it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from staff.errors import StaffError
from staff.models import Praise
from staff.roles import Role
from staff.services.growth import add_praise
from staff.services.runs import leave_run
from staff.services.thanks import MOST_A_DAY, give_thanks
from tests.factories import make_user
from tests.training import begun

DAY = timedelta(days=1)


@pytest.fixture
def thank(server, cleaner, now):
    def do(person=cleaner, actor=server, reason="helped", op=None, at=now):
        return give_thanks(op=op or uuid4(), person=person, reason=reason, actor=actor, now=at)

    return do


def test_thanks_are_in_the_record_and_told(thank, cleaner):
    row = thank()

    assert (row.kind, row.reason, row.text) == ("thanks", "helped", "")
    assert list(cleaner.notices.values_list("code", flat=True)) == ["thanked"]


def test_sent_twice_it_is_once(thank, cleaner):
    op = uuid4()

    assert thank(op=op) == thank(op=op)
    assert cleaner.notices.count() == 1


def test_one_person_is_thanked_once_a_day_of_the_site(thank, now):
    thank()
    with pytest.raises(StaffError, match="thanked_today"):
        thank(reason="calm")

    # 16:00 in UTC is midnight in Shanghai.
    thank(at=now.replace(hour=16))

    assert Praise.objects.count() == 2


def test_so_many_in_a_day_and_no_more(thank, site, now):
    people = [make_user(f"p{number}", Role.CLEANER, site=site) for number in range(MOST_A_DAY + 1)]
    for person in people[:-1]:
        thank(person)

    with pytest.raises(StaffError, match="thanks_enough"):
        thank(people[-1])
    thank(people[-1], at=now + DAY)


@pytest.mark.parametrize(
    ("facts", "code"), [({"reason": "lazy"}, "unknown_reason"), ({"reason": ""}, "unknown_reason")]
)
def test_nothing_else_can_be_said(thank, facts, code):
    with pytest.raises(StaffError, match=code):
        thank(**facts)


def test_nobody_thanks_themselves(thank, server, now):
    with pytest.raises(StaffError, match="own_praise"):
        thank(person=server)
    with pytest.raises(IntegrityError, match="praise_of_others"):
        Praise.objects.create(op=uuid4(), user=server, by=server, at=now, text="x")


def test_the_database_keeps_words_out_of_thanks(thank):
    row = thank()

    with pytest.raises(IntegrityError, match="thanks_have_a_reason"):
        Praise.objects.filter(pk=row.pk).update(text="慢")


def test_an_op_of_other_thanks_is_refused(thank, technician):
    op = uuid4()
    thank(op=op)

    with pytest.raises(StaffError, match="op_used"):
        thank(technician, op=op)


class TestPages:
    @pytest.fixture(autouse=True)
    def at_now(self, time_machine, now):
        time_machine.move_to(now, tick=False)

    @pytest.fixture
    def run(self, technician, server, manager, now):
        return begun(trainer=technician, people=[server], actor=manager, now=now)

    def test_a_colleague_thanks_and_only_person_and_manager_read_it(self, client, server, cleaner, manager, technician):
        client.force_login(server)
        data = {"op": uuid4(), "person": cleaner.pk, "reason": "stood_in"}
        assert client.post("/training/thanks/", data).status_code == 302

        statuses = {}
        for person in (cleaner, manager, server, technician):
            client.force_login(person)
            answer = client.get(f"/training/record/{cleaner.pk}/")
            statuses[person.username] = (answer.status_code, "#heart" in answer.content.decode())
        assert statuses == {
            "cleaner": (200, True),
            "manager": (200, True),
            "staff1": (403, False),
            "technician": (403, False),
        }

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"person": ""}, "person"), ({"person": "0"}, "person"), ({"reason": "x"}, "reason"), ({"op": "x"}, "op")],
    )
    def test_a_fault_is_said_beside_its_field(self, client, server, cleaner, changes, field):
        client.force_login(server)
        data = {"op": uuid4(), "person": cleaner.pk, "reason": "helped"}

        answer = client.post("/training/thanks/", data | changes)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])

    def test_the_second_of_a_day_says_so_beside_the_person(self, client, thank, server, cleaner):
        thank()
        client.force_login(server)

        answer = client.post("/training/thanks/", {"op": uuid4(), "person": cleaner.pk, "reason": "helped"})

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["person"])

    def test_nobody_of_another_site_and_not_oneself_is_on_the_list(self, client, server, cleaner, stranger):
        client.force_login(server)

        people = set(client.get("/training/thanks/").context["form"].fields["person"].queryset)

        assert people == {cleaner}

    def test_a_trainer_praises_without_reading_the_record(self, client, run, technician, server):
        client.force_login(technician)
        address = f"/training/record/{server.pk}/praise/"

        page = client.get(address).content.decode()
        answer = client.post(address, {"op": uuid4(), "text": "练得认真"})

        assert answer.status_code == 302
        assert client.get(answer.headers["location"]).status_code == 200
        assert (Praise.objects.get().by, Praise.objects.get().kind) == (technician, "praise")
        assert "练得认真" not in page
        assert client.get(f"/training/record/{server.pk}/").status_code == 403

    def test_words_too_long_are_kept_and_said(self, client, run, technician, server):
        client.force_login(technician)

        answer = client.post(f"/training/record/{server.pk}/praise/", {"op": uuid4(), "text": "长" * 501})

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["text"])
        assert "长" * 501 in answer.content.decode()

    def test_who_does_not_train_somebody_praises_them_not(self, client, run, technician, server, cleaner, now):
        client.force_login(technician)
        assert client.get(f"/training/record/{cleaner.pk}/praise/").status_code == 403

        leave_run(enrolment_id=run.enrolments.get().pk, now=now)

        assert client.get(f"/training/record/{server.pk}/praise/").status_code == 403

    def test_the_list_of_people_is_read_in_as_many_statements_for_three(self, client, server, site, query_count):
        client.force_login(server)
        make_user("a1", Role.CLEANER, site=site)
        client.get("/training/thanks/")
        one = query_count(lambda: client.get("/training/thanks/"))
        for number in range(2):
            make_user(f"b{number}", Role.CLEANER, site=site)

        assert query_count(lambda: client.get("/training/thanks/")) == one


def test_praise_of_a_manager_needs_no_reason(server, manager, now):
    assert add_praise(op=uuid4(), person=server, text="好", actor=manager, now=now).reason == ""
