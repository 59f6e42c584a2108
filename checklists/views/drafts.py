"""The draft of a standard: begun, edited item by item, put in order, discarded; a file that becomes the draft."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from checklists.errors import ChecklistError
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import ServiceStandard
from checklists.permissions import can_edit_standard, can_see_standard
from checklists.selectors.standard_shelf import draft_of
from checklists.selectors.standards import rules_of
from checklists.services import drafts
from checklists.standard_fault_words import placed_text, worded
from checklists.standard_forms.item import LINES, ItemEditor
from checklists.standard_forms.publishing import (
    MOST_GROUPS,
    CodeForm,
    GroupRow,
    HeadingForm,
    ImportForm,
    PlaceForm,
    SeenForm,
    group_rows,
    heading_initial,
)
from checklists.standard_forms.rows import Rows, with_line_changed
from checklists.standards import StandardFaults
from checklists.views.standards import common_context, standard_asked, tells_of_discarded
from rooms.dates import moment_in
from rooms.models import Site
from rooms.selectors import sites_visible_to

GET_AND_POST = require_http_methods(["GET", "POST"])


def editable_asked(request: HttpRequest, pk: int) -> ServiceStandard:
    """One of a standard the reader may edit, be it a draft or what became of it."""
    found = standard_asked(request, pk)
    if not can_edit_standard(request.user, found.site):
        raise PermissionDenied
    return found


def owner_asked(request: HttpRequest, code: str) -> Site | None:
    """The site with this code, or without one nobody in particular: the shared standard."""
    site = next((each for each in sites_visible_to(request.user) if each.code == code), None)
    if code and site is None:
        raise Http404
    if not can_edit_standard(request.user, site):
        raise PermissionDenied
    return site


@login_required
@require_POST
def draft_start(request: HttpRequest) -> HttpResponse:
    site = owner_asked(request, request.POST.get("owner", ""))
    try:
        draft = drafts.start_draft(site=site, actor=request.user, now=timezone.now())
    except ChecklistError as error:
        messages.error(request, CHECKLIST_MESSAGES[error.code])
        return redirect("checklists:standards")
    return redirect("checklists:standard_items", draft.pk)


@login_required
@GET_AND_POST
@tells_of_discarded
def item_add(request: HttpRequest, pk: int) -> HttpResponse:
    return item_page(request, editable_asked(request, pk), "")


@login_required
@GET_AND_POST
@tells_of_discarded
def item_change(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    return item_page(request, editable_asked(request, pk), code)


def item_page(request: HttpRequest, draft: ServiceStandard, code: str) -> HttpResponse:
    """What was typed for an item or a draft that is gone by now is shown again with that reason."""
    sent = request.POST if request.method == "POST" else None
    if sent is None and draft.state != ServiceStandard.State.DRAFT:
        return redirect("checklists:standard_items", draft.pk)
    standard = rules_of(draft)
    rule = standard.by_id.get(code)
    if sent is None and code and rule is None:
        raise Http404
    redrawn = with_line_changed(sent, LINES) if sent is not None else None
    if redrawn is not None:
        return item_form(request, draft, ItemEditor(standard, rule, redrawn))
    editor = ItemEditor(standard, rule, sent)
    if sent is not None and editor.is_valid():
        saved = save_item(request, draft, editor, code)
        if saved is not None:
            return saved
    return item_form(request, draft, editor)


def save_item(request: HttpRequest, draft: ServiceStandard, editor: ItemEditor, code: str) -> HttpResponse | None:
    """None where something is wrong, which the editor then says."""
    facts = {
        "draft_id": draft.pk,
        "item": editor.data_of(),
        "seen": seen_in(request.POST, draft),
        "actor": request.user,
        "now": timezone.now(),
    }
    try:
        if code:
            drafts.change_item(code=code, **facts)
        else:
            drafts.add_item(after=request.POST.get("after", "")[:40], **facts)
    except StandardFaults as error:
        editor.add_faults(error.faults)
        return None
    except ChecklistError as error:
        editor.form.add_error(None, CHECKLIST_MESSAGES[error.code])
        draft.refresh_from_db() if error.code in {"draft_changed", "item_gone"} else None
        return None
    saved_code = editor.form.cleaned_data["id"]
    messages.success(request, _("%(code)s is saved in the draft.") % {"code": saved_code})
    return to_item(draft, saved_code)


def item_form(request: HttpRequest, draft: ServiceStandard, editor: ItemEditor) -> HttpResponse:
    """With htmx the form alone: a line was added, or the choices follow a fact."""
    context = common_context(request, draft) | {
        "editor": editor,
        "form": editor.form,
        "after": request.POST.get("after", request.GET.get("after", "")),
        "tab": "items",
    }
    page = "checklists/_standard_item.html" if request.htmx else "checklists/standard_item.html"
    return render(request, page, context)


def seen_in(data: QueryDict, draft: ServiceStandard) -> datetime:
    """What was sent; what cannot be read is as good as an old sight of the draft."""
    return moment_in(data.get("seen", "")) or datetime.min.replace(tzinfo=timezone.get_current_timezone())


def to_item(draft: ServiceStandard, code: str) -> HttpResponse:
    response = redirect("checklists:standard_items", draft.pk)
    response["Location"] += f"#item-{code}"
    return response


@login_required
@require_POST
@tells_of_discarded
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = editable_asked(request, pk), CodeForm(request.POST)
    edit = lambda data: drafts.remove_item(draft_id=draft.pk, **data, **by(request))  # noqa: E731 - one call
    return edited(request, draft, form, edit, _("The item is removed from the draft."))


@login_required
@require_POST
@tells_of_discarded
def item_place(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = editable_asked(request, pk), PlaceForm(request.POST)
    edit = lambda data: drafts.place_item(draft_id=draft.pk, **data, **by(request))  # noqa: E731 - one call
    return edited(request, draft, form, edit, "")


@login_required
@require_POST
@tells_of_discarded
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = editable_asked(request, pk), SeenForm(request.POST)
    edit = lambda data: drafts.discard_draft(draft_id=draft.pk, **data, **by(request))  # noqa: E731 - one call
    response = edited(request, draft, form, edit, _("The draft is discarded."))
    if ServiceStandard.objects.filter(pk=draft.pk).exists():
        return response
    # Another page than the list that asked: it is opened instead of being swapped in.
    target = reverse("checklists:standards")
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


def by(request: HttpRequest) -> dict:
    return {"actor": request.user, "now": timezone.now()}


def edited(
    request: HttpRequest, draft: ServiceStandard, form: SeenForm, edit: Callable[[dict], object], said: str
) -> HttpResponse:
    """One small edit of the list; the list says what came of it."""
    if not form.is_valid():
        messages.error(request, _("This was not understood. Please try again."))
        return redirect("checklists:standard_items", draft.pk)
    try:
        edit(form.cleaned_data)
    except ChecklistError as error:
        messages.error(request, CHECKLIST_MESSAGES[LIST_CODES.get(error.code, error.code)])
    except StandardFaults as error:
        for fault in error.faults:
            messages.error(request, placed_text(fault))
    else:
        if said:
            messages.success(request, said)
    return to_item(draft, form.cleaned_data.get("code", ""))


# Nothing was typed in the list, so the sentence of a form would puzzle.
LIST_CODES = {"draft_changed": "draft_changed_list"}


@login_required
@GET_AND_POST
@tells_of_discarded
def draft_heading(request: HttpRequest, pk: int) -> HttpResponse:
    """The standard's own title and the groups of its items."""
    draft = editable_asked(request, pk)
    if request.method != "POST" and draft.state != ServiceStandard.State.DRAFT:
        return redirect("checklists:standard_items", pk)
    standard, sent = rules_of(draft), request.POST if request.method == "POST" else None
    redrawn = with_line_changed(sent, {"group": MOST_GROUPS}) if sent is not None else None
    data = redrawn or sent
    form = HeadingForm(data, initial=heading_initial(standard, draft.edited_at))
    rows = group_rows(standard, data)
    if data is sent and sent is not None and all([form.is_valid(), rows.is_valid()]):
        saved = save_heading(request, draft, form, rows)
        if saved is not None:
            return saved
    context = common_context(request, draft) | {"form": form, "rows": rows, "tab": "items"}
    return render(request, "checklists/standard_heading.html", context)


def save_heading(
    request: HttpRequest, draft: ServiceStandard, form: HeadingForm, rows: Rows[GroupRow]
) -> HttpResponse | None:
    """None where something is wrong, which the form or its lines then say."""
    groups, seen = [row.data_of() for row in rows.given], form.cleaned_data["seen"]
    try:
        drafts.change_heading(draft_id=draft.pk, title=form.data_of(), groups=groups, seen=seen, **by(request))
    except StandardFaults as error:
        rows.errors += [placed_text(fault) for fault in error.faults]
        return None
    except ChecklistError as error:
        form.add_error(None, CHECKLIST_MESSAGES[error.code])
        draft.refresh_from_db()
        return None
    return redirect("checklists:standard_items", draft.pk)


@login_required
@GET_AND_POST
def standard_import(request: HttpRequest) -> HttpResponse:
    """A file becomes the draft, or every fault of it is named by line."""
    if not can_see_standard(request.user, None):
        raise PermissionDenied
    owners = owners_of(request)
    if not owners:
        raise PermissionDenied
    code = request.POST.get("owner", request.GET.get("owner", owners[0][0]))
    site = owner_asked(request, code)
    found, form = draft_of(site), import_form(request, owners, code)
    if request.method == "POST" and form.is_valid():
        try:
            draft = drafts.import_draft(
                site=site,
                rules=form.cleaned_data["file"],
                replaces=found.edited_at if found and form.cleaned_data["replaces"] else None,
                **by(request),
            )
        except ChecklistError as error:
            form.add_error("replaces", CHECKLIST_MESSAGES[error.code])
        else:
            messages.success(request, _("The file is now the draft. Nothing changes until it is published."))
            return redirect("checklists:standard_comparison", draft.pk)
    context = {"form": form, "draft": found, "faults": [worded(fault) for fault in form.faults]}
    return render(request, "checklists/standard_import.html", context)


def import_form(request: HttpRequest, owners: list[tuple[str, str]], code: str) -> ImportForm:
    if request.method == "POST":
        return ImportForm(request.POST, request.FILES, owners=owners)
    return ImportForm(owners=owners, initial={"owner": code})


def owners_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Whose standard the reader may write."""
    sites = [(site.code, site.name) for site in sites_visible_to(request.user) if can_edit_standard(request.user, site)]
    return [*sites, *([("", _("Shared by the sites"))] if can_edit_standard(request.user, None) else [])]
