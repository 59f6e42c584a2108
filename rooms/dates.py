"""Dates and times as the house writes them: 11月23日 周一 09:00, Mon 23 Nov 09:00; always 24 hours."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dateparse import parse_date

from rooms.text import language_suffix

WEEKDAYS = {
    "zh_hans": tuple(f"周{name}" for name in "一二三四五六日"),
    "zh_hant": tuple(f"週{name}" for name in "一二三四五六日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
# Days beyond these are typing mistakes: no public calendar knows them, and at the ends of time a neighbour is missing.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2198, 12, 31)
WITHIN_CALENDAR = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
DAY = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
# No clock on earth is further from UTC; PostgreSQL refuses what is much further.
FURTHEST_OFFSET = timedelta(hours=14)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_known(moment: datetime) -> bool:
    """Whether the database takes it, and every zone has a day for it: an offset that clocks have, no end of time."""
    offset = moment.utcoffset()
    return offset is not None and abs(offset) <= FURTHEST_OFFSET and MINYEAR < moment.year < MAXYEAR


def moment_in(text: str) -> datetime | None:
    """The ISO 8601 moment that was sent with its offset, in UTC; none for any other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if is_known(moment) else None


def instant_of(text: str) -> datetime | None:
    """The instant a stored text says in full, with its offset; none for any other text, which people may have typed."""
    return moment_in(text) if INSTANT.fullmatch(text) else None


def day_of(text: str) -> date | None:
    """The day a stored text is the date of; none for any other text."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def known_day(text: str) -> date | None:
    """The day a text is the date of, within the calendar; none for any other text."""
    on = day_of(text)
    return on if on and FIRST_DAY <= on <= LAST_DAY else None


def day_or_today(text: str, today: date) -> date:
    """The day a reader asks for, kept within the calendar; anything that is not a date is today."""
    try:
        on = parse_date(text) or today
    except ValueError:
        return today
    return min(max(on, FIRST_DAY), LAST_DAY)


def format_weekday(weekday: int, language: str | None = None) -> str:
    return WEEKDAYS[language_suffix(language)][weekday]


def format_weekday_letter(weekday: int, language: str | None = None) -> str:
    """One letter, for the head of a month: 一, M."""
    name = format_weekday(weekday, language)
    return name[0] if language_suffix(language) == "en" else name[-1]


def format_month(number: int, language: str | None = None) -> str:
    return MONTHS[number - 1] if language_suffix(language) == "en" else f"{number}月"


def format_date(on: date, language: str | None = None) -> str:
    weekday = format_weekday(on.weekday(), language)
    if language_suffix(language) == "en":
        return f"{weekday} {on.day} {MONTHS[on.month - 1]}"
    return f"{on.month}月{on.day}日 {weekday}"


def format_dated(on: date, today: date | None = None, language: str | None = None) -> str:
    """With its year, but for a day of the year it is: 2028年11月28日 周二, Tue 28 Nov 2028."""
    text = format_date(on, language)
    if today and on.year == today.year:
        return text
    return f"{text} {on.year}" if language_suffix(language) == "en" else f"{on.year}年{text}"


def format_clock(instant: datetime, zone: ZoneInfo, on: date) -> str:
    """The time alone where the reader looks at that day anyway."""
    return format_time(instant, zone) if instant.astimezone(zone).date() == on else format_moment(instant, zone)


def format_moment(moment: datetime, zone: ZoneInfo, language: str | None = None) -> str:
    local = moment.astimezone(zone)
    return f"{format_date(local.date(), language)} {local:%H:%M}"


def format_period(start: datetime, end: datetime, zone: ZoneInfo, language: str | None = None) -> str:
    """11月23日 周一 09:00–11:00; the day of the end only where it is another one."""
    first = format_moment(start, zone, language)
    if start.astimezone(zone).date() == end.astimezone(zone).date():
        return f"{first}–{format_time(end, zone)}"
    return f"{first} – {format_moment(end, zone, language)}"


def format_time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
