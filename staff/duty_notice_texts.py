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
        "sickness_entered": (_("You are entered as sick: %(period)s"), _("Get well soon.")),
    }
)
