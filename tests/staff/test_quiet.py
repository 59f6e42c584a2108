"""When quiet hours end, in the wall clock of the site."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from staff.quiet import quiet_end

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("at", "ends_at"),
    [
        ("2026-11-23 21:59", None),
        ("2026-11-23 22:00", "2026-11-24 07:00"),
        ("2026-11-23 23:59", "2026-11-24 07:00"),
        ("2026-11-24 00:00", "2026-11-24 07:00"),
        ("2026-11-24 06:59", "2026-11-24 07:00"),
        ("2026-11-24 07:00", None),
        ("2026-12-31 22:30", "2027-01-01 07:00"),
        ("2028-02-28 22:30", "2028-02-29 07:00"),
    ],
)
def test_quiet_end_over_midnight(at, ends_at):
    now = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)

    end = quiet_end(time(22), time(7), SHANGHAI, now)

    assert end == (datetime.fromisoformat(ends_at).replace(tzinfo=SHANGHAI) if ends_at else None)


@pytest.mark.parametrize(("at", "is_quiet"), [("12:29", False), ("12:30", True), ("13:59", True), ("14:00", False)])
def test_quiet_end_within_a_day(at, is_quiet):
    now = datetime.fromisoformat(f"2026-11-23 {at}").replace(tzinfo=SHANGHAI)

    assert (quiet_end(time(12, 30), time(14), SHANGHAI, now) is not None) is is_quiet


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # The night the clock goes forward is an hour shorter, the one it goes back an hour longer.
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), datetime(2027, 3, 28, 6, 0, tzinfo=UTC)),
        (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), datetime(2027, 10, 31, 7, 0, tzinfo=UTC)),
    ],
)
def test_quiet_end_is_wall_clock_on_the_days_the_clock_changes(now, end):
    assert quiet_end(time(22), time(7), LONDON, now) == end
