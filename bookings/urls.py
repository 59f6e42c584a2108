"""Addresses of requests, the inbox, the board and closures."""

from django.urls import path

from bookings.views import booking

app_name = "bookings"
urlpatterns = [
    path("bookings/<str:ref>/", booking.detail, name="detail"),
]
