"""The people of a site: seen and changed by managers and administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from staff.errors import StaffError
from staff.forms import PersonForm
from staff.messages import LOG_TEXTS, STAFF_MESSAGES
from staff.models import User
from staff.paging import page_of
from staff.permissions import can_change_person, can_give_pin, can_see_people
from staff.photo_forms import PhotoForm
from staff.portraits import photo_url
from staff.roles import Role
from staff.selectors import people_visible_to
from staff.services.people import change_person, create_person


@require_GET
@login_required
def people(request: HttpRequest) -> HttpResponse:
    if not can_see_people(request.user):
        raise PermissionDenied
    # A NUL is in no name, and the database refuses to look for it.
    query, role = request.GET.get("q", "").replace("\x00", "").strip(), request.GET.get("role", "")
    page = page_of(request, matching(people_visible_to(request.user), query, role))
    rows = [(person, can_change_person(request.user, person)) for person in page]
    template = "staff/_people.html" if request.htmx else "staff/people.html"
    context = {"page": page, "rows": rows, "query": query, "role": role, "roles": Role.choices}
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not can_see_people(request.user):
        raise PermissionDenied
    form = PersonForm(request.POST or None, actor=request.user)
    if request.method == "POST" and form.is_valid() and (person := saved(form, request.user)):
        messages.success(request, _("%(name)s may sign in now.") % {"name": person})
        return redirect("staff:people")
    return render(request, "staff/person.html", {"form": form, "person": None})


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_see_people(request.user):
        raise PermissionDenied
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    if not can_change_person(request.user, person):
        raise PermissionDenied
    form = PersonForm(request.POST or None, instance=person, actor=request.user)
    if request.method == "POST" and form.is_valid() and saved(form, request.user):
        messages.success(request, _("The changes to %(name)s are saved.") % {"name": person})
        return redirect("staff:people")
    return person_page(request, person, form=form)


def person_page(request: HttpRequest, person: User, **context: Any) -> HttpResponse:
    # A tablet is taken many times a day; the administration lists that.
    entries = person.log.exclude(verb="tablet_signed_in").select_related("actor")[:10]
    log = [(entry, LOG_TEXTS[entry.verb]) for entry in entries]
    defaults = {
        "form": PersonForm(instance=person, actor=request.user),
        "photo_form": PhotoForm(),
        "photo_url": photo_url(person),
        "person": person,
        "log": log,
        "can_give_pin": can_give_pin(request.user, person),
    }
    return render(request, "staff/person.html", defaults | context)


def saved(form: PersonForm, actor: User) -> User | None:
    """Hand the form to its service; a refusal goes beside the field it is about."""
    facts = {
        "fields": form.person_fields,
        "roles": form.cleaned_data["roles"],
        "password": form.cleaned_data["new_password"],
        "actor": actor,
        "now": timezone.now(),
    }
    try:
        return change_person(person_id=form.instance.pk, **facts) if form.instance.pk else create_person(**facts)
    except StaffError as exc:
        form.add_error("username" if exc.code == "username_taken" else None, STAFF_MESSAGES[exc.code])
        return None


def matching(people: QuerySet[User], query: str, role: str) -> QuerySet[User]:
    if query:
        fields = ("username", "display_name", "latin_name", "department", "phone")
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": query})
        people = people.filter(wanted)
    return people.filter(groups__name=role) if role in Role else people
