"""Photos of people: shown to those who work with them and on the shared tablets they may open; put and removed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import User
from staff.permissions import can_change_person, can_open_tablet, can_see_people, can_see_photo
from staff.photo_forms import PhotoForm
from staff.selectors import people_visible_to
from staff.services.portraits import remove_photo, set_photo
from staff.tablet_session import TabletRequest
from staff.views.accounts import profile_page
from staff.views.people import person_page


@require_GET
def photo(request: TabletRequest, pk: int) -> HttpResponse:
    """The address changes with the photo, so a browser may keep it."""
    if not request.user.is_authenticated and request.shared_tablet is None:
        return redirect_to_login(request.get_full_path())
    try:
        with seen_person(request, pk).photo.open() as file:
            data = file.read()
    except (ValueError, OSError) as exc:
        raise Http404 from exc
    response = HttpResponse(data, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def seen_person(request: TabletRequest, pk: int) -> User:
    """With nobody signed in, those whose names the tablet of their site shows as well."""
    if not request.user.is_authenticated:
        person = get_object_or_404(User, pk=pk, is_active=True, site=request.shared_tablet.site_id)
        if not can_open_tablet(person, request.shared_tablet.site_id):
            raise Http404
        return person
    person = get_object_or_404(User, pk=pk)
    if can_see_photo(request.user, person):
        return person
    if person.site_id != request.user.site_id:
        raise Http404
    raise PermissionDenied


@require_POST
@login_required
def change_own(request: HttpRequest) -> HttpResponse:
    form = PhotoForm(request.POST, request.FILES)
    if not taken(request, request.user, form):
        return profile_page(request, photo_form=form)
    return redirect("staff:profile")


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_people(request.user):
        raise PermissionDenied
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    if not can_change_person(request.user, person):
        raise PermissionDenied
    form = PhotoForm(request.POST, request.FILES)
    if not taken(request, person, form):
        return person_page(request, person, photo_form=form)
    return redirect("staff:person_change", pk)


def taken(request: HttpRequest, person: User, form: PhotoForm) -> bool:
    terms = {"person_id": person.pk, "actor": request.user, "now": timezone.now()}
    if "remove" in request.POST:
        remove_photo(**terms)
        messages.success(request, _("The photo is removed."))
        return True
    if not form.is_valid():
        return False
    try:
        set_photo(photo=form.cleaned_data["photo"], **terms)
    except StaffError as exc:
        form.add_error("photo", STAFF_MESSAGES[exc.code])
        return False
    messages.success(request, _("The photo is in place."))
    return True
