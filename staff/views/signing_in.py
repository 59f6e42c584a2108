"""Signing in to a session on a telephone of one's own."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from staff.api_limits import WINDOW_SECONDS, counted
from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.models import RunSession
from staff.services.signing_in import sign_in
from staff.signing_in import DIGITS
from staff.views.runs import run_asked

# Of one person at one session in a quarter of an hour.
MOST_TRIES = 10


class SignInForm(forms.Form):
    code = forms.RegexField(
        label=pgettext_lazy("training", "Code of the session"),
        regex=rf"^[0-9]{{{DIGITS}}}$",
        error_messages={"invalid": gettext_lazy("The code has six digits.")},
        widget=forms.TextInput(
            attrs={
                "class": "form-control sign-in-code",
                "inputmode": "numeric",
                "autocomplete": "off",
                "maxlength": DIGITS,
            }
        ),
    )


@require_http_methods(["GET", "POST"])
@login_required
def session_sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(RunSession.objects.select_related("run__site"), pk=pk)
    row, enrolment = run_asked(request, session.run_id)
    if enrolment is None:
        raise PermissionDenied
    form, now = SignInForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            count_try(request, pk, now)
            sign_in(session_id=pk, enrolment=enrolment, code=form.cleaned_data["code"], now=now)
        except StaffError as exc:
            form.add_error("code", STAFF_MESSAGES[exc.code])
        else:
            messages.success(request, _("You are signed in."))
            return redirect("staff:run", row.pk)
    context = {"form": form, "session": session, "run": row}
    with timezone.override(row.site.zone):
        return render(request, "staff/session_sign_in.html", context, status=422 if form.errors else 200)


def count_try(request: HttpRequest, pk: int, now: datetime) -> None:
    window = int(now.timestamp()) // WINDOW_SECONDS
    if counted(f"session-codes:{window}:{pk}:{request.user.pk}") > MOST_TRIES:
        raise StaffError("sign_in_tries")
