"""The wording of a day opened and closed and of steps handed over: error codes, and notices (registered on import)."""

from django.utils.translation import gettext_lazy as _

from staff.notice_texts import register

DAY_MESSAGES = {
    "day_not_today": _("Only today can be opened."),
    "day_closed": _("This day is already closed. Open it again first."),
    "day_not_open": _("This day was never opened."),
    "meeting_runs": _("The meeting in room %(room)s is still running. End it first, then close the day."),
    "remark_needed": _("Something is still open. Please say what is to become of it."),
    "remark_too_long": _("Please keep the remark to 500 characters."),
    "next_day_open": _("A later day has been opened since; this one stays closed."),
    "not_on_duty": _("This step is not for that person. Choose somebody with the role for it."),
    "nothing_on_post": _("There is no step for being on post today."),
}

register(
    {
        "day_unopened": (
            _("The day is not open yet: %(site)s"),
            _("The house opens at %(at)s. Please see what stands and open the day."),
        ),
        "day_unclosed": (
            _("The day is not closed yet: %(site)s, %(on)s"),
            _("Everything was over at %(at)s. Please see what is left and close the day."),
        ),
        "step_given": (
            _("Now yours: %(what)s, %(place)s"),
            _("Due %(due)s. %(actor)s gave it to you."),
        ),
        "step_taken": (
            _("No longer yours: %(what)s, %(place)s"),
            _("Due %(due)s. %(actor)s gave it to %(person)s."),
        ),
    }
)
