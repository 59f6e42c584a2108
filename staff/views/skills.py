"""Skills: the matrix of a site, one person's, one's own, and the organisation's list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.selectors import site_today, sites_visible_to
from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import Skill, User
from staff.permissions import can_change_growth, can_change_skills, can_lead_training
from staff.selectors.skills import rooms_known_by, skill_matrix, skills_of
from staff.services.skills import add_default_skills, save_skill, set_known_rooms, set_skills
from staff.skill_forms import PersonSkillsForm, SkillForm
from staff.views.asking import person_asked, site_asked, today_of


@require_GET
@login_required
def matrix(request: HttpRequest) -> HttpResponse:
    if not can_lead_training(request.user):
        raise PermissionDenied
    site = site_asked(request)
    context = {
        "matrix": skill_matrix(site=site, on=site_today(site, timezone.now())),
        "site": site,
        "sites": sites_visible_to(request.user),
        "can_change_list": can_change_skills(request.user),
    }
    return render(request, "staff/skills.html", context)


@require_GET
@login_required
def my_skills(request: HttpRequest) -> HttpResponse:
    return person_page(request, request.user)


def person_page(request: HttpRequest, person: User) -> HttpResponse:
    context = {
        "person": person,
        "cells": skills_of(person, on=today_of(person, timezone.now())),
        "rooms": rooms_known_by([person])[person.pk],
    }
    return render(request, "staff/skills_mine.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def person_skills(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own are seen and not changed."""
    person, now = person_asked(request, pk), timezone.now()
    if not can_change_growth(request.user, person):
        if request.method == "POST":
            raise PermissionDenied
        return person_page(request, person)
    form = PersonSkillsForm(request.POST or None, person=person, today=today_of(person, now))
    if request.method == "POST" and form.is_valid() and saved(form, person, request.user):
        messages.success(request, _("The skills of %(name)s are saved.") % {"name": person})
        return redirect(matrix_url(person))
    context = {"form": form, "person": person, "back": matrix_url(person)}
    return render(request, "staff/skills_person.html", context, status=422 if form.errors else 200)


def saved(form: PersonSkillsForm, person: User, actor: User) -> bool:
    now, within = timezone.now(), [skill.pk for skill in form.skills]
    try:
        set_skills(person=person, wanted=form.wanted, within=within, actor=actor, now=now)
    except StaffError as exc:
        form.add_error(f"until_{exc.params['skill_id']}", STAFF_MESSAGES[exc.code])
        return False
    set_known_rooms(person=person, rooms=form.cleaned_data["rooms"], actor=actor, now=now)
    return True


def matrix_url(person: User) -> str:
    query = f"?site={person.site.code}" if person.site else ""
    return reverse("staff:skills") + query


@require_POST
@login_required
def usual(request: HttpRequest) -> HttpResponse:
    if not can_change_skills(request.user):
        raise PermissionDenied
    count = add_default_skills()
    text = ngettext("%(count)s skill is added.", "%(count)s skills are added.", count)
    messages.success(request, text % {"count": count})
    return redirect("staff:skill_list")


@require_http_methods(["GET", "POST"])
@login_required
def skill_list(request: HttpRequest) -> HttpResponse:
    """The organisation's skills, with a form for one more."""
    if not can_change_skills(request.user):
        raise PermissionDenied
    form = SkillForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and kept(form):
        return redirect("staff:skill_list")
    return render(request, "staff/skill_list.html", {"skills": Skill.objects.all(), "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def skill_change(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_change_skills(request.user):
        raise PermissionDenied
    skill = get_object_or_404(Skill, pk=pk)
    form = SkillForm(request.POST or None, instance=skill)
    if request.method == "POST" and form.is_valid() and kept(form):
        return redirect("staff:skill_list")
    return render(request, "staff/skill_form.html", {"form": form, "skill": skill})


def kept(form: SkillForm) -> bool:
    try:
        save_skill(skill=form.instance, fields=form.cleaned_data)
    except StaffError as exc:
        form.add_error("code", STAFF_MESSAGES[exc.code])
        return False
    return True
