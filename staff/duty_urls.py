"""Addresses of shifts, rosters and leave."""

from django.urls import path

from staff.views import duty_rules, exchange, leave, my_shifts, rosters, shift_files, shift_imports, shifts

duty_patterns = [
    path("shifts/", shifts.shifts, name="shifts"),
    path("shifts/new/", shifts.create, name="shift_create"),
    path("shifts/day/", shifts.create_day, name="shift_day"),
    path("shifts/<int:pk>/edit/", shifts.change, name="shift_change"),
    path("shifts/<int:pk>/remove/", shifts.remove, name="shift_remove"),
    path("shifts/<int:pk>/move/", rosters.move, name="roster_move"),
    path("shifts/cell/", rosters.cell, name="roster_cell"),
    path("shifts/place/", rosters.place, name="roster_place"),
    path("shifts/copy/", rosters.copy, name="roster_copy"),
    path("shifts/publish/", rosters.publish, name="roster_publish"),
    path("shifts/published/", rosters.publications, name="publications"),
    path("shifts/import/", shift_imports.shift_import, name="shift_import"),
    path("shifts/export/", shift_files.export, name="shifts_export"),
    path("shifts/usual/", duty_rules.patterns, name="patterns"),
    path("shifts/usual/defaults/", duty_rules.usual_patterns, name="patterns_usual"),
    path("shifts/usual/<int:pk>/", duty_rules.pattern, name="pattern"),
    path("shifts/rules/", duty_rules.working_time, name="working_time"),
    path("shifts/leave/", leave.leaves, name="leaves"),
    path("shifts/leave/<int:pk>/decide/", leave.decide, name="leave_decide"),
    path("shifts/exchange/", exchange.exchange, name="exchange"),
    path("shifts/swaps/<int:pk>/decide/", exchange.decide_swap, name="swap_decide"),
    path("shifts/open/<int:pk>/close/", exchange.close_open, name="open_shift_close"),
    path("shifts/open/requests/<int:pk>/decide/", exchange.decide_open, name="open_shift_decide"),
    path("me/shifts/<int:pk>/offer/", exchange.offer, name="swap_offer"),
    path("me/swaps/<int:pk>/accept/", exchange.accept, name="swap_accept"),
    path("me/swaps/<int:pk>/withdraw/", exchange.withdraw, name="swap_withdraw"),
    path("me/open-shifts/<int:pk>/ask/", exchange.ask, name="open_shift_ask"),
    path("me/open-shifts/requests/<int:pk>/withdraw/", exchange.unask, name="open_shift_unask"),
    path("me/shifts/", my_shifts.my_shifts, name="my_shifts"),
    path("me/leave/", leave.my_leave, name="my_leave"),
    path("me/leave/<int:pk>/withdraw/", leave.withdraw, name="leave_withdraw"),
]
