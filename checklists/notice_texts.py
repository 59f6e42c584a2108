"""What reminders and news about staffing say. Topics are not among the parameters."""

from django.utils.translation import gettext_lazy as _

from staff.notice_texts import register

register(
    {
        "reminder_lead": (
            _("Soon: %(what)s, room %(room)s"),
            _("Due %(due)s. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "reminder_due": (
            _("Now: %(what)s, room %(room)s"),
            _("Due %(due)s. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "reminder_late": (
            _("Late: %(what)s, room %(room)s"),
            _("Was due %(due)s and is still open. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "reminder_escalated": (
            _("Late, please take over: %(what)s, room %(room)s"),
            _("Was due %(due)s and is still open with %(who)s. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "reminder_nobody": (
            _("Late and nobody has it, please take over: %(what)s, room %(room)s"),
            _("Was due %(due)s and is still open. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "reminder_second": (
            _("Still open although the manager was told: %(what)s, room %(room)s"),
            _("Was due %(due)s, with %(who)s. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "reminder_second_nobody": (
            _("Still nobody has it although the manager was told: %(what)s, room %(room)s"),
            _("Was due %(due)s. %(titles)s. Meeting %(ref)s at %(start)s. Please see who can do it."),
        ),
        "reminder_delayed": (
            _("Reminder %(late_minutes)s min late: %(what)s, room %(room)s"),
            _("Due %(due)s. %(titles)s. Meeting %(ref)s at %(start)s."),
        ),
        "daily_lead": (_("Soon: %(what)s"), _("Due %(due)s. %(titles)s. %(room)s")),
        "daily_due": (_("Now: %(what)s"), _("Due %(due)s. %(titles)s. %(room)s")),
        "daily_late": (_("Late: %(what)s"), _("Was due %(due)s and is still open. %(titles)s. %(room)s")),
        "daily_escalated": (
            _("Late, please take over: %(what)s"),
            _("Was due %(due)s and is still open with %(who)s. %(titles)s. %(room)s"),
        ),
        "daily_nobody": (
            _("Late and nobody has it, please take over: %(what)s"),
            _("Was due %(due)s and is still open. %(titles)s. %(room)s"),
        ),
        "daily_second": (
            _("Still open although the manager was told: %(what)s"),
            _("Was due %(due)s, with %(who)s. %(titles)s. %(room)s"),
        ),
        "daily_second_nobody": (
            _("Still nobody has it although the manager was told: %(what)s"),
            _("Was due %(due)s. %(titles)s. %(room)s"),
        ),
        "daily_delayed": (
            _("Reminder %(late_minutes)s min late: %(what)s"),
            _("Due %(due)s. %(titles)s. %(room)s"),
        ),
        "reminders_digest": (_("Reminders that come late: %(count)s"), _("%(lines)s")),
        "reminders_missed": (
            _("Reminders missed: %(count)s"),
            _("They could not be sent in time; the oldest was due %(oldest)s. Please look at the open steps."),
        ),
        "nobody_on_shift": (
            _("Nobody is on shift: %(what)s, room %(room)s"),
            _("Due %(due)s. Meeting %(ref)s. Please assign somebody or take over."),
        ),
        "plan_late": (
            _("Steps already overdue when %(ref)s was planned: %(count)s"),
            _("Room %(room)s, %(period)s. Please see what can still be done."),
        ),
        "plan_changed": (
            _("The plan of %(ref)s, room %(room)s, has changed"),
            _(
                "%(period)s. Steps added: %(added)s, moved: %(moved)s, withdrawn: %(withdrawn)s, "
                "different: %(changed)s."
            ),
        ),
        "change_unacknowledged": (
            _("%(person)s has not seen the change of %(ref)s"),
            _("Room %(room)s, %(period)s. It matters from %(matters)s. Please tell them."),
        ),
        "handover_offered": (
            _("%(giver)s hands the shift over to you: %(steps)s steps"),
            _("Offered %(at)s. Please look at what is open and what to watch, and confirm or refuse."),
        ),
        "handover_confirmed": (
            _("%(receiver)s has taken your shift over"),
            _("Confirmed %(answered)s. Steps that passed on: %(passed)s of %(steps)s."),
        ),
        "handover_refused": (
            _("%(receiver)s cannot take your shift over"),
            _("Refused %(answered)s. Your steps stay with you; the reason stands with the hand-over."),
        ),
        "handover_withdrawn": (
            _("%(giver)s keeps the shift"),
            _("The hand-over offered %(at)s was withdrawn. Its steps are not yours."),
        ),
        "handover_unanswered": (
            _("Nobody has answered the hand-over from %(giver)s to %(receiver)s"),
            _("Offered %(at)s, steps: %(steps)s. Until it is confirmed they stay with %(giver)s. Please see to it."),
        ),
        "meeting_overruns": (
            _("Not marked ended: %(ref)s, room %(room)s"),
            _("It was booked until %(end)s. Extend it or mark it ended."),
        ),
        "spot_checked": (
            _("Spot check in room %(room)s"),
            _("Meeting %(ref)s, checked %(at)s. The result is in your record."),
        ),
        "assignments_applied": (
            _("Who serves what has changed: %(added)s meetings new to you, %(removed)s no longer yours"),
            _("New: %(added_lines)s. No longer yours: %(removed_lines)s."),
        ),
        "cover_taken": (
            _("Please take over from %(person)s: %(meetings)s meetings"),
            _("Now yours: %(lines)s."),
        ),
        "sick_entered": (
            _("You are entered as away until %(until)s"),
            _("Your meetings (%(meetings)s) are taken care of. Get well soon."),
        ),
        "assigned": (_("You serve %(ref)s, room %(room)s"), _("%(period)s.")),
        "unassigned": (_("You no longer serve %(ref)s, room %(room)s"), _("%(period)s.")),
        "assignment_moved": (_("Moved: %(ref)s, which you serve"), _("Now room %(room)s, %(period)s.")),
        "assignment_cancelled": (
            _("Will not take place: %(ref)s, which you were to serve"),
            _("Room %(room)s, %(period)s."),
        ),
        "assignment_dropped": (
            _("%(person)s can no longer serve %(ref)s"),
            _("Room %(room)s, now %(period)s: it overlaps another meeting they serve."),
        ),
        "assignment_overruns": (
            _("%(person)s is needed in two rooms"),
            _("%(ref)s in room %(room)s now lasts until %(end)s; another meeting they serve begins before."),
        ),
        "service_call": (
            _("Called from room %(room)s: %(what)s"),
            _("Please be there by %(due)s. Meeting %(ref)s."),
        ),
        "wish_raised": (
            _("Wish in room %(room)s: %(what)s"),
            _("Please meet it by %(due)s. Meeting %(ref)s."),
        ),
        "note_taken": (
            _("A note is to be passed in: room %(room)s"),
            _("Meeting %(ref)s, %(period)s."),
        ),
        "incident_opened": (
            _("Incident (%(gravity)s): %(kind)s, %(place)s"),
            _("Reported %(at)s by %(who)s. Open it to see what is being done."),
        ),
        "incident_graver": (
            _("Incident now %(gravity)s: %(kind)s, %(place)s"),
            _("Reported %(at)s by %(who)s. Open it to see what is being done."),
        ),
        "incident_over": (
            _("Over: %(kind)s, %(place)s"),
            _("Reported %(at)s by %(who)s. Open it to read what was done."),
        ),
        "room_fault_meetings": (
            _("Room %(room)s has a fault: meetings still to come there: %(count)s"),
            _("%(kind)s. The next one begins %(start)s. Open it to offer a room that fits."),
        ),
        "room_fault_ahead": (
            _("Room %(room)s has a fault; your meeting %(ref)s is booked there"),
            _("%(period)s. The service is working on it; the secretary may offer you another room."),
        ),
        "room_fault_over": (
            _("Room %(room)s is in order again for your meeting %(ref)s"),
            _("%(period)s. Nothing changes for you."),
        ),
    }
)
