"""Rooms: list, page, and their making and changing by the secretary."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rooms.errors import RoomsError
from rooms.forms import EquipmentForm, LayoutFormSet, RoomForm, RoomSearchForm, layout_initial
from rooms.history import history_of
from rooms.messages import ROOMS_MESSAGES
from rooms.models import AccessKind, EquipmentKind, LayoutKind, Room, Site
from rooms.permissions import can_ask_for_rooms, can_change_rooms
from rooms.selectors import find_site, floors_of, halls_around, parts_of, rooms_visible_to, sites_visible_to
from rooms.services import change_room, create_room

FIELD_OF = {"code_taken": "code", "standing_layout_missing": "standing_layout"}
PARTS_CODES = {"part_elsewhere", "part_around", "spaces_in_use"}


@require_GET
@login_required
def room_list(request: HttpRequest) -> HttpResponse:
    form = RoomSearchForm(request.GET)
    wanted = form.wanted
    site = find_site(request.user, request.GET.get("site"))
    context = {
        "floors": floors_of(rooms_visible_to(request.user).filter(site=site), wanted),
        "site": site,
        "wanted": wanted,
        "layouts": LayoutKind.choices,
        "equipment": EquipmentKind.choices,
        "access": AccessKind.choices,
        "sites": sites_visible_to(request.user),
        "can_change": can_change_rooms(request.user),
    }
    return render(request, "rooms/_list.html" if request.htmx else "rooms/list.html", context)


@require_GET
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(rooms_visible_to(request.user).with_fittings(), pk=pk)
    may_change = can_change_rooms(request.user)
    context = {
        "room": room,
        "parts": parts_of(room),
        "halls": halls_around(room),
        "can_change": may_change,
        "can_request": can_ask_for_rooms(request.user),
        "history": history_of(room.log.select_related("actor", "site")[:20], Room) if may_change else [],
    }
    return render(request, "rooms/detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not can_change_rooms(request.user):
        raise PermissionDenied
    site = find_site(request.user, request.GET.get("site"))
    if site is None:
        raise Http404
    return room_form(request, site, None)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(rooms_visible_to(request.user).with_fittings(), pk=pk)
    if not can_change_rooms(request.user):
        raise PermissionDenied
    return room_form(request, room.site, room)


@require_GET
@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    return picture_of(request, pk, "photo")


@require_GET
@login_required
def floor_plan(request: HttpRequest, pk: int) -> HttpResponse:
    return picture_of(request, pk, "floor_plan")


def picture_of(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The stored picture, to those who may see the room; the query in the address changes with the picture."""
    room = get_object_or_404(rooms_visible_to(request.user), pk=pk)
    try:
        with getattr(room, name).open() as file:
            data = file.read()
    except (ValueError, OSError) as exc:
        raise Http404 from exc
    response = HttpResponse(data, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def room_form(request: HttpRequest, site: Site, room: Room | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = RoomForm(data, request.FILES or None, instance=room, site=site)
    layouts = LayoutFormSet(data, initial=layout_initial(room), prefix="layouts")
    equipment = EquipmentForm(data, room=room)
    # Every fault of the three at once.
    if data is not None and all([form.is_valid(), layouts.is_valid(), equipment.is_valid()]):
        saved = save_room(form, layouts, equipment, request.user)
        if saved:
            messages.success(request, _("Room %(code)s is saved.") % {"code": saved.code})
            return redirect(saved)
    shown = Room.objects.get(pk=room.pk) if room else None
    context = {"form": form, "layouts": layouts, "equipment": equipment, "room": shown, "site": site}
    return render(request, "rooms/form.html", context)


def save_room(form: RoomForm, layouts: Any, equipment: EquipmentForm, actor: Any) -> Room | None:
    """Hand the form to its service; a refusal goes beside the field it is about."""
    facts = form.facts | {
        "layouts": layouts.rows,
        "equipment": equipment.quantities,
        "actor": actor,
        "now": timezone.now(),
    }
    try:
        if form.instance.pk is None:
            return create_room(site=form.instance.site, **facts)
        return change_room(room_id=form.instance.pk, **facts)
    except RoomsError as exc:
        refuse(form, exc)
        return None


def refuse(form: Form, exc: RoomsError) -> None:
    field = "parts" if exc.code in PARTS_CODES else FIELD_OF.get(exc.code)
    form.add_error(field, ROOMS_MESSAGES[exc.code])
