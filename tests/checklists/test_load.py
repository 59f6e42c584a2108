"""The load of a day: people needed by quarter hour against people on shift, and gaps in words."""

import pytest

from checklists.selectors.load import gaps_during, load_of_day
from staff.roles import Role
from tests import factories
from tests.checklists.assigning import SERVICE, crew
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift
from tests.checklists.pages import HTMX, signed_in

QUARTER = 15 * MINUTE


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def pair(rooms, applicant, now):
    return [
        approved(room=room, applicant=applicant, start=now + 2 * HOUR, minutes=60, now=now, tea=True)
        for room in rooms[:2]
    ]


def load(site, now):
    return load_of_day(site=site, on=now.date(), now=now)


def slots(found, role=SERVICE):
    return {slot.at: slot for each in found.roles if each.role == role for slot in each.slots}


def test_each_meeting_needs_somebody_while_it_runs_and_shortly_before(site, pair, now):
    crew(site, now, 2)

    found = slots(load(site, now))

    start = pair[0].start_at
    assert [
        (found[at].needed, found[at].people) for at in (start - HOUR, start - 3 * QUARTER, start, start + HOUR)
    ] == [
        (0, 2),
        (2, 2),
        (2, 2),
        (2, 2),
    ]
    assert (found[start].rooms, found[start].minutes) == (("108", "201"), 30)


def test_gap_names_rooms_what_is_due_and_who_is_there(site, pair, now):
    crew(site, now, 1)

    gaps = load(site, now).gaps_now

    start = pair[0].start_at
    assert [(gap.start, gap.end, gap.rooms, gap.people, gap.needed) for gap in gaps] == [
        (start - 3 * QUARTER, start - 2 * QUARTER, ("108", "201"), 1, 2),
        (start - QUARTER, start + HOUR + QUARTER, ("108", "201"), 1, 2),
    ]
    assert "倒茶或咖啡" in gaps[1].what


def test_enough_people_leave_no_gap(site, pair, now):
    crew(site, now, 2)

    assert load(site, now).gaps == ()


def test_on_shift_counts_only_who_is_there_for_the_whole_quarter(site, pair, server, now):
    on_shift(server, pair[0].start_at + 5 * MINUTE, 2)

    found = slots(load(site, now))

    assert [found[pair[0].start_at + QUARTER * number].people for number in (0, 1)] == [0, 1]


def test_requests_are_forecast_by_the_standard_and_stand_apart(site, pair, rooms, applicant, now):
    crew(site, now, 2)
    start = pair[0].start_at
    factories.make_booking(room=rooms[2], applicant=applicant, start=start, minutes=60, tea=True)

    found = load(site, now)

    slot = slots(found)[start]
    assert (slot.needed, slot.asked, slot.is_short, slot.is_short_if_approved) == (2, 1, False, True)
    assert (found.requests, found.gaps_now, len(found.gaps_if_approved)) == (1, (), 2)
    assert gaps_during(found, start, start + HOUR) == [found.gaps_if_approved[1]]


def test_technicians_share_their_work_by_minutes(site, rooms, applicant, technician, now):
    on_shift(technician, now)
    for room in rooms:
        approved(room=room, applicant=applicant, start=now + 3 * HOUR, now=now, equipment=["projector"])

    found = slots(load(site, now), "technician")[now + 2 * HOUR - QUARTER]

    assert (found.needed, found.people, found.minutes) == (1, 1, 15)


def test_load_of_an_empty_day_has_no_gap(site, server, now):
    found = load(site, now)

    assert (found.gaps, found.requests, {slot.needed for slot in found.roles[0].slots}) == ((), 0, {0})


def test_load_asks_as_many_statements_for_three_meetings_as_for_one(site, rooms, applicant, now, query_count):
    def add(room, minutes):
        start = now + minutes * MINUTE
        approved(room=room, applicant=applicant, start=start, now=now, tea=True)
        factories.make_booking(room=room, applicant=applicant, start=start + 3 * HOUR, tea=True)

    crew(site, now, 1)
    add(rooms[0], 60)
    load(site, now)
    one = query_count(lambda: load(site, now))
    for room in rooms[1:]:
        add(room, 90)
    factories.make_user("more", SERVICE, site=site)

    assert query_count(lambda: load(site, now)) == one


def test_load_page_says_the_gap_in_words_with_a_table(site, pair, secretary, now):
    crew(site, now, 1)

    text = signed_in(secretary).get("/load/?date=2026-11-23&site=HQ").content.decode()

    assert "10:45–12:15 108, 201 (" in text
    assert "Service staff, 2 needed, 1 on shift" in text
    assert "<caption>Service staff</caption>" in text
    assert "load-needed is-short" in text


def test_load_is_a_part_of_the_day_and_of_the_shifts(site, manager):
    client = signed_in(manager)

    assert "/load/?date=2026-11-23" in client.get("/day/").content.decode()
    assert "/load/?date=2026-11-23" in client.get("/shifts/?date=2026-11-23").content.decode()
    assert "<html" not in client.get("/load/", **HTMX).content.decode()


def test_decision_shows_the_gaps_that_a_request_would_make(site, pair, rooms, applicant, secretary, now):
    crew(site, now, 2)
    asked = factories.make_booking(room=rooms[2], applicant=applicant, start=pair[0].start_at, minutes=60, tea=True)

    text = signed_in(secretary).get(f"/bookings/{asked.ref}/load/", **HTMX).content.decode()

    assert "3 needed, 2 on shift" in text


def test_load_asks_again_when_news_make_it_stale_but_not_by_itself_each_minute(site, pair, manager, now):
    crew(site, now, 1)
    client = signed_in(manager)

    for address in ("/day/?date=2026-11-23", "/load/?date=2026-11-23"):
        text = client.get(address).content.decode()
        assert "data-load hx-get=" in text
        assert "stale, every 300s" in text
    assert 'id="load-table" data-keeps-open' in text


def test_long_list_of_gaps_is_folded_with_servers_before_the_office(site, rooms, applicant, secretary, now):
    on_shift(secretary, now + 12 * HOUR, 1)
    for number in range(6):
        approved(room=rooms[0], applicant=applicant, start=now + (2 + 1.5 * number) * HOUR, minutes=30, now=now)

    gaps = load(site, now).gaps_now

    labels = [gap.role for gap in gaps]
    assert labels == sorted(labels, key=lambda label: label == labels[-1])
    assert len(gaps) > 6
    text = signed_in(secretary).get("/load/?date=2026-11-23&site=HQ").content.decode()
    assert f"{len(gaps) - 6} more" in text


def test_who_visits_rooms_has_one_gap_as_long_as_it_lasts(site, rooms, applicant, secretary, now):
    on_shift(secretary, now + 12 * HOUR, 1)
    for number, room in enumerate(rooms):
        start = now + 5 * HOUR + number * QUARTER
        approved(room=room, applicant=applicant, start=start, minutes=30, now=now)

    gaps = [gap for gap in load(site, now).gaps_now if gap.role == str(dict(Role.choices)["secretary"])]

    assert [gap.rooms for gap in gaps] == [("108", "201", "205")] * len(gaps)


def test_picture_leaves_out_what_was_done_the_day_before(site, room_108, applicant, cleaner, now):
    """Tables are moved half a working day before: on the evening before where the meeting is in the morning."""
    on_shift(cleaner, now + 23 * HOUR, 8)
    start = now + 24 * HOUR
    approved(room=room_108, applicant=applicant, start=start, now=now, layout="theatre", tea=True)

    found = load_of_day(site=site, on=start.date(), now=now)

    assert found.roles[0].slots[0].at.astimezone(site.zone).hour > 0
