"""Times in which a room is out of use: seen, made and lifted by the office."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.errors import BookingError, InvalidBooking, RoomTaken
from bookings.forms import ClosureForm
from bookings.messages import error_text
from bookings.models import Closure
from bookings.permissions import can_close_room
from bookings.selectors.closures import bookings_standing_in, closures_of
from bookings.services import close_room, reopen_room
from rooms.models import Room
from rooms.selectors import rooms_visible_to


@login_required
@require_http_methods(["GET", "POST"])
def closures(request: HttpRequest, room_pk: int) -> HttpResponse:
    room = _room(request, room_pk)
    now = timezone.now()
    today = now.astimezone(room.site.zone).date()
    form = ClosureForm(request.POST or None, site=room.site, initial={"from_day": today, "until_day": today})
    context = {"room": room, "zone": room.site.zone, "closures": closures_of(room, now), "form": form, "now": now}
    if request.method == "GET":
        return render(request, "bookings/closures.html", context)
    if not form.is_valid():
        return render(request, "bookings/closures.html", context, status=422)
    start, end = form.at("from_day", "from_time"), form.at("until_day", "until_time")
    reason = form.cleaned_data["reason"]
    try:
        close_room(room_id=room.pk, start=start, end=end, reason=reason, actor=request.user, now=now)
    except InvalidBooking as error:
        form.put_faults(error)
        return render(request, "bookings/closures.html", context, status=422)
    except RoomTaken as error:
        context |= {"taken": error.conflicts, "standing": bookings_standing_in(room, start, end)}
        return render(request, "bookings/closures.html", context, status=409)
    messages.success(request, _("%(room)s is out of use for that time.") % {"room": room.code})
    return redirect("bookings:closures", room.pk)


@login_required
@require_POST
def reopen(request: HttpRequest, room_pk: int, pk: int) -> HttpResponse:
    room = _room(request, room_pk)
    closure = get_object_or_404(Closure, pk=pk, room=room)
    try:
        reopen_room(closure_id=closure.pk, actor=request.user, now=timezone.now())
    except BookingError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, _("%(room)s is back in use.") % {"room": room.code})
    return redirect("bookings:closures", room.pk)


def _room(request: HttpRequest, pk: int) -> Room:
    room = get_object_or_404(rooms_visible_to(request.user).select_related("site"), pk=pk)
    if not can_close_room(request.user, room):
        raise PermissionDenied
    return room
