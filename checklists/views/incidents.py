"""Incidents: the list, one of them with its log and the meetings it meets, reported from the tablet or the office."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.models import Booking
from bookings.permissions import OFFICE
from bookings.selectors import title_for
from checklists.errors import ChecklistError, InvalidTick
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import Incident
from checklists.on_demand_forms import AddForm, EndForm, IncidentFilterForm, IncidentForm, put_faults
from checklists.permissions import can_raise_incident, can_see_incident, can_use_incidents
from checklists.selectors.guides import guides_for
from checklists.selectors.incidents import (
    IncidentFilter,
    coming_meetings,
    entries_of,
    incidents_matching,
    seen_by,
)
from checklists.selectors.wishes import open_call_count
from checklists.services.incidents import add_to_incident, end_incident, report_incident
from rooms.models import Site
from rooms.selectors import find_site
from staff.models import User
from staff.paging import page_of
from staff.roles import Role


def is_at_desk(user: User) -> bool:
    return user.has_role(*OFFICE, Role.ADMINISTRATOR)


def shown(
    request: HttpRequest, page: str, site: Site, now: datetime, context: dict[str, Any], *, status: int = 200
) -> Any:
    """In the office's shell or the tablet's, whichever the reader works in, and in the site's time."""
    shell = "base.html" if is_at_desk(request.user) else "checklists/tablet_base.html"
    facts = {"shell": shell, "tab": "calls", "now": now, "zone": site.zone}
    if shell != "base.html":
        facts["call_count"] = open_call_count(request.user)
    with timezone.override(site.zone):
        return render(request, f"checklists/{page}.html", facts | context, status=status)


@login_required
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """The open ones, or all of them to the office; by kind, room and day."""
    site, now = site_of(request), timezone.now()
    form = IncidentFilterForm(request.GET, site=site)
    wanted = IncidentFilter(site=site)
    if form.is_valid():
        data = form.cleaned_data
        is_open = data["state"] != "all"
        wanted = IncidentFilter(site=site, is_open=is_open, kind=data["kind"], room=data["room"], on=data["day"])
    page = page_of(request, incidents_matching(request.user, wanted))
    context = {"site": site, "form": form, "page": page, "is_open": wanted.is_open}
    name = "_incidents" if request.htmx and not request.htmx.boosted else "incidents"
    return shown(request, name, site, now, context, status=200 if form.is_valid() else 422)


def site_of(request: HttpRequest) -> Site:
    if not can_use_incidents(request.user):
        raise PermissionDenied
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    return site


def incident_asked(request: HttpRequest, pk: int) -> Incident:
    """Of another site: unknown; over, for the floor: closed to them."""
    incident = seen_by(request.user, pk)
    if incident is None:
        raise Http404
    if not can_see_incident(request.user, incident):
        raise PermissionDenied
    return incident


@login_required
@require_GET
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    return incident_page(request, incident_asked(request, pk), timezone.now())


@login_required
@require_POST
def incident_add(request: HttpRequest, pk: int) -> HttpResponse:
    found, now, form = incident_asked(request, pk), timezone.now(), AddForm(request.POST)
    if form.is_valid():
        try:
            add_to_incident(incident_id=found.pk, actor=request.user, now=now, **form.cleaned_data)
        except InvalidTick as exc:
            put_faults(form, exc.errors)
        else:
            return redirect("checklists:incident", found.pk)
    return incident_page(request, found, now, add_form=form, status=422)


@login_required
@require_POST
def incident_end(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = incident_asked(request, pk), timezone.now()
    with timezone.override(found.site.zone):
        form = EndForm(request.POST)
        is_valid = form.is_valid()
    if is_valid:
        try:
            end_incident(incident_id=found.pk, actor=request.user, now=now, **form.cleaned_data)
        except InvalidTick as exc:
            put_faults(form, exc.errors)
        else:
            messages.success(request, _("The incident is over; everyone who was told knows."))
            return redirect("checklists:incident", found.pk)
    return incident_page(request, found, now, end_form=form, status=422)


def incident_page(
    request: HttpRequest, found: Incident, now: datetime, *, status: int = 200, **forms: Any
) -> HttpResponse:
    guide = next(each for each in guides_for(found.site, now) if each.kind == found.kind)
    context = {
        "incident": found,
        "topic": title_for(request.user, found.booking) if found.booking else "",
        "entries": entries_of(found),
        "coming": coming_meetings(found, user=request.user, now=now) if found.over_at is None else [],
        "guide": guide,
        "add_form": AddForm(),
        "end_form": EndForm(),
    }
    return shown(request, "incident", found.site, now, context | forms, status=status)


@dataclass(frozen=True)
class Place:
    """Where the incident is reported: a meeting's room, or anywhere at the site."""

    site: Site
    booking: Booking | None


def place_asked(request: HttpRequest, ref: str | None) -> Place:
    if ref is None:
        site, booking = site_of(request), None
    else:
        bookings = Booking.objects.visible_to(request.user).planned().with_everything()
        booking = get_object_or_404(bookings, ref=ref)
        site = booking.site
    if not can_raise_incident(request.user, site):
        raise PermissionDenied
    return Place(site, booking)


@login_required
@require_http_methods(["GET", "POST"])
def incident_new(request: HttpRequest, ref: str | None = None) -> HttpResponse:
    """The guide of every kind is on the page already: choosing one shows it, before anything is saved or sent."""
    place, now = place_asked(request, ref), timezone.now()
    initial = {name: request.GET[name] for name in ("kind", "room") if name in request.GET}
    form = IncidentForm(request.POST or None, site=place.site, initial=initial)
    if request.method == "POST" and form.is_valid():
        opened = reported(request, form, place, now)
        if opened:
            messages.success(request, _("Reported; the manager has been told."))
            return redirect("checklists:incident", opened.pk)
    context = {
        "form": form,
        "booking": place.booking,
        "topic": title_for(request.user, place.booking) if place.booking else "",
        "site": place.site,
        "guides": guides_for(place.site, now),
        "chosen": form["kind"].value(),
    }
    return shown(request, "incident_new", place.site, now, context, status=422 if request.method == "POST" else 200)


def reported(request: HttpRequest, form: IncidentForm, place: Place, now: datetime) -> Incident | None:
    room = None if place.booking else form.cleaned_data["room"]
    facts = form.cleaned_data | {"booking": place.booking, "room": room}
    try:
        opened = report_incident(site=place.site, actor=request.user, now=now, **facts)
    except InvalidTick as exc:
        put_faults(form, exc.errors)
    except ChecklistError as exc:
        form.add_error(None, CHECKLIST_MESSAGES[exc.code])
    else:
        return opened
    return None
