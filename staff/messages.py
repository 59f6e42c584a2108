"""What refusals and log entries of the staff services say to their reader."""

from django.utils.translation import gettext_lazy as _

STAFF_MESSAGES = {
    "shift_overlap": _("This person already has a shift in that time."),
    "shift_order": _("The shift must end after it begins."),
    "shift_gone": _("This shift is no longer there; someone has removed it."),
    "username_taken": _("This sign-in name is taken."),
}

LOG_TEXTS = {
    "person_created": _("account made"),
    "person_changed": _("account changed"),
    "shift_created": _("shift added"),
    "shift_changed": _("shift changed"),
    "shift_removed": _("shift removed"),
}
