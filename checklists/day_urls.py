"""Addresses of the day's opening and closing, of changes to acknowledge, and of steps given to somebody else."""

from django.urls import path

from checklists.views import changes, day, reassign

patterns = [
    path("day/", day.day, name="day"),
    path("day/open/", day.open_, name="open_day"),
    path("day/close/", day.close, name="close_day"),
    path("day/reopen/", day.reopen, name="reopen_day"),
    path("changes/<int:pk>/seen/", changes.seen, name="change_seen"),
    path("steps/<int:pk>/reassign/", reassign.reassign, name="reassign"),
]
