"""Addresses of people, notices, shifts and live news."""

from django.urls import path

from staff import events, views

app_name = "staff"
urlpatterns = [
    path("accounts/language/", views.language, name="language"),
    path("events", events.events, name="events"),
]
