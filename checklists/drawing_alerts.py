"""What is wrong on the manager's day, as rows of text: after an outage there are dozens of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext, pgettext

from checklists.selectors.cards import Lateness
from checklists.selectors.day_alerts import Alert
from rooms.pieces import icon, mark

SIGNS = {
    "unseen": ("warn", "arrow-repeat"),
    "breach": ("bad", "exclamation-octagon"),
    "not_ended": ("warn", "hourglass-split"),
    "not_started": ("warn", "clock"),
    "unstaffed": ("warn", "person-x"),
    "late": ("warn", "exclamation-triangle"),
}
# Those that lie ahead are told by their time, the others by how late they are.
AHEAD = ("unstaffed", "unseen")


@dataclass(frozen=True)
class Desk:
    """Whose page it is: what all rows share."""

    zone: ZoneInfo
    # Where an action leads back to.
    here: str
    csrf_token: str
    may_run_day: bool
    shows_phones: bool


def alert_rows(alerts: Iterable[Alert], desk: Desk) -> SafeString:
    words = {
        "unseen": pgettext("change", "Not seen"),
        "breach": _("Breach"),
        "not_ended": _("Runs over"),
        "not_started": _("Not started"),
        "unstaffed": _("Nobody assigned"),
        "late": _("Late"),
    }
    return mark_safe("\n".join([_row(alert, desk, words[alert.kind]) for alert in alerts]))  # noqa: S308 - escaped below


def _row(alert: Alert, desk: Desk, word: str) -> str:
    who = alert.person.name if alert.person else alert.role
    topic = f' <a class="quiet" href="{_booking(alert)}">{escape(alert.topic)}</a>' if alert.topic else ""
    return (
        f'<li class="alert-row is-{alert.kind}"><span class="alert-mark">{mark(*SIGNS[alert.kind], word)}</span>'
        f' <span class="alert-when num">{_when(alert, desk)}</span>'
        f' <span class="alert-what"><b>{escape(alert.room)}</b> {_what(alert)}{topic}</span>'
        f' <span class="alert-who quiet">{escape(who)}</span>'
        f' <span class="alert-acts">{_phone(alert, desk)}{_acts(alert, desk)}</span></li>'
    )


def _when(alert: Alert, desk: Desk) -> str:
    if alert.kind in AHEAD:
        return f"{alert.since.astimezone(desk.zone):%H:%M}"
    return escape(late_words(alert.late))


def late_words(late: Lateness) -> str:
    if late.unit == "min":
        return _("%(minutes)s min") % {"minutes": late.count}
    if late.unit == "h":
        return _("%(hours)s h") % {"hours": late.count}
    return ngettext("%(days)s day", "%(days)s days", late.count) % {"days": late.count}


def _what(alert: Alert) -> str:
    if alert.title or alert.change is None:
        return escape(alert.title)
    return render_to_string("checklists/_change_brief.html", {"card": alert.change})


def _phone(alert: Alert, desk: Desk) -> str:
    phone = escape(alert.person.phone) if alert.person and desk.shows_phones else ""
    return f'<a class="btn btn-sm btn-secondary" href="tel:{phone}">{icon("telephone")}{phone}</a> ' if phone else ""


def _acts(alert: Alert, desk: Desk) -> str:
    if alert.action == "take_over":
        return _reassign(alert, desk) + _post(
            reverse("checklists:take_over", args=[alert.step_id]), desk, _("Take over")
        )
    if alert.action == "seen" and alert.change:
        url = reverse("checklists:change_seen", args=[alert.change.id])
        return _post(url, desk, pgettext("acknowledge", "Seen"))
    if alert.action == "tell" and alert.change:
        seen = _link(f"{_booking(alert)}#plan-history", _("See the change"), "secondary")
        return seen + (_link(f"{_booking(alert)}#people", _("Reassign")) if alert.change.is_planned else "")
    if alert.action == "staff":
        return _link(f"{_booking(alert)}#people", _("Assign people"))
    if alert.ref:
        return _link(reverse("checklists:tablet_meeting", args=[alert.ref]), _("Open the meeting"))
    return _link(reverse("checklists:tablet"), _("My steps"))


def _reassign(alert: Alert, desk: Desk) -> str:
    """Those who run the day choose a person for the step, others for the meeting."""
    if desk.may_run_day:
        query = urlencode({"back": desk.here})
        return _link(f"{reverse('checklists:reassign', args=[alert.step_id])}?{query}", _("Reassign"), "secondary")
    return _link(f"{_booking(alert)}#people", _("Reassign"), "secondary") if alert.ref else ""


def _booking(alert: Alert) -> str:
    return reverse("bookings:detail", args=[alert.ref])


def _link(url: str, words: str, kind: str = "primary") -> str:
    return f'<a class="btn btn-sm btn-{kind}" href="{escape(url)}">{words}</a> '


def _post(url: str, desk: Desk, words: str) -> str:
    return (
        f'<form method="post" action="{url}"><input type="hidden" name="csrfmiddlewaretoken" value="{desk.csrf_token}">'
        f'<input type="hidden" name="back" value="{escape(desk.here)}">'
        f'<button class="btn btn-sm btn-primary">{words}</button></form>'
    )
