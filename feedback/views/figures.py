"""Figures from ticks: the page, the rows behind a number, files, and everyone's own figures."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET

from checklists.permissions import can_use_tablet
from feedback.figures import asking, exports, tables
from feedback.figures.behind import LISTS, gaps_behind, meetings_behind, minutes_late, steps_behind
from feedback.figures.charts import hour_strip
from feedback.figures.measures import Scope
from feedback.figures.people import loads_of
from feedback.figures.reading import figures_of, moved_scope, steps_by
from feedback.forms import FiguresForm
from feedback.permissions import can_read_figures, can_read_figures_of_people
from rooms.dates import known_day
from rooms.downloads import CSV, XLSX, attachment
from rooms.models import Site
from rooms.selectors import find_site, site_today
from staff.models import User
from staff.paging import page_of

FILES = ("days", "rooms", "items", "hours", "people", "steps")


def site_of_figures(request: HttpRequest) -> Site:
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_read_figures(request.user, site):
        raise PermissionDenied
    return site


def form_of(request: HttpRequest, site: Site, now: Any) -> FiguresForm:
    asked = request.GET.copy()
    if "span" not in asked:
        asked["span"] = asking.DEFAULT_SPAN
    return FiguresForm(asked, site=site, titles=tables.item_titles(site), today=site_today(site, now))


@login_required
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    site = site_of_figures(request)
    form = form_of(request, site, now)
    context: dict[str, Any] = {"site": site, "form": form}
    if not form.is_valid():
        return render(request, "feedback/figures.html", context, status=422)
    asked = form.cleaned_data
    scope = asking.scope_of(site, asked, now)
    context |= page_context(scope, asking.before_scope(asked["span"], scope), asked["measure"] or "in_time")
    if can_read_figures_of_people(request.user, site):
        context["people"] = tables.people_table(loads_of(scope))
    return render(request, "feedback/figures.html", context)


def page_context(scope: Scope, before: Scope, measure: str) -> dict[str, Any]:
    found = figures_of(scope, before)
    titles = tables.item_titles(scope.site)
    rooms = list(scope.site.rooms.all())
    hours = tables.hour_table(found.steps_by_hour)
    return {
        "scope": scope,
        "before": before,
        "query": asking.link_query(scope),
        "figures": found,
        "heads": asking.heads_for(found),
        "measure": measure,
        "measure_label": asking.MEASURE_LABELS[measure],
        "item_label": asking.MEASURE_LABELS["missed" if measure == "missed" else "in_time"],
        "chart": asking.day_chart(found, scope, measure),
        "room_rows": asking.room_rows(found, {room.pk: room for room in rooms}, measure),
        "item_rows": asking.item_rows(found, titles, measure),
        "strip": hour_strip(asking.hour_columns(hours)),
        "day_table": tables.day_table(found, scope),
        "room_table": tables.room_table(found, rooms),
        "item_table": tables.item_table(found, titles),
        "hour_table": hours,
    }


@login_required
@require_GET
def steps(request: HttpRequest) -> HttpResponse:
    """The rows behind one number, newest first."""
    now = timezone.now()
    site = site_of_figures(request)
    what = request.GET.get("what", "due")
    form = form_of(request, site, now)
    if what not in LISTS or not form.is_valid():
        raise Http404
    with_people = can_read_figures_of_people(request.user, site)
    scope = narrowed(request, asking.scope_of(site, form.cleaned_data, now), with_people=with_people)
    context = {
        "site": site,
        "scope": scope,
        "what": what,
        "query": asking.link_query(scope),
        "with_people": with_people,
    }
    return render(request, "feedback/figures_steps.html", context | list_context(request, scope, what))


def narrowed(request: HttpRequest, scope: Scope, *, with_people: bool) -> Scope:
    """The one day or person of a table's line; whoever may not read of people is refused."""
    on, person = known_day(request.GET.get("day", "")), request.GET.get("person", "")
    if on:
        scope = moved_scope(scope, on, on)
    if person and not with_people:
        raise PermissionDenied
    if person:
        # Past the database's largest number there is nobody.
        scope = replace(scope, person_id=int(person) if person.isdecimal() and len(person) < 10 else -1)
    return scope


def list_context(request: HttpRequest, scope: Scope, what: str) -> dict[str, Any]:
    if what == "not_ready":
        return {"page": page_of(request, meetings_behind(scope)), "kind": "meetings"}
    if what == "gaps":
        return {"page": page_of(request, gaps_behind(scope)), "kind": "gaps"}
    hour = request.GET.get("hour", "")
    found = steps_behind(scope, what, int(hour) if hour in {str(each) for each in range(24)} else None)
    page = page_of(request, found)
    for step in page.object_list:
        step.minutes_late = minutes_late(step)
    return {"page": page, "kind": "steps"}


@login_required
@require_GET
def export(request: HttpRequest, what: str, kind: str) -> HttpResponseBase:
    now = timezone.now()
    site = site_of_figures(request)
    form = form_of(request, site, now)
    if what not in FILES or kind not in {"csv", "xlsx"} or not form.is_valid():
        raise Http404
    with_people = can_read_figures_of_people(request.user, site)
    if what == "people" and not with_people:
        raise PermissionDenied
    scope = asking.scope_of(site, form.cleaned_data, now)
    name = f"figures-{site.code}-{what}-{scope.since}-{scope.until}.{kind}"
    if what == "steps":
        return steps_file(request, scope, kind, name, with_people=with_people)
    table = table_of(what, scope, asking.before_scope(form.cleaned_data["span"], scope))
    return file_of(kind, name, str(table.title), table.columns, exports.table_rows(table))


def table_of(what: str, scope: Scope, before: Scope) -> tables.Table:
    if what == "people":
        return tables.people_table(loads_of(scope))
    return page_context(scope, before, "in_time")[f"{what.removesuffix('s')}_table"]


def steps_file(request: HttpRequest, scope: Scope, kind: str, name: str, *, with_people: bool) -> HttpResponseBase:
    found, most = steps_behind(scope, "due"), exports.MOST_IN_SHEET if kind == "xlsx" else exports.MOST_IN_TEXT
    if found.order_by()[: most + 1].count() > most:
        messages.error(request, too_many(kind, most))
        return redirect(f"{reverse('feedback:figures')}?{asking.link_query(scope)}")
    columns = exports.step_columns(with_people=with_people)
    rows = exports.step_rows(found, zone=scope.site.zone, with_people=with_people)
    return file_of(kind, name, _("Steps"), columns, rows)


def too_many(kind: str, most: int) -> str:
    if kind == "xlsx":
        return _("More than %(most)s steps are too many for a sheet: choose fewer days, or take the CSV file.") % {
            "most": f"{most:,}"
        }
    return _("More than %(most)s steps are too many for one file: choose fewer days.") % {"most": f"{most:,}"}


def file_of(
    kind: str, name: str, title: str, columns: tuple[tables.Column, ...], rows: Iterable[Any]
) -> HttpResponseBase:
    response: HttpResponseBase
    if kind == "xlsx":
        response = HttpResponse(exports.xlsx_bytes(title, columns, rows), content_type=XLSX)
    else:
        response = StreamingHttpResponse(
            exports.in_language(get_language() or "en", exports.csv_text(columns, rows)), content_type=CSV
        )
    return attachment(response, name)


@login_required
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """A person's own figures of this month, for everyone who does steps."""
    if not can_use_tablet(request.user):
        raise PermissionDenied
    user: User = request.user  # type: ignore[assignment]
    scope = asking.own_scope(user.site, user.pk, timezone.now())
    return render(request, "feedback/figures_me.html", own_context(scope))


def own_context(scope: Scope) -> dict[str, Any]:
    by_day = steps_by("day", scope)
    load = next(iter(loads_of(scope)), None)
    return {
        "scope": scope,
        "load": load,
        "chart": asking.own_chart(by_day, scope),
        "lines": asking.own_lines(by_day, scope),
    }
