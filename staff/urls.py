"""Addresses of people, notices, shifts and live news."""

from django.urls import path

from staff import events
from staff.views import accounts, notices, people, shifts

app_name = "staff"
urlpatterns = [
    path("accounts/language/", accounts.language, name="language"),
    path("accounts/profile/", accounts.profile, name="profile"),
    path("accounts/password/", accounts.password, name="password"),
    path("accounts/tokens/", accounts.create_token, name="token_create"),
    path("accounts/tokens/<int:pk>/revoke/", accounts.remove_token, name="token_revoke"),
    path("events", events.events, name="events"),
    path("notices/", notices.notices, name="notices"),
    path("notices/unread/", notices.unread, name="unread"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:pk>/open/", notices.open_notice, name="notice_open"),
    path("notices/<int:pk>/read/", notices.read_notice, name="notice_read"),
    path("deliveries/", notices.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/retry/", notices.retry_delivery, name="delivery_retry"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create, name="person_create"),
    path("people/<int:pk>/edit/", people.change, name="person_change"),
    path("shifts/", shifts.shifts, name="shifts"),
    path("shifts/new/", shifts.create, name="shift_create"),
    path("shifts/day/", shifts.create_day, name="shift_day"),
    path("shifts/<int:pk>/edit/", shifts.change, name="shift_change"),
    path("shifts/<int:pk>/remove/", shifts.remove, name="shift_remove"),
]
