"""Wording of this app's notices. Topics are not among the parameters: a private one must not travel by mail."""

from django.utils.translation import gettext_lazy as _

from staff.notice_texts import register

register(
    {
        "booking_requested": (
            _("New request: %(room)s, %(start)s"),
            _("%(ref)s by %(applicant)s, %(headcount)s people, until %(end)s."),
        ),
        # Of the reader's own doing: it only brings their calendar up to date.
        "booking_calendar": (_("For your calendar: %(ref)s"), _("%(room)s, %(period)s.")),
        "booking_imported": (
            _("%(count)s new requests brought in from a sheet"),
            _("Brought in by %(name)s. They wait in the inbox."),
        ),
        "booking_reopened": (
            _("Changed, to be decided again: %(ref)s"),
            _("%(room)s, %(period)s. The earlier approval no longer holds."),
        ),
        "booking_answered": (_("Answer to your question on %(ref)s"), _("%(text)s")),
        "booking_questioned": (_("A question about your request %(ref)s"), _("%(text)s")),
        "booking_approved": (_("Approved: %(ref)s"), _("%(room)s is yours, %(period)s.")),
        "booking_declined": (_("Declined: %(ref)s"), _("%(room)s, %(period)s. Reason: %(reason)s")),
        "booking_outbid": (
            _("The room of your request %(ref)s went to another meeting"),
            _("%(room)s, %(period)s. It still waits: choose another room or time, or wait for the slot to come free."),
        ),
        "booking_slot_free": (
            _("The room you wait for is free: %(ref)s"),
            _("%(room)s, %(period)s, held for you until %(held_until)s. Accept it and it is yours."),
        ),
        "booking_decision_undone": (
            _("Correction: the decision on %(ref)s was taken back"),
            _("%(room)s, %(period)s. The earlier message no longer holds; the request waits for a decision again."),
        ),
        "series_decision_undone": (
            _("Correction: the decision on the series %(ref)s was taken back"),
            _("Dates: %(count)s, from %(first)s until %(last)s. The earlier message no longer holds."),
        ),
        "inbox_due": (
            _("Requests not yet read: %(number)s"),
            _("They came before %(at)s. Please look through the inbox."),
        ),
        "supply_low": (
            _("Running low: %(name)s"),
            _("On hand: %(on_hand)s, below the reorder level of %(level)s. Please order more."),
        ),
        "booking_room_closed": (
            _("The room of your request %(ref)s will be out of use"),
            _("%(room)s, %(period)s. It still waits: choose another room or time."),
        ),
        "booking_changed": (
            _("Your booking was changed: %(ref)s"),
            _("%(room)s, %(period)s, changed by %(actor)s."),
        ),
        "booking_no_show_soon": (
            _("Nobody has checked in: %(ref)s"),
            _("%(room)s, %(period)s. Check in at the door, or the room is given back at %(release_at)s."),
        ),
        "booking_no_show": (
            _("Given back unused: %(ref)s"),
            _("%(room)s, %(period)s. Nobody checked in."),
        ),
        "booking_cancelled": (_("Cancelled: %(ref)s"), _("%(room)s, %(period)s. %(reason)s")),
        "booking_offered": (
            _("Another room or time is offered for %(ref)s"),
            _("%(room)s, %(period)s, held for you until %(held_until)s."),
        ),
        "booking_offer_accepted": (_("Offer accepted: %(ref)s"), _("%(room)s, %(period)s.")),
        "booking_offer_expired": (
            _("The offer for %(ref)s has expired"),
            _("%(room)s, %(period)s, is free for others again."),
        ),
        # One notice for all dates of a series.
        "series_requested": (
            _("New series: %(room)s, from %(first)s, dates: %(count)s"),
            _("%(ref)s by %(applicant)s, %(headcount)s people, until %(last)s; dates left out: %(left_out)s."),
        ),
        "series_approved": (
            _("Series approved: %(ref)s"),
            _("Dates that are yours: %(count)s, from %(first)s until %(last)s; left out: %(left_out)s."),
        ),
        "series_approved_by_rule": (
            _("Series approved at once: %(ref)s"),
            _("Dates that are yours: %(count)s, from %(first)s until %(last)s; still to be decided: %(waiting)s."),
        ),
        "series_room_closed": (
            _("A room of the series %(ref)s will be out of use"),
            _(
                "%(room)s; dates concerned: %(count)s, from %(first)s until %(last)s. "
                "They still wait: choose another room or time."
            ),
        ),
        "series_declined": (
            _("Series declined: %(ref)s"),
            _("Dates: %(count)s, from %(first)s until %(last)s. Reason: %(reason)s"),
        ),
        "series_questioned": (_("A question about your series %(ref)s"), _("%(text)s")),
        "series_answered": (_("Answer to your question on the series %(ref)s"), _("%(text)s")),
        "series_changed": (
            _("Your series was changed: %(ref)s"),
            _("Dates: %(count)s, from %(first)s until %(last)s, changed by %(actor)s."),
        ),
        "series_reopened": (
            _("Series changed, to be decided again: %(ref)s"),
            _("Dates: %(count)s, from %(first)s until %(last)s. Their earlier approval no longer holds."),
        ),
        "series_cancelled": (
            _("Dates of a series cancelled: %(ref)s"),
            _("Dates: %(count)s, from %(first)s until %(last)s. %(reason)s"),
        ),
        "series_outbid": (
            _("Dates of your series %(ref)s went to another meeting"),
            _("Dates: %(count)s, from %(first)s until %(last)s. They still wait: choose another room or time."),
        ),
    }
)
