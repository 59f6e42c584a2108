"""The team's report: working time, how evenly the work lies, and what the team can do."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.figures import asking, exports, tables, team_tables
from feedback.figures.measures import Scope
from feedback.figures.team import cover_of, work_of
from feedback.figures.trained import trained_of
from feedback.forms import NamedSpanForm
from feedback.permissions import can_read_figures_of_people
from feedback.views.figures import file_of
from rooms.models import Site
from rooms.selectors import find_site, site_today, sites_visible_to
from staff.selectors.skills import skill_matrix

FILES = ("work", "skills", "training")


def site_of_team(request: HttpRequest) -> Site:
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_read_figures_of_people(request.user, site):
        raise PermissionDenied
    return site


def form_of(request: HttpRequest, site: Site, now: Any) -> NamedSpanForm:
    asked = request.GET.copy()
    asked.setdefault("span", asking.DEFAULT_SPAN)
    return NamedSpanForm(asked, today=site_today(site, now))


@login_required
@require_GET
def team(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    site = site_of_team(request)
    form = form_of(request, site, now)
    context: dict[str, Any] = {"site": site, "sites": sites_visible_to(request.user), "form": form}
    if not form.is_valid():
        return render(request, "feedback/team.html", context, status=422)
    scope = asking.span_scope(site, form.cleaned_data["since"], form.cleaned_data["until"], now)
    return render(request, "feedback/team.html", context | page_context(scope))


def page_context(scope: Scope) -> dict[str, Any]:
    matrix = skill_matrix(site=scope.site, on=scope.until)
    work, cover = work_of(scope), cover_of(matrix)
    return {
        "scope": scope,
        "query": asking.link_query(scope),
        "work": team_tables.work_table(work),
        "hours": team_tables.hour_rows(work),
        "served": team_tables.served_rows(work),
        "fairness": team_tables.fairness_of(work),
        "total": sum(each.hours for each in work),
        "overtime": sum(each.overtime or 0 for each in work),
        "skills": team_tables.cover_table(cover),
        "training": team_tables.trained_table(trained_of(scope, matrix)),
        "cover": team_tables.cover_rows(cover),
    }


@login_required
@require_GET
def team_export(request: HttpRequest, what: str, kind: str) -> HttpResponseBase:
    now = timezone.now()
    site = site_of_team(request)
    form = form_of(request, site, now)
    if what not in FILES or kind not in {"csv", "xlsx"} or not form.is_valid():
        raise Http404
    scope = asking.span_scope(site, form.cleaned_data["since"], form.cleaned_data["until"], now)
    table: tables.Table = page_context(scope)[what]
    name = f"team-{site.code}-{what}-{scope.since}-{scope.until}.{kind}"
    return file_of(kind, name, str(table.title), table.columns, exports.table_rows(table))
