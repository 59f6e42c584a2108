"""Certificates: issued, shown to their holder, revoked, and verified by whoever holds one."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.polling import STOP_POLLING
from rooms.selectors import site_today
from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import Certificate, Enrolment
from staff.permissions import can_lead_run
from staff.selectors.certificates import certificate_state, verified
from staff.services.certificates import (
    issue_all,
    issue_certificate,
    make_again,
    reissue_certificate,
    revoke_certificate,
    verify_url,
)
from staff.views.runs import after, run_asked, run_led

IS_MADE = (Certificate.PdfState.READY, Certificate.PdfState.FAILED)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )


@require_POST
@login_required
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = get_object_or_404(Enrolment, pk=pk)
    row = run_led(request, enrolment.run_id)
    return after(request, row, lambda: issue_certificate(enrolment_id=pk, actor=request.user, now=timezone.now()))


@require_POST
@login_required
def issue_ready(request: HttpRequest, pk: int) -> HttpResponse:
    row = run_led(request, pk)
    count = issue_all(run=row, actor=request.user, now=timezone.now())
    text = ngettext("%(count)s certificate is issued.", "%(count)s certificates are issued.", count)
    messages.success(request, text % {"count": count})
    return redirect("staff:run", row.pk)


@require_GET
@login_required
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    found = certificate_asked(request, pk)
    run = found.enrolment.run
    context = {
        "certificate": found,
        "state": certificate_state(found, site_today(run.site, timezone.now())),
        "is_made": found.pdf_state in IS_MADE,
        "address": verify_url(found),
        "can_lead": can_lead_run(request.user, run),
        "form": ReasonForm(),
    }
    if request.htmx:
        status = STOP_POLLING if context["is_made"] else 200
        return render(request, "staff/_certificate_pdf.html", context, status=status)
    return render(request, "staff/certificate.html", context)


@require_GET
@login_required
def pdf(request: HttpRequest, pk: int) -> FileResponse:
    found = certificate_asked(request, pk)
    if not found.file:
        raise Http404
    name = f"{found.number}.pdf"
    response = FileResponse(found.file.open("rb"), content_type="application/pdf", filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    found = certificate_asked(request, pk)
    make_again(certificate_id=found.pk)
    return redirect("staff:certificate", found.pk)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoked, or issued anew under another number, each with a reason."""
    found = certificate_asked(request, pk)
    if not can_lead_run(request.user, found.enrolment.run):
        raise PermissionDenied
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please give a reason."))
        return redirect("staff:certificate", found.pk)
    do = reissue_certificate if "reissue" in request.POST else revoke_certificate
    facts = {"reason": form.cleaned_data["reason"], "actor": request.user, "now": timezone.now()}
    try:
        row = do(certificate_id=found.pk, **facts)
    except StaffError as exc:
        messages.error(request, STAFF_MESSAGES[exc.code])
        row = found
    return redirect("staff:certificate", row.pk)


@require_http_methods(["GET", "HEAD"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Open to whoever holds the paper: no more than is on it, and whether it still holds."""
    found = Certificate.objects.select_related("enrolment__run__site").filter(token=token.replace("\x00", "")).first()
    if found is None:
        return render(request, "staff/certificate_verify.html", {"found": None}, status=404)
    today = site_today(found.enrolment.run.site, timezone.now())
    response = render(request, "staff/certificate_verify.html", {"found": verified(found, today)})
    response["X-Robots-Tag"] = "noindex"
    return response


def certificate_asked(request: HttpRequest, pk: int) -> Certificate:
    rows = Certificate.objects.select_related("enrolment__run__site", "enrolment__user", "skill", "replaces")
    found = get_object_or_404(rows, pk=pk)
    if found.enrolment.user_id == request.user.pk:
        return found
    _run, enrolment = run_asked(request, found.enrolment.run_id)
    if enrolment is not None and not can_lead_run(request.user, found.enrolment.run):
        raise PermissionDenied
    return found
