"""Every address of the product, by app."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from checklists.metrics import reminders_part
from config import health
from config.api import api, unknown_address
from staff.views import accounts

admin.site.site_header = admin.site.site_title = _("Huiwu administration")
admin.site.index_title = _("Records")


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask here for pages that name no icon, such as a PDF."""
    return redirect(static("img/favicon.svg"))


urlpatterns = [
    path("favicon.ico", favicon, name="favicon"),
    path("", accounts.home, name="home"),
    path("accounts/login/", accounts.SignInView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("admin/login/", accounts.admin_login),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("api/<path:rest>", unknown_address),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, {"further": {"reminders": reminders_part}}, name="readyz"),
    path("", include("feedback.urls")),
    path("", include("staff.urls")),
    path("", include("rooms.urls")),
    path("", include("bookings.urls")),
    path("", include("checklists.urls")),
]
