"""What meetings ask of those who serve them, and the site's distances: edited by whoever leads the service."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from checklists.models import StaffingNeed
from checklists.permissions import can_plan_people
from checklists.proposal_forms import NeedForm, RulesForm
from checklists.selectors.needs import need_rows, rules_for
from checklists.services.needs import add_need, remove_need, save_rules
from checklists.views.common import site_asked
from rooms.models import Site
from rooms.selectors import sites_visible_to


@login_required
@require_http_methods(["GET", "POST"])
def needs(request: HttpRequest) -> HttpResponse:
    """Two forms of one page: `what` says which was sent."""
    site = planned_site(request)
    sent = request.POST if request.method == "POST" else None
    is_rules = sent is not None and sent.get("what") == "rules"
    need = NeedForm(None if is_rules else sent, site=site)
    rules = RulesForm(sent if is_rules else None, instance=rules_for(site))
    form = rules if is_rules else need
    if sent is not None and form.is_valid():
        if is_rules:
            save_rules(site=site, **rules.cleaned_data)
            messages.success(request, _("The rules are saved."))
        else:
            add_need(site=site, **need.facts)
        return redirect(address_of(site))
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "rows": need_rows(site),
        "need": need,
        "rules": rules,
    }
    return render(request, "checklists/needs.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = StaffingNeed.objects.filter(site__in=sites_visible_to(request.user)).select_related("site")
    found = get_object_or_404(rows, pk=pk)
    if not can_plan_people(request.user, found.site):
        raise PermissionDenied
    remove_need(need_id=found.pk)
    return redirect(address_of(found.site))


def planned_site(request: HttpRequest) -> Site:
    site = site_asked(request, request.POST.get("site"))
    if not can_plan_people(request.user, site):
        raise PermissionDenied
    return site


def address_of(site: Site) -> str:
    return f"{reverse('checklists:needs')}?{urlencode({'site': site.code})}"
