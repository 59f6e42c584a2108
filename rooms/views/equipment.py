"""Equipment that a site's rooms share: the list, and its keeping by secretaries and managers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rooms.errors import RoomsError
from rooms.forms import PoolForm
from rooms.messages import ROOMS_MESSAGES
from rooms.models import EquipmentPool, Site
from rooms.permissions import can_keep_stock
from rooms.selectors import find_site, sites_visible_to
from rooms.services.equipment import add_pool, change_pool


@require_http_methods(["GET", "POST"])
@login_required
def pools(request: HttpRequest) -> HttpResponse:
    """What there is, and the form of one more."""
    site = kept_site(request)
    form = PoolForm(request.POST or None, instance=EquipmentPool(site=site))
    if request.method == "POST" and form.is_valid():
        try:
            pool = add_pool(site=site, actor=request.user, now=timezone.now(), **form.facts)
        except RoomsError as exc:
            form.add_error("code", ROOMS_MESSAGES[exc.code])
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": pool})
            return redirect(f"{reverse('rooms:pools')}?site={site.code}")
    context: dict[str, Any] = {"site": site, "sites": sites_visible_to(request.user), "form": form}
    status = 422 if form.errors else 200
    return render(request, "rooms/pools.html", context | {"pools": site.pools.all()}, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def pool_change(request: HttpRequest, pk: int) -> HttpResponse:
    rows = EquipmentPool.objects.filter(site__in=sites_visible_to(request.user)).select_related("site")
    pool = get_object_or_404(rows, pk=pk)
    if not can_keep_stock(request.user, pool.site):
        raise PermissionDenied
    name, site = pool.name, pool.site
    form = PoolForm(request.POST if request.method == "POST" else None, instance=pool)
    if request.method == "POST" and form.is_valid():
        saved = change_pool(pool_id=pool.pk, actor=request.user, now=timezone.now(), **form.facts)
        messages.success(request, _("%(name)s is saved.") % {"name": saved})
        return redirect(f"{reverse('rooms:pools')}?site={site.code}")
    context = {"site": site, "pool": pool, "name": name, "form": form}
    return render(request, "rooms/pool_form.html", context, status=422 if form.errors else 200)


def kept_site(request: HttpRequest) -> Site:
    """The site of the address, which the reader keeps."""
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    if not can_keep_stock(request.user, site):
        raise PermissionDenied
    return site
