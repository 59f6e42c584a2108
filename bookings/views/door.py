"""The screens at doors and in the lobby: no sign-in, no cookie, and of a meeting only what may hang in the corridor.

The key in the address is the whole right; nothing that a browser adds by itself is trusted, so there is nothing to
forge.
"""

from datetime import datetime
from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from bookings.errors import BookingError, InvalidBooking
from bookings.forms.door import DoorForm
from bookings.messages import error_text, fault_text
from bookings.models import DoorDevice
from bookings.selectors.door import DoorDay, DoorMeeting, door_day
from bookings.selectors.lobby import lobby_lines
from bookings.services.doors import ALLOWED, Act, act_at_screen, screen_of
from rooms.qr import qr_of

LANGUAGES = {"zh-hans": "简体", "zh-hant": "繁體", "en": "English"}
# How long a page or a language stays before the next one; the page asks as often.
TURN_SECONDS = 15
LINES_ON_A_PAGE = 7


def language_of(request: HttpRequest, turn: int) -> str:
    """The one asked for, else each in its turn."""
    return chosen_language(request) or tuple(LANGUAGES)[turn % len(LANGUAGES)]


def chosen_language(request: HttpRequest) -> str:
    chosen = request.GET.get("lang", "")
    return chosen if chosen in LANGUAGES else ""


def turn_at(now: datetime) -> int:
    return int(now.timestamp()) // TURN_SECONDS


@csrf_exempt
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    device = device_or_404(token, now, lobby=False)
    with translation.override(language_of(request, turn_at(now))):
        if request.method == "POST":
            return acted(request, device, token, now)
        return door_page(request, "door", device, token, now)


@require_GET
def door_state(request: HttpRequest, token: str) -> HttpResponse:
    """What changes on the door; asked for again and again by the page."""
    now = timezone.now()
    device = device_or_404(token, now, lobby=False)
    with translation.override(language_of(request, turn_at(now))):
        return door_page(request, "_door", device, token, now)


@require_GET
def lobby(request: HttpRequest, token: str) -> HttpResponse:
    return lobby_page(request, "lobby", token)


@require_GET
def lobby_state(request: HttpRequest, token: str) -> HttpResponse:
    return lobby_page(request, "_lobby", token)


def device_or_404(token: str, now: datetime, *, lobby: bool) -> DoorDevice:
    device = screen_of(token, now=now, lobby=lobby)
    if device is None:
        raise Http404
    return device


def acted(request: HttpRequest, device: DoorDevice, token: str, now: datetime) -> HttpResponse:
    form = DoorForm(request.POST)
    if not form.is_valid():
        return door_page(request, "door", device, token, now, status=422)
    try:
        act_at_screen(device_id=device.pk, ref=form.cleaned_data["ref"], now=now, **form.wanted)
    except BookingError as error:
        return door_page(request, "door", device, token, now, refusal=refusal_of(error), status=409)
    return redirect(address_of(request, "door", token))


def address_of(request: HttpRequest, name: str, token: str) -> str:
    """With the language that somebody chose; without one each comes in its turn."""
    language = chosen_language(request)
    return reverse(f"bookings:{name}", args=[token]) + (f"?lang={language}" if language else "")


def refusal_of(error: BookingError) -> str:
    """In one sentence: a door has no fields to put faults beside."""
    if isinstance(error, InvalidBooking):
        return next(fault_text(fault) for faults in error.errors.values() for fault in faults)
    return error_text(error)


def door_page(
    request: HttpRequest, name: str, device: DoorDevice, token: str, now: datetime, *, status: int = 200, **extra: Any
) -> HttpResponse:
    room = device.room
    if room is None:
        raise Http404
    day = door_day(room=room, now=now)
    here = request.build_absolute_uri(reverse("bookings:here", args=[room.pk]))
    context = {
        "device": device,
        "room": room,
        "day": day,
        "state_address": address_of(request, "door_state", token),
        "door_address": address_of(request, "door", token),
        "qr": qr_of(here),
        **offered(day, ALLOWED[device.site.door_acts]),
    }
    return screen_page(request, name, device, now, context | extra, status=status)


def offered(day: DoorDay, allowed: frozenset[Act]) -> dict[str, Any]:
    """What may be done without signing in, as far as there is anything to do it with."""
    current: DoorMeeting | None = day.current if day.current and day.current.is_running else None
    return {
        "check_in": day.to_check_in if Act.START in allowed else None,
        "running": current if Act.END in allowed else None,
        "extensions": day.extensions if Act.EXTEND in allowed else (),
    }


def lobby_page(request: HttpRequest, name: str, token: str) -> HttpResponse:
    now = timezone.now()
    device = device_or_404(token, now, lobby=True)
    lines = lobby_lines(site=device.site, now=now)
    pages = max(1, ceil(len(lines) / LINES_ON_A_PAGE))
    turn = turn_at(now)
    first = turn % pages * LINES_ON_A_PAGE
    context = {
        "site": device.site,
        "lines": lines[first : first + LINES_ON_A_PAGE],
        "page": turn % pages + 1,
        "pages": pages,
        "state_address": address_of(request, "lobby_state", token),
    }
    # Every page is seen in one language before the next language comes.
    with translation.override(language_of(request, turn // pages)):
        return screen_page(request, name, device, now, context)


def screen_page(
    request: HttpRequest, name: str, device: DoorDevice, now: datetime, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    shared = {
        "now": now,
        "zone": device.site.zone,
        "language": translation.get_language(),
        "chosen": chosen_language(request),
        "languages": LANGUAGES.items(),
    }
    with timezone.override(device.site.zone):
        response = render(request, f"bookings/{name}.html", context | shared, status=status)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = translation.get_language() or ""
    return response
