"""A week's roster: drafts and what binds, moves, copies and publication, with who is told of what."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rooms.selectors import midnight
from staff.errors import StaffError
from staff.models import Notice, RemovedShift, RosterPublication, Shift, ShiftPattern, StaffLog, WorkingTimeRules
from staff.roles import Role
from staff.services.leave import enter_sickness, request_leave
from staff.services.patterns import add_usual_patterns
from staff.services.rosters import copy_shift, copy_week, move_shift, place_pattern, publish_week
from staff.services.shifts import change_shift, create_shift, remove_shift
from tests.factories import make_user

MONDAY, NEXT, LATER = date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)
HOUR = timedelta(hours=1)


@pytest.fixture
def early(site):
    add_usual_patterns(site=site)
    return ShiftPattern.objects.get(site=site, code="early")


@pytest.fixture
def put(early, server, manager, now):
    def place(on, user=server, pattern=early):
        return place_pattern(pattern=pattern, user=user, on=on, actor=manager, now=now)[0]

    return place


@pytest.fixture
def colleague(site):
    return make_user("staff2", Role.SERVICE_STAFF, site=site)


def told(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))


def days(**which):
    return [f"{each.during.lower:%d %H:%M}" for each in Shift.objects.filter(**which).order_by("during")]


def test_a_shift_of_a_coming_week_is_a_draft_and_nobody_hears_of_it(put, server):
    assert put(NEXT).is_draft
    assert told(server) == []


def test_a_shift_of_the_present_week_binds_and_is_told(put, server):
    assert not put(MONDAY).is_draft
    assert told(server) == ["shift_added"]


def test_publishing_makes_drafts_binding_and_tells_each_person_once_with_their_shifts(
    put, server, colleague, site, manager, now
):
    put(NEXT), put(NEXT + timedelta(1)), put(NEXT, colleague), put(LATER)

    publication = publish_week(site=site, on=NEXT + timedelta(3), actor=manager, now=now)

    assert (publication.week_on, publication.shift_count, publication.published_by) == (NEXT, 3, manager)
    assert days(is_draft=True) == ["06 23:45"]
    assert (told(server), told(colleague)) == (["roster_published"], ["roster_published"])
    notice = Notice.objects.get(recipient=server)
    assert [each["start"] for each in notice.params["shifts"]] == [
        "2026-11-29T23:45:00+00:00",
        "2026-11-30T23:45:00+00:00",
    ]


def test_publishing_twice_is_once(put, server, site, manager, now):
    put(NEXT)
    publish_week(site=site, on=NEXT, actor=manager, now=now)

    with pytest.raises(StaffError) as refused:
        publish_week(site=site, on=NEXT, actor=manager, now=now + HOUR)

    assert (refused.value.code, refused.value.params) == ("week_unchanged", {"who": str(manager)})
    assert RosterPublication.objects.count() == 1
    assert told(server) == ["roster_published"]


def test_a_week_without_shifts_is_not_published(put, site, manager, now):
    put(LATER)
    create_shift(
        user=manager, site=site, start=midnight(site, NEXT) - HOUR, end=midnight(site, NEXT) + HOUR, actor=None, now=now
    )

    with pytest.raises(StaffError, match="week_empty"):
        publish_week(site=site, on=NEXT, actor=manager, now=now)

    assert not RosterPublication.objects.exists()


def test_what_was_removed_or_moved_since_is_a_change(put, server, colleague, site, manager, now):
    first, second = put(NEXT), put(NEXT, colleague)
    publish_week(site=site, on=NEXT, actor=manager, now=now)
    remove_shift(shift_id=first.pk, actor=manager, now=now + HOUR)

    assert publish_week(site=site, on=NEXT, actor=manager, now=now + 2 * HOUR).shift_count == 0

    times = {"start": second.during.lower, "end": second.during.upper + HOUR}
    change_shift(shift_id=second.pk, actor=manager, now=now + 3 * HOUR, **times)
    assert publish_week(site=site, on=NEXT, actor=manager, now=now + 4 * HOUR).shift_count == 0
    with pytest.raises(StaffError, match="week_unchanged"):
        publish_week(site=site, on=NEXT, actor=manager, now=now + 5 * HOUR)


def test_a_later_draft_in_a_published_week_cannot_be_so_it_binds_and_is_told(
    put, server, colleague, site, manager, now
):
    put(NEXT, colleague)
    publish_week(site=site, on=NEXT, actor=manager, now=now)

    shift = put(NEXT)

    assert (shift.is_draft, told(server)) == (False, ["shift_added"])


def test_changes_to_a_published_week_are_told_and_to_drafts_not(put, server, site, manager, now):
    shift = put(NEXT)
    move_shift(shift_id=shift.pk, user=server, on=NEXT + timedelta(1), actor=manager, now=now)
    assert told(server) == []
    publish_week(site=site, on=NEXT, actor=manager, now=now)

    shift = Shift.objects.get()
    change_shift(shift_id=shift.pk, start=shift.during.lower, end=shift.during.upper + HOUR, actor=manager, now=now)
    remove_shift(shift_id=shift.pk, actor=manager, now=now)

    assert told(server) == ["roster_published", "shift_changed", "shift_removed"]


def test_nobody_is_told_of_their_own_doing_or_of_the_past(early, site, manager, server, now):
    place_pattern(pattern=early, user=manager, on=MONDAY, actor=manager, now=now)
    create_shift(user=server, site=site, start=now - 9 * HOUR, end=now - HOUR, actor=manager, now=now)

    assert (told(manager), told(server)) == ([], [])


def test_a_move_keeps_the_wall_clock_over_a_clock_change(site, server, manager, now):
    site.time_zone = "Europe/Berlin"
    site.save()
    start = datetime(2026, 3, 27, 7, tzinfo=UTC)
    shift = create_shift(user=server, site=site, start=start, end=start + 8 * HOUR, actor=None, now=now)

    move_shift(shift_id=shift.pk, user=server, on=date(2026, 3, 30), actor=manager, now=now)

    shift.refresh_from_db()
    assert (shift.during.lower, shift.during.upper) == (
        datetime(2026, 3, 30, 6, tzinfo=UTC),
        datetime(2026, 3, 30, 14, tzinfo=UTC),
    )


def test_a_move_to_another_person_tells_both_and_leaves_a_trace(put, server, colleague, manager, now):
    shift = put(MONDAY)

    move_shift(shift_id=shift.pk, user=colleague, on=MONDAY, actor=manager, now=now)

    shift.refresh_from_db()
    assert (shift.user, shift.version) == (colleague, 3)
    assert (told(server), told(colleague)) == (["shift_added", "shift_removed"], ["shift_added"])
    gone = RemovedShift.objects.get()
    assert (gone.user, gone.shift_id, gone.version, gone.during) == (server, shift.pk, 2, shift.during)


def test_a_move_twice_is_once(put, server, colleague, manager, now):
    shift = put(MONDAY)
    for _ in range(2):
        move_shift(shift_id=shift.pk, user=colleague, on=MONDAY, actor=manager, now=now)

    assert told(colleague) == ["shift_added"]
    assert StaffLog.objects.filter(person=colleague).count() == 1


@pytest.mark.parametrize("verb", [move_shift, copy_shift])
def test_onto_another_shift_is_refused_and_nothing_changes(put, server, manager, now, verb):
    shift, _other = put(MONDAY), put(MONDAY + timedelta(1))

    with pytest.raises(StaffError) as refused:
        verb(shift_id=shift.pk, user=server, on=MONDAY + timedelta(1), actor=manager, now=now)

    assert refused.value.code == "shift_overlap"
    assert days() == ["22 23:45", "23 23:45"]


def test_somebody_away_is_given_no_shift(put, server, colleague, manager, now):
    shift = put(MONDAY + timedelta(2))
    start = now + timedelta(days=1)
    enter_sickness(user=colleague, start=start, end=start + 3 * 24 * HOUR, actor=manager, now=now)

    for act in (
        lambda: put(MONDAY + timedelta(2), colleague),
        lambda: move_shift(shift_id=shift.pk, user=colleague, on=MONDAY + timedelta(2), actor=manager, now=now),
    ):
        with pytest.raises(StaffError) as refused:
            act()
        assert refused.value.code == "person_away"
    assert days(user=colleague) == []


def test_a_copy_of_a_week_is_drafted_and_says_what_was_left_out_and_why(put, server, colleague, site, manager, now):
    leaver = make_user("gone", Role.SERVICE_STAFF, site=site)
    for count in range(2):
        put(MONDAY + timedelta(count))
    put(MONDAY, colleague), put(MONDAY, leaver)
    leaver.is_active = False
    leaver.save()
    start = datetime(2026, 11, 30, 1, tzinfo=UTC)
    create_shift(user=server, site=site, start=start, end=start + HOUR, actor=None, now=now)
    enter_sickness(user=colleague, start=start, end=start + HOUR, actor=manager, now=now)

    copy = copy_week(site=site, source_on=MONDAY + timedelta(4), target_on=NEXT, actor=manager, now=now)

    assert [(each.user, each.is_draft) for each in copy.shifts] == [(server, True)]
    assert {(each.shift.user.username, each.reason) for each in copy.left_out} == {
        ("staff1", "overlap"),
        ("staff2", "away"),
        ("gone", "gone"),
    }
    assert days(is_draft=True) == ["30 23:45"]


def test_a_copy_leaves_out_holidays_and_a_second_one_makes_nothing(put, site, manager, now):
    first, second = date(2026, 9, 21), date(2026, 9, 28)
    # Thursday 1 October is the national day; the Thursday before is an ordinary one.
    put(first + timedelta(3)), put(first + timedelta(1))

    copy = copy_week(site=site, source_on=first, target_on=second, actor=manager, now=now)
    again = copy_week(site=site, source_on=first, target_on=second, actor=manager, now=now)

    assert [(each.on, each.reason) for each in copy.left_out] == [(date(2026, 10, 1), "closed")]
    assert (len(copy.shifts), again.shifts) == (1, [])
    assert sorted(each.reason for each in again.left_out) == ["closed", "there"]


def test_a_copy_leaves_out_what_a_rule_bars(put, site, manager, now):
    WorkingTimeRules.objects.create(
        site=site, hours_a_week=20, bars=["hours_a_week"], hours_a_day=None, rest_hours=None
    )
    put(MONDAY), put(MONDAY + timedelta(1))
    WorkingTimeRules.objects.update(hours_a_week=10)

    copy = copy_week(site=site, source_on=MONDAY, target_on=NEXT, actor=manager, now=now)

    assert (len(copy.shifts), [each.reason for each in copy.left_out]) == (1, ["rules"])


def test_a_copy_takes_a_statement_count_that_does_not_grow(put, site, manager, now, query_count):
    put(MONDAY)
    one = query_count(lambda: copy_week(site=site, source_on=MONDAY, target_on=NEXT, actor=manager, now=now))
    for number in range(2, 5):
        put(MONDAY, make_user(f"more{number}", Role.SERVICE_STAFF, site=site))

    many = query_count(lambda: copy_week(site=site, source_on=MONDAY, target_on=LATER, actor=manager, now=now))

    assert one == many


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"hours_a_day": 8}, "bar_hours_a_day"),
        ({"hours_a_week": 8}, "bar_hours_a_week"),
        ({"days_in_row": 1}, "bar_days_in_row"),
        ({"rest_hours": 16}, "bar_rest_hours"),
    ],
)
def test_a_rule_that_bars_refuses_and_one_that_warns_does_not(put, early, site, server, manager, now, limits, code):
    name = next(iter(limits))
    none = dict.fromkeys(("hours_a_day", "hours_a_week", "rest_hours", "days_in_row"))
    rules = WorkingTimeRules.objects.create(site=site, **(none | limits))
    put(MONDAY)
    rules.bars = [name]
    rules.save()

    with pytest.raises(StaffError) as refused:
        put(MONDAY + timedelta(1))
    assert refused.value.code == code
    assert days() == ["22 23:45"]


def test_a_breach_that_stands_does_not_hinder_what_makes_it_better(put, site, server, manager, now):
    shift = put(MONDAY)
    WorkingTimeRules.objects.create(site=site, hours_a_day=4, bars=["hours_a_day"])
    start = shift.during.lower

    change_shift(shift_id=shift.pk, start=start, end=start + 6 * HOUR, actor=manager, now=now)
    with pytest.raises(StaffError) as refused:
        change_shift(shift_id=shift.pk, start=start, end=start + 7 * HOUR, actor=manager, now=now)

    assert refused.value.code == "bar_hours_a_day"


def test_on_call_is_no_working_time(put, site, early, server, manager, now):
    WorkingTimeRules.objects.create(site=site, hours_a_day=9, rest_hours=11, bars=["hours_a_day", "rest_hours"])
    put(MONDAY)

    assert put(MONDAY, pattern=ShiftPattern.objects.get(code="on-call")).is_on_call
    assert put(MONDAY + timedelta(1))


def test_leave_asked_for_reaches_the_managers_and_its_decision_the_person(site, server, manager, secretary, now):
    from staff.services.leave import grant_leave

    start = now + timedelta(days=3)
    leave = request_leave(
        user=server, kind="leave", start=start, end=start + HOUR, note="private", actor=server, now=now
    )
    grant_leave(leave_id=leave.pk, actor=manager, now=now)

    assert (told(manager), told(server), told(secretary)) == (["leave_asked"], ["leave_granted"], [])
    assert "private" not in str([*Notice.objects.values()])


def test_weeks_of_publications_begin_on_monday_in_the_table(site, manager, now):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="roster_week_from_monday"), transaction.atomic():
        RosterPublication.objects.create(
            site=site, week_on=MONDAY + timedelta(1), shift_count=0, published_at=now, published_by=manager
        )
