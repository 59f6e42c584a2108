"""What the managers are told of a PIN that somebody kept guessing at."""

from django.utils.translation import gettext_lazy as _

from staff.notice_texts import register

register(
    {
        "pin_shut": (
            _("The PIN of %(person)s is locked at all tablets"),
            _("Too many wrong tries within a day. Ask whether it was them, then unlock it with the shared tablets."),
        ),
    }
)
