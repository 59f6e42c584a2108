"""Appearance and conduct of those who serve a meeting, looked at by a manager before it (P23)."""

from datetime import datetime
from uuid import uuid4, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.models import Booking
from checklists.errors import ChecklistError, InvalidTick
from checklists.models import Step
from checklists.services.ticks import tick_step
from checklists.unannounced import knows_spot_checks
from staff.errors import StaffError
from staff.growth_forms import ConductForm
from staff.messages import STAFF_MESSAGES
from staff.models import ConductCheck, User
from staff.services.growth import record_conduct

CONDUCT_ITEM = "P23"


@login_required
@require_http_methods(["GET", "POST"])
def conduct(request: HttpRequest, ref: str) -> HttpResponse:
    bookings = Booking.objects.visible_to(request.user).planned().select_related("site", "room")
    booking, now = get_object_or_404(bookings, ref=ref), timezone.now()
    if not knows_spot_checks(request.user, booking.site_id):
        raise PermissionDenied
    initial = {"op": uuid4(), "occasion": ConductCheck.Occasion.MEETING}
    form = ConductForm(request.POST or None, people=people_of(booking, request.user), initial=initial)
    if request.method == "POST" and form.is_valid() and saved(request, booking, form, now):
        return redirect("checklists:tablet_meeting", booking.ref)
    context = {"form": form, "site": booking.site, "checks": (), "booking": booking}
    with timezone.override(booking.site.zone):
        return render(request, "staff/conduct.html", context, status=422 if form.errors else 200)


def people_of(booking: Booking, actor: User) -> list[User]:
    serving = User.objects.filter(assignments__booking=booking, is_active=True).exclude(pk=actor.pk)
    return list(serving.distinct().order_by("display_name", "pk"))


def saved(request: HttpRequest, booking: Booking, form: ConductForm, now: datetime) -> bool:
    facts = {"op": form.cleaned_data["op"], "site": booking.site, "occasion": ConductCheck.Occasion.MEETING}
    told = {"people": form.checked, "lapses": form.lapses, "notes": form.notes}
    try:
        record_conduct(**facts, **told, actor=request.user, now=now)
    except StaffError as exc:
        form.add_error(None, STAFF_MESSAGES[exc.code])
        return False
    has_lapse = any(form.lapses[person.pk] for person in form.checked)
    if not has_lapse and settled(booking, form, request.user, now):
        messages.success(request, _("The check is in everyone's record, and its step is done."))
    else:
        # Whether what was noted is mended by then is the manager's to say on the step itself.
        messages.success(request, _("The check is in everyone's record."))
    return True


def settled(booking: Booking, form: ConductForm, actor: User, now: datetime) -> bool:
    """Tick the planned check where it may be ticked by now; the same form again ticks it once."""
    due = booking.steps.filter(item__code=CONDUCT_ITEM, state=Step.State.OPEN, opens_at__lte=now).first()
    if due is None:
        return False
    op = uuid5(form.cleaned_data["op"], CONDUCT_ITEM)
    facts = {"wanted": Step.State.DONE, "result": {"ok": True}, "note": "", "device_at": None}
    try:
        tick_step(op=op, step_id=due.pk, **facts, actor=actor, now=now)
    except (ChecklistError, InvalidTick):
        return False
    return True
