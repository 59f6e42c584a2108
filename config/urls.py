"""Every address of the product, by app."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from staff import views as staff_views

urlpatterns = [
    path("", staff_views.home, name="home"),
    path("accounts/login/", staff_views.SignInView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("", include("staff.urls")),
    path("", include("rooms.urls")),
]
