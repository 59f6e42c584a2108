"""What a series says of itself in the reader's language: its rule, its months, and how its dates stand."""

from datetime import date, time

from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy

from bookings.models import Booking, SeriesDate
from bookings.recurrence import Every, Rule
from rooms.dates import format_date, format_month, format_weekday
from rooms.text import language_suffix, listed

ORDINALS = {
    1: pgettext_lazy("weekday of a month", "first"),
    2: pgettext_lazy("weekday of a month", "second"),
    3: pgettext_lazy("weekday of a month", "third"),
    4: pgettext_lazy("weekday of a month", "fourth"),
    5: pgettext_lazy("weekday of a month", "fifth"),
}
# Each with an interval of one, and of more: Chinese has one form for both numbers and would say "every 1 day".
CYCLES = {
    Every.DAY: (gettext_lazy("Every day"), gettext_lazy("Every %(n)s days")),
    Every.WEEK: (gettext_lazy("Every week on %(days)s"), gettext_lazy("Every %(n)s weeks on %(days)s")),
    Every.MONTH_DATE: (
        gettext_lazy("Every month on day %(day)s"),
        gettext_lazy("Every %(n)s months on day %(day)s"),
    ),
    Every.MONTH_LAST_DAY: (
        gettext_lazy("Every month on its last day"),
        gettext_lazy("Every %(n)s months on the last day"),
    ),
    Every.MONTH_WEEKDAY: (
        gettext_lazy("Every month on the %(ordinal)s %(weekday)s"),
        gettext_lazy("Every %(n)s months on the %(ordinal)s %(weekday)s"),
    ),
    Every.MONTH_LAST_WEEKDAY: (
        gettext_lazy("Every month on the last %(weekday)s"),
        gettext_lazy("Every %(n)s months on the last %(weekday)s"),
    ),
}


def rule_in_words(rule: Rule) -> str:
    """Every 2 weeks on Mon, Wed, until 11 Dec 2026."""
    if rule.every == Every.DATES:
        return ngettext("On %(n)s date picked by hand", "On %(n)s dates picked by hand", len(rule.dates)) % {
            "n": len(rule.dates)
        }
    words = _("%(rule)s, %(end)s") % {"rule": _cycle(rule), "end": _end(rule)}
    if not rule.dates:
        return words
    more = ngettext("and %(n)s date picked by hand", "and %(n)s dates picked by hand", len(rule.dates))
    return _("%(rule)s, %(end)s") % {"rule": words, "end": more % {"n": len(rule.dates)}}


def clock_in_words(start: time, end: time) -> str:
    return f"{start:%H:%M}–{end:%H:%M}"


def month_in_words(on: date) -> str:
    if language_suffix() == "en":
        return f"{format_month(on.month)} {on.year}"
    return f"{on.year}年{format_month(on.month)}"


def date_with_year(on: date) -> str:
    return f"{format_date(on)} {on.year}" if language_suffix() == "en" else f"{on.year}年{format_date(on)}"


def standing(status: str) -> str:
    """How a date stands: the state of its booking, or why it has none."""
    if status in Booking.Status.values:
        return str(Booking.Status(status).label)
    return str(SeriesDate.Reason(status).label)


def _cycle(rule: Rule) -> str:
    once, often = CYCLES[rule.every]
    facts = {
        "n": rule.interval,
        "days": listed(map(format_weekday, rule.chosen_weekdays)),
        "day": rule.first.day,
        "weekday": format_weekday(rule.first.weekday()),
        "ordinal": str(ORDINALS[rule.ordinal]),
    }
    return str(once if rule.interval == 1 else often) % facts


def _end(rule: Rule) -> str:
    if rule.until:
        return _("until %(date)s") % {"date": date_with_year(rule.until)}
    return ngettext("%(n)s time", "%(n)s times", rule.count or 1) % {"n": rule.count or 1}
