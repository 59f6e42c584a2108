"""A shared tablet between two people: who is it, the PIN, and the lock."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.dates import format_time, instant_of
from staff.models import SharedTablet, User
from staff.permissions import can_open_tablet
from staff.selectors import people_at_tablet, tablet_person
from staff.services.pins import PinAnswer, PinResult, choose_pin, record_tablet_sign_in, try_pin
from staff.tablet_forms import NewPinForm, PinForm
from staff.tablet_session import COOKIE, TabletRequest, begin_at_tablet, end_session, is_bound, keep_key

# A PIN that was given opens one page for a moment: that of the own one.
CHOOSING, CHOOSING_SECONDS = "tablet_choosing", 300


@require_GET
def people(request: TabletRequest) -> HttpResponse:
    tablet, now = request.shared_tablet, timezone.now()
    if tablet is None or request.user.is_authenticated:
        return redirect("home")
    context = {"people": people_at_tablet(tablet, now=now), "is_idle": "idle" in request.GET}
    return locked_page(request, "tablet_people", tablet, now, context)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def person(request: TabletRequest, pk: int) -> HttpResponse:
    """The PIN pad of one person."""
    tablet, now = request.shared_tablet, timezone.now()
    if tablet is None or request.user.is_authenticated:
        return redirect("home")
    user = person_or_404(tablet, pk)
    form, refusal = PinForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        answer = try_pin(person=user, tablet=tablet, pin=form.cleaned_data["pin"], now=now)
        if answer.result == PinResult.RIGHT:
            return after_pin(request, user, tablet, now, answer)
        refusal = words_of(answer, tablet)
    elif form.errors:
        refusal = form.errors["pin"][0]
    context = {"person": tablet_person(user, [], now), "form": form, "refusal": refusal}
    return locked_page(request, "tablet_pin", tablet, now, context, status=422 if refusal else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def new_pin(request: TabletRequest) -> HttpResponse:
    """One's own in the place of the one that was given."""
    tablet, now = request.shared_tablet, timezone.now()
    if tablet is None or request.user.is_authenticated:
        return redirect("home")
    user, given_at = chooser(request, tablet, now)
    if user is None or given_at is None:
        return redirect("staff:tablet_people")
    form = NewPinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if choose_pin(person=user, given_at=given_at, pin=form.cleaned_data["new_pin"], now=now):
            return signed_in(request, user, tablet, now)
        return redirect("staff:tablet_people")
    context = {"person": tablet_person(user, [], now), "form": form}
    return locked_page(request, "tablet_new_pin", tablet, now, context, status=422 if form.errors else 200)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """The next person's turn; at a browser of one's own there is nothing to lock."""
    if is_bound(request):
        end_session(request)
    why = "?idle" if request.POST.get("why") == "idle" else ""
    return redirect(reverse("staff:tablet_people") + why)


@require_POST
def active(request: HttpRequest) -> HttpResponse:
    """Somebody touched the page: the middleware has noted it."""
    if not is_bound(request):
        return JsonResponse({"code": "signed_out"}, status=401)
    return HttpResponse(status=204)


def person_or_404(tablet: SharedTablet, pk: int) -> User:
    """No more is told of somebody who may not than of somebody who is not."""
    user = get_object_or_404(User.objects.filter(site=tablet.site_id, is_active=True), pk=pk)
    if not can_open_tablet(user, tablet.site_id):
        raise Http404
    return user


def signed_in(request: HttpRequest, user: User, tablet: SharedTablet, now: datetime) -> HttpResponse:
    begin_at_tablet(request, user, tablet, now)
    record_tablet_sign_in(person=user, tablet=tablet, now=now)
    response = redirect("checklists:tablet")
    keep_key(response, request.COOKIES[COOKIE])
    return response


def after_pin(request: HttpRequest, user: User, tablet: SharedTablet, now: datetime, answer: PinAnswer) -> HttpResponse:
    if not answer.must_change or answer.set_at is None:
        return signed_in(request, user, tablet, now)
    request.session.flush()
    request.session[CHOOSING] = [user.pk, now.timestamp(), answer.set_at.isoformat()]
    return redirect("staff:tablet_new_pin")


def chooser(request: HttpRequest, tablet: SharedTablet, now: datetime) -> tuple[User | None, datetime | None]:
    """Who may choose now, and in the place of which PIN: it serves once, at whichever tablet it was typed."""
    pk, at, given_at = request.session.get(CHOOSING, (None, 0, ""))
    if now.timestamp() - at > CHOOSING_SECONDS:
        return None, None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not can_open_tablet(user, tablet.site_id):
        return None, None
    return user, instant_of(given_at)


def words_of(answer: PinAnswer, tablet: SharedTablet) -> str:
    if answer.result == PinResult.LOCKED and answer.until:
        until = format_time(answer.until, tablet.site.zone)
        return _("Too many wrong tries. Locked until %(until)s; a manager can unlock it before.") % {"until": until}
    if answer.result == PinResult.SHUT:
        return _("Too many wrong tries at the tablets. This PIN is locked until a manager unlocks it.")
    if answer.result == PinResult.NONE:
        return _("There is no PIN yet. Set one in your own settings at another device, or ask a manager for one.")
    if answer.result == PinResult.EXPIRED:
        return _("This one-time PIN is too old. Please ask a manager for a new one.")
    return ngettext(
        "This PIN is not right. %(left)s try is left.", "This PIN is not right. %(left)s tries are left.", answer.left
    ) % {"left": answer.left}


def locked_page(
    request: HttpRequest, name: str, tablet: SharedTablet, now: datetime, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    shared = {"tablet": tablet, "now": now, "zone": tablet.site.zone}
    with timezone.override(tablet.site.zone):
        response = render(request, f"staff/{name}.html", shared | context, status=status)
    response["Cache-Control"] = "no-store"
    return response
