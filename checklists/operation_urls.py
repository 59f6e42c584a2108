"""Addresses of notices acted on where they stand, and of the operator's page."""

from django.urls import path

from checklists.views import notices

patterns = [
    path("notices/<int:pk>/take-over/", notices.take_over, name="notice_take_over"),
]
