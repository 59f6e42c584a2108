"""Wording of this app's notices."""

from django.utils.translation import gettext_lazy as _

from staff.notice_texts import register

register(
    {
        "feedback_asked": (
            _("How was the meeting %(ref)s?"),
            _("“%(title)s” is over. Five taps tell us how we served."),
        ),
        "praised_by_guest": (
            _("A guest has named you with thanks"),
            _("%(ref)s. What was said stands in your record."),
        ),
    }
)
