"""Shared tablets: whose device asks, whether its person may stay, and that only the tablet's pages open."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from staff.services.tablets import tablet_of
from staff.tablet_session import COOKIE, TabletRequest, end_session, is_bound, may_stay, touch

# Open to a tablet with nobody signed in, and no less to one that was shut out.
OPEN = {
    "checklists:manifest",
    "checklists:service_worker",
    "checklists:tablet_offline",
    "favicon",
    "healthz",
    "logout",
    "readyz",
    "staff:language",
    "staff:tablet_lock",
}
ENROLLING = {"staff:tablet_enrol", "staff:tablet_enrol_code"}
LOCKED = {"staff:person_photo", "staff:tablet_people", "staff:tablet_person", "staff:tablet_new_pin"}
SHUT_OUT = {"staff:tablet_revoked", "staff:tablet_leave"}
# Scripts ask here; they say themselves that nobody is signed in.
SCRIPTS = {
    "checklists:tablet_events",
    "checklists:tablet_hello",
    "checklists:tablet_kept",
    "checklists:tablet_picture",
    "staff:events",
    "staff:tablet_active",
}
# Asked by the page itself, and no sign of a hand.
BACKGROUND = SCRIPTS - {"staff:tablet_active"} | {"checklists:tablet_call_count", "staff:person_photo", "staff:unread"}
# What one needs who serves from the tablet; whatever is new stays shut until it stands here.
WORK = {
    "checklists:add_file",
    "checklists:change_seen",
    "checklists:conduct",
    "checklists:end",
    "checklists:extend",
    "checklists:handover",
    "checklists:handovers",
    "checklists:incident",
    "checklists:incident_add",
    "checklists:incident_end",
    "checklists:incident_new",
    "checklists:incidents",
    "checklists:meeting_incident",
    "checklists:note",
    "checklists:note_new",
    "checklists:skip",
    "checklists:spot_check",
    "checklists:start",
    "checklists:step_file",
    "checklists:tablet",
    "checklists:tablet_call_count",
    "checklists:tablet_calls",
    "checklists:tablet_me",
    "checklists:tablet_meeting",
    "checklists:tablet_notices",
    "checklists:tablet_rooms",
    "checklists:take_over",
    "checklists:tick",
    "checklists:wish",
    "feedback:closing",
    "staff:conduct",
    "staff:notice_acknowledge",
    "staff:notice_open",
    "staff:notice_read",
    "staff:notices_read",
    "staff:unread",
}
# What a browser of one's own shows in the office's frame.
INSTEAD = {
    "home": "checklists:tablet",
    "login": "checklists:tablet",
    "staff:notices": "checklists:tablet_notices",
}


class SharedTabletMiddleware:
    """A browser that is no shared tablet is left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: TabletRequest) -> HttpResponse:
        now = timezone.now()
        key = request.COOKIES.get(COOKIE, "")
        known = tablet_of(key, now=now) if key else None
        is_shut_out = known is not None and known.revoked_at is not None
        request.shared_tablet = None if is_shut_out else known
        request.is_shut_out = is_shut_out
        if (known or is_bound(request)) and not may_stay(request, request.shared_tablet, now):
            end_session(request)
        return self.get_response(request)

    def process_view(
        self, request: TabletRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.is_shut_out:
            return None if name in OPEN | SCRIPTS | SHUT_OUT | ENROLLING else led(request, "staff:tablet_revoked")
        if request.shared_tablet is None:
            return None
        if not request.user.is_authenticated:
            return None if name in OPEN | SCRIPTS | LOCKED | ENROLLING else led(request, "staff:tablet_people")
        return self.at_work(request, name, kwargs)

    def at_work(self, request: HttpRequest, name: str, kwargs: dict[str, Any]) -> HttpResponse | None:
        if name in INSTEAD:
            return led(request, INSTEAD[name])
        if name == "bookings:detail":
            # What a notice leads to elsewhere.
            return redirect("checklists:tablet_meeting", **kwargs)
        if name not in WORK | OPEN | SCRIPTS | LOCKED | ENROLLING:
            raise PermissionDenied
        is_refresh = request.method == "GET" and "HX-Request" in request.headers
        if name not in BACKGROUND | OPEN and not is_refresh:
            touch(request, timezone.now())
        return None


def led(request: HttpRequest, name: str) -> HttpResponse:
    """A fragment's place in a page is not filled with another page."""
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(reverse(name))
    return redirect(name)
