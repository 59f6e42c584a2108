"""What a tablet asks of the server beside its pages: who it is, its events taken, and what it may keep for later."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checklists.errors import ChecklistError
from checklists.messages import CHECKLIST_MESSAGES, KEPT_MESSAGES, TICK_MESSAGES
from checklists.models import TabletEvent
from checklists.permissions import can_run_day, can_use_tablet
from checklists.selectors.tablet_events import known_events
from checklists.services.contradictions import let_other_stand, settle_contradiction
from checklists.views.common import back_of
from checklists.views.steps import tick_faults
from checklists.views.tablet_reading import Carried, ops_in, receive
from rooms.dates import moment_in

MOST_EVENTS = 200
View = Callable[[HttpRequest], HttpResponse]


def for_tablets(view: View) -> View:
    """A script asks: where a page would lead to the sign-in, it is told so."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "signed_out"}, status=401)
        if not can_use_tablet(request.user):
            raise PermissionDenied
        return view(request)

    return asked


@require_GET
@for_tablets
def hello(request: HttpRequest) -> HttpResponse:
    """A fresh CSRF token, and the time."""
    return JsonResponse({"now": timezone.now().isoformat(), "csrf": get_token(request)})


@require_POST
@for_tablets
def take_events(request: HttpRequest) -> HttpResponse:
    """A batch in its order; each has its own verdict, and one that fails takes no other along."""
    sent = body_of(request)
    events = sent.get("events")
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        return JsonResponse({"code": "malformed"}, status=400)
    carried = carried_by(request, sent.get("sent_at"), events)
    verdicts = [told(receive(each, carried)) for each in events]
    return JsonResponse({"now": timezone.now().isoformat(), "verdicts": verdicts})


@require_POST
@for_tablets
def take_picture(request: HttpRequest) -> HttpResponse:
    """A picture is sent by itself, so that a slow line brings the taps before it."""
    raw = {name: request.POST.get(name) for name in ("who", "body", "sign")}
    carried = carried_by(request, request.POST.get("sent_at"), [raw])
    verdict = told(receive(raw, carried, request.FILES.get("file")))
    return JsonResponse({"now": timezone.now().isoformat(), "verdicts": [verdict]})


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The manager saw a contradiction: what stands stands, or the other entry takes its place."""
    event = get_object_or_404(TabletEvent.objects.select_related("site"), pk=pk, site=request.user.site)
    if not can_run_day(request.user, event.site):
        raise PermissionDenied
    terms = {"event_id": event.pk, "actor": request.user, "now": timezone.now()}
    try:
        if "stands" in request.POST:
            let_other_stand(stands=request.POST["stands"], **terms)
        else:
            settle_contradiction(**terms)
    except ChecklistError as exc:
        messages.error(request, CHECKLIST_MESSAGES[exc.code])
    return HttpResponseRedirect(back_of(request, reverse("checklists:day")))


def body_of(request: HttpRequest) -> dict[str, Any]:
    # A form's body was read by the check of its CSRF token, and is not there a second time.
    if request.content_type != "application/json":
        return {}
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def carried_by(request: HttpRequest, sent_at: Any, events: Iterable[Any]) -> Carried:
    now = timezone.now()
    there = moment_in(sent_at) if isinstance(sent_at, str) else None
    known = known_events(list(ops_in(events)))
    return Carried(request.user, now, distance_ms(there, now) if there else None, known=known)


def distance_ms(there: datetime, now: datetime) -> int:
    return int((now - there).total_seconds() * 1000)


def told(verdict: dict[str, Any]) -> dict[str, Any]:
    """With a sentence in the reader's language, and by field what is wrong with what was typed."""
    answer, code = dict(verdict["answer"]), verdict["code"]
    faults = answer.pop("faults", {}) | sentences(answer.pop("errors", {}))
    say = KEPT_MESSAGES.get(code) or CHECKLIST_MESSAGES.get(code) or TICK_MESSAGES.get(code) or ""
    return verdict | {"answer": answer, "faults": faults, "say": str(say)}


def sentences(errors: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: str(text) for name, text in tick_faults(errors).items()}
