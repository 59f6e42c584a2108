"""A request that repeats: every date shown before anything is saved, with a choice for each that cannot be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.errors import BookingError, InvalidBooking, SeriesTaken
from bookings.forms import RequestForm
from bookings.forms.series import RepeatForm, is_repeated
from bookings.messages import EXCEPTION_TEXTS, error_text, error_texts
from bookings.models import SeriesDraft
from bookings.permissions import can_request
from bookings.recurrence import Rule
from bookings.selectors.series import DateView, Needs, WantedDate, preview_of
from bookings.selectors.sharing import short_at
from bookings.series_words import month_in_words, rule_in_words
from bookings.services import BookingData
from bookings.services.data import LISTS, tidied
from bookings.services.policy import check_policy_of_dates
from bookings.services.series import (
    Instead,
    Planned,
    discard_draft,
    occurrences_of,
    plan_date,
    request_series,
    save_draft,
)
from bookings.services.validation import is_storable
from bookings.views import requests
from bookings.views.choices import LONGEST_NUMBER, number_in
from rooms.dates import known_day
from rooms.equipment import equipment_word
from rooms.models import Room, Site
from rooms.selectors import calendar_of

OUT, WAIT = "out", "wait"
# What belongs to the preview and not to the request behind it.
OWN_FIELDS = ("csrfmiddlewaretoken", "confirm", "back", "left_out", "chosen", "draft", "send", "wait")
PREFIX = "date-"
FURTHEST_SHIFT = 24 * 60


@dataclass(frozen=True)
class Choice:
    """One way out for a taken date; `value` is what the form sends. Without a room it waits for its own, or goes."""

    value: str
    room: Room | None
    start: datetime | None
    end: datetime | None
    shift_minutes: int
    is_chosen: bool

    @property
    def is_wait(self) -> bool:
        return self.value == WAIT

    @property
    def earlier_minutes(self) -> int:
        return -self.shift_minutes


@dataclass(frozen=True)
class Row:
    view: DateView
    choices: list[Choice]
    is_left_out: bool
    # In which respects it goes beyond the policy of its room.
    exceptions: tuple[Any, ...] = ()
    # The names of shared equipment that others have all of then.
    short: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.view.on.isoformat()}"


@dataclass
class Step:
    """The two forms of a request that repeats, and what is made of them."""

    request: HttpRequest
    site: Site
    now: datetime
    status: int = 200
    refusal: str = ""
    data: BookingData | None = None
    rule: Rule | None = None
    planned: list[Planned] = field(default_factory=list)
    exceptions: dict[date, tuple[Any, ...]] = field(default_factory=dict)
    # What was filled in: sent with the request, or kept by a draft.
    post: Any = None

    def __post_init__(self) -> None:
        self.post = self.request.POST.copy() if self.post is None else self.post
        self.form = RequestForm(self.post, site=self.site)
        self.repeat = RepeatForm(self.post)

    @property
    def draft_id(self) -> int | None:
        return number_in(self.post, "series_draft")

    def read(self, *, is_sent: bool = True) -> bool:
        """Whether both forms make a series; otherwise they tell what is wrong. A draft is not held to the policy."""
        if not all([self.form.is_valid(), self.repeat.is_valid()]):
            return False
        self.data = tidied(self.form.to_data())
        self.rule = self.repeat.rule(self.form.cleaned_data["on"])
        try:
            _wall, occurrences = occurrences_of(self.data, self.rule, self.now)
            self.planned = [plan_date(self.data, each, None, self.now) for each in occurrences]
            wanted = [each.data for each in self.planned]
            found = check_policy_of_dates(wanted, now=self.now) if is_sent else [[] for _each in wanted]
        except InvalidBooking as error:
            self.put_faults(error)
            return False
        named = [tuple(EXCEPTION_TEXTS[code] for code in codes) for codes in found]
        self.exceptions = dict(zip((each.on for each in self.planned), named, strict=True))
        return True

    def put_faults(self, error: InvalidBooking) -> None:
        if rest := self.repeat.put_faults(error):
            self.form.put_faults(rest)

    def show_form(self, status: int) -> HttpResponse:
        page = requests.Page(self.form, self.request.user, self.now, repeat=self.repeat, status=status)
        page.series_draft = self.draft_id
        return page.render(self.request)

    def show_preview(self) -> HttpResponse:
        rows = self.rows()
        months = [
            {"name": month_in_words(first), "rows": list(of_month)}
            for first, of_month in groupby(rows, key=lambda row: row.view.on.replace(day=1))
        ]
        context = {
            "months": months,
            "zone": self.site.zone,
            "site": self.site,
            "rule": rule_in_words(self.rule) if self.rule else "",
            "data": self.data,
            "counts": counts_of(rows),
            "carried": carried(self.post),
            "refusal": self.refusal,
        }
        return render(self.request, "bookings/series_preview.html", context, status=self.status)

    def rows(self) -> list[Row]:
        data = self.planned[0].data
        needs = Needs(data.headcount, data.layout, data.equipment, data.microphones)
        dates = [
            WantedDate(each.on, each.data.start_at, each.data.end_at, each.data.room, each.claim)
            for each in self.planned
        ]
        facts = {"calendar": calendar_of(self.site), "language": get_language() or "en", "now": self.now}
        spans = [(claim.start, claim.end) for claim in (each.claim for each in self.planned)]
        codes = short_at(self.site, data.equipment, spans)
        short = [tuple(equipment_word(self.site, code) for code in of_date) for of_date in codes]
        views = preview_of(dates, needs, **facts)
        return [replace(self.row(view), short=names) for view, names in zip(views, short, strict=True)]

    def row(self, view: DateView) -> Row:
        is_confirmed = "confirm" in self.post
        is_sent = is_confirmed or "chosen" in self.post
        post, key, beyond = self.post, f"{PREFIX}{view.on.isoformat()}", self.exceptions.get(view.on, ())
        if not view.is_taken:
            by_rule = view.is_holiday and self.repeat.cleaned_data["leaves_holidays"]
            out = view.on.isoformat() in post.getlist("left_out") if is_sent else by_rule
            return Row(view, [], is_left_out=out, exceptions=beyond)
        best = next((value_of(each) for each in view.alternatives if not each.shift_minutes), OUT)
        chosen = post.get(key, OUT if is_confirmed else best) if is_sent else best
        # A date that runs into another one of the series cannot wait for that.
        plain = [WAIT, OUT] if view.conflicts else [OUT]
        if is_sent and chosen not in {*plain, *map(value_of, view.alternatives)}:
            chosen = OUT
        choices = [
            Choice(value_of(each), each.room, each.start, each.end, each.shift_minutes, value_of(each) == chosen)
            for each in view.alternatives
        ]
        choices += [Choice(value, None, None, None, 0, value == chosen) for value in plain]
        return Row(view, choices, is_left_out=chosen == OUT, exceptions=beyond)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The request form; one that repeats goes by its preview."""
    if request.method == "POST" and is_repeated(request.POST):
        return preview(request)
    response = requests.new(request)
    draft_id = number_in(request.POST, "series_draft")
    if draft_id and response.status_code == HTTPStatus.FOUND:
        # What was begun as a series has been sent as a single request.
        discard_draft(draft_id=draft_id, actor=request.user)
    return response


@login_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """Every date of a request that repeats, and on confirmation the series; without what was filled in, the form."""
    if not can_request(request.user):
        raise PermissionDenied
    if request.method == "GET" or not is_repeated(request.POST):
        return redirect("bookings:new")
    step = Step(request, requests.site_of(request), timezone.now())
    if "back" in request.POST:
        return step.show_form(200)
    if "draft" in request.POST:
        return _keep(step)
    if not step.read():
        return step.show_form(422)
    return _save(step) if "confirm" in request.POST else step.show_preview()


def _save(step: Step) -> HttpResponse:
    data, rule, request = step.data, step.rule, step.request
    chosen = chosen_of(step.post, step.planned) | {"draft_id": step.draft_id}
    try:
        series = request_series(data=data, rule=rule, actor=request.user, now=step.now, **chosen)
    except SeriesTaken as error:
        step.status, step.refusal = 409, error_text(error)
        return step.show_preview()
    except InvalidBooking as error:
        texts = [text for texts in error_texts(error).values() for text in texts]
        step.status, step.refusal = 422, " ".join(texts)
        return step.show_preview()
    except BookingError as error:
        # So that sending once more, knowing it, makes a series of its own.
        step.post.pop("series_draft", None)
        step.status, step.refusal = 409, error_text(error)
        return step.show_preview()
    count = series.bookings.count()
    said = ngettext(
        "Your series %(ref)s with %(n)s date has been sent.",
        "Your series %(ref)s with %(n)s dates has been sent.",
        count,
    )
    messages.success(request, said % {"ref": series.ref, "n": count})
    return redirect(series)


def _keep(step: Step) -> HttpResponse:
    """Everything as it is filled in, the choices of the preview included."""
    if not step.read(is_sent=False):
        return step.show_form(422)
    terms = {"title": step.data.title, "starts_on": step.planned[0].on, "draft_id": step.draft_id}
    try:
        save_draft(site=step.site, fields=_kept(step), actor=step.request.user, now=step.now, **terms)
    except BookingError as error:
        step.form.add_error(None, error_text(error))
        return step.show_form(409)
    messages.success(step.request, _("The draft of your series has been saved."))
    return redirect("bookings:mine")


def _kept(step: Step) -> dict[str, list[str]]:
    known = {"site", "left_out", "chosen", *step.form.fields, *step.repeat.fields}
    rows = tuple(f"{name}-" for name in LISTS)
    return {
        name: values
        for name, values in step.post.lists()
        if (name in known or name.startswith((*rows, PREFIX))) and all(map(is_storable, (name, *values)))
    }


@login_required
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft where it was left: at its form, or at the preview when dates were chosen in it."""
    kept = get_object_or_404(SeriesDraft.objects.select_related("site"), pk=pk, applicant=request.user)
    post = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        post.setlist(name, values)
    post["series_draft"] = str(kept.pk)
    step = Step(request, kept.site, timezone.now(), post=post)
    if "chosen" in post and step.read():
        return step.show_preview()
    return step.show_form(200)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(SeriesDraft, pk=pk, applicant=request.user)
    discard_draft(draft_id=pk, actor=request.user)
    messages.success(request, _("The draft is thrown away."))
    return redirect("bookings:mine")


def chosen_of(post: Any, planned: list[Planned]) -> dict[str, Any]:
    """What was chosen for the dates, as the service takes it; what cannot be read is left out, and shown so."""
    left_out = {on for text in post.getlist("left_out") if (on := known_day(text))}
    known = {each.on: each for each in planned}
    chosen = {on: post[key] for key in post if key.startswith(PREFIX) and (on := known_day(key.removeprefix(PREFIX)))}
    site = planned[0].data.room.site_id
    rooms = Room.objects.active().filter(site=site).with_fittings().in_bulk(_rooms_in(chosen.values()))
    instead = {on: each for on, value in chosen.items() if on in known and (each := _read(value, known[on], rooms))}
    waiting = {on for on, value in chosen.items() if on in known and value == WAIT}
    left_out |= {on for on in chosen if on in known and on not in instead and on not in waiting}
    return {"left_out": left_out & known.keys(), "instead": instead, "waiting": waiting}


def value_of(alternative: Any) -> str:
    return f"{alternative.room.pk}:{alternative.shift_minutes}"


def _rooms_in(values: Any) -> set[int]:
    return {pair[0] for value in values if (pair := _pair(value))}


def _pair(value: str) -> tuple[int, int] | None:
    room, _colon, shift = value.partition(":")
    sign, digits = (-1, shift[1:]) if shift.startswith("-") else (1, shift)
    if not (room.isdecimal() and digits.isdecimal()) or len(room) >= LONGEST_NUMBER or len(digits) > 4:
        return None
    return int(room), sign * int(digits)


def _read(value: str, planned: Planned, rooms: Mapping[int, Room]) -> Instead | None:
    pair = _pair(value)
    if pair is None or pair[0] not in rooms or abs(pair[1]) > FURTHEST_SHIFT:
        return None
    shift = timedelta(minutes=pair[1])
    return Instead(rooms[pair[0]], planned.data.start_at + shift, planned.data.end_at + shift)


def carried(post: Any) -> list[tuple[str, str]]:
    """What was filled in, to be sent along."""
    return [
        (name, value)
        for name, values in post.lists()
        for value in values
        if name not in OWN_FIELDS and not name.startswith(PREFIX)
    ]


def counts_of(rows: list[Row]) -> dict[str, int]:
    taken = [row for row in rows if row.view.is_taken]
    return {
        "all": len(rows),
        "taken": len(taken),
        "free": len(rows) - len(taken),
        "holidays": sum(row.view.is_holiday for row in rows),
        "exceptions": sum(bool(row.exceptions) for row in rows),
        "short": sum(bool(row.short) for row in rows),
        "provisional": sum(row.view.is_provisional for row in rows),
    }
