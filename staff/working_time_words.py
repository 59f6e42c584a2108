"""What a breach of working time says: in short beside a cell, in full where it is read or refused."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from rooms.dates import format_date
from staff.working_time import Breach, Rule

FULL = {
    Rule.DAY: gettext_lazy("%(amount)s hours on %(on)s, more than %(limit)s a day."),
    Rule.WEEK: gettext_lazy("%(amount)s hours in the week from %(on)s, more than %(limit)s a week."),
    Rule.REST: gettext_lazy("Only %(amount)s hours of rest before %(on)s, less than %(limit)s."),
    Rule.ROW: gettext_lazy("%(amount)s working days in a row by %(on)s, more than %(limit)s."),
    Rule.BREAK: gettext_lazy("%(amount)s hours without a break on %(on)s, more than %(limit)s."),
}


def words_of(breach: Breach) -> str:
    return filled(breach.rule, breach.on, breach.amount, breach.limit)


def refusal_words(rule: str, params: dict[str, Any]) -> str:
    """Of the refusal of a rule that bars."""
    text = filled(Rule(rule), date.fromisoformat(params["on"]), params["amount"], params["limit"])
    return _("Against the rules of working time: %(what)s") % {"what": text}


def filled(rule: Rule, on: date, amount: float, limit: float) -> str:
    return str(FULL[rule]) % {"amount": number(amount), "limit": number(limit), "on": format_date(on)}


def short_words(breach: Breach) -> str:
    amount = number(breach.amount)
    if breach.rule == Rule.REST:
        return _("rest %(hours)s h") % {"hours": amount}
    if breach.rule == Rule.ROW:
        return _("%(count)s days in a row") % {"count": amount}
    if breach.rule == Rule.BREAK:
        return _("%(hours)s h, no break") % {"hours": amount}
    if breach.rule == Rule.WEEK:
        return _("over %(hours)s h") % {"hours": number(breach.limit)}
    return _("%(hours)s h a day") % {"hours": amount}


def number(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".")
