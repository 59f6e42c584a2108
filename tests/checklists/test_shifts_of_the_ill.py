"""The shifts of somebody who is ill: another person's, open to the team, or nobody's."""

import pytest

from checklists.errors import ChecklistError
from staff.errors import StaffError
from staff.models import Leave, Notice, OpenShift, Shift, WorkingTimeRules
from staff.services.shifts import create_shift
from tests import factories
from tests.checklists.assigning import SERVICE, crew
from tests.checklists.meetings import HOUR
from tests.checklists.pages import signed_in
from tests.checklists.sickness import absence, cover, end

pytestmark = pytest.mark.usefixtures("still_english_clock")


@pytest.fixture
def people(site, now):
    return crew(site, now, 3)


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
