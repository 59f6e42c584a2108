"""What a tablet opens to be enrolled, and what it shows once it is shut out."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.api_limits import address_of, counted
from staff.errors import StaffError
from staff.messages import STAFF_MESSAGES
from staff.services.tablets import code_in_force, enrol_tablet, tidy_code
from staff.tablet_forms import CodeForm
from staff.tablet_session import TabletRequest, forget_key, keep_key

# Of one address in a quarter of an hour; a code is far too long to be found that way.
MOST_CODES, WINDOW_SECONDS = 20, 900


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The code is typed here, where there is no camera."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("staff:tablet_enrol_code", code=form.cleaned_data["code"])
    return enrol_page(request, form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def enrol_code(request: HttpRequest, code: str) -> HttpResponse:
    """Shown first and done by a button: whatever looks at an address in advance uses no code up."""
    now = timezone.now()
    if counted(f"tablet-codes:{int(now.timestamp()) // WINDOW_SECONDS}:{address_of(request)}") > MOST_CODES:
        refusal = _("Too many codes were tried from here. Please wait a quarter of an hour.")
        return enrol_page(request, form=CodeForm(), refusal=refusal, status=429)
    try:
        if request.method == "GET":
            return enrol_page(request, row=code_in_force(tidy_code(code), now=now))
        _tablet, key = enrol_tablet(code=tidy_code(code), now=now)
    except StaffError as exc:
        return enrol_page(request, form=CodeForm(), refusal=STAFF_MESSAGES[exc.code], status=404)
    # Whoever set it up signs in with their PIN like everybody else.
    logout(request)
    response = redirect("staff:tablet_people")
    keep_key(response, key)
    return response


@require_GET
def revoked(request: TabletRequest) -> HttpResponse:
    if not request.is_shut_out:
        return redirect("home")
    return enrol_page(request, is_shut_out=True)


@require_POST
def leave(request: TabletRequest) -> HttpResponse:
    """A tablet that was shut out becomes a browser like others."""
    response = redirect("login")
    if request.is_shut_out:
        forget_key(response)
    return response


def enrol_page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    response = render(request, "staff/tablet_enrol.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
