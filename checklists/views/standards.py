"""The service standard to read: what each site has, a number around a sample meeting, two numbers side by side."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from checklists.models import ServiceStandard
from checklists.permissions import can_edit_standard, can_see_standard
from checklists.selectors.standard_page import sample_of
from checklists.selectors.standard_shelf import discarded_draft, find_standard, newest_of, peers_of, shelves_for
from checklists.selectors.standards import rules_of
from checklists.standard_changes import changes_in_words
from checklists.standard_forms.sample import presets, sample_form
from checklists.standard_lists import phases_of
from checklists.standards import standard_toml, standard_yaml
from checklists.standards.comparing import compare
from checklists.views.common import site_asked
from rooms.models import Site
from rooms.selectors import sites_visible_to

DRAFT = ServiceStandard.State.DRAFT
View = Callable[..., HttpResponse]
WRITERS = {"yaml": standard_yaml, "toml": standard_toml}


class DraftDiscarded(Http404):
    """A draft that was there, and whose it was; None for the shared standard."""

    def __init__(self, site: Site | None) -> None:
        super().__init__()
        self.site = site


def tells_of_discarded(view: View) -> View:
    """In place of a bare “not found” the standard's page, for those who may see it."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DraftDiscarded as gone:
            if not can_see_standard(request.user, gone.site):
                raise PermissionDenied from gone
            messages.warning(request, _("This draft was discarded meanwhile. Here is the standard as it stands."))
            standing = newest_of(gone.site) or newest_of(None)
            target = reverse("checklists:standard", args=[standing.pk]) if standing else reverse("checklists:standards")
            # Another page than the part that asked.
            return HttpResponseClientRedirect(target) if request.htmx else redirect(target)

    return run


def standard_asked(request: HttpRequest, pk: int | str) -> ServiceStandard:
    """Of another site: unknown; without the right: closed."""
    text = str(pk)
    # Beyond the column's range no standard is kept, and the database would not take the question.
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    found = find_standard(request.user, number)
    if found is None and (left := discarded_draft(request.user, number)):
        raise DraftDiscarded(left.site)
    if found is None:
        raise Http404
    if not can_see_standard(request.user, found.site):
        raise PermissionDenied
    return found


def common_context(request: HttpRequest, standard: ServiceStandard) -> dict:
    """What the head of every page of one standard shows."""
    can_edit = can_edit_standard(request.user, standard.site)
    is_draft = standard.state == DRAFT
    return {"standard": standard, "is_draft": is_draft, "can_edit": can_edit, "may_change": can_edit and is_draft}


@login_required
@require_GET
def standards(request: HttpRequest) -> HttpResponse:
    if not can_see_standard(request.user, None):
        raise PermissionDenied
    return render(request, "checklists/standards.html", {"shelves": shelves_for(request.user)})


@login_required
@require_GET
@tells_of_discarded
def standard(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture around a sample meeting; with htmx the picture alone."""
    found, now = standard_asked(request, pk), timezone.now()
    form, site = sample_form(request.GET), site_of_sample(request, found)
    sample = sample_of(rules_of(found), form.choices(), site=site, now=now)
    context = common_context(request, found) | {
        "form": form,
        "site": site,
        "sites": [] if found.site else sites_visible_to(request.user),
        "sample": sample,
        "presets": presets(),
        "tab": "picture",
    }
    page = "checklists/_standard_picture.html" if request.htmx else "checklists/standard.html"
    with timezone.override(site.zone):
        return render(request, page, context)


def site_of_sample(request: HttpRequest, standard: ServiceStandard) -> Site:
    """Hours and holidays are a site's: the standard's own, or for the shared one the site chosen."""
    return standard.site or site_asked(request)


@login_required
@require_GET
def standard_file(request: HttpRequest, pk: int) -> HttpResponse:
    found = standard_asked(request, pk)
    owner = slugify(found.site.code) if found.site else "shared"
    language = "toml" if request.GET.get("as") == "toml" else "yaml"
    name = f"standard-{owner}-{found.number or 'draft'}.{language}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    text = WRITERS[language](rules_of(found))
    return HttpResponse(text, content_type=f"application/{language}; charset=utf-8", headers=headers)


@login_required
@require_GET
@tells_of_discarded
def standard_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """`with` names the other; without it the number this one is based on, or the one before."""
    found = standard_asked(request, pk)
    peers = peers_of(found, request.user)
    other = other_asked(request, request.GET, found, peers)
    changes = changes_in_words(compare(rules_of(other), rules_of(found))) if other else None
    context = common_context(request, found) | {"other": other, "peers": peers, "changes": changes, "tab": "compare"}
    return render(request, "checklists/standard_comparison.html", context)


def other_asked(
    request: HttpRequest, asked: QueryDict, standard: ServiceStandard, peers: list[ServiceStandard]
) -> ServiceStandard | None:
    if asked.get("with"):
        return standard_asked(request, asked["with"])
    if standard.based_on_id:
        return get_object_or_404(ServiceStandard, pk=standard.based_on_id)
    earlier = [each for each in peers if each.site_id == standard.site_id and each.number]
    number = standard.number or 0
    before = next((each for each in earlier if standard.state == DRAFT or each.number < number), None)
    return get_object_or_404(ServiceStandard, pk=before.pk) if before else None


@login_required
@require_GET
@tells_of_discarded
def standard_items(request: HttpRequest, pk: int) -> HttpResponse:
    """Every item by phase; of a draft with what edits it."""
    found = standard_asked(request, pk)
    context = common_context(request, found) | {"phases": phases_of(rules_of(found)), "tab": "items"}
    return render(request, "checklists/standard_items.html", context)
