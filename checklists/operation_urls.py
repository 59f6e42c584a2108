"""Addresses of notices acted on where they stand, and of the operator's page with its figures for machines."""

from django.urls import path

from checklists.views import notices, operation

patterns = [
    path("notices/<int:pk>/take-over/", notices.take_over, name="notice_take_over"),
    path("operation/", operation.operation_page, name="operation"),
    path("metrics", operation.metrics, name="metrics"),
]
