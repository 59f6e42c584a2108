from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

MOMENTS = [
    datetime(2026, 11, 23, 15, 59, tzinfo=UTC),
    datetime(2026, 11, 23, 16, 0, 30, 250, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    None,
]


def drawn(text, zone, **context):
    with timezone.override(zone):
        return Template("{% load dates tz %}" + text).render(Context(context))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "UTC"])
@pytest.mark.parametrize("at", MOMENTS)
def test_short_filters_say_what_the_long_ones_do(at, zone):
    assert drawn("{{ at|wall_clock }}", zone, at=at) == drawn('{{ at|date:"H:i" }}', zone, at=at)
    assert drawn("{{ at|instant }}", zone, at=at) == drawn('{{ at|utc|date:"c" }}', zone, at=at)


@pytest.mark.parametrize("hours", [-17, -16, -1, 0, 7, 8, 9])
def test_other_day_is_told_in_the_zone_of_the_page(hours):
    zone = "Asia/Shanghai"
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    context = {"at": now + timedelta(hours=hours), "now": now}
    long_form = '{% if at|date:"Y-m-d" != now|date:"Y-m-d" %}True{% else %}False{% endif %}'

    assert drawn("{{ at|is_other_day:now }}", zone, **context) == drawn(long_form, zone, **context)


@pytest.mark.parametrize(
    ("language", "this_year", "another"),
    [
        ("zh-hans", "11月23日 周一", "2028年11月23日 周四"),
        ("zh-hant", "11月23日 週一", "2028年11月23日 週四"),
        ("en", "Mon 23 Nov", "Thu 23 Nov 2028"),
    ],
)
def test_a_day_of_another_year_says_so(language, this_year, another, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False)
    with translation.override(language):
        assert drawn("{{ at|dated }}", "Asia/Shanghai", at=date(2026, 11, 23)) == this_year
        assert drawn("{{ at|dated }}", "Asia/Shanghai", at=date(2028, 11, 23)) == another
        # An instant has the day it has in the zone of the page.
        late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
        assert drawn("{{ at|dated }}", "Asia/Shanghai", at=late) == this_year
        assert "2026" in drawn("{{ at|dated_in_full }}", "Asia/Shanghai", at=late)
    assert drawn("{{ at|dated }}{{ at|dated_in_full }}", "Asia/Shanghai", at=None) == ""
