"""A person's notices, and deliveries that did not arrive."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_POST

from rooms.dates import format_moment
from staff.models import Notice, User
from staff.notice_texts import render_notice
from staff.paging import page_of
from staff.permissions import can_see_deliveries
from staff.selectors import deliveries_in_trouble, notices_of, unread_count
from staff.services.notices import mark_all_read, mark_read
from staff.services.outbox import retry_failed


@dataclass(frozen=True)
class NoticeLine:
    notice: Notice
    title: str
    body: str
    at: str


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
    return render(request, "staff/_unread.html", {"unread_now": unread_count(request.user)})


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
    if not request.htmx:
        return redirect("staff:notices")
    notice.refresh_from_db()
    return render(request, "staff/_notice.html", {"line": lines_of([notice], request.user)[0]})


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
    return render(request, "staff/deliveries.html", {"page": page})


@require_POST
@login_required
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_deliveries(request.user):
        raise PermissionDenied
    delivery = get_object_or_404(deliveries_in_trouble(request.user), pk=pk)
    if retry_failed(delivery_id=delivery.pk, now=timezone.now()):
        messages.success(request, _("The message waits to be sent again."))
    return redirect("staff:deliveries")


def lines_of(notices: list[Notice], reader: User) -> list[NoticeLine]:
    language = get_language() or settings.LANGUAGE_CODE
    return [
        NoticeLine(
            notice, *render_notice(notice, language, reader.zone), at=format_moment(notice.created_at, reader.zone)
        )
        for notice in notices
    ]
