"""The record of a person, for the person and for who leads the service at their site."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from checklists.permissions import can_plan_people
from checklists.record_chart import HEIGHT, RIGHT, WIDTH, grid, pictures_of
from checklists.selectors.record import can_see_record, record_of
from staff.conduct import texts_of
from staff.models import User
from staff.selectors.growth import growth_of


@login_required
@require_GET
def person_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Of another site's people nothing is said, not even that they are there."""
    person = get_object_or_404(User.objects.select_related("site"), pk=pk)
    if can_see_record(request.user, person):
        may_enter = person.site is not None and can_plan_people(request.user, person.site)
        return page(request, person, may_enter_sickness=may_enter)
    if person.site_id is None or person.site_id != request.user.site_id:
        raise Http404
    raise PermissionDenied


@login_required
@require_GET
def my_record(request: HttpRequest) -> HttpResponse:
    return page(request, request.user)


def page(request: HttpRequest, person: User, *, may_enter_sickness: bool = False) -> HttpResponse:
    record = record_of(person)
    growth = growth_of(person, now=timezone.now())
    context = {
        "person": person,
        "growth": growth,
        "conduct": [(each, texts_of(each.lapses)) for each in growth.conduct],
        "record": record,
        "is_own": person.pk == request.user.pk,
        "may_enter_sickness": may_enter_sickness,
        "pictures": pictures_of(record),
        "grid": grid(),
        "width": WIDTH,
        "height": HEIGHT,
        "right": RIGHT,
    }
    zone = person.site.zone if person.site else timezone.get_current_timezone()
    with timezone.override(zone):
        return render(request, "checklists/record.html", context)
