"""Somebody falls ill in the morning: what is uncovered, who takes it, and everything at once."""

from datetime import timedelta

import pytest

from checklists.errors import ChecklistError
from checklists.models import Assignment, Step
from checklists.selectors.absence import absence_of
from checklists.services.reassign import hand_over_step
from staff.models import Leave, Notice, Shift
from tests import factories
from tests.checklists.assigning import SERVICE, crew
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, serve, start
from tests.checklists.pages import signed_in
from tests.checklists.sickness import absence, cover

pytestmark = pytest.mark.usefixtures("still_english_clock")


@pytest.fixture
def people(site, now):
    return crew(site, now, 3)


@pytest.fixture
def morning(rooms, applicant, people, now):
    """The first person serves two meetings, the second one at the hour of the first."""
    hours = ((rooms[0], 2, 0), (rooms[1], 2, 1), (rooms[2], 5, 0))
    made = [
        approved(room=room, applicant=applicant, start=now + at * HOUR, minutes=60, now=now, tea=True)
        for room, at, _who in hours
    ]
    for booking, (_room, _at, who) in zip(made, hours, strict=True):
        serve(booking, people[who], SERVICE, now=now)
    Notice.objects.all().delete()
    return made


def servers(morning):
    return [[each.user.username for each in booking.assignments.all()] for booking in morning]


def test_absence_names_meetings_with_takers_who_are_free(morning, people, manager, now):
    found = absence(people[0], manager, now)

    assert [each.room for each in found.meetings] == ["108", "205"]
    assert found.meetings[0].taker == people[2]
    assert people[1] not in [each.user for each in found.meetings[0].takers]
    assert people[0] not in [each.user for one in found.meetings for each in one.takers]
    assert found.steps


def test_absence_says_why_nobody_can(morning, people, manager, now):
    Shift.objects.filter(user=people[2]).delete()

    first, _second = absence(people[0], manager, now).meetings

    assert (first.taker, first.why) == (None, "All who could are busy elsewhere.")
    assert [(each.user, each.warnings) for each in first.takers] == [(people[2], ["not on shift for all of it"])]


def test_cover_enters_sickness_cuts_the_shift_and_passes_everything_on(morning, people, manager, now):
    done = cover(people[0], manager, now)

    assert (done.passed, done.open) == (2, 0)
    leave = Leave.objects.get()
    assert (leave.user, leave.kind, leave.state) == (people[0], "sick", "granted")
    assert Shift.objects.get(user=people[0]).during.upper == now
    assert servers(morning)[:2] == [["crew3"], ["crew2"]]
    assert not Assignment.objects.filter(user=people[0]).exists()
    assert not Step.objects.filter(assignee=people[0], state="open").exists()
    assert Step.objects.get(booking=morning[0], item__code="P13").assignee == people[2]


def test_takers_are_asked_for_a_word_and_the_ill_one_is_told_gently(morning, people, manager, now):
    cover(people[0], manager, now)

    told = {(notice.recipient.username, notice.code, notice.urgency) for notice in Notice.objects.all()}
    takers = {each.user.username for each in Assignment.objects.exclude(booking=morning[1])}
    assert told == {(name, "cover_taken", "urgent") for name in takers} | {("crew1", "sick_entered", "quiet")}
    assert not any("sick" in str(each.params) for each in Notice.objects.filter(code="cover_taken"))


def test_steps_taken_over_by_hand_go_back_as_well(morning, people, manager, now):
    step = morning[1].steps.get(item__code="P13")
    hand_over_step(step_id=step.pk, user_id=people[0].pk, actor=manager, now=now)

    cover(people[0], manager, now)

    step.refresh_from_db()
    assert (step.assignee, step.is_taken_over) == (people[1], False)


def test_twice_is_the_same_as_once(morning, people, manager, now):
    found = absence(people[0], manager, now)
    cover(people[0], manager, now)
    before = Notice.objects.count()

    again = cover(people[0], manager, now, digest=found.digest)

    assert (again.passed, Leave.objects.count(), Notice.objects.count()) == (0, 1, before)


def test_what_changed_meanwhile_is_not_confirmed(morning, people, manager, rooms, applicant, now):
    found = absence(people[0], manager, now)
    later = approved(room=rooms[0], applicant=applicant, start=now + 8 * HOUR, minutes=60, now=now)
    serve(later, people[0], SERVICE, now=now)

    with pytest.raises(ChecklistError) as refused:
        cover(people[0], manager, now, digest=found.digest)

    assert refused.value.code == "absence_changed"
    assert not Leave.objects.exists()


def test_taker_who_serves_elsewhere_leaves_everything_as_it_was(morning, people, manager, now):
    first = Assignment.objects.get(booking=morning[0])

    with pytest.raises(ChecklistError) as refused:
        cover(people[0], manager, now, takers={first.pk: people[1].pk})

    assert refused.value.code == "person_elsewhere"
    assert (servers(morning), Leave.objects.exists()) == ([["crew1"], ["crew2"], ["crew1"]], False)


def test_taker_without_the_role_is_refused(morning, people, manager, cleaner, stranger, now):
    first = Assignment.objects.get(booking=morning[0])
    for wrong in (cleaner, stranger, people[0]):
        with pytest.raises(ChecklistError) as refused:
            cover(people[0], manager, now, takers={first.pk: wrong.pk})
        assert refused.value.code == "person_without_role"


def test_meeting_nobody_takes_stays_open(morning, people, manager, now):
    done = cover(people[0], manager, now, takers={})

    assert (done.passed, done.open, servers(morning)[0]) == (0, 2, [])
    assert Step.objects.get(booking=morning[0], item__code="P13").assignee is None


def test_meeting_under_way_is_passed_on_for_what_is_left(rooms, applicant, people, manager, now):
    running = approved(room=rooms[0], applicant=applicant, start=now - HOUR, minutes=180, now=now - 3 * HOUR)
    start(running, now=now - HOUR)
    serve(running, people[0], SERVICE, now=now)
    Shift.objects.filter(user=people[1]).delete()

    [only] = absence(people[0], manager, now).meetings

    assert only.taker == people[2]
    cover(people[0], manager, now)
    assert [each.user for each in running.assignments.all()] == [people[2]]


def test_page_shows_what_is_uncovered_and_one_click_does_it_all(morning, people, manager, now):
    client = signed_in(manager)
    address = f"/people/{people[0].pk}/ill/"
    text = client.get(address).content.decode()
    found = absence(people[0], manager, now)
    sent = {"until": "2026-11-23", "start": now.isoformat(), "digest": found.digest}
    sent |= {f"taker-{each.assignment_id}": each.taker.pk for each in found.meetings}

    response = client.post(address, sent, follow=True)

    assert "2 meetings become uncovered" in text
    assert f'<option value="{people[2].pk}" selected>' in text
    assert "Entered; 2 meetings were passed on." in response.content.decode()
    assert Leave.objects.get().during.upper == now + 15 * HOUR


@pytest.mark.parametrize(
    "wrong",
    [{"until": "2026-11-22"}, {"until": "2027-11-22"}, {"start": ""}, {"start": "2026-11-20T09:00:00+08:00"}],
)
def test_page_refuses_odd_times(morning, people, manager, now, wrong):
    found = absence(people[0], manager, now)
    sent = {"until": "2026-11-23", "start": now.isoformat(), "digest": found.digest} | wrong

    response = signed_in(manager).post(f"/people/{people[0].pk}/ill/", sent)

    assert (response.status_code, Leave.objects.exists()) == (422, False)


def test_page_says_what_changed_and_keeps_nothing_half(morning, people, manager, now):
    sent = {"until": "2026-11-23", "start": now.isoformat(), "digest": "other"}

    response = signed_in(manager).post(f"/people/{people[0].pk}/ill/", sent)

    assert response.status_code == 422
    assert "meetings have changed meanwhile" in response.content.decode()


def test_day_leads_to_those_on_shift(morning, people, manager, now):
    client = signed_in(manager)

    assert "/absences/" in client.get("/day/").content.decode()
    text = client.get("/absences/?site=HQ").content.decode()
    assert text.count("Is ill") == 3


def test_only_one_of_the_role_has_nobody_to_follow(rooms, applicant, technician, manager, now):
    booking = approved(
        room=rooms[0], applicant=applicant, start=now + 2 * HOUR, now=now, equipment=["projector"], tea=True
    )
    serve(booking, technician, "technician", now=now)

    [only] = absence(technician, manager, now).meetings

    assert (only.takers, only.why) == ([], "Nobody else at this site has the role.")


def test_secretary_who_is_assigned_may_be_followed_by_another(rooms, applicant, secretary, site, manager, now):
    other = factories.make_user("secretary2", "secretary", site=site)
    booking = approved(room=rooms[0], applicant=applicant, start=now + 2 * HOUR, now=now)
    serve(booking, secretary, "secretary", now=now)

    [only] = absence(secretary, manager, now).meetings
    cover(secretary, manager, now, takers={only.assignment_id: other.pk})

    assert ([each.user for each in only.takers], only.taker) == ([other], None)
    assert [each.user for each in booking.assignments.all()] == [other]


def test_record_of_a_person_leads_there_for_managers_only(people, manager):
    address = f"/people/{people[0].pk}/record/"

    assert f"/people/{people[0].pk}/ill/" in signed_in(manager).get(address).content.decode()
    assert "/ill/" not in signed_in(people[0]).get(address).content.decode()


def test_absence_over_days_takes_the_meetings_of_all_of_them(rooms, applicant, people, manager, now):
    for day in (0, 2):
        booking = approved(
            room=rooms[0], applicant=applicant, start=now + timedelta(days=day, hours=2), minutes=60, now=now
        )
        serve(booking, people[0], SERVICE, now=now)

    found = absence_of(person=people[0], start=now, end=now + timedelta(days=3), reader=manager, now=now)

    assert [each.taker is None for each in found.meetings] == [False, True]
    assert found.meetings[1].why == "Nobody is on shift then."


def test_absence_asks_as_many_statements_for_three_meetings_as_for_one(
    rooms, applicant, people, manager, now, query_count
):
    def add(room, hours):
        booking = approved(room=room, applicant=applicant, start=now + hours * HOUR, minutes=30, now=now)
        serve(booking, people[0], SERVICE, now=now)

    add(rooms[0], 2)
    absence(people[0], manager, now)
    one = query_count(lambda: absence(people[0], manager, now))
    add(rooms[1], 4)
    add(rooms[2], 6)

    assert query_count(lambda: absence(people[0], manager, now)) == one
    assert len(absence(people[0], manager, now + MINUTE).meetings) == 3


def test_hours_that_others_of_the_role_share_are_no_gap(rooms, applicant, secretary, site, manager, now):
    """One comes early, the other late; nobody of them is there for all of it."""
    others = [factories.make_user(f"secretary{number}", "secretary", site=site) for number in (2, 3)]
    booking = approved(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, minutes=60, now=now)
    on_shift(secretary, now, 10)
    on_shift(others[0], now, 3.5)
    on_shift(others[1], now + 3.5 * HOUR, 6)
    serve(booking, secretary, "secretary", now=now)

    [only] = absence(secretary, manager, now).meetings

    assert (only.taker, only.is_common) == (None, True)
    assert "whoever of the role is on shift" in only.why
