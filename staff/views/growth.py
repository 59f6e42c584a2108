"""Growth: one's own training and record, a person's for who leads them, a site's state, and checks of conduct."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.selectors import sites_visible_to
from staff.conduct import texts_of
from staff.errors import StaffError
from staff.growth_forms import ConductForm, PlanForm, PraiseForm
from staff.messages import STAFF_MESSAGES
from staff.models import ConductCheck, PlannedTraining, User
from staff.permissions import can_change_growth, can_lead_training, can_thank, leads_at
from staff.selectors.exams import examinations_ahead
from staff.selectors.growth import checks_today, growth_of, people_to_check, planned_for, site_training
from staff.selectors.skills import rooms_known_by
from staff.selectors.training import enrolments_of, next_sessions, own_homework, runs_trained_by
from staff.services.growth import plan_training, record_conduct, settle_planned
from staff.views.asking import person_asked, site_asked


@require_GET
@login_required
def training(request: HttpRequest) -> HttpResponse:
    """The state of a site, for who leads it; everyone else has their own."""
    if not can_lead_training(request.user):
        return redirect("staff:my_training")
    site = site_asked(request)
    state = site_training(site=site, now=timezone.now())
    context = {"state": state, "site": site, "sites": sites_visible_to(request.user)}
    with timezone.override(site.zone):
        return render(request, "staff/training.html", context)


@require_GET
@login_required
def my_training(request: HttpRequest) -> HttpResponse:
    now, user = timezone.now(), request.user
    enrolments = list(enrolments_of(user))
    running = [each for each in enrolments if each.run.closed_at is None]
    homework = [each for each in own_homework(running) if each.state in {"open", "again"}]
    context = {
        "now": now,
        "sessions": next_sessions(user, now=now),
        "homework": homework,
        "examinations": examinations_ahead(running, now=now),
        "enrolments": enrolments,
        "planned": planned_for(user),
        "trained": runs_trained_by(user),
        "certificates": growth_of(user, now=now).certificates,
        "can_thank": can_thank(user),
    }
    with timezone.override(user.zone):
        return render(request, "staff/training_mine.html", context)


@require_GET
@login_required
def my_growth(request: HttpRequest) -> HttpResponse:
    return growth_page(request, request.user)


@require_GET
@login_required
def growth(request: HttpRequest, pk: int) -> HttpResponse:
    return growth_page(request, person_asked(request, pk))


def growth_page(request: HttpRequest, person: User, **forms: Any) -> HttpResponse:
    found = growth_of(person, now=timezone.now())
    context = {
        "person": person,
        "growth": found,
        "rooms": rooms_known_by([person])[person.pk],
        "conduct": [(each, texts_of(each.lapses)) for each in found.conduct],
        "is_own": person.pk == request.user.pk,
        "can_change": can_change_growth(request.user, person) and person.pk != request.user.pk,
        "plan_form": forms.get("plan") or PlanForm(actor=request.user),
        "praise_form": forms.get("praise") or PraiseForm(initial={"op": uuid4()}),
        "can_thank": can_thank(request.user),
    }
    with timezone.override(person.zone):
        return render(request, "staff/growth.html", context, status=422 if forms else 200)


@require_POST
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_led(request, pk)
    form = PlanForm(request.POST, actor=request.user)
    if not form.is_valid():
        return growth_page(request, person, plan=form)
    plan_training(person=person, **form.cleaned_data, actor=request.user, now=timezone.now())
    return redirect("staff:growth", person.pk)


@require_POST
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(PlannedTraining, pk=pk)
    person = person_led(request, row.user_id)
    settle_planned(planned_id=row.pk, now=timezone.now())
    return redirect("staff:growth", person.pk)


def person_led(request: HttpRequest, pk: int) -> User:
    person = person_asked(request, pk)
    if not can_change_growth(request.user, person):
        raise PermissionDenied
    return person


@require_http_methods(["GET", "POST"])
@login_required
def conduct(request: HttpRequest) -> HttpResponse:
    """Everyone who works today on one page; what is not ticked is fine."""
    if not can_lead_training(request.user):
        raise PermissionDenied
    site, now = site_asked(request), timezone.now()
    if not leads_at(request.user, site.pk):
        raise PermissionDenied
    people = [person for person in people_to_check(site, now=now) if person.pk != request.user.pk]
    initial = {"op": uuid4(), "occasion": ConductCheck.Occasion.SHIFT}
    form = ConductForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid() and conduct_saved(request, form, site, now):
        messages.success(request, _("The check is in everyone's record."))
        return redirect(f"{request.path}?site={site.code}")
    context = {
        "form": form,
        "site": site,
        "checks": checks_today(site, now=now),
        "sites": sites_visible_to(request.user),
    }
    with timezone.override(site.zone):
        return render(request, "staff/conduct.html", context, status=422 if form.errors else 200)


def conduct_saved(request: HttpRequest, form: ConductForm, site: Any, now: datetime) -> bool:
    facts = {"op": form.cleaned_data["op"], "occasion": form.cleaned_data["occasion"], "site": site}
    told = {"people": form.checked, "lapses": form.lapses, "notes": form.notes}
    try:
        record_conduct(**facts, **told, actor=request.user, now=now)
    except StaffError as exc:
        form.add_error(None, STAFF_MESSAGES[exc.code])
        return False
    return True
