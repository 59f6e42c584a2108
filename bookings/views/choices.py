"""The choice of rooms in the request form: the best fits with their day, the rest as lines below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext

from bookings.alternatives import Kind
from bookings.drawing import Mine, strip
from bookings.errors import Span
from bookings.forms import RequestForm
from bookings.forms.series import RepeatForm, is_repeated
from bookings.forms.tools import instant
from bookings.instead_words import Instead, instead_of
from bookings.messages import ROOM_REASONS
from bookings.recurrence import wall_clock_of
from bookings.selectors import RoomFit, Wish, alternatives_to, days_of_rooms, free_rooms
from bookings.services.data import MICROPHONE
from bookings.services.series.planning import dates_by, holidays_among
from rooms.dates import format_time
from rooms.models import LayoutKind, Site
from rooms.selectors import find_site
from staff.models import User

# Figures of the largest id; Python refuses to read numbers of thousands.
LONGEST_NUMBER = 19
# Rooms shown with their day.
BEST = 6


def number_in(query: Mapping[str, Any], name: str) -> int | None:
    """A number of an address; None where it is missing or none."""
    return number_of(query.get(name, ""))


def number_of(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def site_of(request: HttpRequest) -> Site:
    code = request.POST.get("site") or request.GET.get("site")
    site = find_site(request.user, code)
    if site is None:
        raise Http404
    return site


@dataclass(frozen=True)
class RoomChoice:
    fit: RoomFit
    drawing: SafeString
    is_chosen: bool
    set_up_from: datetime
    clear_until: datetime
    layout_name: str
    dates_words: str


@dataclass(frozen=True)
class Choices:
    """The best of what can be had with its day, then lines of the rest and of what cannot be had, with the reasons."""

    best: list[RoomChoice]
    rest: SafeString
    others: SafeString
    # What to take when none suits, or the one that was chosen is taken.
    instead: list[Instead]
    suited_count: int
    others_count: int
    is_asked: bool


@dataclass(frozen=True)
class Asked:
    start: datetime
    end: datetime
    headcount: int
    layout: str
    equipment: tuple[str, ...]
    microphones: int


def values_of(form: RequestForm) -> Mapping[str, Any]:
    """What the form holds that can be read, sent or initial."""
    if not form.is_bound:
        return form.initial
    form.errors  # noqa: B018 - cleans
    return form.cleaned_data


def asked_of(values: Mapping[str, Any], site: Site) -> Asked | None:
    on, start, end = values.get("on"), values.get("start"), values.get("end")
    if not (isinstance(on, date) and isinstance(start, time) and isinstance(end, time)):
        return None
    begins, ends = instant(on, start, site.zone), instant(values.get("ends_on") or on, end, site.zone)
    # A longer stretch is refused by the services; asked for here it would only cost.
    if not timedelta(0) < ends - begins <= timedelta(days=1):
        return None
    microphones = values.get("microphones") or 0
    equipment = tuple(values.get("equipment") or ())
    if microphones:
        equipment = (*equipment, MICROPHONE)
    return Asked(begins, ends, values.get("headcount") or 1, values.get("layout") or "", equipment, microphones)


def dates_asked(repeat: RepeatForm | None, asked: Asked, site: Site, now: datetime) -> list[Span]:
    """When the meeting is on each date of a request that repeats; nothing while the rule is not whole."""
    if repeat is None or not is_repeated(repeat.data) or not repeat.is_valid():
        return []
    clock = wall_clock_of(asked.start, asked.end, site.zone)
    rule = repeat.rule(asked.start.astimezone(site.zone).date())
    faults, occurrences = dates_by(rule, clock, site.zone, now)
    if faults:
        return []
    left_out = holidays_among(site, occurrences) if repeat.cleaned_data["leaves_holidays"] else set()
    return [(each.start, each.end) for each in occurrences if each.on not in left_out]


def room_choices(
    form: RequestForm,
    *,
    user: User,
    now: datetime,
    chosen: int | None,
    exclude_booking: int | None = None,
    repeat: RepeatForm | None = None,
) -> Choices:
    asked = asked_of(values_of(form), form.site)
    if asked is None:
        return Choices([], SafeString(""), SafeString(""), [], 0, 0, is_asked=False)
    dates = dates_asked(repeat, asked, form.site, now)
    fits = _fits(form.site, asked, exclude_booking, dates)
    # What is chosen stays in sight.
    suited = sorted((fit for fit in fits if fit.suits), key=lambda fit: fit.room.pk != chosen)
    others = sorted((fit for fit in fits if not fit.suits), key=lambda fit: fit.room.pk != chosen)
    best = suited[:BEST]
    on = asked.start.astimezone(form.site.zone).date()
    drawn = days_of_rooms(room_ids=[fit.room.pk for fit in best], site=form.site, on=on, user=user, now=now)
    days = {day.room.pk: day for day in drawn}
    return Choices(
        best=[_choice(fit, asked, days[fit.room.pk], is_chosen=fit.room.pk == chosen) for fit in best],
        rest=room_lines(suited[BEST:], asked, form.site, chosen),
        others=room_lines(others, asked, form.site, chosen),
        # What gives way on each date of a series is chosen in its preview.
        instead=[]
        if dates
        else _instead(suited, others, form.site, asked, chosen=chosen, now=now, exclude_booking=exclude_booking),
        suited_count=len(suited),
        others_count=len(others),
        is_asked=True,
    )


def _instead(
    suited: Sequence[RoomFit],
    others: Sequence[RoomFit],
    site: Site,
    asked: Asked,
    *,
    chosen: int | None,
    **search: Any,
) -> list[Instead]:
    """Only where something has to give way: nothing suits, or somebody else has the room that was chosen."""
    is_lost = any(fit.room.pk == chosen and not fit.is_free for fit in others)
    if suited and not is_lost:
        return []
    wish = Wish(asked.start, asked.end, asked.headcount, asked.layout, frozenset(asked.equipment), asked.microphones)
    fitted = [fit.room for fit in (*suited, *others)]
    found = alternatives_to(site=site, wish=wish, own=chosen, fitted=fitted, **search)
    # The rooms that suit stand below with their day.
    return [instead_of(each, site, asked.headcount) for each in found if not suited or each.kind != Kind.OTHER_ROOM]


def _fits(site: Site, asked: Asked, exclude_booking: int | None, dates: Sequence[Span]) -> list[RoomFit]:
    return free_rooms(
        site=site,
        start=asked.start,
        end=asked.end,
        headcount=asked.headcount,
        layout=asked.layout,
        equipment=asked.equipment,
        microphones=asked.microphones,
        exclude_booking=exclude_booking,
        dates=dates,
    )


def dates_in_words(fit: RoomFit) -> str:
    """On how many dates of a series the room is free; nothing for a single request."""
    if fit.dates < 2:
        return ""
    if fit.free_dates == fit.dates:
        return ngettext("Free on the %(n)s date", "Free on all %(n)s dates", fit.dates) % {"n": fit.dates}
    return _("Free on %(n)s of %(all)s dates") % {"n": fit.free_dates, "all": fit.dates}


def room_lines(fits: Sequence[RoomFit], asked: Asked, site: Site, chosen: int | None) -> SafeString:
    """Lines of rooms as text: a house of hundreds shows most of them."""
    return mark_safe("".join(_line(fit, asked, site, chosen) for fit in fits))  # noqa: S308 - escaped there


def _line(fit: RoomFit, asked: Asked, site: Site, chosen: int | None) -> str:
    room, is_chosen = fit.room, fit.room.pk == chosen
    # What does not suit cannot be chosen, but what was chosen is not taken away.
    state = " checked" if is_chosen else "" if fit.suits else " disabled"
    times = f"{_clock(asked.start, -fit.setup_minutes, site)}–{_clock(asked.end, fit.teardown_minutes, site)}"
    seats = f"{LayoutKind(fit.layout).label} {fit.capacity} · {times}" if fit.capacity else ""
    words = dates_in_words(fit) if fit.free_dates else ""
    marks = f'<span class="mark{"" if fit.is_free else " mark-warn"}">{escape(words)}</span>' if words else ""
    marks += "".join(f'<span class="mark mark-warn">{escape(ROOM_REASONS[reason])}</span>' for reason in fit.reasons)
    return (
        f'<label class="room-line"><input type="radio" name="room" value="{room.pk}" '
        f'data-code="{escape(room.code)}"{state}><span class="room-name">{escape(room.label)}</span>'
        f'<span class="quiet num">{escape(seats)}</span>{marks}</label>\n'
    )


def _clock(moment: datetime, minutes: int, site: Site) -> str:
    return format_time(moment + timedelta(minutes=minutes), site.zone)


def _choice(fit: RoomFit, asked: Asked, day: Any, *, is_chosen: bool) -> RoomChoice:
    mine = Mine(asked.start, asked.end, fit.setup_minutes, fit.teardown_minutes)
    return RoomChoice(
        fit=fit,
        drawing=strip(day, mine=mine),
        is_chosen=is_chosen,
        set_up_from=asked.start - timedelta(minutes=fit.setup_minutes),
        clear_until=asked.end + timedelta(minutes=fit.teardown_minutes),
        layout_name=str(LayoutKind(fit.layout).label),
        dates_words=dates_in_words(fit),
    )
