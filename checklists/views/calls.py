"""The card on the table and the page it opens: no sign-in, no cookie, and no word of the meeting but room and time.

The token is the whole right to call; nothing that a browser adds by itself is trusted, so there is nothing to forge.
"""

from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from bookings.models import Booking
from checklists.call_links import CardKey, call_token, card_key_of
from checklists.errors import ChecklistError, InvalidTick
from checklists.messages import CHECKLIST_MESSAGES, TICK_MESSAGES
from checklists.on_demand_forms import CallForm
from checklists.permissions import can_print_call_card
from checklists.selectors.calls import Door, calls_shown, door_of
from checklists.services.service_calls import CALLS, call_service
from checklists.views.on_demand import ICONS
from staff.printing import PdfUnavailableError, to_pdf

STATUS = {Door.OPEN: 200, Door.EARLY: 403, Door.OVER: 410, Door.OFF: 410, Door.MOVED: 410}
LANGUAGES = {"zh-hans": "简体", "zh-hant": "繁體", "en": "English"}


def language_of(request: HttpRequest) -> str:
    """What the guest chose on the page, else their browser's."""
    chosen = request.GET.get("lang", "")
    return chosen if chosen in LANGUAGES else translation.get_language() or settings.LANGUAGE_CODE


def booking_of(token: str) -> tuple[Booking, CardKey]:
    key = card_key_of(token)
    if key is None:
        raise Http404
    return get_object_or_404(Booking.objects.select_related("room", "site"), pk=key.booking_id), key


@csrf_exempt
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, token: str) -> HttpResponse:
    booking, key = booking_of(token)
    language, now = language_of(request), timezone.now()
    with translation.override(language), timezone.override(booking.site.zone):
        door = door_of(booking, key.room_id, now)
        if door != Door.OPEN:
            return page(request, "call_closed", booking, token, now, door=door, status=STATUS[door])
        if request.method == "POST":
            return called(request, booking, key, token, now)
        return page(request, "call", booking, token, now)


@require_GET
def call_state(request: HttpRequest, token: str) -> HttpResponse:
    """How far the calls are; asked for again and again by the page."""
    booking, key = booking_of(token)
    language, now = language_of(request), timezone.now()
    with translation.override(language), timezone.override(booking.site.zone):
        door = door_of(booking, key.room_id, now)
        return page(request, "_call_state", booking, token, now, door=door)


def called(request: HttpRequest, booking: Booking, key: CardKey, token: str, now: datetime) -> HttpResponse:
    form = CallForm(request.POST, kinds=[(kind.value, kind.label) for kind in CALLS])
    if not form.is_valid():
        fault = next(iter(form.errors.values()))[0]
        return page(request, "call", booking, token, now, fault=fault, typed=request.POST.get("text", ""), status=422)
    try:
        call_service(booking_id=booking.pk, room_id=key.room_id, now=now, **form.cleaned_data)
    except InvalidTick as exc:
        fault = TICK_MESSAGES[next(iter(exc.errors.values()))[0]]
        return page(request, "call", booking, token, now, fault=fault, typed=form.cleaned_data["text"], status=422)
    except ChecklistError as exc:
        if exc.code == "not_running":
            return closed_meanwhile(request, key, token, now)
        return refused(request, booking, token, now, exc)
    return redirect(address(token, translation.get_language() or ""))


def closed_meanwhile(request: HttpRequest, key: CardKey, token: str, now: datetime) -> HttpResponse:
    """It ended, or moved, between the look at the page and the tap."""
    booking, _key = booking_of(token)
    return page(request, "call_closed", booking, token, now, door=door_of(booking, key.room_id, now), status=410)


def refused(request: HttpRequest, booking: Booking, token: str, now: datetime, exc: ChecklistError) -> HttpResponse:
    status, typed = (429 if exc.code == "too_many_calls" else 409), request.POST.get("text", "")
    said = {"fault": CHECKLIST_MESSAGES[exc.code], "typed": typed}
    response = page(request, "call", booking, token, now, status=status, **said)
    if status == 429:
        response["Retry-After"] = str(exc.params["seconds"])
    return response


def address(token: str, language: str) -> str:
    return f"{reverse('checklists:call', args=[token])}?lang={language}"


def page(
    request: HttpRequest, name: str, booking: Booking, token: str, now: datetime, *, status: int = 200, **extra: Any
) -> HttpResponse:
    language = translation.get_language() or ""
    context = {
        "booking": booking,
        "token": token,
        "language": language,
        "languages": LANGUAGES.items(),
        "calls": calls_shown(booking),
        "kinds": [(kind.value, kind.label, ICONS[kind]) for kind in CALLS],
        "now": now,
        "door": Door.OPEN,
    }
    response = render(request, f"checklists/{name}.html", context | extra, status=status)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = language
    return response


@login_required
@require_GET
def call_card(request: HttpRequest, ref: str) -> HttpResponse:
    """The card to print, A6: as a PDF, or as a page where the machine cannot make one."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user).select_related("room", "site"), ref=ref)
    if not can_print_call_card(request.user, booking):
        raise PermissionDenied
    html = card_html(request, booking)
    if "html" in request.GET:
        return HttpResponse(html)
    try:
        document = to_pdf(html)
    except PdfUnavailableError:
        return HttpResponse(html)
    response = HttpResponse(document.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="call-{booking.ref}.pdf"'
    return response


def card_html(request: HttpRequest, booking: Booking) -> str:
    link = request.build_absolute_uri(reverse("checklists:call", args=[call_token(booking.pk, booking.room_id)]))
    context = {
        "booking": booking,
        "qr": segno.make(link, error="m").svg_inline(scale=1, border=2, omitsize=True, svgclass="qr"),
        "words": [(code, in_language(code)) for code in LANGUAGES],
    }
    with timezone.override(booking.site.zone):
        return render_to_string("print/call_card.html", context)


def in_language(code: str) -> tuple[str, str]:
    with translation.override(code):
        return _("Scan to call the service"), _("More tea, warmer, cooler, sound: we are with you within minutes.")
