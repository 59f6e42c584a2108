"""Addresses of the service standard."""

from django.urls import path

from checklists.views import drafts, publishing, standards

patterns = [
    path("standards/", standards.standards, name="standards"),
    path("standards/draft/", drafts.draft_start, name="standard_draft"),
    path("standards/import/", drafts.standard_import, name="standard_import"),
    path("standards/<int:pk>/", standards.standard, name="standard"),
    path("standards/<int:pk>/items/", standards.standard_items, name="standard_items"),
    path("standards/<int:pk>/compare/", standards.standard_comparison, name="standard_comparison"),
    path("standards/<int:pk>/file/", standards.standard_file, name="standard_file"),
    path("standards/<int:pk>/add/", drafts.item_add, name="standard_item_add"),
    path("standards/<int:pk>/items/<str:code>/", drafts.item_change, name="standard_item"),
    path("standards/<int:pk>/remove/", drafts.item_remove, name="standard_item_remove"),
    path("standards/<int:pk>/place/", drafts.item_place, name="standard_item_place"),
    path("standards/<int:pk>/heading/", drafts.draft_heading, name="standard_heading"),
    path("standards/<int:pk>/discard/", drafts.draft_discard, name="standard_discard"),
    path("standards/<int:pk>/publish/", publishing.publish, name="standard_publish"),
    path("standards/<int:pk>/replan/", publishing.replan, name="standard_replan"),
    path("standards/replannings/<int:pk>/", publishing.replanning, name="replanning"),
]
