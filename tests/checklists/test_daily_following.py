"""Daily steps follow what changes: the day's meetings, the tables, the calendar, and whose list they stand on."""

from datetime import date, time, timedelta

import pytest

from checklists.models import Step
from checklists.selectors.tablet import steps_for
from checklists.services.days import plan_day
from checklists.services.staffing import assign_staff
from checklists.services.sweep import bookings_to_compare, sweep
from rooms.models import LayoutKind
from rooms.selectors import day_bounds
from rooms.services.sites import add_exception, change_site, remove_exception
from tests.checklists import meetings
from tests.checklists.meetings import HOUR, MINUTE
from tests.checklists.sample_meetings import wall

TUESDAY = date(2026, 11, 24)
NAMES = {"name_zh_hans": "厂休", "name_zh_hant": "", "name_en": ""}


@pytest.fixture
def tuesday(site):
    return day_bounds(site, TUESDAY)[0]


@pytest.fixture
def inspected(site, room_108, now):
    """What Tuesday's inspection of 108 says after planning anew."""

    def details():
        plan_day(site=site, on=TUESDAY, now=now)
        return Step.objects.get(on=TUESDAY, item__code="D2", room=room_108).details

    return details


def test_inspection_follows_a_meeting_added_and_its_layout_changed(inspected, room_108, applicant, tuesday, now):
    assert "layouts" not in inspected()
    booking = meetings.approved(
        room=room_108, applicant=applicant, start=tuesday + 14 * HOUR, now=now, layout=LayoutKind.U_SHAPE
    )
    assert inspected()["layouts"] == ["u_shape"]

    meetings.change(booking, now=now, layout=LayoutKind.THEATRE)

    assert inspected()["layouts"] == ["theatre"]


def test_inspection_follows_a_meeting_called_off(inspected, room_108, applicant, tuesday, now):
    booking = meetings.approved(room=room_108, applicant=applicant, start=tuesday + 14 * HOUR, now=now)
    assert inspected()["layouts"] == ["board_room"]

    meetings.change(booking, now=now, status="cancelled")

    assert "layouts" not in inspected()


def test_sweep_brings_the_inspection_up_to_date(inspected, site, room_108, applicant, tuesday, now):
    inspected()
    meetings.approved(room=room_108, applicant=applicant, start=tuesday + 14 * HOUR, now=now, layout="theatre")

    assert sweep(now=now + MINUTE).days == 2

    assert Step.objects.get(on=TUESDAY, item__code="D2", room=room_108).details["layout"] == "theatre"


def test_inspection_of_a_ticked_room_stays_as_it_was(inspected, room_108, applicant, manager, tuesday, now):
    inspected()
    meetings.tick(Step.objects.get(on=TUESDAY, item__code="D2", room=room_108), manager, now=now)

    meetings.approved(room=room_108, applicant=applicant, start=tuesday + 14 * HOUR, now=now)

    assert "layouts" not in inspected()


@pytest.fixture
def evening_before(room_108, applicant, now):
    """Monday's last meeting in 108, in theatre rows, over by 18:00."""
    return meetings.approved(
        room=room_108, applicant=applicant, start=now + 7 * HOUR, now=now, layout=LayoutKind.THEATRE
    )


def test_tables_stand_as_the_last_meeting_leaves_them(inspected, evening_before):
    assert inspected()["stands_now"] == "theatre"


def test_tables_put_back_stand_as_the_room_has_them(inspected, evening_before, server, now):
    meetings.end(evening_before, now=evening_before.end_at)
    meetings.tick(meetings.step_of(evening_before, "A6"), server, now=evening_before.end_at + 10 * MINUTE)

    assert inspected()["stands_now"] == "board_room"


def test_tables_of_a_room_without_meetings_stand_as_the_room_has_them(inspected):
    assert inspected()["stands_now"] == "board_room"


def test_tables_do_not_follow_a_meeting_of_the_day_itself(inspected, room_108, applicant, tuesday, now):
    meetings.approved(room=room_108, applicant=applicant, start=tuesday + 9 * HOUR, now=now, layout="theatre")

    assert inspected()["stands_now"] == "board_room"


def test_day_costs_the_same_for_one_meeting_and_three(inspected, rooms, applicant, tuesday, site, now, query_count):
    inspected()
    one = query_count(lambda: plan_day(site=site, on=TUESDAY, now=now))
    for room in rooms:
        meetings.approved(room=room, applicant=applicant, start=now + 5 * HOUR, now=now)

    inspected()

    assert query_count(lambda: plan_day(site=site, on=TUESDAY, now=now)) == one


@pytest.fixture
def far_saturday(room_108, applicant, now):
    """A meeting on Saturday 12 December, nearly three weeks ahead."""
    return meetings.approved(room=room_108, applicant=applicant, start=now + 19 * 24 * HOUR, now=now, tea=True)


def due_of(booking, item="D7"):
    found = Step.objects.filter(booking=booking, item__code=item).exclude(state="withdrawn").first()
    return wall(found.due_at) if found else None


def test_day_off_preparation_moves_when_the_last_working_day_becomes_a_day_off(far_saturday, site, manager, now):
    assert due_of(far_saturday) == "2026-12-11 18:00"
    facts = {"actor": manager, "now": now + HOUR}
    added = add_exception(site=site, on=date(2026, 12, 11), is_working=False, names=NAMES, **facts)
    sweep(now=now + HOUR + MINUTE)
    moved = due_of(far_saturday)
    remove_exception(exception_id=added.pk, actor=manager, now=now + 2 * HOUR)

    sweep(now=now + 2 * HOUR + MINUTE)

    assert (moved, due_of(far_saturday)) == ("2026-12-10 18:00", "2026-12-11 18:00")


def test_day_off_preparation_goes_when_the_day_becomes_a_working_one(far_saturday, site, manager, now):
    add_exception(site=site, on=date(2026, 12, 12), is_working=True, names=NAMES, actor=manager, now=now + HOUR)

    sweep(now=now + HOUR + MINUTE)

    assert due_of(far_saturday) is None


def test_day_off_preparation_follows_the_sites_hours(far_saturday, site, manager, now):
    hours = {weekday: [(time(8), time(12)), (time(13), time(17))] for weekday in range(5)}
    change_site(site_id=site.pk, fields={}, hours=hours, actor=manager, now=now + HOUR)

    sweep(now=now + HOUR + MINUTE)

    assert due_of(far_saturday) == "2026-12-11 17:00"


@pytest.mark.parametrize(
    ("fields", "hours", "is_compared"),
    [({"name_en": "Head office"}, None, False), ({"holiday_calendar": "HK"}, None, True), ({}, {0: []}, True)],
)
def test_sweep_compares_what_is_far_ahead_only_when_the_calendar_changed(
    fields, hours, is_compared, far_saturday, site, manager, now
):
    assert list(bookings_to_compare(now + MINUTE)) == []
    change_site(site_id=site.pk, fields=fields, hours=hours, actor=manager, now=now + HOUR)

    assert list(bookings_to_compare(now + HOUR + MINUTE)) == ([far_saturday] if is_compared else [])


@pytest.mark.parametrize(("days", "due"), [(20, "2026-12-11 18:00"), (21, None), (26, "2026-12-18 18:00")])
def test_day_off_preparation_moves_with_the_meeting(days, due, far_saturday, now):
    start = now + days * 24 * HOUR

    meetings.change(far_saturday, now=now, start_at=start, end_at=start + 2 * HOUR)

    assert due_of(far_saturday) == due


def titles(user, at):
    day = steps_for(user, now=at)
    groups = [*day.late, *day.now, *day.next]
    return [(card.code, card.ref) for group in groups for card in group.cards if card.code == "D7"]


def test_day_off_preparation_is_on_the_lists_of_service_and_manager(
    far_saturday, site, server, manager, cleaner, secretary, now
):
    friday = now + 18 * 24 * HOUR
    assign_staff(booking_id=far_saturday.pk, user_id=server.pk, role="service_staff", actor=secretary, now=now)

    found = {user.username: titles(user, friday) for user in (server, manager, cleaner, secretary)}

    ours = [("D7", far_saturday.ref)]
    assert found == {"staff1": ours, "manager": ours, "cleaner": [], "secretary": []}
    assert titles(server, friday - timedelta(days=1)) == []
