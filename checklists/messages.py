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
    "not_running": _("This is for a meeting that is under way."),
    "note_not_passed": _("The note has not been passed in yet."),
    "note_unfinished": _("The note is settled on its own page, once both sides have their answer."),
    "incident_open": _("The incident is settled on its own page, once it is over."),
    "too_many_calls": _("We have your calls and are coming. Please wait a moment before the next one."),
    "not_in_standard": _("The service standard in force has no such item."),
    "no_standard": _("No service standard has been loaded."),
    "draft_gone": _("This draft is no more: it was published or discarded meanwhile."),
    "draft_changed": _(
        "Somebody else edited the draft meanwhile. What you entered is kept below; look at the draft and save again."
    ),
    "draft_changed_list": _("Somebody else edited the draft meanwhile. Here is what it says now; please try again."),
    "draft_in_the_way": _("There is a draft already. Tick the box if the file shall take its place."),
    "item_gone": _("The draft has no such item any more."),
    "nothing_changed": _("The draft says the same as the number in force; there is nothing to publish."),
    "not_published": _("Meetings are planned by published standards only."),
    "too_many_files": _("There are enough pictures of this step already."),
    "signature_too_large": _("The signature is too large. Please clear it and sign again."),
    "signature_not_a_png": _("This is not a signature drawn here. Please clear it and sign again."),
    "signature_size": _("The signature is too large or too small. Please clear it and sign again."),
    "signature_empty": _("Nothing can be read. Please sign in the field."),
    "unknown_step": _("This step is no longer there."),
    "unknown_meeting": _("This meeting is no longer there."),
    "not_yours": _("This step is not for your role."),
    "photo_gone": _("The picture is not there any more. Please take it again."),
    "malformed": _("This entry cannot be read."),
    "unknown_hand": _("It cannot be told who tapped this. Please do it again, signed in."),
    "account_closed": _("The account it was tapped with is closed."),
    "meeting_not_running": _("Spot checks are made while the meeting runs."),
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
    "photo_needed": _("Please take a photo first."),
    "signature_needed": _("Please have it signed first."),
    "unknown_file": _("This picture does not belong to this step. Please take it again."),
    "who_signs": _("Please enter the name of the person who signs."),
    "how_signed": _("Without a drawn signature, please say how it was given, such as on paper."),
    "score_out_of_range": _("Please choose from 1 to 5."),
    "score_needed": _("Please give at least one score."),
    "unknown_choice": _("This is not one of the choices."),
    "outside_incident": _("This lies before the incident or in the future."),
}

# What became of a tap that waited on a tablet, where it did not simply count.
KEPT_MESSAGES = {
    "done_before": _("Someone had settled this step before; your entry was kept beside theirs."),
    "same_round": _("Done a moment ago already; your tap was kept beside it."),
    "open_before": _("The step was open already."),
    "meeting_cancelled": _("The meeting was cancelled meanwhile. Your entry was kept."),
    "step_withdrawn": _("The step was dropped from the plan meanwhile. Your entry was kept."),
    "meeting_moved": _("The meeting was moved meanwhile, so this is to be done again. Your entry was kept."),
    "was_skipped": _("A colleague had said that it cannot be done. Your entry was kept; the manager sees both."),
    "was_missed": _("It was counted as missed before your entry came. The entry was kept; the manager sees both."),
    "differs": _("A colleague had recorded something else. Your entry was kept; the manager sees both."),
    "done_stands": _("A colleague did this step; it stays done. Your undo was kept, and the manager sees it."),
}
