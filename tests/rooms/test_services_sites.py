"""Sites: hours, own days, and their record."""

from datetime import date, time

import pytest

from rooms.errors import RoomsError
from rooms.models import CalendarException, RoomLog, Site
from rooms.selectors import calendar_of
from rooms.services import add_exception, change_site, create_site, remove_exception

MORNING, AFTERNOON = (time(9), time(12)), (time(13), time(17, 30))
NAMES = {"name_zh_hans": "周年庆", "name_zh_hant": "", "name_en": "Anniversary"}


def test_create_site_stores_hours_and_logs(db, now):
    fields = {"code": "SZ", "name_zh_hans": "深圳", "time_zone": "Asia/Shanghai"}

    site = create_site(fields=fields, hours={0: [AFTERNOON, MORNING]}, actor=None, now=now)

    assert calendar_of(Site.objects.get(pk=site.pk)).weekly == {0: (MORNING, AFTERNOON)}
    assert RoomLog.objects.get().verb == "site_created"


def test_create_site_with_a_taken_code_is_refused(site, now):
    with pytest.raises(RoomsError) as refused:
        create_site(fields={"code": "HQ", "name_zh_hans": "x"}, hours={}, actor=None, now=now)

    assert (refused.value.code, Site.objects.count()) == ("code_taken", 1)


def test_change_site_hours_logs_both_weeks(site, administrator, now):
    change_site(site_id=site.pk, fields={}, hours={0: [MORNING]}, actor=administrator, now=now)

    old, new = RoomLog.objects.get().changes["hours"]
    assert (len(old), new) == (10, ["0 09:00-12:00"])
    assert calendar_of(site).weekly == {0: (MORNING,)}


def test_change_site_without_hours_keeps_them(site, now):
    change_site(site_id=site.pk, fields={"name_en": "Head office"}, actor=None, now=now)

    assert (site.working_periods.count(), Site.objects.get().name_en) == (10, "Head office")


def test_change_site_to_the_same_logs_nothing(site, now):
    hours = {weekday: list(periods) for weekday, periods in calendar_of(site).weekly.items()}

    change_site(site_id=site.pk, fields={"name_en": site.name_en}, hours=hours, actor=None, now=now)

    assert RoomLog.objects.count() == 0


@pytest.mark.parametrize(
    "periods",
    [
        [MORNING, (time(11), time(13))],
        [(time(12), time(9))],
        [(time(9), time(9))],
        [(time(9), time(0))],
    ],
)
def test_change_site_hours_that_cannot_be_are_refused_with_their_weekday(site, now, periods):
    with pytest.raises(RoomsError) as refused:
        change_site(site_id=site.pk, fields={}, hours={3: periods}, actor=None, now=now)

    assert (refused.value.code, refused.value.params) == ("hours_overlap", {"weekday": 3})
    assert site.working_periods.count() == 10


def test_add_exception_overrides_the_calendar_and_logs(site, administrator, now):
    on = date(2026, 11, 27)

    add_exception(site=site, on=on, is_working=False, names=NAMES, actor=administrator, now=now)

    assert calendar_of(site).is_working(on) is False
    assert RoomLog.objects.get().changes == {"on": [None, "2026-11-27"], "is_working": [None, False]}


def test_add_exception_twice_for_a_day_is_refused(site, now):
    facts = {"site": site, "on": date(2026, 11, 27), "names": NAMES, "actor": None, "now": now}
    add_exception(is_working=False, **facts)

    with pytest.raises(RoomsError) as refused:
        add_exception(is_working=True, **facts)

    assert (refused.value.code, RoomLog.objects.count()) == ("exception_exists", 1)


def test_remove_exception_keeps_its_record(site, now):
    added = add_exception(site=site, on=date(2026, 11, 27), is_working=True, names=NAMES, actor=None, now=now)

    remove_exception(exception_id=added.pk, actor=None, now=now)

    assert CalendarException.objects.count() == 0
    assert RoomLog.objects.filter(verb="exception_removed").get().changes["on"] == ["2026-11-27", None]
