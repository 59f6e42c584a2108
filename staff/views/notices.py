"""A person's notices, and messages to the outside that did not arrive."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from staff import delivery_lines
from staff.models import Notice
from staff.notice_lines import lines_of
from staff.paging import page_of
from staff.permissions import can_see_deliveries
from staff.selectors import deliveries_in_trouble, notices_of, unread_count, waiting_count
from staff.services.notices import acknowledge_notice, mark_all_read, mark_read
from staff.services.outbox import retry_all, retry_failed


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    page = page_of(request, notices_of(request.user))
    lines = lines_of(page.object_list, request.user)
    template = "staff/_notices.html" if request.htmx else "staff/notices.html"
    return render(request, template, {"page": page, "lines": lines, "unread_now": unread_count(request.user)})


@require_GET
@login_required
def unread(request: HttpRequest) -> HttpResponse:
    """The figure beside the bell, for pages already open."""
    counts = {"unread_now": unread_count(request.user), "waiting_now": waiting_count(request.user)}
    return render(request, "staff/_unread.html", counts)


@require_POST
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    mark_read(notice_id=notice.pk, actor=request.user, now=timezone.now())
    return redirect(notice.url or "staff:notices")


@require_POST
@login_required
def read_notice(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    mark_read(notice_id=notice.pk, actor=request.user, now=timezone.now())
    return notice_or_list(request, notice)


@require_POST
@login_required
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader's word that an urgent notice was seen; a repeated one changes nothing."""
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    acknowledge_notice(notice_id=notice.pk, actor=request.user, now=timezone.now())
    return notice_or_list(request, notice)


def notice_or_list(request: HttpRequest, notice: Notice) -> HttpResponse:
    if not request.htmx:
        return redirect(own_address(request, request.POST.get("back", "")) or "staff:notices")
    notice.refresh_from_db()
    return render(request, "staff/_notice.html", {"line": lines_of([notice], request.user)[0]})


def own_address(request: HttpRequest, target: str) -> str:
    """The address when it is one of this host."""
    hosts = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure())
    # Without the stroke it might be the name of an address.
    return target if is_own and target.startswith("/") else ""


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    mark_all_read(actor=request.user, now=timezone.now())
    return redirect("staff:notices")


@require_GET
@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    if not can_see_deliveries(request.user):
        raise PermissionDenied
    page = page_of(request, deliveries_in_trouble(request.user))
    lines = delivery_lines.lines_of(page.object_list)
    return render(request, "staff/deliveries.html", {"page": page, "lines": lines, "zone": request.user.zone})


@require_POST
@login_required
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_deliveries(request.user):
        raise PermissionDenied
    delivery = get_object_or_404(deliveries_in_trouble(request.user), pk=pk)
    if retry_failed(delivery_id=delivery.pk, now=timezone.now()):
        messages.success(request, _("The message waits to be sent again."))
    return redirect(own_address(request, request.POST.get("back", "")) or "staff:deliveries")


@require_POST
@login_required
def retry_deliveries(request: HttpRequest) -> HttpResponse:
    """All that failed, at whatever sites the person sees."""
    if not can_see_deliveries(request.user):
        raise PermissionDenied
    count = retry_all(deliveries=deliveries_in_trouble(request.user), now=timezone.now())
    if count:
        said = ngettext("%(count)s message waits to be sent again.", "%(count)s messages wait to be sent again.", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("Nothing is left to send again."))
    return redirect(own_address(request, request.POST.get("back", "")) or "staff:deliveries")
