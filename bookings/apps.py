from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        import_module("bookings.notice_texts")
        import_module("bookings.receivers")
        # Adds the invitation to mails to applicants.
        import_module("bookings.invitations")
