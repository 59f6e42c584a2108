"""Pages of sites."""

from datetime import date

import pytest

from rooms.models import CalendarException, Site
from rooms.selectors import calendar_of


@pytest.fixture
def office(client, secretary):
    client.force_login(secretary)
    return client


@pytest.fixture
def chief(client, administrator):
    client.force_login(administrator)
    return client


def site_data(**changes):
    hours = {
        f"{period}_{edge}_{weekday}": value
        for weekday in range(5)
        for period, times in (("morning", ("09:00", "12:00")), ("afternoon", ("13:00", "17:30")))
        for edge, value in zip(("from", "until"), times, strict=True)
    }
    names = {"name_zh_hans": "总部", "name_zh_hant": "總部", "name_en": "Headquarters"}
    fields = {"code": "HQ", "time_zone": "Asia/Shanghai", "holiday_calendar": "CN", "on_post_at": "07:30"}
    return hours | names | fields | changes


@pytest.mark.parametrize(
    ("year", "is_provisional"), [("2026", False), ("2031", True), ("1066", False), ("abcd", False), ("", False)]
)
def test_site_page_shows_the_year_and_whether_it_is_provisional(office, now, time_machine, year, is_provisional):
    time_machine.move_to(now)

    picture = office.get(f"/sites/HQ/?year={year}").context["picture"]

    assert picture.is_provisional is is_provisional
    assert picture.year == {"2031": 2031, "1066": 2021}.get(year, 2026)


def test_site_page_without_changes_for_applicants(client, applicant, site):
    client.force_login(applicant)

    page = client.get("/sites/HQ/", headers={"Accept-Language": "en"}).content.decode()

    assert ("08:30–12:00" in page, "Add a day" in page, "Asia/Shanghai" in page) == (True, False, True)


def test_site_list_of_one_site_leads_to_it(office):
    assert office.get("/sites/").url == "/sites/HQ/"


def test_site_list_shows_all_to_administrators(chief, stranger):
    page = chief.get("/sites/").content.decode()

    assert [page.count(f"/sites/{code}/") for code in ("HQ", "HK")] == [1, 1]


def test_site_change_saves_hours_and_facts(office, site):
    answer = office.post("/sites/HQ/edit/", site_data(name_en="Head office"))

    site.refresh_from_db()
    assert (answer.status_code, site.name_en, f"{site.on_post_at:%H:%M}") == (302, "Head office", "07:30")
    assert [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in calendar_of(site).weekly[0]] == [
        "09:00-12:00",
        "13:00-17:30",
    ]


def test_site_change_by_a_secretary_cannot_lift_the_rule_about_own_requests(office, site):
    office.post("/sites/HQ/edit/", site_data(allows_self_approval="on"))

    site.refresh_from_db()
    assert site.allows_self_approval is False


def test_site_change_by_an_administrator_may_lift_it(chief, site):
    chief.post("/sites/HQ/edit/", site_data(allows_self_approval="on"))

    site.refresh_from_db()
    assert site.allows_self_approval is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"time_zone": "Nowhere/City"}, "time_zone"),
        ({"morning_until_2": ""}, "morning_until_2"),
        ({"morning_from_2": "25:00"}, "morning_from_2"),
        ({"afternoon_from_4": "11:00"}, "afternoon_until_4"),
        ({"morning_until_0": "08:00"}, "afternoon_until_0"),
    ],
)
def test_site_change_with_a_fault_says_so_beside_its_field(office, site, changes, field):
    answer = office.post("/sites/HQ/edit/", site_data(**changes))

    assert (answer.status_code, field in answer.context["form"].errors) == (200, True)
    assert site.working_periods.first().starts_at.hour == 8


def test_site_create_by_an_administrator(chief):
    answer = chief.post("/sites/new/", site_data(code="SZ"))

    assert (answer.url, Site.objects.get(code="SZ").working_periods.count()) == ("/sites/SZ/", 10)


def test_site_create_with_a_taken_code_says_so(chief, site):
    assert "code" in chief.post("/sites/new/", site_data(code="HQ")).context["form"].errors


def test_exception_is_added_and_removed(office, site):
    data = {"on": "2026-11-27", "is_working": "no", "name_zh_hans": "周年庆"}
    office.post("/sites/HQ/exceptions/", data)
    added = CalendarException.objects.get()

    answer = office.post(f"/sites/HQ/exceptions/{added.pk}/remove/")

    assert (added.on, added.is_working, answer.url) == (date(2026, 11, 27), False, "/sites/HQ/")
    assert CalendarException.objects.count() == 0


def test_exception_twice_for_a_day_says_so_beside_the_date(office, site):
    data = {"on": "2026-11-27", "is_working": "yes", "name_zh_hans": "x"}
    office.post("/sites/HQ/exceptions/", data)

    answer = office.post("/sites/HQ/exceptions/", data)

    assert (list(answer.context["form"].errors), CalendarException.objects.count()) == (["on"], 1)


def test_exception_of_another_site_is_not_found(office, stranger):
    theirs = CalendarException.objects.create(site=stranger.site, on=date(2026, 11, 27), name_zh_hans="x")

    assert office.post(f"/sites/HQ/exceptions/{theirs.pk}/remove/").status_code == 404
    assert CalendarException.objects.count() == 1


@pytest.mark.parametrize(("minutes", "kept"), [("", 5), ("1", 1), ("60", 60), ("61", 5), ("0", 5), ("x", 5)])
def test_site_says_when_its_shared_tablets_lock(client, site, secretary, minutes, kept):
    client.force_login(secretary)
    form = {"code": "HQ", "name_zh_hans": "总部", "time_zone": "Asia/Shanghai", "holiday_calendar": "CN"}

    answer = client.post("/sites/HQ/edit/", form | {"on_post_at": "07:45", "tablet_idle_minutes": minutes})

    site.refresh_from_db()
    is_taken = minutes in {"", "1", "60"}
    assert (site.tablet_idle_minutes, answer.status_code == 302) == (kept, is_taken)
