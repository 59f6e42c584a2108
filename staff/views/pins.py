"""PINs for shared tablets: one's own in one's settings, and a one-time one from a manager."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from staff.permissions import can_give_pin, can_have_pin, can_see_people
from staff.selectors import people_visible_to
from staff.services.pins import give_pin, set_pin
from staff.tablet_forms import OwnPinForm
from staff.views.accounts import profile_page


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@login_required
def own_pin(request: HttpRequest) -> HttpResponse:
    if not can_have_pin(request.user):
        raise PermissionDenied
    form = OwnPinForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_pin(person=request.user, pin=form.cleaned_data["new_pin"], now=timezone.now())
        messages.success(request, _("Your PIN is set."))
        return redirect("staff:profile")
    return profile_page(request, pin_form=form)


@require_POST
@login_required
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown this once, to be told to the person."""
    if not can_see_people(request.user):
        raise PermissionDenied
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    if not can_give_pin(request.user, person):
        raise PermissionDenied
    pin = give_pin(person=person, actor=request.user, now=timezone.now())
    response = render(request, "staff/pin_given.html", {"person": person, "pin": pin})
    response["Cache-Control"] = "no-store"
    return response
