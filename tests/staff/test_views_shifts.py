"""Pages of shifts."""

from datetime import UTC, datetime

import pytest

from staff.models import Shift
from staff.services.shifts import create_shift

DAY = "2026-11-23"


@pytest.fixture
def lead(client, manager, now, time_machine):
    time_machine.move_to(now)
    client.force_login(manager)
    return client


@pytest.fixture
def shift(server, site, now):
    start, end = datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 4, tzinfo=UTC)
    return create_shift(user=server, site=site, start=start, end=end, actor=None, now=now)


def spans():
    return [(f"{each.during.lower:%d %H:%M}", f"{each.during.upper:%d %H:%M}") for each in Shift.objects.all()]


def add(client, person, begins, ends, on=DAY):
    return client.post("/shifts/new/", {"person": person.pk, "on": on, "begins": begins, "ends": ends, "site": "HQ"})


def test_shifts_page_shows_the_day_asked_for(lead, shift):
    page = lead.get(f"/shifts/?view=day&date={DAY}").content.decode()

    assert page.count("09:00–12:00") == 2
    assert "09:00–12:00" not in lead.get("/shifts/?view=day&date=2026-11-24").content.decode()


@pytest.mark.parametrize("text", ["", "today", "2026-13-45", "2026-02-30"])
def test_shifts_page_of_no_date_is_today(lead, text):
    assert f"{lead.get(f'/shifts/?view=day&date={text}').context['day'].on}" == DAY


@pytest.mark.parametrize(("text", "on"), [("0001-01-01", "2000-01-01"), ("9999-12-31", "2198-12-31")])
def test_shifts_page_of_a_day_beyond_the_calendar_is_its_nearest(lead, text, on):
    assert f"{lead.get(f'/shifts/?view=day&date={text}').context['day'].on}" == on


def test_shifts_page_of_another_site_is_not_found(lead, stranger):
    assert lead.get("/shifts/?site=HK").status_code == 404


def test_shifts_page_for_a_secretary_has_nothing_to_change(client, secretary, shift):
    client.force_login(secretary)

    page = client.get(f"/shifts/?view=day&date={DAY}").content.decode()

    assert ("09:00–12:00" in page, "/shifts/new/" in page, f"/shifts/{shift.pk}/edit/" in page) == (True, False, False)


def test_create_takes_the_sites_wall_clock(lead, server):
    answer = add(lead, server, "07:45", "12:00")

    assert (answer.url, spans()) == (f"/shifts/?date={DAY}&site=HQ", [("22 23:45", "23 04:00")])


@pytest.mark.parametrize(("ends", "until"), [("06:00", "23 22:00"), ("00:00", "23 16:00"), ("22:00", "24 14:00")])
def test_create_ending_not_after_its_beginning_ends_on_the_next_day(lead, server, ends, until):
    add(lead, server, "22:00", ends)

    assert spans() == [("23 14:00", until)]


def test_create_overlapping_says_so_beside_the_field_and_shows_the_day(lead, server, shift):
    answer = add(lead, server, "11:59", "13:00")

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["begins"])
    assert (Shift.objects.count(), f"{answer.context['day'].on}") == (1, DAY)


@pytest.mark.parametrize("field", ["person", "on", "begins", "ends"])
def test_create_without_a_field_says_so_beside_it(lead, server, field):
    data = {"person": server.pk, "on": DAY, "begins": "08:00", "ends": "12:00", "site": "HQ"}

    answer = lead.post("/shifts/new/", data | {field: ""})

    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize("who", ["stranger", "applicant"])
def test_create_for_someone_who_does_not_work_here_is_refused(lead, request, who):
    answer = add(lead, request.getfixturevalue(who), "08:00", "12:00")

    assert list(answer.context["form"].errors) == ["person"]


def test_create_day_gives_the_usual_two_shifts(lead, server):
    lead.post("/shifts/day/", {"person": server.pk, "on": DAY, "site": "HQ"})

    assert spans() == [("22 23:45", "23 04:00"), ("23 05:30", "23 10:00")]


def test_create_day_over_a_shift_makes_none_and_says_so(lead, server, shift):
    answer = lead.post("/shifts/day/", {"person": server.pk, "on": DAY, "site": "HQ"}, follow=True)

    assert (Shift.objects.count(), len(answer.context["messages"])) == (1, 1)


@pytest.mark.parametrize("person", ["", "x", "999999"])
def test_create_day_for_nobody_is_not_found(lead, person):
    assert lead.post("/shifts/day/", {"person": person, "on": DAY, "site": "HQ"}).status_code == 404


def test_change_moves_the_shift(lead, shift):
    answer = lead.post(f"/shifts/{shift.pk}/edit/", {"on": "2026-11-24", "begins": "10:00", "ends": "11:00"})

    assert (answer.url, spans()) == ("/shifts/?date=2026-11-24&site=HQ", [("24 02:00", "24 03:00")])


def test_change_page_shows_the_present_times(lead, shift):
    form = lead.get(f"/shifts/{shift.pk}/edit/").context["form"]

    assert [str(form[name].value()) for name in ("on", "begins", "ends")] == [DAY, "09:00:00", "12:00:00"]


def test_change_onto_another_says_so_beside_the_field(lead, shift, server):
    add(lead, server, "13:00", "18:00")

    answer = lead.post(f"/shifts/{shift.pk}/edit/", {"on": DAY, "begins": "09:00", "ends": "13:01"})

    assert list(answer.context["form"].errors) == ["begins"]


def test_remove_deletes_and_leads_back_to_the_day(lead, shift):
    answer = lead.post(f"/shifts/{shift.pk}/remove/")

    assert (answer.url, spans()) == (f"/shifts/?date={DAY}&site=HQ", [])


@pytest.mark.parametrize("verb", ["edit", "remove"])
def test_shift_of_another_site_is_not_found(lead, shift, stranger, verb):
    Shift.objects.update(site=stranger.site)

    assert lead.post(f"/shifts/{shift.pk}/{verb}/").status_code == 404
