"""Somebody falls ill in the morning: what is uncovered, who takes it, and everything at once."""

from datetime import timedelta

import pytest
from django.utils import translation

from checklists.errors import ChecklistError
from checklists.models import Assignment, Step
from checklists.selectors.absence import absence_of
from checklists.services.falling_ill import cover_sickness
from checklists.services.reassign import hand_over_step
from staff.errors import StaffError
from staff.models import Leave, Notice, OpenShift, Shift, WorkingTimeRules
from staff.services.shifts import create_shift
from tests import factories
from tests.checklists.assigning import SERVICE, crew
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, serve, start
from tests.checklists.pages import signed_in


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)
    with translation.override("en"):
        yield


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


def end(now):
    return now + 15 * HOUR


def absence(person, manager, now):
    return absence_of(person=person, start=now, end=end(now), reader=manager, now=now)


def cover(person, manager, now, takers=None, **facts):
    found = absence(person, manager, now)
    chosen = {each.assignment_id: each.taker.pk for each in found.meetings if each.taker}
    terms = {"takers": chosen if takers is None else takers, "shifts": {}, "digest": found.digest} | facts
    return cover_sickness(user_id=person.pk, start=now, end=end(now), actor=manager, now=now, **terms)


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


@pytest.fixture
def ahead(site, people, now):
    """A shift of the first person that has not begun, and two colleagues at home then."""
    Shift.objects.all().delete()
    return create_shift(user=people[0], site=site, start=now + 2 * HOUR, end=now + 8 * HOUR, actor=None, now=now)


def shifts_of(*people):
    return [(each.user, each.during.lower, each.during.upper) for each in Shift.objects.filter(user__in=people)]


def test_a_shift_that_falls_away_names_who_is_free_and_what_speaks_against(ahead, site, people, manager, now):
    create_shift(user=people[1], site=site, start=now + 6 * HOUR, end=now + 9 * HOUR, actor=None, now=now)
    create_shift(user=people[2], site=site, start=now - 15 * HOUR, end=now - 5 * HOUR, actor=None, now=now)

    [only] = absence(people[0], manager, now).shifts

    assert (only.start, only.end, only.can_open) == (now + 2 * HOUR, now + 8 * HOUR, True)
    assert [(each.user, each.warnings) for each in only.takers] == [(people[2], ["rest 7 h"])]


def test_whom_a_rule_bars_is_not_among_those_who_could(ahead, site, people, manager, now):
    WorkingTimeRules.objects.create(site=site, hours_a_day=5, bars=["hours_a_day"])

    assert absence(people[0], manager, now).shifts[0].takers == []


def test_a_shift_passed_on_is_the_takers_and_both_are_told(ahead, people, manager, now):
    done = cover(people[0], manager, now, shifts={ahead.pk: people[1].pk})

    assert (done.shifts.passed, done.shifts.opened, done.shifts.left) == (1, 0, 0)
    assert shifts_of(*people) == [(people[1], now + 2 * HOUR, now + 8 * HOUR)]
    told = {(each.recipient, each.code, each.urgency) for each in Notice.objects.filter(code__startswith="shift_")}
    assert told == {(people[1], "shift_cover", "urgent"), (people[0], "shift_covered", "quiet")}
    assert Notice.objects.get(code="shift_cover").params["who"] == str(people[0])


def test_a_shift_under_way_is_passed_on_for_what_is_left(people, manager, now):
    shift = Shift.objects.get(user=people[0])
    Shift.objects.filter(user=people[1]).delete()
    ends = shift.during.upper

    [only] = absence(people[0], manager, now).shifts
    cover(people[0], manager, now, shifts={shift.pk: people[1].pk})

    assert (only.start, only.can_open) == (now, False)
    assert shifts_of(people[1]) == [(people[1], now, ends)]


def test_a_shift_is_opened_to_the_team_and_who_is_ill_is_told_so(ahead, people, manager, now):
    done = cover(people[0], manager, now, shifts={ahead.pk: "open"})

    assert done.shifts.opened == 1
    opened = OpenShift.objects.get()
    assert (opened.role, opened.during.lower, opened.places) == (SERVICE, now + 2 * HOUR, 1)
    told = {(each.recipient, each.code) for each in Notice.objects.filter(code__contains="shift_")}
    assert told == {
        (people[0], "shift_opened"), (people[1], "open_shift_published"), (people[2], "open_shift_published"),
    }  # fmt: skip


def test_a_shift_nobody_is_named_for_falls_away(ahead, people, manager, now):
    assert cover(people[0], manager, now).shifts.left == 1
    assert not Shift.objects.exists()


@pytest.mark.parametrize("who", ["cleaner", "stranger", "applicant"])
def test_a_shift_is_not_passed_to_somebody_of_another_duty_or_site(ahead, people, manager, now, request, who):
    wrong = request.getfixturevalue(who)

    with pytest.raises(StaffError, match="swap_unfit"):
        cover(people[0], manager, now, shifts={ahead.pk: wrong.pk})

    assert not Leave.objects.exists()
    assert shifts_of(*people) == [(people[0], now + 2 * HOUR, now + 8 * HOUR)]


def test_a_shift_passed_to_oneself_or_to_nobody_known_is_refused(ahead, people, manager, now):
    for wrong in (people[0].pk, 10**8):
        with pytest.raises(StaffError, match="swap_unfit"):
            cover(people[0], manager, now, shifts={ahead.pk: wrong})


def test_a_taker_who_is_at_work_then_leaves_everything_as_it_was(ahead, site, people, manager, now):
    create_shift(user=people[1], site=site, start=now + 6 * HOUR, end=now + 9 * HOUR, actor=None, now=now)

    with pytest.raises(StaffError, match="shift_overlap"):
        cover(people[0], manager, now, shifts={ahead.pk: people[1].pk})

    assert not Leave.objects.exists()


def test_a_shift_that_changed_meanwhile_is_not_confirmed(ahead, people, manager, now):
    found = absence(people[0], manager, now)
    Shift.objects.filter(pk=ahead.pk).update(during=(now + 3 * HOUR, now + 8 * HOUR))

    with pytest.raises(ChecklistError, match="absence_changed"):
        cover(people[0], manager, now, digest=found.digest, shifts={ahead.pk: people[1].pk})


def test_drafts_are_nobodys_to_pass_on(ahead, people, manager, now):
    Shift.objects.update(is_draft=True)

    assert absence(people[0], manager, now).shifts == []


def test_page_passes_the_shift_on_and_keeps_what_was_chosen_where_it_is_refused(ahead, site, people, manager, now):
    WorkingTimeRules.objects.create(site=site, hours_a_day=5, bars=["hours_a_day"])
    client, address = signed_in(manager), f"/people/{people[0].pk}/ill/"
    sent = {"until": "2026-11-23", "start": now.isoformat(), "digest": absence(people[0], manager, now).digest}

    refused = client.post(address, sent | {f"shift-{ahead.pk}": people[1].pk})

    assert refused.status_code == 422
    assert "Against the rules of working time" in refused.content.decode()
    WorkingTimeRules.objects.update(bars=[])
    page = client.post(address, sent | {"digest": "x", f"shift-{ahead.pk}": people[1].pk}).content.decode()
    assert f'<option value="{people[1].pk}" selected>' in page
    done = client.post(address, sent | {f"shift-{ahead.pk}": people[1].pk}, follow=True).content.decode()
    assert "1 shift has somebody else." in done
    assert shifts_of(*people) == [(people[1], now + 2 * HOUR, now + 8 * HOUR)]


def test_shifts_ask_as_many_statements_for_three_people_as_for_one(ahead, site, people, manager, now, query_count):
    absence(people[0], manager, now)
    one = query_count(lambda: absence(people[0], manager, now))
    for number in range(3):
        person = factories.make_user(f"more{number}", SERVICE, site=site)
        create_shift(user=person, site=site, start=now + 9 * HOUR, end=now + 12 * HOUR, actor=None, now=now)
    create_shift(user=people[0], site=site, start=now + 9 * HOUR, end=now + 12 * HOUR, actor=None, now=now)

    assert query_count(lambda: absence(people[0], manager, now)) == one


def test_those_on_shift_are_listed_in_as_many_statements_for_three_as_for_one(site, people, manager, now, query_count):
    client = signed_in(manager)
    Shift.objects.exclude(user=people[0]).delete()
    client.get("/absences/?site=HQ")
    one = query_count(lambda: client.get("/absences/?site=HQ"))
    for person in people[1:]:
        create_shift(user=person, site=site, start=now + HOUR, end=now + 4 * HOUR, actor=None, now=now)

    assert query_count(lambda: client.get("/absences/?site=HQ")) == one


def test_page_takes_the_night_shift_of_the_last_day_whole_and_twice_is_once(site, people, manager, now):
    Shift.objects.all().delete()
    shift = create_shift(user=people[0], site=site, start=now + 13 * HOUR, end=now + 21 * HOUR, actor=None, now=now)
    client, address = signed_in(manager), f"/people/{people[0].pk}/ill/"
    page = client.get(address).context["absence"]
    sent = {"until": "2026-11-23", "start": page.start.isoformat(), "end": page.end.isoformat(), "digest": page.digest}
    sent |= {f"shift-{shift.pk}": people[1].pk}

    client.post(address, sent)
    again = client.post(address, sent)

    assert (again.status_code, Leave.objects.get().during.upper) == (302, now + 21 * HOUR)
    assert shifts_of(*people) == [(people[1], now + 13 * HOUR, now + 21 * HOUR)]


@pytest.mark.parametrize("hours", [14, 40])
def test_page_takes_no_end_that_is_not_of_the_day(people, manager, now, hours):
    found = absence(people[0], manager, now)
    sent = {"until": "2026-11-23", "start": now.isoformat(), "digest": found.digest}

    signed_in(manager).post(f"/people/{people[0].pk}/ill/", sent | {"end": (now + hours * HOUR).isoformat()})

    assert Leave.objects.get().during.upper == end(now)


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
