"""What news about somebody's working time says; it is about the reader's own shifts unless it names a person."""

from django.utils.translation import gettext_lazy as _

from staff.notice_kinds import NoticeKind, assign
from staff.notice_texts import register

assign(NoticeKind.CHANGES, "roster_*", "shift_*", "leave_*", "sickness_*", "swap_*", "open_shift_*")

register(
    {
        "roster_published": (_("Your shifts of the week from %(on)s"), _("%(shifts)s.")),
        "shift_added": (_("New shift for you: %(shifts)s"), _("The roster of this week is published already.")),
        "shift_changed": (_("Your shift has changed: now %(period)s"), _("Before: %(before)s.")),
        "shift_removed": (_("Your shift falls away: %(period)s"), _("You are not on duty in that time any more.")),
        "shift_cover": (
            _("You stand in for %(who)s: %(period)s"),
            _("The shift is yours now. If you cannot come, call your manager."),
        ),
        "shift_covered": (_("Your shift is taken care of: %(period)s"), _("%(who)s stands in for you.")),
        "shift_opened": (
            _("Your shift is taken care of: %(period)s"),
            _("It is offered to your team; you need not look for anybody."),
        ),
        "leave_asked": (_("%(who)s asks for leave: %(period)s"), _("%(kind)s. Shifts in that time: %(count)s.")),
        "leave_granted": (_("Your leave is granted: %(period)s"), _("Shifts that fall away: %(count)s.")),
        "leave_declined": (_("Your leave is declined: %(period)s"), _("Please talk to your manager.")),
        "leave_withdrawn": (
            _("%(who)s takes leave back: %(period)s"),
            _("Shifts it had cut are not brought back by themselves."),
        ),
        "leave_called_off": (
            _("Your leave is taken back: %(period)s"),
            _("Shifts it had cut are not brought back by themselves."),
        ),
        "swap_offered": (
            _("%(giver)s offers a shift: %(period)s"),
            _("Take it, or give one of yours for it, on your page of shifts."),
        ),
        "swap_accepted": (_("%(taker)s takes your shift: %(period)s"), _("It is yours until a manager has approved.")),
        "swap_waiting": (
            _("Swap to approve: %(period)s"),
            _("%(giver)s gives the shift to %(taker)s."),
        ),
        "swap_done": (_("Swapped: %(period)s"), _("From %(giver)s to %(taker)s.")),
        "swap_declined": (_("Swap declined: %(period)s"), _("The shifts stay as they were.")),
        "swap_withdrawn": (_("Offer taken back: %(period)s"), _("%(giver)s keeps the shift.")),
        "open_shift_published": (
            _("Open shift: %(period)s"),
            _("%(what)s, places: %(count)s. Ask for it on your page of shifts."),
        ),
        "open_shift_asked": (_("Somebody asks for an open shift: %(period)s"), _("%(who)s, %(what)s.")),
        "open_shift_declined": (_("You do not have the open shift: %(period)s"), _("It was given otherwise.")),
        "open_shift_filled": (_("All places are taken: %(period)s"), _("Thank you for asking.")),
        "open_shift_withdrawn": (_("No longer open: %(period)s"), _("The shift is not needed any more.")),
        "sickness_entered": (_("You are entered as sick: %(period)s"), _("Get well soon.")),
    }
)
