"""What refusals and log entries of the staff services say to their reader."""

from django.utils.translation import gettext_lazy as _

from staff.errors import StaffError
from staff.working_time_words import refusal_words

STAFF_MESSAGES = {
    "shift_overlap": _("This person already has a shift in that time."),
    "shift_order": _("The shift must end after it begins."),
    "shift_gone": _("This shift is no longer there; someone has removed it."),
    "person_away": _("This person is away in that time."),
    "pattern_out_of_use": _("This usual shift is no longer in use."),
    "pattern_code_taken": _("This code is taken by another usual shift of the site."),
    "shift_begun": _("This time has begun already."),
    "week_empty": _("There is nothing to publish: the week has no shifts yet."),
    "week_unchanged": _("There is nothing to publish: nothing has changed since %(who)s published the week."),
    "swap_open": _("This shift is on offer already."),
    "swap_settled": _("This offer is settled or taken back already."),
    "swap_not_yours": _("This offer is for somebody else."),
    "swap_unfit": _("A swap needs a colleague of the same duty and site."),
    "swap_shift_changed": _("One of the shifts has changed since. Please offer it again."),
    "open_shift_role": _("This shift is for another role."),
    "open_shift_asked": _("You have asked for this shift already."),
    "open_shift_full": _("All places of this shift are taken."),
    "open_shift_closed": _("This shift is no longer open."),
    "open_shift_settled": _("This request is settled or taken back already."),
    "leave_order": _("The leave must end after it begins."),
    "leave_overlap": _("This person already has leave in that time."),
    "leave_settled": _("This leave is decided or over already."),
    "leave_gone": _("This leave is no longer there."),
    "username_taken": _("This sign-in name is taken."),
    "too_many_channels": _("There are %(most)s addresses already. Remove one first."),
    "too_many_browsers": _("There are %(most)s browsers already. Remove one first."),
    "too_many_trials": _("Please wait %(seconds)s s before the next test."),
    "code_unknown": _("This code is not known. Please compare it with the manager's page."),
    "code_used": _("This code has made a tablet already. Each code serves once."),
    "code_expired": _("This code is too old. Please have a new one made."),
    "skill_code_taken": _("This code is taken."),
    "skill_order": _("The last day must not be before the first."),
    "programme_unknown": _("This programme is not known."),
    "no_sessions": _("The course has no sessions yet."),
    "no_days": _("The site has too few working days from then on."),
    "session_order": _("A session must end after it begins."),
    "session_gone": _("This session is no longer there."),
    "session_not_begun": _("Attendance is marked once the session has begun."),
    "sign_in_closed": _("Signing in is open from a quarter of an hour before the session until its end."),
    "sign_in_code": _("This is not the code of this session."),
    "sign_in_tries": _("Too many codes were tried. Please tell your trainer."),
    "run_closed": _("This course is closed. Reopen it to change it."),
    "run_full": _("No more than %(most)s people can take part."),
    "homework_passed": _("This homework has passed already."),
    "homework_empty": _("Write something or add a file."),
    "homework_changed": _("It was handed in anew meanwhile. Please read it again."),
    "too_few_questions": _("The bank has only %(known)s questions of these topics."),
    "examination_not_open": _("The examination is not open yet."),
    "examination_over": _("The examination is over. Your trainer can allow another date."),
    "no_more_tries": _("You have handed in already. Your trainer can allow another try."),
    "no_try_yet": _("This person has not taken the examination yet."),
    "paper_unknown": _("This paper is not yours."),
    "paper_handed_in": _("This paper is handed in already."),
    "paper_over": _("The time is up. What was saved before counts."),
    "paper_not_handed_in": _("This paper is not handed in yet."),
    "points_out_of_range": _("Question %(place)s: more points than it has."),
    "items_unscored": _("Please score every item."),
    "list_changed": _("Somebody has changed this checklist meanwhile. Please open it anew."),
    "list_empty": _("A checklist needs at least one item."),
    "unknown_kind": _("Please choose one of the kinds."),
    "op_used": _("This form was sent before. Please open it anew."),
    "not_taking_part": _("This person does not take part any more."),
    "conditions_unmet": _("Not all conditions of the certificate are met yet."),
    "certificate_revoked": _("This certificate is revoked already."),
    "own_praise": _("Praise is given by others."),
    "unknown_reason": _("Please choose one of the reasons."),
    "thanked_today": _("You have thanked this person today already."),
    "thanks_enough": _("That was %(most)s times today. Please go on tomorrow."),
    "nobody_checked": _("Nobody is left to check."),
    "unknown_lapse": _("This item is not in the list."),
    "photo_of_retired": _("This person may not sign in any more, so no photo of them is kept."),
    "channel_gone": _("This address is no longer there; someone has removed it."),
}


def refusal(exc: StaffError) -> str:
    """What a refusal says to its reader, its numbers filled in."""
    if exc.code.startswith("bar_"):
        return refusal_words(exc.code.removeprefix("bar_"), exc.params)
    text = str(STAFF_MESSAGES[exc.code])
    return text % exc.params if exc.params else text


# Why an address is not taken.
ADDRESS_MESSAGES = {
    "bad_address": _("This is no address of a chat robot. Copy it whole from the robot's page."),
    "unknown_service": _("This service is not known here. The list below names those that are."),
    "option_not_allowed": _("Leave out what follows the question mark: it is not taken here."),
    "not_allowed": _("This address is inside the network and may not be used."),
}

# What became of a test; what the other side said is not among it.
OUTCOME_MESSAGES = {
    "sent": _("The test has gone out. Please look whether it arrived."),
    "refused": _("The other side refused the test. Please check the address and its secret."),
    "no_answer": _("There was no answer in time. Please try again later."),
    "not_allowed": _("The address leads inside the network and may not be used."),
    "gone": _("This browser is no longer registered with its maker's service, so it was removed. Register it again."),
    "unreadable": _("The address can no longer be read. Please enter it again."),
    "no_address": _("There is no mail address in your settings."),
    "other": _("The test did not work."),
}

# The same in a word, for a list.
OUTCOME_WORDS = {
    "sent": _("test sent"),
    "refused": _("test refused"),
    "no_answer": _("no answer to the test"),
    "not_allowed": _("address not allowed"),
    "unreadable": _("stored address cannot be read"),
    "other": _("test failed"),
}

LOG_TEXTS = {
    "person_created": _("account made"),
    "person_changed": _("account changed"),
    "shift_created": _("shift added"),
    "shift_changed": _("shift changed"),
    "shift_removed": _("shift removed"),
    "leave_requested": _("leave asked for"),
    "leave_granted": _("leave granted"),
    "leave_declined": _("leave declined"),
    "leave_withdrawn": _("leave taken back"),
    "sickness_entered": _("sickness entered"),
    "channel_added": _("own chat address added"),
    "channel_removed": _("own chat address removed"),
    "channel_tested": _("notices tested"),
    "browser_added": _("browser registered"),
    "browser_removed": _("browser removed"),
    "preferences_changed": _("choice of notices changed"),
    "pin_set": _("own PIN set"),
    "pin_given": _("one-time PIN given"),
    "pin_locked": _("PIN locked after too many tries"),
    "pin_shut": _("PIN locked at all tablets after too many tries"),
    "pin_unlocked": _("PIN unlocked"),
    "skills_changed": _("skills changed"),
    "rooms_known_changed": _("rooms known changed"),
    "photo_set": _("photo put in place"),
    "photo_removed": _("photo removed"),
    "tablet_signed_in": _("took a shared tablet"),
}
