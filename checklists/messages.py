"""The wording of this app's error codes, for pages and the API."""

from django.utils.translation import gettext_lazy as _

CHECKLIST_MESSAGES = {
    "invalid_tick": _("Please check what you entered."),
    "op_used": _("This tap was already used for something else."),
    "wrong_state": _("The step is no longer open."),
    "reason_missing": _("Please give a reason."),
    "not_staffable": _("People can be assigned to approved and running meetings only."),
    "person_without_role": _("This person does not have that role at this site."),
    "person_elsewhere": _("This person serves another meeting at that time."),
    "kept_as_addition": _("Someone had settled this step before; your entry was kept beside theirs."),
    "no_pdf": _("No PDF can be made: this server lacks the system libraries %(packages)s."),
    "not_in_standard": _("The service standard in force has no such item."),
    "no_standard": _("No service standard has been loaded."),
}

TICK_MESSAGES = {
    "required": _("Please fill this in."),
    "not_a_number": _("Please enter a number."),
    "not_whole": _("Please enter a whole number, 0 or more."),
    "not_ok_or_not": _("Please choose ok or not ok."),
    "note_needed": _("Please say what is not right."),
    "out_of_range": _("Outside the range. Add a note to record it all the same."),
    "differs": _("Not the number expected. Add a note to record it all the same."),
    "unknown": _("This is not asked for here."),
    "too_long": _("Too long."),
    "unknown_choice": _("This is not one of the choices."),
    "outside_incident": _("This lies before the incident or in the future."),
}
