"""Addresses of who serves what: needs, proposals and their lines."""

from django.urls import path

from checklists.views import absence, load, needs, proposals

patterns = [
    path("absences/", absence.absences, name="absences"),
    path("people/<int:pk>/ill/", absence.falls_ill, name="falls_ill"),
    path("load/", load.load, name="load"),
    path("assignments/", proposals.assignments, name="assignments"),
    path("assignments/<int:pk>/", proposals.proposal, name="proposal"),
    path("assignments/<int:pk>/apply/", proposals.apply, name="proposal_apply"),
    path("assignments/lines/<int:pk>/", proposals.line, name="proposal_line"),
    path("assignments/needs/", needs.needs, name="needs"),
    path("assignments/needs/<int:pk>/remove/", needs.remove, name="need_remove"),
]
