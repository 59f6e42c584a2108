"""What a site's rosters are made of and held to: its usual shifts and its rules of working time."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from rooms.models import Site
from rooms.selectors import sites_visible_to
from staff.duty_forms import PatternForm, WorkingTimeForm
from staff.errors import StaffError
from staff.messages import refusal
from staff.models import ShiftPattern
from staff.pattern_times import shown, walls_of
from staff.services.patterns import add_pattern, add_usual_patterns, change_pattern
from staff.services.working_time import set_working_time
from staff.views.sites import leader_only, site_or_404
from staff.working_time_reads import rules_of


@require_http_methods(["GET", "POST"])
@login_required
def patterns(request: HttpRequest) -> HttpResponse:
    leader_only(request.user)
    site = site_or_404(request)
    form = PatternForm(request.POST or None, instance=ShiftPattern(site=site))
    if request.method == "POST" and form.is_valid():
        try:
            add_pattern(site=site, fields=form.facts, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error("code", refusal(exc))
        else:
            messages.success(request, _("The usual shift is added."))
            return redirect(patterns_url(site))
    rows = [(each, shown(walls_of(each.spans))) for each in ShiftPattern.objects.filter(site=site)]
    context: dict[str, Any] = {"site": site, "sites": sites_visible_to(request.user), "rows": rows, "form": form}
    return render(request, "staff/patterns.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def usual_patterns(request: HttpRequest) -> HttpResponse:
    leader_only(request.user)
    site = site_or_404(request)
    count = add_usual_patterns(site=site)
    text = ngettext("%(count)s usual shift is added.", "%(count)s usual shifts are added.", count)
    messages.success(request, text % {"count": count})
    return redirect(patterns_url(site))


@require_http_methods(["GET", "POST"])
@login_required
def pattern(request: HttpRequest, pk: int) -> HttpResponse:
    leader_only(request.user)
    rows = ShiftPattern.objects.filter(site__in=sites_visible_to(request.user)).select_related("site")
    found = get_object_or_404(rows, pk=pk)
    name = found.name
    form = PatternForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_pattern(pattern_id=pk, fields=form.facts, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error("code", refusal(exc))
        else:
            messages.success(request, _("The usual shift is changed. Shifts made by it keep their times."))
            return redirect(patterns_url(found.site))
    context = {"form": form, "name": name, "back": patterns_url(found.site)}
    return render(request, "staff/pattern.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def working_time(request: HttpRequest) -> HttpResponse:
    leader_only(request.user)
    site = site_or_404(request)
    form = WorkingTimeForm(request.POST or None, instance=rules_of(site))
    if request.method == "POST" and form.is_valid():
        set_working_time(site=site, fields=form.facts, actor=request.user, now=timezone.now())
        messages.success(request, _("The rules of working time are saved."))
        return redirect(f"{reverse('staff:working_time')}?site={site.code}")
    context = {"site": site, "sites": sites_visible_to(request.user), "form": form}
    return render(request, "staff/working_time.html", context, status=422 if form.is_bound else 200)


def patterns_url(site: Site) -> str:
    return f"{reverse('staff:patterns')}?site={site.code}"
