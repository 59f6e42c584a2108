"""Somebody does not come: whom, what becomes uncovered, who takes it, and all of it in one click."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from checklists.errors import ChecklistError
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import CoverSearch
from checklists.permissions import can_plan_people
from checklists.proposal_forms import AbsenceForm
from checklists.selectors.absence import absence_of, as_chosen, latest_cover, people_on_duty
from checklists.services.cover_searches import request_cover
from checklists.services.falling_ill import Covered, cover_sickness
from checklists.views.common import site_asked
from rooms.polling import page_anew
from rooms.selectors import day_bounds, site_today, sites_visible_to
from staff.errors import StaffError
from staff.messages import refusal
from staff.models import User
from staff.services.shift_cover import OPEN, Choice
from staff.shift_cover import end_with_shift


@login_required
@require_GET
def absences(request: HttpRequest) -> HttpResponse:
    """Those on shift now or in the next hours."""
    site = site_asked(request)
    if not can_plan_people(request.user, site):
        raise PermissionDenied
    context = {"site": site, "people": people_on_duty(site, timezone.now())}
    return render(request, "checklists/absences.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def falls_ill(request: HttpRequest, pk: int) -> HttpResponse:
    people = User.objects.filter(site__in=sites_visible_to(request.user), is_active=True)
    person = get_object_or_404(people.select_related("site"), pk=pk)
    if person.site is None:
        raise Http404
    if not can_plan_people(request.user, person.site):
        raise PermissionDenied
    now = timezone.now().replace(second=0, microsecond=0)
    today = site_today(person.site, now)
    form = AbsenceForm(request.POST if request.method == "POST" else request.GET or None, today=today, now=now)
    fault = ""
    if request.method == "POST":
        is_asked = request.POST.get("act") == "propose"
        fault = asked(request, person, form, now) if is_asked else covered(request, person, form)
        if not fault:
            return redirect(address_of(person, form.cleaned_data["until"]) if is_asked else "checklists:day")
    if request.htmx:
        return still_looking(request, person, form)
    return shown(request, person, form, now, fault)


def asked(request: HttpRequest, person: User, form: AbsenceForm, now: datetime) -> str:
    """A search over weeks begins; what was wrong with it, in words."""
    if not form.is_valid():
        return _("Please check what you entered.")
    until = form.cleaned_data["until"]
    request_cover(person=person, start=now, until=until, actor=request.user, now=timezone.now())
    return ""


def address_of(person: User, until: date) -> str:
    query = urlencode({"until": until.isoformat()})
    return f"{reverse('checklists:falls_ill', args=[person.pk])}?{query}"


def still_looking(request: HttpRequest, person: User, form: AbsenceForm) -> HttpResponse:
    """Once it is over the page that waited shows it all."""
    found = latest_cover(person, form.cleaned_data["until"]) if form.is_valid() else None
    if found and found.is_under_way:
        return render(request, "checklists/_working_out.html", progress_of(found))
    return page_anew()


def progress_of(found: CoverSearch | None) -> dict[str, Any]:
    return {
        "row": found,
        "address": address_of(found.person, found.until) if found else "",
        "is_looking": found is not None and found.is_under_way,
        "is_stuck": found is not None and found.is_stuck(timezone.now()),
    }


def covered(request: HttpRequest, person: User, form: AbsenceForm) -> str:
    """What was wrong with it, in words."""
    if not form.is_valid() or form.cleaned_data["start"] is None:
        return _("Please check what you entered.")
    data = form.cleaned_data
    terms: dict[str, Any] = {"user_id": person.pk, "digest": data["digest"]}
    terms |= {"takers": takers_of(request), "shifts": shift_choices(request)}
    span = {"start": data["start"], "end": end_of(person, data["until"], data["end"])}
    try:
        done = cover_sickness(actor=request.user, now=timezone.now(), **span, **terms)
    except ChecklistError as exc:
        return str(CHECKLIST_MESSAGES[exc.code])
    except StaffError as exc:
        return refusal(exc)
    say(request, done)
    return ""


def say(request: HttpRequest, done: Covered) -> None:
    """What is settled in one message, what is left in another."""
    handed = done.shifts
    passed = ngettext("Entered; %(n)s meeting was passed on.", "Entered; %(n)s meetings were passed on.", done.passed)
    given = ngettext("%(n)s shift has somebody else.", "%(n)s shifts have somebody else.", handed.passed)
    opened = ngettext("%(n)s shift is open to the team.", "%(n)s shifts are open to the team.", handed.opened)
    uncovered = ngettext("%(n)s meeting still needs somebody.", "%(n)s meetings still need somebody.", done.open)
    left = ngettext("%(n)s shift still has nobody.", "%(n)s shifts still have nobody.", handed.left)
    settled = [(handed.passed, given), (handed.opened, opened)]
    messages.success(request, " ".join([passed % {"n": done.passed}, *counted(settled)]))
    if open_ends := counted([(done.open, uncovered), (handed.left, left)]):
        messages.warning(request, " ".join(open_ends))


def counted(said: Sequence[tuple[int, str]]) -> list[str]:
    return [words % {"n": count} for count, words in said if count]


def chosen_in(request: HttpRequest, prefix: str) -> dict[int, str]:
    """`taker-12=5`: what was chosen for each of a kind; a name that ends in no number is none of them."""
    keys = ((name.removeprefix(prefix), value) for name, value in request.POST.items() if name.startswith(prefix))
    return {int(key): value for key, value in keys if is_id(key)}


def takers_of(request: HttpRequest) -> dict[int, int]:
    """The person for each assignment; what is no number is nobody."""
    return {pk: int(value) for pk, value in chosen_in(request, "taker-").items() if is_id(value)}


def shift_choices(request: HttpRequest) -> dict[int, Choice]:
    """The person for each shift, or that it is open."""
    chosen = chosen_in(request, "shift-")
    named: dict[int, Choice] = {pk: int(value) for pk, value in chosen.items() if is_id(value)}
    return named | {pk: OPEN for pk, value in chosen.items() if value == OPEN}


def is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def end_of(person: User, until: date, shown: datetime | None = None) -> datetime:
    """The end of that day of the site, or of the night shift that begins on it; `shown` once its shift is cut."""
    if person.site is None:
        raise Http404
    midnight = day_bounds(person.site, until)[1]
    if shown and midnight <= shown <= midnight + timedelta(days=1):
        return shown
    return end_with_shift(person, midnight)


def shown(request: HttpRequest, person: User, form: AbsenceForm, now: datetime, fault: str) -> HttpResponse:
    site = person.site
    if site is None:
        raise Http404
    today = site_today(site, now)
    until = form.cleaned_data.get("until") if form.is_bound and form.is_valid() else None
    until = until or today
    search = latest_cover(person, until)
    terms: dict[str, Any] = {"person": person, "start": now, "end": end_of(person, until), "search": search}
    absence = absence_of(reader=request.user, now=now, **terms)
    choices = shift_choices(request)
    if request.method == "POST":
        absence = as_chosen(absence, takers_of(request))
    context = progress_of(search) | {
        "person": person,
        "site": site,
        "form": form,
        "until": until,
        "latest": today + timedelta(days=90),
        "today": today,
        "absence": absence,
        "shifts": [(each, choices.get(each.shift_id)) for each in absence.shifts],
        "is_given_up": search is not None and search.state == CoverSearch.State.FAILED,
        "fault": fault,
    }
    with timezone.override(site.zone):
        return render(request, "checklists/falls_ill.html", context, status=422 if fault else 200)
