"""Pages of accounts."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from staff.navigation import home_of

LANGUAGES = dict(settings.LANGUAGES)


# Shown at the sign-in page of a demonstration only; all have the password "demo".
DEMO_ACCOUNTS = ("applicant", "secretary", "staff1", "cleaner", "technician", "manager", "admin")


class SignInView(LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"demo_accounts": DEMO_ACCOUNTS if settings.DEBUG else ()}


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(request.user))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the choice with the person, and in the cookie for the sign-in page of this browser."""
    response = redirect(safe_next(request))
    code = request.POST.get("language", "")
    if code in LANGUAGES:
        if request.user.is_authenticated:
            type(request.user).objects.filter(pk=request.user.pk).update(language=code)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


def safe_next(request: HttpRequest) -> str:
    """The address asked for when it is one of this host, else the first page."""
    wanted = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else "/"
