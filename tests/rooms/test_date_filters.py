from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

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
