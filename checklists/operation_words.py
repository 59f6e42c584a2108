"""The operation in words: ages, what needs a hand, the names of pulses and the reasons of misses."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext, pgettext_lazy

from checklists.selectors.operation import PAST_GRACE, Operation
from staff.models import User

MINUTE, HOUR, DAY = 60, 3600, 86400

PULSES = {
    "dispatch": pgettext_lazy("pulse", "Reminders"),
    "outbox_mail": pgettext_lazy("pulse", "Mail"),
    "outbox_web": pgettext_lazy("pulse", "Chat and browsers"),
    "sweep": pgettext_lazy("pulse", "Plans brought up to date"),
    "webhooks": pgettext_lazy("pulse", "Webhooks"),
    "surveys": pgettext_lazy("pulse", "Surveys after meetings"),
    "training": pgettext_lazy("pulse", "Examinations and skills that lapse"),
}
REASONS = {
    PAST_GRACE: gettext_lazy("too late to be of use; the managers were told"),
    "superseded": gettext_lazy("a later reminder of the same step went out instead"),
    "planned_late": gettext_lazy("its time was over when the step was planned"),
}


def duration(seconds: float | None) -> str:
    """1.8 s, 40 s, 12 min, 3 h, 2 days; a dash where nothing is known."""
    if seconds is None:
        return "–"
    if seconds < MINUTE:
        return _("%(count)s s") % {"count": f"{seconds:.1f}".removesuffix(".0") if seconds < 10 else int(seconds)}
    if seconds < HOUR:
        return _("%(count)s min") % {"count": int(seconds // MINUTE)}
    if seconds < DAY:
        return _("%(count)s h") % {"count": int(seconds // HOUR)}
    days = int(seconds // DAY)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def ago(seconds: float) -> str:
    return _("%(age)s ago") % {"age": duration(seconds)}


def reason_words(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def names_of(people: Iterable[User]) -> str:
    return listed(person.get_full_name() for person in people)


def listed(names: Iterable[str]) -> str:
    return pgettext("between the items of a list", ", ").join(names)


def reminders_stuck(found: Operation) -> str:
    count, age = found.reminders.count, duration(found.reminders.oldest_seconds)
    text = ngettext(
        "Reminders stand still: %(count)s is due and not sent, for %(age)s.",
        "Reminders stand still: %(count)s are due and not sent, the oldest for %(age)s.",
        count,
    )
    return text % {"count": count, "age": age}


def pulse_stopped(found: Operation) -> str:
    names = listed(str(PULSES[pulse.name]) for pulse in found.pulses if not pulse.is_alive)
    return _("Not running: %(names)s.") % {"names": names}


def reminders_missed(found: Operation) -> str:
    count = found.day.reasons[PAST_GRACE]
    text = ngettext(
        "%(count)s reminder of the last 24 hours came too late to be of use.",
        "%(count)s reminders of the last 24 hours came too late to be of use.",
        count,
    )
    return text % {"count": count}


def deliveries_stuck(found: Operation) -> str:
    count, age = found.deliveries.count, duration(found.deliveries.oldest_seconds)
    text = ngettext(
        "%(count)s message to the outside waits, for %(age)s.",
        "%(count)s messages to the outside wait, the oldest for %(age)s.",
        count,
    )
    return text % {"count": count, "age": age}


def deliveries_failed(found: Operation) -> str:
    count = sum(found.failed.values())
    text = ngettext("%(count)s message did not arrive.", "%(count)s messages did not arrive.", count)
    return text % {"count": count}


FAULTS: dict[str, Callable[[Any], str]] = {
    "reminders_stuck": reminders_stuck,
    "pulse_stopped": pulse_stopped,
    "reminders_missed": reminders_missed,
    "deliveries_stuck": deliveries_stuck,
    "deliveries_failed": deliveries_failed,
}
# Something stands still now; the others are over, or may wait for an hour.
GRAVE = frozenset({"reminders_stuck", "pulse_stopped"})
