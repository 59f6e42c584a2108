"""Incidents: the list, one of them with its log and the meetings it meets, reported from the office or the tablet."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from checklists.models import Incident
from checklists.permissions import can_see_incident
from checklists.selectors.incidents import coming_meetings, seen_by


def incident_asked(request: HttpRequest, pk: int) -> Incident:
    """Of another site: unknown; over, for the floor: closed to them."""
    incident = seen_by(request.user, pk)
    if incident is None:
        raise Http404
    if not can_see_incident(request.user, incident):
        raise PermissionDenied
    return incident


@login_required
@require_GET
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = incident_asked(request, pk), timezone.now()
    context = {"incident": found, "coming": coming_meetings(found, user=request.user, now=now), "now": now}
    with timezone.override(found.site.zone):
        return render(request, "checklists/incident.html", context)
