"""Praise by who leads or trains somebody, and thanks among colleagues."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staff.errors import StaffError
from staff.growth_forms import PraiseForm, ThanksForm
from staff.messages import STAFF_MESSAGES
from staff.models import User
from staff.permissions import can_change_growth, can_praise, can_thank
from staff.services.growth import add_praise
from staff.services.thanks import give_thanks
from staff.views.growth import growth_page

FIELD_OF = {"thanked_today": "person", "unknown_reason": "reason"}


@require_http_methods(["GET", "POST"])
@login_required
def praise(request: HttpRequest, pk: int) -> HttpResponse:
    """A trainer writes it here without seeing the record it goes into."""
    person = person_praised(request, pk)
    leads = can_change_growth(request.user, person)
    form = PraiseForm(request.POST if request.method == "POST" else None, initial={"op": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            add_praise(person=person, **form.cleaned_data, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, STAFF_MESSAGES[exc.code])
        else:
            messages.success(request, _("The praise is in the record, and they are told."))
            return redirect("staff:growth", person.pk) if leads else redirect("staff:my_training")
    if request.method == "POST" and leads:
        return growth_page(request, person, praise=form)
    context = {"form": form, "person": person}
    return render(request, "staff/praise.html", context, status=422 if form.is_bound else 200)


def person_praised(request: HttpRequest, pk: int) -> User:
    person = get_object_or_404(User.objects.select_related("site"), pk=pk)
    if can_praise(request.user, person):
        return person
    if person.site_id is None or person.site_id != request.user.site_id:
        raise Http404
    raise PermissionDenied


@require_http_methods(["GET", "POST"])
@login_required
def thanks(request: HttpRequest) -> HttpResponse:
    if not can_thank(request.user):
        raise PermissionDenied
    form = ThanksForm(request.POST or None, actor=request.user, initial={"op": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            give_thanks(**form.cleaned_data, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error(FIELD_OF.get(exc.code), STAFF_MESSAGES[exc.code] % exc.params)
        else:
            messages.success(request, _("They are told, and it stands in their record."))
            return redirect("staff:my_training")
    return render(request, "staff/thanks.html", {"form": form}, status=422 if form.errors else 200)
