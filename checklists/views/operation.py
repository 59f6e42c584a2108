"""The operator's page, and the same figures for machines."""

from datetime import datetime
from ipaddress import ip_address
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from checklists.lateness_picture import HEIGHT, picture_of
from checklists.metrics import exposition
from checklists.operation_lines import fault_lines, figures_of, hour_lines, missed_lines, pulse_line
from checklists.operation_words import duration
from checklists.permissions import can_see_operation
from checklists.selectors.operation import PAST_GRACE, missed_reminders, operation
from staff.delivery_lines import failed_lines
from staff.models import Pulse, User
from staff.roles import Role

MISSED_SHOWN = 60
FAILED_SHOWN = 20
# What a proxy adds when it passes on somebody else's question.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


@login_required
@require_GET
def operation_page(request: HttpRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not can_see_operation(user):
        raise PermissionDenied
    context = page_of(user, now) | {"back": request.path}
    template = "checklists/_operation.html" if request.htmx else "checklists/operation.html"
    with timezone.override(user.zone):
        return render(request, template, context)


def page_of(user: User, now: datetime) -> dict[str, Any]:
    site_id = None if user.has_role(Role.ADMINISTRATOR) else user.site_id
    found = operation(now=now, site_id=site_id)
    return {
        "found": found,
        "figures": figures_of(found),
        "too_late": found.day.reasons.get(PAST_GRACE, 0),
        "faults": fault_lines(found),
        "engines": Pulse.Engine.labels,
        "pulses": [pulse_line(pulse) for pulse in found.pulses],
        "picture": picture_of(found.hours, now=now, words=duration),
        "height": HEIGHT,
        "hours": hour_lines(found),
        "missed": missed_lines(missed_reminders(now=now, site_id=site_id, most=MISSED_SHOWN)),
        "missed_more": max(found.day.missed - MISSED_SHOWN, 0),
        "failed": failed_lines(user, most=FAILED_SHOWN),
        "failed_more": max(sum(found.failed.values()) - FAILED_SHOWN, 0),
        "is_of_all_sites": site_id is None,
        "zone": user.zone,
    }


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text: for whoever has the token, or without one for this machine alone."""
    if settings.METRICS_TOKEN and not has_token(request):
        return HttpResponse("token missing or wrong\n", "text/plain", 401, headers={"WWW-Authenticate": "Bearer"})
    if not settings.METRICS_TOKEN and not is_from_this_machine(request):
        return HttpResponse("set METRICS_TOKEN to ask from elsewhere\n", "text/plain", 403)
    try:
        found = operation(now=timezone.now())
    except DatabaseError:
        return HttpResponse("the database cannot be reached\n", "text/plain", 503)
    return HttpResponse(exposition(found), content_type=CONTENT_TYPE_LATEST)


def has_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # In constant time: the time an answer takes must not tell how much of the token was right.
    is_right = compare_digest(given.strip().encode(errors="replace"), settings.METRICS_TOKEN.encode())
    return is_right and scheme.lower() == "bearer"


def is_from_this_machine(request: HttpRequest) -> bool:
    """Asked directly: behind a proxy every question comes from this machine."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
