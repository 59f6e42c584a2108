"""Sign-in, language, and a person's own settings."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.forms import NewPasswordForm, ProfileForm
from staff.languages import language_choices
from staff.models import Pin, User
from staff.navigation import home_of
from staff.permissions import can_have_pin
from staff.photo_forms import PhotoForm
from staff.portraits import photo_url
from staff.services.people import change_password, change_profile
from staff.services.tokens import issue_token, revoke_token
from staff.tablet_forms import OwnPinForm
from staff.token_form import TokenForm

# Shown at the sign-in page of a demonstration only; all have the password "demo".
DEMO_ACCOUNTS = ("applicant", "secretary", "staff1", "cleaner", "technician", "manager", "admin")
A_YEAR = 365 * 24 * 3600


class SignInView(LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"demo_accounts": DEMO_ACCOUNTS if settings.DEBUG else ()}

    def out_of_date(self) -> HttpResponse:
        """The form once more, with the name that was typed, and a token that holds."""
        messages.warning(self.request, _("This page was from before. Please sign in once more."))
        form = self.get_form_class()(self.request, initial={"username": self.request.POST.get("username", "")})
        return self.render_to_response(self.get_context_data(form=form), status=403)


def refused_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Another tab of a shared tablet changes the token: whoever signs in there is not sent away with a fault."""
    if request.path != settings.LOGIN_URL:
        return csrf_failure(request, reason)
    view = SignInView()
    view.setup(request)
    if request.user.is_authenticated:
        return redirect(view.get_success_url())
    return view.out_of_date()


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(request.user))


@require_GET
def admin_login(request: HttpRequest) -> HttpResponse:
    """The administration has no sign-in page of its own, where attempts would not be counted."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.GET.get('next', '/admin/')})}")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the choice with the person, and in the cookie for the sign-in page of this browser."""
    response = redirect(safe_next(request))
    code = request.POST.get("language", "")
    if code not in dict(language_choices()):
        return response
    if request.user.is_authenticated:
        change_profile(person=request.user, fields={"language": code}, now=timezone.now())
    keep_language(response, code)
    return response


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        change_profile(person=request.user, fields=form.cleaned_data, now=timezone.now())
        response = redirect("staff:profile")
        if form.cleaned_data["language"]:
            keep_language(response, form.cleaned_data["language"])
        messages.success(request, _("Your settings are saved."))
        return response
    return profile_page(request, profile_form=form)


@require_http_methods(["GET", "POST"])
@login_required
def password(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = change_password(person=request.user, password=form.cleaned_data["new_password1"], now=timezone.now())
        # Other browsers of this person are signed out, this one stays.
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("staff:profile")
    return profile_page(request, password_form=form)


@require_POST
@login_required
def create_token(request: HttpRequest) -> HttpResponse:
    form, now = TokenForm(request.POST), timezone.now()
    if not form.is_valid():
        return profile_page(request, token_form=form)
    return profile_page(request, new_token=issue_token(request.user, now, **form.facts(now)))


@require_POST
@login_required
def remove_token(request: HttpRequest, pk: int) -> HttpResponse:
    if revoke_token(token_id=pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("The token is revoked; programs that used it are shut out."))
    return redirect("staff:profile")


def profile_page(request: HttpRequest, **context: Any) -> HttpResponse:
    # A form filled in wrongly has changed the person it holds, who is also shown in the page's head.
    person = User.objects.get(pk=request.user.pk)
    defaults = {
        "profile_form": ProfileForm(instance=person),
        "password_form": NewPasswordForm(person),
        "token_form": TokenForm(),
        "pin_form": OwnPinForm(person) if can_have_pin(person) else None,
        "pin": Pin.objects.filter(user=person).first(),
        "photo_form": PhotoForm(),
        "photo_url": photo_url(person),
        "tokens": person.api_tokens.filter(revoked_at=None),
        "now": timezone.now(),
    }
    response = render(request, "staff/profile.html", defaults | context)
    response.headers["Cache-Control"] = "no-store"
    return response


def keep_language(response: HttpResponse, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def safe_next(request: HttpRequest) -> str:
    """The address asked for when it is one of this host, else the first page."""
    wanted = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else "/"
